from django.db import migrations

TABLES = """
-- Carriers, each under its own customs code: parcels with what befell them, and numbers for those that have none.
CREATE SEQUENCE simulators.carrier_number;
CREATE TABLE simulators.carrier_parcel (
  carrier text NOT NULL,
  number text NOT NULL,
  state text NOT NULL DEFAULT 'created',
  data jsonb NOT NULL,
  events jsonb NOT NULL DEFAULT '[]',
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (carrier, number)
);
CREATE INDEX carrier_parcel_changed ON simulators.carrier_parcel (carrier, updated_at, number);
CREATE INDEX carrier_parcel_created ON simulators.carrier_parcel (carrier, created_at, number);
DO $$ BEGIN
  IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'pz_counterpart') THEN
    GRANT SELECT, INSERT, UPDATE, DELETE ON simulators.carrier_parcel TO pz_counterpart;
    GRANT USAGE ON SEQUENCE simulators.carrier_number TO pz_counterpart;
  END IF;
END $$;
"""


class Migration(migrations.Migration):
    """Carriers beside banks."""

    dependencies = [("simulators", "0007_tax_authority")]
    operations = [
        migrations.RunSQL(TABLES, "DROP TABLE simulators.carrier_parcel; DROP SEQUENCE simulators.carrier_number")
    ]
