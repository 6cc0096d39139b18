-- What arrives together is compressed and sealed together (docs/adr/0009): one row a group, one light row a message.
-- organisation_id is that of all messages of the group, NULL where they are of several: those only the system opens.
CREATE TABLE exchange_inbox_group (
    id bigserial PRIMARY KEY,
    organisation_id bigint,
    blob bytea NOT NULL
);
ALTER TABLE exchange_inbox_group ALTER COLUMN blob SET STORAGE EXTERNAL;

-- A message's number is its group's times 4096 and its place in it; its bytes begin at `start` of the unpacked group.
-- The receipt id begins with the number (14 hexadecimal digits), so that it needs no index of its own.
ALTER TABLE exchange_inbox ADD COLUMN start integer NOT NULL DEFAULT 0;
ALTER TABLE exchange_inbox ALTER COLUMN id DROP DEFAULT;
DROP TRIGGER exchange_inbox_writing ON exchange_inbox;
DROP FUNCTION exchange_inbox_safe();
DROP FUNCTION exchange_inbox_writing();
DROP SEQUENCE exchange_inbox_id_seq;
DROP INDEX exchange_inbox_receipt;
CREATE UNIQUE INDEX exchange_inbox_old_receipt ON exchange_inbox (receipt_id) WHERE receipt_id >= '01';

-- The number of a message by its receipt id; NULL where it cannot be one. Ids given before there were groups begin
-- with a time, far above '00'.
CREATE FUNCTION exchange_inbox_number(receipt text) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN receipt ~ '^00[0-9a-f]{30}$' THEN ('x' || left(receipt, 14))::bit(56)::bigint
                ELSE (SELECT i.id FROM exchange_inbox i WHERE i.receipt_id = receipt AND i.receipt_id >= '01') END
$$;

-- A number is given out before its row can be seen, so `id > last` would lose a late committer. Every writer first
-- holds, to the end of its transaction, a shared lock named after the last group number given out before its own.
CREATE FUNCTION exchange_inbox_writing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(20902, ((last_value - (NOT is_called)::int) & 2147483647)::int)
    FROM exchange_inbox_group_id_seq;
    RETURN NULL;
END $$;
CREATE TRIGGER exchange_inbox_writing BEFORE INSERT ON exchange_inbox_group
    FOR EACH STATEMENT EXECUTE FUNCTION exchange_inbox_writing();

-- The message number up to which nothing can appear any more. The sequence is read before the locks: whoever took a
-- number up to `last` held its lock by then, and holds it until its row can be seen. Locks of later writers look far away.
CREATE FUNCTION exchange_inbox_safe() RETURNS bigint LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    last bigint;
    nearest bigint;
BEGIN
    SELECT last_value - (NOT is_called)::int INTO last FROM exchange_inbox_group_id_seq;
    SELECT max(behind) INTO nearest FROM (
        SELECT (last - objid::bigint) & 2147483647 AS behind FROM pg_locks
        WHERE locktype = 'advisory' AND classid = 20902 AND objsubid = 2 AND granted AND pid <> pg_backend_pid()
          AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    ) writers WHERE behind < 1073741824;
    RETURN (last - coalesce(nearest, 0)) * 4096 + 4095;
END $$;
