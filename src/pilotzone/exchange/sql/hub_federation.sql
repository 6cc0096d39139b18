-- Districts (or cities) that run a server of their own: who they are, what they may be told, how far each side has the other.
CREATE TABLE exchange_hub_peer (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code text NOT NULL UNIQUE CHECK (code ~ '^[a-z0-9][a-z0-9.-]{1,59}$'),
    own text NOT NULL CHECK (own ~ '^[a-z0-9][a-z0-9.-]{1,59}$'),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 80),
    certificate text NOT NULL,
    resources text[] NOT NULL DEFAULT '{}',
    unit text NOT NULL DEFAULT '',
    said bigint NOT NULL DEFAULT 0,
    acked bigint NOT NULL DEFAULT 0,
    reached bigint NOT NULL DEFAULT 0,
    seen bigint NOT NULL DEFAULT 0,
    bundles bigint NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL,
    ended_at timestamptz,
    CHECK (code <> own)
);
CREATE TABLE exchange_hub_offer (
    peer bigint NOT NULL REFERENCES exchange_hub_peer (id),
    seq bigint NOT NULL,
    resource text NOT NULL,
    key text NOT NULL,
    body bytea NOT NULL,
    sha256 bytea NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (peer, seq)
);
CREATE INDEX exchange_hub_offer_key ON exchange_hub_offer (peer, resource, key, seq);
CREATE TABLE exchange_hub_mirror (
    peer bigint NOT NULL REFERENCES exchange_hub_peer (id),
    resource text NOT NULL,
    key text NOT NULL,
    seq bigint NOT NULL,
    body bytea NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (peer, resource, key)
);
CREATE TABLE exchange_hub_bundle (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    peer bigint NOT NULL REFERENCES exchange_hub_peer (id),
    way text NOT NULL CHECK (way IN ('out', 'in')),
    number bigint NOT NULL,
    records integer NOT NULL,
    news integer NOT NULL,
    outcome text NOT NULL,
    sha256 bytea NOT NULL,
    at timestamptz NOT NULL
);
CREATE INDEX exchange_hub_bundle_peer ON exchange_hub_bundle (peer, id);
CREATE TRIGGER exchange_hub_kept BEFORE UPDATE OR DELETE ON exchange_hub_bundle FOR EACH ROW EXECUTE FUNCTION exchange_hub_kept();
