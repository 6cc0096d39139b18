-- Who may send by token. Only the SHA-256 of a token is kept.
CREATE TABLE exchange_client (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    token_hash bytea NOT NULL UNIQUE CHECK (length(token_hash) = 32),
    organisation_id bigint NOT NULL,
    label text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL DEFAULT pz_now(),
    revoked_at timestamptz
);
CREATE INDEX exchange_client_organisation ON exchange_client (organisation_id);

-- Every message as it came: compressed, sealed, never changed. How far it got is told by the cursor and the results.
CREATE TABLE exchange_inbox (
    id bigserial PRIMARY KEY,
    receipt_id text NOT NULL,
    received_at timestamptz NOT NULL DEFAULT pz_now(),
    received_wall timestamptz NOT NULL DEFAULT clock_timestamp(),
    channel text NOT NULL,
    client text NOT NULL DEFAULT '',
    organisation_id bigint,
    partition smallint NOT NULL CHECK (partition BETWEEN 0 AND 63),
    size integer NOT NULL CHECK (size >= 0),
    sha256 bytea NOT NULL CHECK (length(sha256) = 32),
    raw bytea NOT NULL
);
ALTER TABLE exchange_inbox ALTER COLUMN raw SET STORAGE EXTERNAL;
CREATE UNIQUE INDEX exchange_inbox_receipt ON exchange_inbox (receipt_id);
CREATE INDEX exchange_inbox_partition ON exchange_inbox (partition, id);
CREATE INDEX exchange_inbox_organisation ON exchange_inbox (organisation_id, id) WHERE organisation_id IS NOT NULL;
CREATE INDEX exchange_inbox_received ON exchange_inbox USING brin (received_at);

-- A number is given out before its row can be seen, so `id > last` would lose a late committer. Every writer first
-- holds, to the end of its transaction, a shared lock named after the last number given out before its own.
CREATE FUNCTION exchange_inbox_writing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(20902, ((last_value - (NOT is_called)::int) & 2147483647)::int)
    FROM exchange_inbox_id_seq;
    RETURN NULL;
END $$;
CREATE TRIGGER exchange_inbox_writing BEFORE INSERT ON exchange_inbox
    FOR EACH STATEMENT EXECUTE FUNCTION exchange_inbox_writing();

-- The number below which nothing can appear any more. The sequence is read before the locks: whoever took a number
-- up to `last` held its lock by then, and holds it until its row can be seen. Locks of later writers look far away.
CREATE FUNCTION exchange_inbox_safe() RETURNS bigint LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    last bigint;
    nearest bigint;
BEGIN
    SELECT last_value - (NOT is_called)::int INTO last FROM exchange_inbox_id_seq;
    SELECT max(behind) INTO nearest FROM (
        SELECT (last - objid::bigint) & 2147483647 AS behind FROM pg_locks
        WHERE locktype = 'advisory' AND classid = 20902 AND objsubid = 2 AND granted AND pid <> pg_backend_pid()
          AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    ) writers WHERE behind < 1073741824;
    RETURN last - coalesce(nearest, 0);
END $$;

-- How far the workers came, by partition; moved in the transaction that writes the results.
CREATE TABLE exchange_cursor (
    partition smallint PRIMARY KEY,
    position bigint NOT NULL DEFAULT 0,
    moved_at timestamptz
);
INSERT INTO exchange_cursor (partition) SELECT generate_series(0, 63);

-- What became of a message: position 0 speaks of the message, 1… of its documents in their order.
CREATE TABLE exchange_result (
    receipt_id text NOT NULL,
    position integer NOT NULL DEFAULT 0 CHECK (position >= 0),
    state text NOT NULL,
    document text NOT NULL DEFAULT '',
    findings jsonb NOT NULL DEFAULT '[]',
    at timestamptz NOT NULL DEFAULT pz_now(),
    PRIMARY KEY (receipt_id, position)
);
