from django.db import migrations


class Migration(migrations.Migration):
    """What simulated firms were pushed."""

    dependencies = [("simulators", "0003_payment_requests")]
    operations = [
        migrations.RunSQL(
            """
CREATE TABLE simulators.firm_push (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  firm text NOT NULL,
  message_id text NOT NULL,
  kind text NOT NULL,
  content jsonb NOT NULL,
  times int NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  UNIQUE (firm, message_id)
);
CREATE INDEX firm_push_firm ON simulators.firm_push (firm, id);
DO $$ BEGIN
  IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'pz_counterpart') THEN
    GRANT SELECT, INSERT, UPDATE, DELETE ON simulators.firm_push TO pz_counterpart;
  END IF;
END $$;
""",
            "DROP TABLE simulators.firm_push",
        )
    ]
