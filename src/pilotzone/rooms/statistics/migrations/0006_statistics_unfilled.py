"""A zone that was laid out while 0005 still counted everything at once lacks the list of what is to be filled: it is empty there."""

from django.db import migrations

from pilotzone.kernel.rls import SYSTEM, any_of, protect

STATISTICS = "(pz_is('agency') AND pz_role() = 'statistician')"
WORKS = f"(SELECT {any_of(STATISTICS, SYSTEM)})"
ONCE = f"(SELECT {SYSTEM})"


def make_up(apps, schema_editor) -> None:
    """The table as 0005 makes it, where it is missing."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('statistics_unfilled') IS NULL")
        if not cursor.fetchone()[0]:
            return
        cursor.execute(
            "CREATE TABLE statistics_unfilled (part varchar(20) NOT NULL, year smallint NOT NULL, PRIMARY KEY (part, year))"
        )
    guard = protect("statistics_unfilled", read=WORKS, insert=ONCE, update=ONCE, delete=ONCE)
    guard.database_forwards("statistics", schema_editor, None, None)


class Migration(migrations.Migration):
    dependencies = [("statistics", "0005_statistics_spans")]

    operations = [migrations.RunPython(make_up, migrations.RunPython.noop)]
