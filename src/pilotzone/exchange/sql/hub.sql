-- The exchange between departments: agreements, what was used under them, messages, and the chained log of everything.
-- Whether the caller is an officer or a system of a department (or of a body below it).
CREATE FUNCTION exchange_hub_is(body text) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT pz_is('agency') AND (pz_unit() = body OR starts_with(pz_unit(), body || '.'))
$$;

CREATE TABLE exchange_hub_agreement (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    resource text NOT NULL,
    version text NOT NULL,
    owner text NOT NULL,
    applicant text NOT NULL,
    purpose text NOT NULL CHECK (length(purpose) BETWEEN 1 AND 500),
    article text NOT NULL CHECK (length(article) BETWEEN 1 AND 200),
    fields text[] NOT NULL CHECK (cardinality(fields) > 0),
    whole text[] NOT NULL DEFAULT '{}' CHECK (whole <@ fields),
    rows_filter jsonb NOT NULL DEFAULT '{}',
    volume integer NOT NULL CHECK (volume BETWEEN 1 AND 10000000),
    until date NOT NULL,
    state text NOT NULL DEFAULT 'applied' CHECK (state IN ('applied', 'checked', 'granted', 'returned', 'declined', 'revoked')),
    applied_by bigint NOT NULL,
    applied_at timestamptz NOT NULL,
    checked_by bigint,
    checked_at timestamptz,
    decided_by bigint,
    decided_at timestamptz,
    ended_by bigint,
    ended_at timestamptz,
    due_on date NOT NULL,
    reason text NOT NULL DEFAULT '' CHECK (length(reason) <= 500),
    CHECK (owner <> applicant),
    CHECK (checked_by IS NULL OR checked_by <> applied_by),
    CHECK (decided_by IS NULL OR (checked_by IS NOT NULL AND decided_by <> applied_by AND decided_by <> checked_by)),
    CHECK ((state IN ('checked', 'returned') AND checked_by IS NOT NULL) OR state = 'applied'
           OR (state IN ('granted', 'declined', 'revoked') AND decided_by IS NOT NULL))
);
CREATE INDEX exchange_hub_agreement_applicant ON exchange_hub_agreement (applicant, resource, id);
CREATE INDEX exchange_hub_agreement_owner ON exchange_hub_agreement (owner, id);

-- Who may take which step: nobody changes what was applied for, the platform checks, the owner decides and revokes.
CREATE FUNCTION exchange_hub_step() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF ROW(NEW.resource, NEW.version, NEW.owner, NEW.applicant, NEW.purpose, NEW.article, NEW.fields, NEW.rows_filter,
           NEW.volume, NEW.until, NEW.applied_by, NEW.applied_at)
       IS DISTINCT FROM ROW(OLD.resource, OLD.version, OLD.owner, OLD.applicant, OLD.purpose, OLD.article, OLD.fields,
           OLD.rows_filter, OLD.volume, OLD.until, OLD.applied_by, OLD.applied_at) THEN
        RAISE EXCEPTION 'exchange.hub.step: what was applied for does not change';
    END IF;
    IF pz_is('system') THEN
        RETURN NEW;
    END IF;
    IF (OLD.state, NEW.state) IN (('applied', 'checked'), ('applied', 'returned')) THEN
        IF NOT (pz_is('zone') AND pz_role() = 'operator' AND NEW.checked_by = pz_person()) THEN
            RAISE EXCEPTION 'exchange.hub.step: the platform checks';
        END IF;
    ELSIF (OLD.state, NEW.state) IN (('checked', 'granted'), ('checked', 'declined')) THEN
        IF NOT (exchange_hub_is(OLD.owner) AND NEW.decided_by = pz_person() AND NEW.checked_by = OLD.checked_by) THEN
            RAISE EXCEPTION 'exchange.hub.step: the owner decides';
        END IF;
    ELSIF (OLD.state, NEW.state) = ('granted', 'revoked') THEN
        IF NOT ((exchange_hub_is(OLD.owner) OR exchange_hub_is(OLD.applicant)) AND NEW.ended_by = pz_person()) THEN
            RAISE EXCEPTION 'exchange.hub.step: the owner or the applicant ends it';
        END IF;
    ELSE
        RAISE EXCEPTION 'exchange.hub.step: % does not become %', OLD.state, NEW.state;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER exchange_hub_step BEFORE UPDATE ON exchange_hub_agreement FOR EACH ROW EXECUTE FUNCTION exchange_hub_step();

-- What was answered, or refused (outcome is its code): never the values themselves.
CREATE TABLE exchange_hub_use (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL,
    day date NOT NULL,
    agreement bigint,
    resource text NOT NULL,
    owner text NOT NULL,
    consumer text NOT NULL,
    article text NOT NULL DEFAULT '',
    fields text[] NOT NULL DEFAULT '{}',
    rows integer NOT NULL DEFAULT 0,
    cells integer NOT NULL DEFAULT 0,
    empty integer NOT NULL DEFAULT 0,
    outcome text NOT NULL DEFAULT 'answered',
    way text NOT NULL DEFAULT 'query' CHECK (way IN ('query', 'message'))
);
CREATE INDEX exchange_hub_use_agreement ON exchange_hub_use (agreement, day);
CREATE INDEX exchange_hub_use_day ON exchange_hub_use (day, consumer, resource);
CREATE INDEX exchange_hub_use_resource ON exchange_hub_use (resource, id);
CREATE TABLE exchange_hub_concern (
    use bigint NOT NULL REFERENCES exchange_hub_use (id),
    uscc text NOT NULL,
    PRIMARY KEY (uscc, use)
);
CREATE INDEX exchange_hub_concern_use ON exchange_hub_concern (use);
CREATE FUNCTION exchange_hub_firm() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT nullif(uscc, '') FROM kernel_organisation WHERE id = pz_organisation() AND pz_is('enterprise')
$$;

-- 校核 and dispute: somebody says a value is wrong; the owner answers; who disagrees disputes; the platform settles.
CREATE TABLE exchange_hub_correction (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    resource text NOT NULL,
    owner text NOT NULL,
    field text NOT NULL,
    key_value text NOT NULL CHECK (length(key_value) BETWEEN 1 AND 80),
    words text NOT NULL CHECK (length(words) BETWEEN 1 AND 500),
    raised_unit text NOT NULL DEFAULT '',
    raised_organisation bigint,
    raised_by bigint NOT NULL,
    raised_at timestamptz NOT NULL,
    due_on date NOT NULL,
    state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'corrected', 'kept', 'disputed', 'settled')),
    answer text NOT NULL DEFAULT '' CHECK (length(answer) <= 500),
    answered_by bigint,
    answered_at timestamptz,
    dispute text NOT NULL DEFAULT '' CHECK (length(dispute) <= 500),
    settled_by bigint,
    settled_at timestamptz,
    ruling text NOT NULL DEFAULT '' CHECK (length(ruling) <= 500),
    CHECK (answered_by IS NULL OR answered_by <> raised_by),
    CHECK (settled_by IS NULL OR (settled_by <> raised_by AND settled_by <> answered_by)),
    CHECK ((raised_unit = '') = (raised_organisation IS NOT NULL))
);

-- Systems of departments: a token (its hash alone is kept) and, where there is one, the certificate that must sign.
CREATE TABLE exchange_hub_client (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    unit text NOT NULL,
    label text NOT NULL,
    token_hash bytea NOT NULL UNIQUE,
    certificate text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL,
    revoked_at timestamptz
);
CREATE TABLE exchange_hub_answer (
    unit text NOT NULL,
    key text NOT NULL CHECK (length(key) BETWEEN 1 AND 100),
    request bytea NOT NULL,
    answer bytea NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (unit, key)
);

-- Messages between departments. Order is kept per receiver and key: a message waits for those before it, a dead one holds them up
-- until it is replayed or dropped by a person.
CREATE TABLE exchange_hub_message (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    event_id text NOT NULL CHECK (length(event_id) BETWEEN 1 AND 100),
    source text NOT NULL,
    target text NOT NULL,
    resource text NOT NULL,
    agreement bigint,
    key text NOT NULL,
    body bytea NOT NULL,
    sha256 bytea NOT NULL,
    state text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'taken', 'dead', 'dropped')),
    attempts integer NOT NULL DEFAULT 0,
    next_try_at timestamptz NOT NULL,
    last_error text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL,
    settled_at timestamptz,
    UNIQUE (source, event_id)
);
CREATE INDEX exchange_hub_message_open ON exchange_hub_message (target, key, id) WHERE state IN ('queued', 'dead');
CREATE INDEX exchange_hub_message_day ON exchange_hub_message (created_at);

-- The log: append-only; number and hash are the database's own. hash = sha256(hash before || number (8 bytes) || sha256(entry)).
CREATE TABLE exchange_hub_log (
    number bigint PRIMARY KEY,
    at timestamptz NOT NULL,
    entry text NOT NULL,
    hash bytea NOT NULL
);
CREATE INDEX exchange_hub_log_at ON exchange_hub_log (at);
CREATE TABLE exchange_hub_head (
    id smallint PRIMARY KEY DEFAULT 1 CHECK (id = 1),
    number bigint NOT NULL DEFAULT 0,
    hash bytea NOT NULL DEFAULT ''
);
INSERT INTO exchange_hub_head DEFAULT VALUES;
CREATE TABLE exchange_hub_batch (
    first bigint PRIMARY KEY,
    last bigint NOT NULL UNIQUE,
    head bytea NOT NULL,
    sealed text NOT NULL,
    signature bytea NOT NULL,
    certificate bytea NOT NULL,
    CHECK (last >= first)
);
CREATE FUNCTION exchange_hub_fill() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    was exchange_hub_head;
BEGIN
    SELECT * INTO STRICT was FROM exchange_hub_head FOR UPDATE;
    NEW.number := was.number + 1;
    NEW.at := pz_now();
    NEW.hash := sha256(was.hash || int8send(NEW.number) || sha256(convert_to(NEW.entry, 'UTF8')));
    UPDATE exchange_hub_head SET number = NEW.number, hash = NEW.hash;
    RETURN NEW;
END $$;
CREATE TRIGGER exchange_hub_fill BEFORE INSERT ON exchange_hub_log FOR EACH ROW EXECUTE FUNCTION exchange_hub_fill();
CREATE FUNCTION exchange_hub_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'exchange.hub.kept: the log is never changed or cut';
END $$;
CREATE TRIGGER exchange_hub_kept BEFORE UPDATE OR DELETE ON exchange_hub_log FOR EACH ROW EXECUTE FUNCTION exchange_hub_kept();
CREATE TRIGGER exchange_hub_whole BEFORE TRUNCATE ON exchange_hub_log FOR EACH STATEMENT EXECUTE FUNCTION exchange_hub_kept();
CREATE TRIGGER exchange_hub_kept BEFORE UPDATE OR DELETE ON exchange_hub_batch FOR EACH ROW EXECUTE FUNCTION exchange_hub_kept();
CREATE TRIGGER exchange_hub_kept BEFORE UPDATE OR DELETE ON exchange_hub_use FOR EACH ROW EXECUTE FUNCTION exchange_hub_kept();
CREATE TRIGGER exchange_hub_kept BEFORE UPDATE OR DELETE ON exchange_hub_concern FOR EACH ROW EXECUTE FUNCTION exchange_hub_kept();
CREATE FUNCTION exchange_hub_headed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'exchange.hub.kept: the head moves with the log only';
END $$;
CREATE TRIGGER exchange_hub_headed BEFORE INSERT OR UPDATE OR DELETE ON exchange_hub_head
    FOR EACH ROW EXECUTE FUNCTION exchange_hub_headed();

-- What a partner counted himself for a day, beside ours.
CREATE TABLE exchange_hub_count (
    day date NOT NULL,
    unit text NOT NULL,
    ours jsonb NOT NULL,
    theirs jsonb NOT NULL,
    agreed boolean NOT NULL,
    told_by bigint,
    told_at timestamptz NOT NULL,
    PRIMARY KEY (day, unit)
);
