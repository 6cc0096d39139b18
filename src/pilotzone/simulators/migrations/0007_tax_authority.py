from django.db import migrations

TABLES = """
-- Refund filings as the tax authority's own system keeps them, the lines it took, and what it has to say.
CREATE TABLE simulators.tax_filing (
  number text PRIMARY KEY,
  firm text NOT NULL,
  amount numeric(19, 2) NOT NULL,
  state text NOT NULL,
  receipt text NOT NULL DEFAULT '',
  said text NOT NULL DEFAULT '',
  asked boolean NOT NULL DEFAULT false,
  taken_at timestamptz NOT NULL
);
CREATE TABLE simulators.tax_line (
  list_no text NOT NULL,
  line_no int NOT NULL,
  number text NOT NULL REFERENCES simulators.tax_filing (number),
  PRIMARY KEY (list_no, line_no)
);
CREATE TABLE simulators.tax_news (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  number text NOT NULL,
  kind text NOT NULL,
  content text NOT NULL,
  fetched boolean NOT NULL DEFAULT false
);
CREATE INDEX tax_news_waiting ON simulators.tax_news (id) WHERE NOT fetched;
DO $$ BEGIN
  IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'pz_counterpart') THEN
    GRANT SELECT, INSERT, UPDATE, DELETE ON simulators.tax_filing, simulators.tax_line, simulators.tax_news TO pz_counterpart;
  END IF;
END $$;
"""


class Migration(migrations.Migration):
    """The tax authority takes refund filings."""

    dependencies = [("simulators", "0006_registers")]
    operations = [
        migrations.RunSQL(TABLES, "DROP TABLE simulators.tax_news, simulators.tax_line, simulators.tax_filing")
    ]
