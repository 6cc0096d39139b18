from pathlib import Path

from django.db import migrations

from pilotzone.kernel.rls import SYSTEM, any_of, audited, protect, sql_file

SQL = Path(__file__).resolve().parents[1] / "sql"
OWN = "(pz_is('enterprise') AND organisation_id = pz_organisation())"
MINE = "(person_id = pz_person())"
# as data/units/roles.yaml says of platform.run; the auditor reads
RUNS = "(pz_is('zone') AND pz_role() IN ('operator', 'administrator'))"
READS = "(pz_is('zone') AND pz_role() = 'auditor')"


class Migration(migrations.Migration):
    """Packages firms take away, and requests about one's data."""

    dependencies = [("portal", "0001_vacuum"), ("kernel", "0010_storage_care")]
    operations = [
        sql_file(SQL / "protection.sql", undo="DROP TABLE portal_takeaway, portal_request"),
        protect("portal_takeaway", read=any_of(OWN, SYSTEM), insert=OWN, update=SYSTEM, delete=SYSTEM),
        audited("portal_takeaway"),
        protect("portal_request", read=any_of(MINE, RUNS, READS, SYSTEM), insert=MINE, update=any_of(RUNS, SYSTEM)),
        audited("portal_request", hide=("words", "answer")),
    ]
