"""The county's protected figures: facts the platform alone reads, months, published cells."""

from django.db import migrations, models

from pilotzone.kernel.rls import SYSTEM, protect

# a county officer: the city's line and those of its unit and below; departments and the zone office: what is published
SEEN = """(
  pz_is('system') OR pz_is('agency') OR pz_is('zone')
  OR (pz_is('district') AND (unit = '*' OR (pz_unit() <> '' AND (unit = pz_unit() OR starts_with(unit, pz_unit() || '.')))))
)"""
OFFICIALS = "(pz_is('system') OR pz_is('agency') OR pz_is('zone') OR pz_is('district'))"


class Migration(migrations.Migration):
    dependencies = [("tracking", "0002_protect")]

    operations = [
        migrations.CreateModel(
            name="Fact",
            fields=[
                ("trade_id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("unit", models.CharField(blank=True, max_length=200)),
                ("firm", models.BigIntegerField()),
                ("flow", models.CharField(max_length=1)),
                ("mode", models.CharField(blank=True, max_length=4)),
                ("declared", models.DateField(null=True)),
                ("released", models.DateField(null=True)),
                ("returned", models.DateField(null=True)),
                ("value", models.DecimalField(decimal_places=2, max_digits=19, null=True)),
                ("tax", models.DecimalField(decimal_places=2, max_digits=19, null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["declared"], name="tracking_fact_declared"),
                    models.Index(fields=["released"], name="tracking_fact_released"),
                    models.Index(fields=["returned"], name="tracking_fact_returned"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Month",
            fields=[
                ("month", models.DateField(primary_key=True, serialize=False)),
                ("stale", models.BooleanField(default=True)),
                ("published_at", models.DateTimeField(null=True)),
                ("rule", models.JSONField(default=dict)),
            ],
        ),
        migrations.CreateModel(
            name="Figure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month", models.DateField()),
                ("unit", models.CharField(blank=True, max_length=200)),
                ("way", models.CharField(max_length=8)),
                ("hidden", models.BooleanField()),
                ("returned_hidden", models.BooleanField()),
                ("unvalued", models.BooleanField()),
                ("firms", models.BigIntegerField(null=True)),
                ("declared", models.BigIntegerField(null=True)),
                ("released", models.BigIntegerField(null=True)),
                ("returned", models.BigIntegerField(null=True)),
                ("value", models.DecimalField(decimal_places=2, max_digits=19, null=True)),
                ("tax", models.DecimalField(decimal_places=2, max_digits=19, null=True)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("month", "unit", "way"), name="tracking_figure_once")],
            },
        ),
        protect("tracking_fact", read=SYSTEM, insert=SYSTEM, update=SYSTEM, delete=SYSTEM),
        protect("tracking_month", read=OFFICIALS, insert=SYSTEM, update=SYSTEM, delete=SYSTEM),
        protect("tracking_figure", read=SEEN, insert=SYSTEM, update=SYSTEM, delete=SYSTEM),
    ]
