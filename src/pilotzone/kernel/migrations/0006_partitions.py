from pathlib import Path

from django.db import migrations

from pilotzone.kernel.rls import sql_file

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("kernel", "0005_event_payload")]
    operations = [
        sql_file(
            SQL / "partitions.sql",
            undo="DROP FUNCTION pz_merge_month(text, date), pz_partition(text, date), pz_first_id(date)",
        )
    ]
