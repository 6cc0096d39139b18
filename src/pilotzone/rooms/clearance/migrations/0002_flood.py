"""The flood's tables: made by SQL, written by COPY as role flood, read under row-level security (design/intake.md)."""

from django.db import migrations

from pilotzone.kernel.rls import CUSTOMS, SYSTEM, TAX_OFFICE, ZONE_OFFICE, ZONE_SEES_TRADES, any_of, audited, protect

TABLES = """
CREATE SEQUENCE clearance_id_seq CACHE 1;

CREATE TABLE clearance_message (
    id bigint PRIMARY KEY,
    inbox_id bigint NOT NULL,
    name text NOT NULL,
    flow text NOT NULL,
    guid text NOT NULL,
    sender bigint,
    state text NOT NULL,              -- held, sent, dropped, draft, history, refused
    documents int NOT NULL,
    received_at timestamptz NOT NULL,
    hold_until timestamptz,
    sent_at timestamptz,
    signature jsonb NOT NULL
);
CREATE INDEX clearance_message_held ON clearance_message (hold_until) WHERE state = 'held';
CREATE INDEX clearance_message_inbox ON clearance_message (inbox_id);

CREATE TABLE clearance_document (
    id bigint PRIMARY KEY,
    message_id bigint NOT NULL,
    inbox_id bigint NOT NULL,
    position int NOT NULL,
    kind smallint NOT NULL,           -- engine/kinds.py
    edition text NOT NULL,
    key text NOT NULL,
    trade_hash bigint,
    guid text NOT NULL,
    app_type text NOT NULL,
    app_time text NOT NULL,
    sender bigint,
    parties bigint[] NOT NULL,
    head jsonb NOT NULL,              -- without personal fields
    lines jsonb NOT NULL,
    personal bytea,                   -- sealed: kernel.vault, context clearance.document
    buyer text NOT NULL,
    state text NOT NULL,              -- accepted, draft, refused, history
    reasons jsonb NOT NULL,
    accepted_at timestamptz NOT NULL,
    accepted_on date NOT NULL
);
ALTER TABLE clearance_document ALTER personal SET STORAGE EXTERNAL;
CREATE INDEX clearance_document_trade ON clearance_document (trade_hash) WHERE trade_hash IS NOT NULL;
CREATE INDEX clearance_document_day ON clearance_document USING brin (accepted_at);
CREATE INDEX clearance_document_parties ON clearance_document USING gin (parties);
CREATE INDEX clearance_document_draft ON clearance_document (sender, id) WHERE state = 'draft';

CREATE TABLE clearance_key (
    hash bigint PRIMARY KEY,
    namespace smallint NOT NULL,      -- engine/kinds.py numbers, engine/keys.py from 100 on
    key text NOT NULL,
    document_id bigint NOT NULL,
    trade_hash bigint,
    fingerprint bytea NOT NULL,
    app_time text NOT NULL,
    accepted_on date NOT NULL,
    deleted boolean NOT NULL
);

CREATE TABLE clearance_trade (
    id bigint PRIMARY KEY,
    hash bigint NOT NULL UNIQUE,
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
) WITH (fillfactor = 70);
CREATE INDEX clearance_trade_waybill ON clearance_trade (waybill_hash) WHERE waybill_hash IS NOT NULL;
CREATE INDEX clearance_trade_message ON clearance_trade (list_message) WHERE list_message IS NOT NULL;
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
);
CREATE INDEX clearance_receipt_document ON clearance_receipt (document_id);
CREATE INDEX clearance_receipt_trade ON clearance_receipt (trade_id) WHERE trade_id IS NOT NULL;
CREATE INDEX clearance_receipt_time ON clearance_receipt USING brin (received_at);
"""
DROP = """
DROP TABLE clearance_receipt, clearance_trade, clearance_key, clearance_document, clearance_message;
DROP SEQUENCE clearance_id_seq;
"""
PARTY = "pz_organisation() = ANY (parties)"
BUYER = "(pz_is('consumer') AND buyer <> '' AND buyer = pz_buyer())"
LISTS = "(" + TAX_OFFICE + " AND kind IN (4, 14))"
SENDER = "sender = pz_organisation()"


class Migration(migrations.Migration):
    dependencies = [("clearance", "0001_initial"), ("kernel", "0003_clock_audit_events")]

    operations = [
        migrations.RunSQL(TABLES, DROP),
        protect("clearance_message", read=any_of(SENDER, CUSTOMS, SYSTEM)),
        protect("clearance_document", read=any_of(PARTY, BUYER, CUSTOMS, LISTS, SYSTEM)),
        protect("clearance_key", read=SYSTEM),
        protect("clearance_trade", read=any_of(PARTY, BUYER, CUSTOMS, TAX_OFFICE, ZONE_SEES_TRADES, SYSTEM)),
        protect("clearance_receipt", read=any_of(PARTY, CUSTOMS, SYSTEM)),
        protect(
            "clearance_mandate",
            read=any_of("principal_id = pz_organisation()", "agent_id = pz_organisation()", CUSTOMS, ZONE_OFFICE, SYSTEM),
            insert=any_of("principal_id = pz_organisation()", ZONE_OFFICE, SYSTEM),
            update=any_of("principal_id = pz_organisation()", ZONE_OFFICE, SYSTEM),
        ),
        protect("clearance_identity", read=SYSTEM, insert=SYSTEM, update=SYSTEM),
        protect(
            "clearance_urge",
            # visible with its trade
            read=any_of("trade_id IN (SELECT id FROM clearance_trade)", SYSTEM),
            insert=any_of("organisation_id = pz_organisation()", CUSTOMS, ZONE_OFFICE, SYSTEM),
        ),
        audited("clearance_mandate"),
    ]
