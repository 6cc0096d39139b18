from django.db import migrations

from pilotzone.kernel.rls import CUSTOMS, SYSTEM, TAX_OFFICE, any_of, protect

BUYER = "(pz_is('consumer') AND buyer_key = pz_buyer())"
OFFICERS = any_of(CUSTOMS, TAX_OFFICE, SYSTEM)
QUOTA = any_of(BUYER, OFFICERS)
GUARANTOR = any_of("(pz_is('enterprise') AND organisation_id = pz_organisation())", OFFICERS)
PARTY = any_of("(pz_is('enterprise') AND pz_organisation() = ANY (parties))", BUYER, OFFICERS)

APPEND_ONLY = """
CREATE FUNCTION tax_entry_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'entries of % are never changed or removed', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER tax_quota_entry_kept BEFORE UPDATE OR DELETE ON tax_quota_entry
  FOR EACH ROW EXECUTE FUNCTION tax_entry_kept();
CREATE TRIGGER tax_guarantee_entry_kept BEFORE UPDATE OR DELETE ON tax_guarantee_entry
  FOR EACH ROW EXECUTE FUNCTION tax_entry_kept();
"""
NOT_APPEND_ONLY = """
DROP TRIGGER tax_quota_entry_kept ON tax_quota_entry;
DROP TRIGGER tax_guarantee_entry_kept ON tax_guarantee_entry;
DROP FUNCTION tax_entry_kept();
"""
# balances and lists are rewritten in place: room on the page keeps their indexes out of it
ROOM_ON_THE_PAGE = [f"ALTER TABLE {table} SET (fillfactor = 80)" for table in ("tax_quota", "tax_quota_hold")]


class Migration(migrations.Migration):
    dependencies = [("tax", "0001_initial"), ("kernel", "0002_protect")]

    operations = [
        protect("tax_quota", read=QUOTA, insert=SYSTEM, update=SYSTEM),
        protect("tax_quota_hold", read=QUOTA, insert=SYSTEM, update=SYSTEM),
        protect("tax_quota_entry", read=QUOTA, insert=SYSTEM),
        protect("tax_guarantee", read=GUARANTOR, insert=SYSTEM, update=SYSTEM),
        protect("tax_guarantee_hold", read=GUARANTOR, insert=SYSTEM, update=SYSTEM),
        protect("tax_guarantee_entry", read=GUARANTOR, insert=SYSTEM),
        protect("tax_bill", read=PARTY, insert=SYSTEM, update=SYSTEM),
        migrations.RunSQL(APPEND_ONLY, NOT_APPEND_ONLY),
        migrations.RunSQL(ROOM_ON_THE_PAGE, migrations.RunSQL.noop),
    ]
