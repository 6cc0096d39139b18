"""The cube by month, quarter and year: months stay, longer spans and sums are laid out for the keeper to fill; what recognition of online exports rests on and finds."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from pilotzone.kernel.rls import SYSTEM, any_of, audited, protect

# in a subquery: asked once a statement, not once a row
STATISTICS = "(pz_is('agency') AND pz_role() = 'statistician')"
WORKS = f"(SELECT {any_of(STATISTICS, SYSTEM)})"
OWN = "(pz_is('enterprise') AND organisation_id = pz_organisation())"
ONCE = f"(SELECT {SYSTEM})"
MONEY = {"decimal_places": 2, "max_digits": 21}
VALUE = {"decimal_places": 2, "max_digits": 19}
PERSON = {"null": True, "on_delete": django.db.models.deletion.PROTECT, "related_name": "+", "to": settings.AUTH_USER_MODEL}
FIRM = {"on_delete": django.db.models.deletion.PROTECT, "related_name": "+", "to": "kernel.organisation"}


CELL = (
    "Cell", ("span", "month", "flow", "back", "port", "registered", "mode", "unit", "hs", "country", "transport"),
    {"flow": 1, "mode": 4, "unit": 200, "hs": 8, "country": 3, "transport": 1},
)  # fmt: skip


def made(name: str, key: tuple[str, ...], codes: dict[str, int], more: tuple[str, ...] = ()) -> migrations.CreateModel:
    """A table of sums by a key; codes with their lengths."""
    kinds = {"span": models.SmallIntegerField, "month": models.DateField, "back": models.BooleanField, "port": models.BooleanField,
             "registered": models.BooleanField}  # fmt: skip
    fields = [("pk", models.CompositePrimaryKey(*key, blank=True, editable=False, primary_key=True, serialize=False))]
    for column in key:
        bare = {"flow", "grain", "coverage"}
        told = kinds[column]() if column in kinds else models.CharField(max_length=codes[column], blank=column not in bare)
        fields.append((column, told))
    fields += [("cny", models.DecimalField(**MONEY)), ("usd", models.DecimalField(**MONEY))]
    fields += [(column, models.BigIntegerField()) for column in ("facts", "orders", "unvalued", "undollared")]
    fields += [(column, models.DecimalField(**MONEY)) for column in more]
    return migrations.CreateModel(name=name, fields=fields)


def lay_out(apps, schema_editor) -> None:
    """Cells by month stand as they were and are totalled; what else there is to sum is written down, a year of a part a row.

    Summing it takes minutes where there are millions of facts, and no start of a zone shall wait for that (operations/filling.py).
    """
    from pilotzone.rooms.statistics.operations.cube import MARGIN, MARGIN_SUMS, PARTS, margins

    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM statistics_cell)")
        if cursor.fetchone()[0]:
            cursor.execute(f"INSERT INTO statistics_margin ({', '.join((*MARGIN, *MARGIN_SUMS))}) {margins('statistics_cell', [''])}")
            cursor.execute(
                "INSERT INTO statistics_unfilled (part, year) SELECT part, year FROM unnest(%s::text[]) part"
                " CROSS JOIN (SELECT DISTINCT extract(year FROM month)::int AS year FROM statistics_cell) y",
                [[part for part in PARTS if part]],
            )


def spanned() -> migrations.SeparateDatabaseAndState:
    """The cells get a span: they stay where they are, every one a month's, only their key and indexes are made anew."""
    name, key, codes = CELL
    return migrations.SeparateDatabaseAndState(
        database_operations=[
            migrations.RunSQL([
                "ALTER TABLE statistics_cell DROP CONSTRAINT statistics_cell_pkey, ADD COLUMN span smallint NOT NULL DEFAULT 1",
                "ALTER TABLE statistics_cell ALTER COLUMN span DROP DEFAULT",
                *(f"DROP INDEX statistics_cell_{index}" for index in ("country", "hs", "unit")),
                f"ALTER TABLE statistics_cell ADD PRIMARY KEY ({', '.join(key)})",
                *(f"DROP POLICY statistics_cell_{verb} ON statistics_cell" for verb in ("read", "insert", "update", "delete")),
            ])
        ],
        state_operations=[migrations.DeleteModel("Cell"), made(name, key, codes)],
    )  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [
        ("statistics", "0004_statistics_surveys"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        spanned(),
        migrations.DeleteModel("Margin"),
        made("Margin", ("grain", "coverage", "span", "month", "b", "a", "flow"),
             {"grain": 20, "coverage": 10, "b": 200, "a": 200, "flow": 1}, ("back_cny", "back_usd")),
        protect("statistics_cell", read=WORKS, insert=ONCE, update=ONCE, delete=ONCE),
        protect("statistics_margin", read=WORKS, insert=ONCE, update=ONCE, delete=ONCE),
        migrations.CreateModel(
            name="Unfilled",
            fields=[
                ("pk", models.CompositePrimaryKey("part", "year", blank=True, editable=False, primary_key=True, serialize=False)),
                ("part", models.CharField(blank=True, max_length=20)),
                ("year", models.SmallIntegerField()),
            ],
        ),
        protect("statistics_unfilled", read=WORKS, insert=ONCE, update=ONCE, delete=ONCE),
        migrations.RunPython(lay_out, migrations.RunPython.noop),
        migrations.RunSQL(
            [
                "CREATE INDEX statistics_cell_country ON statistics_cell (country, span, month)",
                "CREATE INDEX statistics_cell_hs ON statistics_cell (hs, span, month)",
                "CREATE INDEX statistics_cell_unit ON statistics_cell (unit, mode, span, month)",
                "CREATE INDEX statistics_cell_mode ON statistics_cell (mode, transport, span, month)",
            ],
            migrations.RunSQL.noop,
        ),
        migrations.CreateModel(
            name="Material",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=10)),
                ("reference", models.CharField(max_length=60)),
                ("organisation", models.ForeignKey(**FIRM)),
                ("hs", models.CharField(max_length=10)),
                ("on", models.DateField()),
                ("value", models.DecimalField(**VALUE)),
                ("mode", models.CharField(blank=True, default="", max_length=4)),
                ("given_at", models.DateTimeField()),
                ("given_by", models.ForeignKey(**PERSON)),
            ],
            options={"constraints": [models.UniqueConstraint(fields=("kind", "reference"), name="statistics_material_once")]},
        ),
        migrations.CreateModel(
            name="Candidate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=60, unique=True)),
                ("organisation", models.ForeignKey(**FIRM)),
                ("hs", models.CharField(max_length=10)),
                ("on", models.DateField()),
                ("value", models.DecimalField(**VALUE)),
                ("mode", models.CharField(max_length=4)),
                ("algorithm", models.CharField(max_length=30)),
                ("score", models.SmallIntegerField()),
                ("verdict", models.CharField(max_length=10)),
                ("reasons", models.JSONField(default=list)),
                ("sales", models.JSONField(default=list)),
                ("state", models.CharField(default="open", max_length=10)),
                ("by_firm", models.BooleanField(default=False)),
                ("remark", models.CharField(blank=True, default="", max_length=200)),
                ("decided_at", models.DateTimeField(null=True)),
                ("decided_by", models.ForeignKey(**PERSON)),
            ],
        ),
        protect("statistics_material", read=STATISTICS, insert=STATISTICS, update=STATISTICS, delete=STATISTICS),
        protect("statistics_candidate", read=any_of(OWN, STATISTICS), insert=STATISTICS, update=any_of(OWN, STATISTICS), delete=STATISTICS),
        audited("statistics_candidate", hide=("hs", "value", "score", "reasons", "sales", "remark")),
        migrations.RunSQL(
            [
                "COMMENT ON TABLE statistics_material IS 'closed to the flood'",
                "COMMENT ON TABLE statistics_candidate IS 'closed to the flood'",
            ],
            migrations.RunSQL.noop,
        ),
    ]  # fmt: skip
