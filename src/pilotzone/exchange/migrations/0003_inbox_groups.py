from pathlib import Path
from typing import Any

from django.db import migrations, models

from pilotzone.exchange import groups, sealing
from pilotzone.kernel.rls import SYSTEM, any_of, protect, sql_file

SQL = Path(__file__).resolve().parents[1] / "sql"
OWN = any_of("(pz_is('enterprise') AND organisation_id = pz_organisation())", SYSTEM)
KEPT = (
    "EXISTS (SELECT 1 FROM exchange_inbox i WHERE i.id = exchange_inbox_number(exchange_result.receipt_id)"
    " AND i.receipt_id = exchange_result.receipt_id)"
)
TABLES = ("exchange_inbox", "exchange_inbox_group")


def repack(apps: Any, schema_editor: Any) -> None:
    """Messages kept one by one move into groups; their numbers and receipt ids stay."""
    with schema_editor.connection.cursor() as cursor:
        # the owner works on all rows here; row-level security is put on again below
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        cursor.execute("SELECT DISTINCT id / %s FROM exchange_inbox ORDER BY 1", (groups.MOST,))
        numbers = [number for (number,) in cursor.fetchall()]
        for number in numbers:
            cursor.execute(
                "SELECT id, organisation_id, raw FROM exchange_inbox WHERE id / %s = %s ORDER BY id", (groups.MOST, number)
            )
            rows = cursor.fetchall()
            raws = [sealing.unpack(raw, "exchange_inbox") for *_, raw in rows]
            starts, blob = groups.pack(raws)
            owners = {organisation for _, organisation, _ in rows}
            cursor.execute(
                "INSERT INTO exchange_inbox_group (id, organisation_id, blob) VALUES (%s, %s, %s)",
                (number, owners.pop() if len(owners) == 1 else None, blob),
            )
            cursor.execute(
                "UPDATE exchange_inbox i SET start = m.start FROM unnest(%s::bigint[], %s::int[]) m (id, start)"
                " WHERE i.id = m.id",
                ([id_ for id_, *_ in rows], starts),
            )
        if numbers:
            cursor.execute("SELECT setval('exchange_inbox_group_id_seq', %s)", (max(*numbers, 1),))
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


class Migration(migrations.Migration):
    dependencies = [("exchange", "0002_protect")]

    operations = [
        sql_file(SQL / "inbox_groups.sql"),
        protect("exchange_inbox_group", read=OWN, insert=OWN),
        migrations.RunSQL(
            f"DROP POLICY exchange_result_read ON exchange_result;"
            f"CREATE POLICY exchange_result_read ON exchange_result FOR SELECT USING ({KEPT})"
        ),
        migrations.RunPython(repack),
        migrations.RunSQL("ALTER TABLE exchange_inbox DROP COLUMN raw; ALTER TABLE exchange_inbox ALTER start DROP DEFAULT"),
        migrations.RemoveField("message", "raw"),
        migrations.AddField("message", "start", models.IntegerField()),
    ]
