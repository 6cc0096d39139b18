-- What a firm takes away: one package at a time; the file lies in the state folder until keep_until.
CREATE TABLE portal_takeaway (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation_id bigint NOT NULL,
    asked_by bigint,
    role text NOT NULL,
    asked_at timestamptz NOT NULL,
    state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'working', 'done', 'failed')),
    done integer NOT NULL DEFAULT 0,
    total integer NOT NULL DEFAULT 0,
    size bigint NOT NULL DEFAULT 0,
    sha256 text NOT NULL DEFAULT '',
    keep_until date
);
CREATE INDEX portal_takeaway_organisation ON portal_takeaway (organisation_id, id);
-- What persons and firms ask about their data, and the article it was granted or refused by.
CREATE TABLE portal_request (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person_id bigint NOT NULL,
    organisation_id bigint,
    kind text NOT NULL CHECK (kind IN ('correct', 'delete')),
    words text NOT NULL CHECK (length(words) BETWEEN 1 AND 500),
    state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'done', 'refused')),
    refusal text NOT NULL DEFAULT '',
    basis text NOT NULL,
    answer text NOT NULL DEFAULT '' CHECK (length(answer) <= 500),
    asked_at timestamptz NOT NULL,
    due_on date NOT NULL,
    decided_by bigint CHECK (decided_by <> person_id),
    decided_at timestamptz,
    CHECK ((state = 'open') = (decided_at IS NULL))
);
CREATE INDEX portal_request_person ON portal_request (person_id, id);
CREATE INDEX portal_request_open ON portal_request (due_on) WHERE state = 'open';
