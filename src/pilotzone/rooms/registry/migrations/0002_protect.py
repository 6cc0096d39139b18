from django.db import migrations

from pilotzone.kernel.rls import SYSTEM, ZONE_OFFICE, any_of, protect

BELOW = "(pz_is('district') AND pz_unit() <> '' AND (unit_path = pz_unit() OR starts_with(unit_path, pz_unit() || '.')))"
# departments see what a firm has confirmed, never its drafts
AGENCY = "(pz_is('agency') AND state NOT IN ('draft', 'returned'))"
OWN = "(pz_is('enterprise') AND (organisation_id = pz_organisation() OR uploader_id = pz_organisation()))"
FILING = any_of(OWN, BELOW, AGENCY, ZONE_OFFICE, SYSTEM)
OF_FILING = "filing_id IN (SELECT id FROM registry_filing)"  # the filing's own policy decides
UPLOAD = any_of("(pz_is('enterprise') AND uploader_id = pz_organisation())", BELOW, ZONE_OFFICE, SYSTEM)

KEPT = """
CREATE FUNCTION registry_step_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'steps of a filing are never changed or removed' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER registry_step_kept BEFORE UPDATE OR DELETE ON registry_step
  FOR EACH ROW EXECUTE FUNCTION registry_step_kept();
"""
NOT_KEPT = """
DROP TRIGGER registry_step_kept ON registry_step;
DROP FUNCTION registry_step_kept();
"""


class Migration(migrations.Migration):
    dependencies = [("registry", "0001_initial"), ("kernel", "0009_partition_leaves")]

    operations = [
        protect("registry_filing", read=FILING, insert=SYSTEM, update=SYSTEM),
        protect("registry_answer", read=OF_FILING, insert=SYSTEM, update=SYSTEM),
        protect("registry_proof", read=OF_FILING, insert=SYSTEM, update=SYSTEM),
        protect("registry_commitment", read=OF_FILING, insert=SYSTEM),
        protect("registry_step", read=OF_FILING, insert=SYSTEM),
        protect("registry_reminder", read=OF_FILING, insert=SYSTEM),
        protect("registry_upload", read=UPLOAD, insert=SYSTEM),
        migrations.RunSQL(KEPT, NOT_KEPT),
    ]
