from pathlib import Path

from django.db import migrations

from pilotzone.kernel.rls import SYSTEM, any_of, audited, protect, sql_file

SQL = Path(__file__).resolve().parents[1] / "sql"
# who issued it: a firm, an office, or a person for himself
OWN = (
    "(organisation = pz_organisation() OR (organisation IS NULL AND unit <> '' AND unit = pz_unit() AND pz_is('agency', 'zone',"
    " 'district')) OR (organisation IS NULL AND unit = '' AND person = pz_person()))"
)


class Migration(migrations.Migration):
    """Papers that were issued, each found again by the code on it."""

    dependencies = [("kernel", "0013_protect_sites")]
    operations = [
        sql_file(SQL / "paper.sql", undo="DROP TABLE kernel_paper; DROP FUNCTION pz_paper_kept()"),
        protect("kernel_paper", read=any_of(SYSTEM, OWN), insert=any_of(SYSTEM, OWN), update=any_of(SYSTEM, OWN)),
        audited("kernel_paper", hide=("code",)),
    ]
