-- The audit trail: append-only, hash-chained. Every line is filled in by the database, not by the caller.
CREATE SEQUENCE kernel_audit_id_seq;
CREATE TABLE kernel_audit (
    id bigint PRIMARY KEY,
    at_zone timestamptz NOT NULL,
    at_wall timestamptz NOT NULL,
    kind text NOT NULL,
    person bigint,
    deputy_of bigint,
    organisation bigint,
    unit text NOT NULL,
    role text NOT NULL,
    login text NOT NULL,
    action text NOT NULL,
    object_kind text NOT NULL,
    object_id text NOT NULL,
    before jsonb,
    after jsonb,
    reason text NOT NULL DEFAULT '',
    chain smallint NOT NULL,
    number bigint NOT NULL,
    hash bytea NOT NULL,
    UNIQUE (chain, number)
);
CREATE INDEX kernel_audit_object ON kernel_audit (object_kind, object_id, id);
CREATE INDEX kernel_audit_person ON kernel_audit (person, id);
CREATE INDEX kernel_audit_wall ON kernel_audit USING brin (at_wall);

-- Heads of the chains: the last number and hash, so that cutting off a tail shows too.
-- 64 chains, of which a transaction takes any free one: nobody ever waits for another's audit line.
CREATE TABLE kernel_audit_chain (
    chain smallint PRIMARY KEY,
    number bigint NOT NULL DEFAULT 0,
    hash bytea NOT NULL DEFAULT ''
);
INSERT INTO kernel_audit_chain (chain) SELECT generate_series(0, 63);

CREATE FUNCTION pz_audit_chain() RETURNS smallint LANGUAGE plpgsql AS $$
DECLARE
    mine text := nullif(current_setting('pz.chain', true), '');
    free smallint;
BEGIN
    IF mine IS NOT NULL AND pg_try_advisory_xact_lock(20901, mine::int) THEN
        RETURN mine::smallint;
    END IF;
    FOR turn IN 0..63 LOOP
        free := (pg_backend_pid() + turn) % 64;
        IF pg_try_advisory_xact_lock(20901, free) THEN
            PERFORM set_config('pz.chain', free::text, true);
            RETURN free;
        END IF;
    END LOOP;
    free := pg_backend_pid() % 64;
    PERFORM pg_advisory_xact_lock(20901, free);
    RETURN free;
END $$;

CREATE FUNCTION pz_audit_hash(previous bytea, line kernel_audit) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
    SELECT sha256(previous || convert_to(jsonb_build_array(
        line.id, extract(epoch FROM line.at_zone), extract(epoch FROM line.at_wall), line.kind, line.person,
        line.deputy_of, line.organisation, line.unit, line.role, line.login, line.action, line.object_kind,
        line.object_id, line.before, line.after, line.reason, line.chain, line.number)::text, 'UTF8'))
$$;

CREATE FUNCTION pz_audit_fill() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    head kernel_audit_chain;
BEGIN
    NEW.id := nextval('kernel_audit_id_seq');
    NEW.at_zone := pz_now();
    NEW.at_wall := clock_timestamp();
    NEW.kind := pz_kind();
    NEW.person := pz_person();
    NEW.deputy_of := nullif(current_setting('pz.deputy', true), '')::bigint;
    NEW.organisation := pz_organisation();
    NEW.unit := pz_unit();
    NEW.role := coalesce(current_setting('pz.role', true), '');
    NEW.login := session_user;
    NEW.reason := coalesce(nullif(NEW.reason, ''), current_setting('pz.reason', true), '');
    NEW.chain := pz_audit_chain();
    SELECT * INTO STRICT head FROM kernel_audit_chain WHERE chain = NEW.chain;
    NEW.number := head.number + 1;
    NEW.hash := pz_audit_hash(head.hash, NEW);
    UPDATE kernel_audit_chain SET number = NEW.number, hash = NEW.hash WHERE chain = NEW.chain;
    RETURN NEW;
END $$;
CREATE TRIGGER kernel_audit_fill BEFORE INSERT ON kernel_audit FOR EACH ROW EXECUTE FUNCTION pz_audit_fill();

CREATE FUNCTION pz_audit_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'kernel.audit.kept: audit lines are never changed or removed';
END $$;
CREATE TRIGGER kernel_audit_kept BEFORE UPDATE OR DELETE ON kernel_audit
    FOR EACH ROW EXECUTE FUNCTION pz_audit_kept();
CREATE TRIGGER kernel_audit_whole BEFORE TRUNCATE ON kernel_audit
    FOR EACH STATEMENT EXECUTE FUNCTION pz_audit_kept();

-- Only the filling trigger, which runs as the owner, moves a head.
CREATE FUNCTION pz_audit_head() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'kernel.audit.kept: heads of audit chains move with their lines only';
END $$;
CREATE TRIGGER kernel_audit_head BEFORE INSERT OR UPDATE OR DELETE ON kernel_audit_chain
    FOR EACH ROW EXECUTE FUNCTION pz_audit_head();

-- Put on desk tables by kernel.rls.audited(): every INSERT, UPDATE and DELETE leaves what changed, bulk and raw SQL
-- included. Arguments: the columns whose values must not be written down.
CREATE FUNCTION pz_audit_row() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    was jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END;
    is_ jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END;
    whole jsonb := coalesce(is_, was);
    hidden text;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        SELECT jsonb_object_agg(o.key, o.value), jsonb_object_agg(o.key, n.value) INTO was, is_
        FROM jsonb_each(was) o JOIN jsonb_each(is_) n USING (key) WHERE o.value IS DISTINCT FROM n.value;
        IF is_ IS NULL THEN
            RETURN NULL;
        END IF;
    END IF;
    FOREACH hidden IN ARRAY coalesce(TG_ARGV, '{}') LOOP
        IF was ? hidden THEN was := jsonb_set(was, ARRAY[hidden], '"***"'); END IF;
        IF is_ ? hidden THEN is_ := jsonb_set(is_, ARRAY[hidden], '"***"'); END IF;
    END LOOP;
    INSERT INTO kernel_audit (action, object_kind, object_id, before, after)
    VALUES (TG_TABLE_NAME || '.' || lower(TG_OP), TG_TABLE_NAME, coalesce(whole ->> 'id', ''), was, is_);
    RETURN NULL;
END $$;
