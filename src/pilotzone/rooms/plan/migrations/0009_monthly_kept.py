"""A monthly report that was sent: its text is corrected, what the platform filled in and the day of sending are not."""

from django.db import migrations

KEPT = """
CREATE FUNCTION plan_monthly_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (to_jsonb(NEW) - 'summary' - 'words') IS DISTINCT FROM (to_jsonb(OLD) - 'summary' - 'words') THEN
    RAISE EXCEPTION 'of a row of % only summary and words change once it was sent', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER plan_monthly_kept BEFORE UPDATE ON plan_monthly FOR EACH ROW EXECUTE FUNCTION plan_monthly_kept();
"""
NOT_KEPT = """
DROP TRIGGER plan_monthly_kept ON plan_monthly;
DROP FUNCTION plan_monthly_kept;
"""


class Migration(migrations.Migration):
    dependencies = [("plan", "0008_corrections")]

    operations = [migrations.RunSQL(KEPT, NOT_KEPT)]
