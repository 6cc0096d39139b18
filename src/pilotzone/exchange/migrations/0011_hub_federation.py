from pathlib import Path

from django.db import migrations

from pilotzone.kernel.rls import SYSTEM, any_of, audited, protect, sql_file

SQL = Path(__file__).resolve().parents[1] / "sql"
# as data/units/roles.yaml says of platform.run; auditors read
RUNS = "(pz_is('zone') AND pz_role() IN ('operator', 'administrator'))"
WATCHES = "(pz_is('zone') AND pz_role() IN ('operator', 'administrator', 'auditor'))"
TABLES = ("exchange_hub_bundle", "exchange_hub_mirror", "exchange_hub_offer", "exchange_hub_peer")


class Migration(migrations.Migration):
    """Bundles between zones that run servers of their own."""

    dependencies = [("exchange", "0010_hub_chaining")]
    operations = [
        sql_file(SQL / "hub_federation.sql", undo=f"DROP TABLE {', '.join(TABLES)};"),
        *(
            protect(table, read=any_of(WATCHES, SYSTEM), insert=any_of(RUNS, SYSTEM), update=any_of(RUNS, SYSTEM))
            for table in ("exchange_hub_peer", "exchange_hub_bundle")
        ),
        audited("exchange_hub_peer", hide=("certificate",)),
        *(
            protect(table, read=any_of(RUNS, SYSTEM), insert=any_of(RUNS, SYSTEM), update=any_of(RUNS, SYSTEM), delete=any_of(RUNS, SYSTEM))
            for table in ("exchange_hub_offer", "exchange_hub_mirror")
        ),
    ]
