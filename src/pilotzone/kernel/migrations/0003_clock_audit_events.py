from pathlib import Path

from django.db import migrations

from pilotzone.kernel.rls import SYSTEM, ZONE_OFFICE, any_of, audited, protect, sql_file

SQL = Path(__file__).resolve().parents[1] / "sql"
OFFICE = any_of(SYSTEM, ZONE_OFFICE)
OWN = any_of("person = pz_person()", "organisation = pz_organisation()")
OWNER = "current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE relname = 'kernel_audit_chain')"


class Migration(migrations.Migration):
    dependencies = [("kernel", "0002_protect")]

    operations = [
        sql_file(SQL / "clock.sql", undo="DROP TABLE kernel_clock; DROP FUNCTION pz_now, pz_clock_forward"),
        protect("kernel_clock", read="true", insert=SYSTEM, update=OFFICE),
        sql_file(
            SQL / "audit.sql",
            undo="DROP TABLE kernel_audit CASCADE; DROP TABLE kernel_audit_chain; DROP SEQUENCE kernel_audit_id_seq;"
            "DROP FUNCTION pz_audit_row, pz_audit_head, pz_audit_kept, pz_audit_fill, pz_audit_chain",
        ),
        protect("kernel_audit", read=any_of(OWN, OFFICE), insert="true"),
        protect("kernel_audit_chain", read=any_of(SYSTEM, OWNER), update=OWNER),
        sql_file(SQL / "events.sql", undo="DROP TABLE kernel_event; DROP TABLE kernel_event_cursor"),
        protect("kernel_event", read=SYSTEM, insert="true", delete=SYSTEM),
        protect("kernel_event_cursor", read=OFFICE, insert=SYSTEM, update=SYSTEM),
        audited("kernel_membership"),
        audited("kernel_grant"),
        audited("kernel_unitlink"),
        audited("kernel_unit"),
        audited("kernel_organisation"),
        audited("kernel_person", hide=("password", "last_login")),
    ]
