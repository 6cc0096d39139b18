from django.db import migrations


class Migration(migrations.Migration):
    """The books of the registers, and the tickets that open them."""

    dependencies = [("simulators", "0005_exchange_desks")]
    operations = [
        migrations.RunSQL(
            """
CREATE TABLE simulators.register_entry (
  register text NOT NULL,
  uscc text NOT NULL,
  data jsonb NOT NULL,
  changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (register, uscc)
);
CREATE TABLE simulators.register_ticket (
  ticket text PRIMARY KEY,
  uscc text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
DO $$ BEGIN
  IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'pz_counterpart') THEN
    GRANT SELECT, INSERT, UPDATE, DELETE ON simulators.register_entry, simulators.register_ticket TO pz_counterpart;
  END IF;
END $$;
""",
            "DROP TABLE simulators.register_entry, simulators.register_ticket",
        )
    ]
