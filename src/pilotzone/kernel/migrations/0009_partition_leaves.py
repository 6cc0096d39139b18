from pathlib import Path

from django.db import migrations

from pilotzone.kernel.rls import sql_file

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    """Storage parameters and the closed months' indexes on leaves."""

    dependencies = [("kernel", "0008_firm_registry")]
    operations = [
        sql_file(
            SQL / "partition_leaves.sql",
            # the former functions first: those of this step call pz_leaf
            undo=(SQL / "partitions.sql").read_text(encoding="utf-8") + "DROP FUNCTION pz_leaf(text, text, boolean);",
        )
    ]
