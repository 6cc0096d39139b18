from django.db import migrations

TABLE = """
-- Orders whose payment raw data customs wants: asked of the platform (platDataOpen), answered by an upload.
CREATE TABLE simulators.payment_request (
  session text PRIMARY KEY,
  order_no text NOT NULL,
  ebp text NOT NULL,
  tries int NOT NULL DEFAULT 0,
  next_try_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  asked_at timestamptz,
  refused text NOT NULL DEFAULT '',
  code text NOT NULL DEFAULT '',
  answered_at timestamptz
);
CREATE INDEX payment_request_due ON simulators.payment_request (next_try_at) WHERE asked_at IS NULL AND refused = '';
DO $$ BEGIN
  IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'pz_counterpart') THEN
    GRANT SELECT, INSERT, UPDATE, DELETE ON simulators.payment_request TO pz_counterpart;
  END IF;
END $$;
"""


class Migration(migrations.Migration):
    """Customs asks platforms for payment raw data."""

    dependencies = [("simulators", "0002_list_numbers")]
    operations = [migrations.RunSQL(TABLE, "DROP TABLE simulators.payment_request")]
