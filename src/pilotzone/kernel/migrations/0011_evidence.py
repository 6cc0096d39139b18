from pathlib import Path

from django.db import migrations

from pilotzone.kernel.rls import SYSTEM, ZONE_OFFICE, any_of, reprotect, sql_file

SQL = Path(__file__).resolve().parents[1] / "sql"
OWN = any_of("person = pz_person()", "organisation = pz_organisation()")
# as data/units/roles.yaml says of audit.read; what was done about a firm stands on the firm's page
READERS = (
    "(pz_is('zone') AND (pz_role() IN ('auditor', 'operator', 'administrator') OR object_kind = 'organisation'))"
)
BEFORE = {"read": any_of(OWN, "deputy_of = pz_person()", any_of(SYSTEM, ZONE_OFFICE)), "insert": "true"}


class Migration(migrations.Migration):
    """The audit trail is read by who audits and who operates, and by everybody what he did himself or others did in his place."""

    dependencies = [("kernel", "0010_storage_care")]
    operations = [
        sql_file(
            SQL / "evidence.sql",
            undo="DROP INDEX kernel_audit_zone, kernel_audit_action, kernel_audit_unit",
        ),
        reprotect(
            "kernel_audit",
            before=BEFORE,
            read=any_of(OWN, "deputy_of = pz_person()", SYSTEM, READERS),
            insert="true",
        ),
    ]
