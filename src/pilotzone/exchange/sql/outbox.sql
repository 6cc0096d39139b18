-- What the platform has to tell a counterpart. queued: waits for next_try_at (zone clock); sent: taken by the other
-- side; failed: refused by it for good; dead: given up after too many attempts, may be queued again by hand.
CREATE TABLE exchange_outbox (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    counterpart text NOT NULL,
    kind text NOT NULL,
    body bytea NOT NULL,
    keys jsonb NOT NULL DEFAULT '{}',
    state text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'sent', 'failed', 'dead')),
    attempts integer NOT NULL DEFAULT 0,
    next_try_at timestamptz NOT NULL DEFAULT pz_now(),
    last_error text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL DEFAULT pz_now(),
    settled_at timestamptz
);
ALTER TABLE exchange_outbox ALTER COLUMN body SET STORAGE EXTERNAL;
CREATE INDEX exchange_outbox_due ON exchange_outbox (next_try_at, id) WHERE state = 'queued';
CREATE INDEX exchange_outbox_stuck ON exchange_outbox (state, id) WHERE state IN ('failed', 'dead');

-- Official receipts that wait for the firm that has a right to them; the XML as the firm fetches it, sealed.
CREATE TABLE exchange_receipt (
    id bigserial PRIMARY KEY,
    organisation_id bigint NOT NULL,
    message text NOT NULL,
    document_key text NOT NULL,
    return_status text NOT NULL,
    return_time timestamptz NOT NULL,
    info text NOT NULL DEFAULT '',
    xml bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT pz_now(),
    fetched_at timestamptz
);
ALTER TABLE exchange_receipt ALTER COLUMN xml SET STORAGE EXTERNAL;
CREATE INDEX exchange_receipt_organisation ON exchange_receipt (organisation_id, id);
CREATE INDEX exchange_receipt_waiting ON exchange_receipt (organisation_id, id) WHERE fetched_at IS NULL;
CREATE INDEX exchange_receipt_document ON exchange_receipt (document_key);
