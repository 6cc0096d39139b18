-- Where a firm wants to be told. The secret is sealed; after a rotation the old one signs too until old_until (wall time).
-- on: told; off: switched off by the firm; gone: its endpoint answered 410. What is owed waits at the cursor.
CREATE TABLE exchange_hook (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation_id bigint NOT NULL,
    url text NOT NULL CHECK (length(url) <= 500),
    description text NOT NULL DEFAULT '',
    kinds text[] NOT NULL CHECK (cardinality(kinds) > 0),
    secret bytea NOT NULL,
    old_secret bytea,
    old_until timestamptz,
    state text NOT NULL DEFAULT 'on' CHECK (state IN ('on', 'off', 'gone')),
    created_at timestamptz NOT NULL DEFAULT pz_now(),
    UNIQUE (id, organisation_id)
);
CREATE INDEX exchange_hook_organisation ON exchange_hook (organisation_id, id);

-- How far a subscription came: the last receipt put into a delivery. Moved in the transaction that writes the delivery.
-- troubled: its last attempt failed or was slow, so it shares the smaller part of the places.
CREATE TABLE exchange_hook_cursor (
    hook_id bigint PRIMARY KEY,
    organisation_id bigint NOT NULL,
    position bigint NOT NULL DEFAULT 0,
    troubled boolean NOT NULL DEFAULT false,
    FOREIGN KEY (hook_id, organisation_id) REFERENCES exchange_hook (id, organisation_id)
);

-- What is to be told to a subscription: the receipts first_number … last_number of its firm, or a ping. The content is
-- read again at each attempt; message_id stays, so that the receiver knows a repetition. queued: waits for next_try_at
-- (zone clock); sent: taken; dead: given up, may be replayed. lease and leased_until (wall): somebody is sending it now.
CREATE TABLE exchange_delivery (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    hook_id bigint NOT NULL,
    organisation_id bigint NOT NULL,
    message_id text NOT NULL UNIQUE,
    kind text NOT NULL,
    first_number bigint,
    last_number bigint,
    items integer NOT NULL DEFAULT 0,
    note text NOT NULL DEFAULT '',
    state text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'sent', 'dead')),
    attempts integer NOT NULL DEFAULT 0,
    next_try_at timestamptz NOT NULL DEFAULT pz_now(),
    lease text,
    leased_until timestamptz,
    last_status integer NOT NULL DEFAULT 0,
    last_error text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL DEFAULT pz_now(),
    settled_at timestamptz,
    UNIQUE (id, organisation_id),
    CHECK ((first_number IS NULL) = (last_number IS NULL)),
    FOREIGN KEY (hook_id, organisation_id) REFERENCES exchange_hook (id, organisation_id)
);
CREATE INDEX exchange_delivery_hook ON exchange_delivery (hook_id, id);
CREATE INDEX exchange_delivery_waiting ON exchange_delivery (hook_id, id) WHERE state = 'queued';
CREATE INDEX exchange_delivery_dead ON exchange_delivery (hook_id, id) WHERE state = 'dead';

-- Each attempt and what was answered: status 0 where nothing was.
CREATE TABLE exchange_delivery_attempt (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    delivery_id bigint NOT NULL,
    organisation_id bigint NOT NULL,
    at timestamptz NOT NULL DEFAULT pz_now(),
    status integer NOT NULL,
    took_ms integer NOT NULL,
    error text NOT NULL DEFAULT '',
    answer text NOT NULL DEFAULT '',
    FOREIGN KEY (delivery_id, organisation_id) REFERENCES exchange_delivery (id, organisation_id)
);
CREATE INDEX exchange_delivery_attempt_delivery ON exchange_delivery_attempt (delivery_id, id);

-- A receipt's number is given out before its row can be seen. As with the inbox (inbox.sql), every writer holds to the
-- end of its transaction a shared lock named after the last number given out before its own.
CREATE FUNCTION exchange_receipt_writing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(20903, ((last_value - (NOT is_called)::int) & 2147483647)::int)
    FROM exchange_receipt_id_seq;
    RETURN NULL;
END $$;
CREATE TRIGGER exchange_receipt_writing BEFORE INSERT ON exchange_receipt
    FOR EACH STATEMENT EXECUTE FUNCTION exchange_receipt_writing();

-- The number below which no receipt can appear any more.
CREATE FUNCTION exchange_receipt_safe() RETURNS bigint LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    last bigint;
    nearest bigint;
BEGIN
    SELECT last_value - (NOT is_called)::int INTO last FROM exchange_receipt_id_seq;
    SELECT max(behind) INTO nearest FROM (
        SELECT (last - objid::bigint) & 2147483647 AS behind FROM pg_locks
        WHERE locktype = 'advisory' AND classid = 20903 AND objsubid = 2 AND granted AND pid <> pg_backend_pid()
          AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    ) writers WHERE behind < 1073741824;
    RETURN last - coalesce(nearest, 0);
END $$;
