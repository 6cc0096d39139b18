CREATE SCHEMA IF NOT EXISTS simulators;
-- The exchange node: what lies in a user's box until it is fetched and acknowledged.
CREATE TABLE simulators.mailbox (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  receiver text NOT NULL,
  body bytea NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  acknowledged_at timestamptz
);
CREATE INDEX mailbox_waiting ON simulators.mailbox (receiver, id) WHERE acknowledged_at IS NULL;
-- Message numbers a sender has used, so that a repeated transport message is delivered once.
CREATE TABLE simulators.seen (sender text, message_id text, PRIMARY KEY (sender, message_id));
CREATE TABLE simulators.setting (name text PRIMARY KEY, value jsonb NOT NULL);
CREATE TABLE simulators.serial (name text PRIMARY KEY, value bigint NOT NULL);
-- Customs' own books.
CREATE TABLE simulators.customs_document (
  key text PRIMARY KEY,
  status text NOT NULL,
  app_time text NOT NULL,
  data jsonb NOT NULL
);
CREATE TABLE simulators.customs_waiting (
  key text PRIMARY KEY,
  data jsonb NOT NULL,
  since timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE TABLE simulators.customs_receipt (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  due_at timestamptz NOT NULL,
  at timestamptz,
  receivers text[] NOT NULL,
  sender text NOT NULL,
  message text NOT NULL,
  edition text NOT NULL,
  step int NOT NULL,
  fields jsonb NOT NULL
);
CREATE INDEX customs_receipt_due ON simulators.customs_receipt (due_at);
CREATE TABLE simulators.customs_buyer (
  buyer text NOT NULL,
  year int NOT NULL,
  total numeric(14,2) NOT NULL CHECK (total >= 0),
  PRIMARY KEY (buyer, year)
);
CREATE TABLE simulators.customs_bill (
  invt_no text PRIMARY KEY,
  tax_no text NOT NULL,
  released_on date NOT NULL,
  status text NOT NULL,
  data jsonb NOT NULL
);
DO $$ BEGIN
  IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'pz_counterpart') THEN
    GRANT USAGE ON SCHEMA simulators TO pz_counterpart;
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA simulators TO pz_counterpart;
  END IF;
END $$;
