from django.db import migrations

TABLES = """
-- The foreign-exchange administration: its list, its table of rates, its months, and reports it took.
CREATE TABLE simulators.safe_row (
  kind text NOT NULL CHECK (kind IN ('names', 'rates', 'months')),
  key text NOT NULL,
  data jsonb NOT NULL,
  PRIMARY KEY (kind, key)
);
CREATE TABLE simulators.safe_report (
  id text PRIMARY KEY,
  number bigint GENERATED ALWAYS AS IDENTITY,
  data jsonb NOT NULL,
  times int NOT NULL DEFAULT 1
);
-- Banks, each under its own code: accounts, remittances that came in, and what was decided about them.
CREATE TABLE simulators.bank_account (
  bank text NOT NULL,
  firm text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('pending', 'current', 'rmb')),
  currency text NOT NULL,
  balance numeric(16,2) NOT NULL DEFAULT 0 CHECK (balance >= 0),
  PRIMARY KEY (bank, firm, kind, currency)
);
CREATE TABLE simulators.bank_receipt (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  bank text NOT NULL,
  number text NOT NULL,
  data jsonb NOT NULL,
  decided text NOT NULL DEFAULT '',
  UNIQUE (bank, number)
);
DO $$ BEGIN
  IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'pz_counterpart') THEN
    GRANT SELECT, INSERT, UPDATE, DELETE ON simulators.safe_row, simulators.safe_report, simulators.bank_account,
      simulators.bank_receipt TO pz_counterpart;
  END IF;
END $$;
"""


class Migration(migrations.Migration):
    """SAFE and banks beside customs."""

    dependencies = [("simulators", "0004_webhook_firms")]
    operations = [
        migrations.RunSQL(
            TABLES,
            "DROP TABLE simulators.safe_row, simulators.safe_report, simulators.bank_account, simulators.bank_receipt",
        )
    ]
