-- What happened, for the rooms above: one row per batch and kind.
CREATE TABLE kernel_event (
    id bigserial PRIMARY KEY,
    kind text NOT NULL,
    key text NOT NULL DEFAULT '',
    payload jsonb NOT NULL,
    at timestamptz NOT NULL DEFAULT pz_now(),
    xid xid8 NOT NULL DEFAULT pg_current_xact_id()
);
CREATE INDEX kernel_event_kind ON kernel_event (kind, id);

-- How far each consumer came. `fence` and `waiting`: the last number given out at the former look, and the
-- publishers that were still open then; when they have ended, everything up to the fence may be read.
CREATE TABLE kernel_event_cursor (
    consumer text PRIMARY KEY,
    position bigint NOT NULL DEFAULT 0,
    fence bigint NOT NULL DEFAULT 0,
    waiting text[] NOT NULL DEFAULT '{}',
    moved_at timestamptz,
    failures int NOT NULL DEFAULT 0,
    last_error text NOT NULL DEFAULT ''
);
