-- Papers that were issued: what they say is not kept here, only what proves it (kernel/papers.py).
CREATE TABLE kernel_paper (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL CHECK (kind <> ''),
    record text NOT NULL,                 -- the key of the record the paper was made of
    audience text NOT NULL,               -- who may be shown this content: figures and masks differ by reader
    organisation bigint,
    unit text NOT NULL DEFAULT '',
    person bigint,                        -- who printed it first
    prefix text NOT NULL CHECK (prefix ~ '^[A-Z]{2}$'),
    code text NOT NULL UNIQUE CHECK (code ~ '^[0-9A-Z]{20}$'),
    digest text NOT NULL CHECK (digest ~ '^[0-9a-f]{64}$'),
    stamp text NOT NULL,                  -- digest of what decides whether the paper still holds
    template int NOT NULL,
    issued_at timestamptz NOT NULL,       -- zone time
    superseded_at timestamptz,            -- zone time
    revoked_at timestamptz,               -- zone time
    revoked_why text NOT NULL DEFAULT ''
);
-- of one record, for one audience, one paper is in force
CREATE UNIQUE INDEX kernel_paper_force ON kernel_paper (kind, record, audience)
    WHERE superseded_at IS NULL AND revoked_at IS NULL;

-- What was said once stays said: only the end of a paper is written afterwards, and once.
CREATE FUNCTION pz_paper_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.kind, OLD.record, OLD.audience, OLD.organisation, OLD.unit, OLD.person, OLD.prefix, OLD.code, OLD.digest, OLD.stamp,
        OLD.template, OLD.issued_at) IS DISTINCT FROM (NEW.kind, NEW.record, NEW.audience, NEW.organisation, NEW.unit,
        NEW.person, NEW.prefix, NEW.code, NEW.digest, NEW.stamp, NEW.template, NEW.issued_at)
        OR (OLD.superseded_at IS NOT NULL AND NEW.superseded_at IS DISTINCT FROM OLD.superseded_at)
        OR (OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS DISTINCT FROM OLD.revoked_at) THEN
        RAISE integrity_constraint_violation USING MESSAGE = 'kernel.paper.kept: an issued paper is not changed';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER kernel_paper_kept BEFORE UPDATE ON kernel_paper FOR EACH ROW EXECUTE FUNCTION pz_paper_kept();
