-- A person may put a letter aside (parked): it is not sent and not given up. The list of letters is read by the day.
ALTER TABLE exchange_outbox DROP CONSTRAINT exchange_outbox_state_check,
    ADD CONSTRAINT exchange_outbox_state_check CHECK (state IN ('queued', 'sent', 'failed', 'dead', 'parked'));
DROP INDEX exchange_outbox_stuck;
CREATE INDEX exchange_outbox_stuck ON exchange_outbox (state, id) WHERE state IN ('failed', 'dead', 'parked');
CREATE INDEX exchange_outbox_created ON exchange_outbox (created_at, id);
CREATE INDEX exchange_outbox_reference ON exchange_outbox ((keys ->> 'reference')) WHERE keys ? 'reference';

-- Letters by their CopMsgId. Row-level security would have every letter opened: what compares JSON is not leakproof.
-- A number opens no letter that its reader may not see.
CREATE FUNCTION exchange_letters_of(reference text) RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    SELECT id FROM exchange_outbox WHERE keys ? 'reference' AND keys ->> 'reference' = reference
$$;
REVOKE ALL ON FUNCTION exchange_letters_of(text) FROM PUBLIC;
DO $$ BEGIN
    IF to_regrole('pz_web') IS NOT NULL THEN
        GRANT EXECUTE ON FUNCTION exchange_letters_of(text) TO pz_web;
    END IF;
END $$;
