"""The flood's tables by acceptance day; what documents say sealed by the message (docs/adr/0007, 0008).

Trades are found by the key table alone: keys are the one thing that must be unique over all days. No zone kept trades
before 0.1.0, so the tables are made anew.
"""

from django.db import migrations

from pilotzone.kernel.rls import CUSTOMS, SYSTEM, TAX_OFFICE, ZONE_SEES_TRADES, any_of, protect

TABLES = """
DELETE FROM clearance_urge;
DROP POLICY clearance_urge_read ON clearance_urge;
DROP TABLE clearance_receipt, clearance_trade, clearance_key, clearance_document, clearance_message;
DROP SEQUENCE clearance_id_seq;
CREATE SEQUENCE clearance_id_seq CACHE 1 MINVALUE 1 MAXVALUE 274877906943 CYCLE;

CREATE TABLE clearance_message (
    id bigint PRIMARY KEY,
    inbox_id bigint NOT NULL,
    name text NOT NULL,
    edition text NOT NULL,
    flow text NOT NULL,
    guid text NOT NULL,
    sender bigint,
    state text NOT NULL,              -- held, sent, dropped, draft, history, refused
    documents int NOT NULL,
    received_at timestamptz NOT NULL,
    hold_until timestamptz,
    sent_at timestamptz,
    signature jsonb NOT NULL
) PARTITION BY RANGE (id);
CREATE INDEX clearance_message_sender ON clearance_message (sender, id);

-- head and lines of a message's documents: MessagePack, zstd, kernel.vault (context clearance.body)
CREATE TABLE clearance_body (
    message_id bigint PRIMARY KEY,
    body bytea NOT NULL
) PARTITION BY RANGE (message_id);
ALTER TABLE clearance_body ALTER body SET STORAGE EXTERNAL;

CREATE TABLE clearance_document (
    id bigint PRIMARY KEY,
    message_id bigint NOT NULL,
    position int NOT NULL,
    kind smallint NOT NULL,           -- engine/kinds.py
    edition text NOT NULL,
    key text NOT NULL,
    trade_hash bigint,
    app_type text NOT NULL,
    app_time text NOT NULL,
    sender bigint,
    parties bigint[] NOT NULL,
    buyer text NOT NULL,
    state text NOT NULL,              -- accepted, draft, refused, history
    reasons jsonb NOT NULL,
    accepted_at timestamptz NOT NULL,
    accepted_on date NOT NULL
) PARTITION BY RANGE (id);
CREATE INDEX clearance_document_message ON clearance_document (message_id);
-- cancellations and returns are found by their trade; of a trade's other papers it knows the numbers itself
CREATE INDEX clearance_document_after ON clearance_document (trade_hash) WHERE kind IN (6, 7, 15, 20);
CREATE INDEX clearance_document_draft ON clearance_document (sender, id) WHERE state = 'draft';

-- the one table that is unique over all days; small rows, spread by hash
CREATE TABLE clearance_key (
    hash bigint PRIMARY KEY,
    namespace smallint NOT NULL,      -- engine/kinds.py numbers, engine/keys.py from 100 on
    key text NOT NULL,
    document_id bigint NOT NULL,      -- of a trade's own key (namespace 100): the trade; 0: named, not yet here
    trade_hash bigint,
    fingerprint bigint NOT NULL,      -- of its content; 0 where the key is no document's
    app_time text NOT NULL,
    accepted_on date NOT NULL,
    deleted boolean NOT NULL
) PARTITION BY HASH (hash);

CREATE TABLE clearance_trade (
    id bigint PRIMARY KEY,
    hash bigint NOT NULL,
    key text NOT NULL,
    flow text NOT NULL,
    mode text NOT NULL,
    order_id bigint,
    payment_id bigint,
    waybill_id bigint,
    list_id bigint,
    receipts_id bigint,
    list_message bigint,
    waybill_hash bigint,
    order_no text NOT NULL,
    pay_no text NOT NULL,
    logistics_no text NOT NULL,
    cop_no text NOT NULL,
    pre_no text NOT NULL,
    invt_no text NOT NULL,
    bill_no text NOT NULL,
    state text NOT NULL,              -- engine/states.py
    customs_status text NOT NULL,
    return_time text NOT NULL,
    missing text[] NOT NULL,
    reasons jsonb NOT NULL,
    holder text NOT NULL,
    firms jsonb NOT NULL,             -- role -> organisation id
    parties bigint[] NOT NULL,
    buyer text NOT NULL,
    customs_code text NOT NULL,
    unit text NOT NULL,
    value numeric(19, 2),
    tax numeric(19, 2),
    assessment jsonb,
    stages jsonb NOT NULL,            -- what -> ISO time
    wait_until timestamptz,
    first_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL,
    accepted_on date,
    history boolean NOT NULL
) PARTITION BY RANGE (id);
-- trades whose list names a waybill that is not here yet
CREATE INDEX clearance_trade_lacks ON clearance_trade (waybill_hash) WHERE waybill_id IS NULL AND waybill_hash IS NOT NULL;
CREATE INDEX clearance_trade_waits ON clearance_trade (wait_until) WHERE wait_until IS NOT NULL;
CREATE INDEX clearance_trade_parties ON clearance_trade USING gin (parties);
CREATE INDEX clearance_trade_buyer ON clearance_trade (buyer) WHERE buyer <> '';

CREATE TABLE clearance_receipt (
    id bigint PRIMARY KEY,
    name text NOT NULL,
    document_id bigint,
    trade_id bigint,
    key text NOT NULL,
    return_status text NOT NULL,
    return_time text NOT NULL,
    info text NOT NULL,
    pre_no text NOT NULL,
    invt_no text NOT NULL,
    applied boolean NOT NULL,
    why text NOT NULL,
    inbox_id bigint NOT NULL,
    received_at timestamptz NOT NULL,
    parties bigint[] NOT NULL
) PARTITION BY RANGE (id);
CREATE INDEX clearance_receipt_document ON clearance_receipt (document_id);
CREATE INDEX clearance_receipt_trade ON clearance_receipt (trade_id) WHERE trade_id IS NOT NULL;
-- the numbers of trades by the hashes of their keys, for callers who see no key: the trades themselves stay protected
CREATE FUNCTION clearance_find(wanted bigint[]) RETURNS TABLE (hash bigint, key text, number bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    SELECT k.hash, k.key, k.document_id FROM clearance_key k WHERE k.hash = ANY (wanted) AND k.namespace = 100
$$;
REVOKE ALL ON FUNCTION clearance_find(bigint[]) FROM PUBLIC;
DO $$ BEGIN
    IF to_regrole('pz_web') IS NOT NULL THEN
        GRANT EXECUTE ON FUNCTION clearance_find(bigint[]) TO pz_web, pz_flood;
    END IF;
END $$;
DO $$ BEGIN
    FOR n IN 0..15 LOOP
        EXECUTE format('CREATE TABLE clearance_key_p%s PARTITION OF clearance_key FOR VALUES WITH (MODULUS 16, REMAINDER %s)',
                       lpad(n::text, 2, '0'), n);
        IF to_regrole('pz_web') IS NOT NULL THEN
            EXECUTE format('REVOKE ALL ON clearance_key_p%s FROM pz_web', lpad(n::text, 2, '0'));
        END IF;
    END LOOP;
END $$;
"""
PARTY = "pz_organisation() = ANY (parties)"
BUYER = "(pz_is('consumer') AND buyer <> '' AND buyer = pz_buyer())"
LISTS = "(" + TAX_OFFICE + " AND kind IN (4, 14))"
SENDER = "sender = pz_organisation()"
# who may see one of a message's documents may read what lies sealed with them
SAID = "EXISTS (SELECT 1 FROM clearance_document d WHERE d.message_id = clearance_body.message_id)"


class Migration(migrations.Migration):
    dependencies = [("clearance", "0002_flood"), ("kernel", "0006_partitions")]

    operations = [
        migrations.RunSQL(TABLES),
        protect("clearance_message", read=any_of(SENDER, CUSTOMS, SYSTEM)),
        protect("clearance_body", read=SAID),
        protect("clearance_document", read=any_of(PARTY, BUYER, CUSTOMS, LISTS, SYSTEM)),
        protect("clearance_key", read=SYSTEM),
        protect("clearance_trade", read=any_of(PARTY, BUYER, CUSTOMS, TAX_OFFICE, ZONE_SEES_TRADES, SYSTEM)),
        protect("clearance_receipt", read=any_of(PARTY, CUSTOMS, SYSTEM)),
        migrations.RunSQL(
            "CREATE POLICY clearance_urge_read ON clearance_urge FOR SELECT"
            f" USING (trade_id IN (SELECT id FROM clearance_trade) OR {SYSTEM})"
        ),
    ]
