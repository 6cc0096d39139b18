-- What became of a message, a batch's answer a row: told is [[position, state, document, findings], …]; position 0
-- speaks of the message, 1… of its documents. What is told later of the same position counts in its place.
CREATE TABLE exchange_answer (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    receipt_id text NOT NULL,
    told json NOT NULL,
    at timestamptz NOT NULL DEFAULT pz_now()
);
ALTER TABLE exchange_answer ALTER COLUMN told SET STORAGE EXTERNAL;
CREATE INDEX exchange_answer_receipt ON exchange_answer (receipt_id);
INSERT INTO exchange_answer (receipt_id, told, at)
SELECT receipt_id, json_agg(json_build_array(position, state, document, findings) ORDER BY position), max(at)
FROM exchange_result GROUP BY receipt_id;
DROP TABLE exchange_result;
CREATE VIEW exchange_result WITH (security_invoker = true) AS
SELECT DISTINCT ON (a.receipt_id, (one ->> 0)::int)
       a.receipt_id, (one ->> 0)::int AS position, one ->> 1 AS state, one ->> 2 AS document, (one -> 3)::jsonb AS findings, a.at
FROM exchange_answer a CROSS JOIN LATERAL json_array_elements(a.told) AS one
ORDER BY a.receipt_id, (one ->> 0)::int, a.id DESC;

-- A letter may enclose a kept message instead of carrying a body: it is put into its envelope when it is sent.
ALTER TABLE exchange_outbox ALTER COLUMN body DROP NOT NULL, ADD COLUMN enclosed bigint,
    ADD CONSTRAINT exchange_outbox_says CHECK ((body IS NULL) <> (enclosed IS NULL));

-- Official receipts: what one batch answers to one firm, up to a hundred returns, sealed as a whole; the platform's
-- signature over the message they make, and whose certificate confirms it. No zone kept receipts before 0.1.0.
DROP TABLE exchange_receipt;
CREATE TABLE exchange_signer (
    sha256 text PRIMARY KEY,
    certificate bytea NOT NULL
);
CREATE TABLE exchange_receipt (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation_id bigint NOT NULL,
    message text NOT NULL,
    returns smallint NOT NULL CHECK (returns BETWEEN 1 AND 100),
    keys bigint[] NOT NULL,           -- hashes of the business keys inside
    guid text NOT NULL,
    body bytea NOT NULL,
    signature bytea NOT NULL,
    signer text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT pz_now(),
    fetched_at timestamptz
);
ALTER TABLE exchange_receipt ALTER COLUMN body SET STORAGE EXTERNAL;
CREATE INDEX exchange_receipt_organisation ON exchange_receipt (organisation_id, id);
