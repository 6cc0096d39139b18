from pathlib import Path

from django.db import migrations

from pilotzone.kernel.rls import SYSTEM, ZONE_OFFICE, any_of, protect, sql_file

SQL = Path(__file__).resolve().parents[1] / "sql"
UNDO = """
DROP FUNCTION pz_storage_sweep(), pz_merge_switch(text, date, int), pz_merge_catch_up(text, text, text[]),
    pz_merge_copy(text, date), pz_merge_watch(text, date, int), pz_merge_begin(text, date), pz_merge_days(text, date), pz_day_column(text),
    pz_storage_analyse(int), pz_storage_ahead(int), pz_storage_leaves();
DROP FUNCTION pz_merge_note() CASCADE;
DROP FUNCTION pz_storage_may();
DROP TABLE kernel_detached, kernel_merge_change;
"""


class Migration(migrations.Migration):
    """Care of the tables by day: ahead, into months, statistics, and what lies in files instead."""

    dependencies = [("kernel", "0009_partition_leaves")]
    operations = [
        # back to the former functions first: those of this step call what is dropped
        sql_file(SQL / "storage.sql", undo=(SQL / "partition_leaves.sql").read_text(encoding="utf-8") + UNDO),
        protect("kernel_merge_change", read=SYSTEM),
        protect("kernel_detached", read=any_of(SYSTEM, ZONE_OFFICE)),
    ]
