"""Queries of doubtful figures and their turns: the firm's and the statisticians', as the report is; what was said stays out of the trail."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from pilotzone.kernel.rls import any_of, audited, protect

STATISTICS = "(pz_is('agency') AND pz_role() = 'statistician')"
OWN = "(pz_is('enterprise') AND organisation_id = pz_organisation())"
EITHER = any_of(OWN, STATISTICS)
OWN_TURN = "(pz_is('enterprise') AND organisation_id = pz_organisation() AND act IN ('confirmed', 'corrected'))"
OFFICE_TURN = "(pz_is('agency') AND pz_role() = 'statistician' AND act IN ('asked', 'again', 'closed'))"


class Migration(migrations.Migration):
    dependencies = [
        ("statistics", "0008_statistics_reason_hidden"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Doubt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month", models.DateField(verbose_name="报告期")),
                ("field", models.CharField(max_length=40)),
                ("causes", models.JSONField(default=list)),
                ("state", models.CharField(default="open", max_length=10)),
                ("revision", models.IntegerField()),
                ("due_on", models.DateField()),
                ("asked_at", models.DateTimeField()),
                ("answered_on", models.DateField(null=True)),
                ("organisation", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="kernel.organisation")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "closed"), _negated=True), fields=("organisation", "month", "field"),
                        name="statistics_doubt_once",
                    )
                ]
            },
        ),
        migrations.CreateModel(
            name="DoubtTurn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("act", models.CharField(max_length=10)),
                ("text", models.CharField(blank=True, default="", max_length=500)),
                ("revision", models.IntegerField()),
                ("value", models.CharField(blank=True, default="", max_length=40)),
                ("due_on", models.DateField(null=True)),
                ("at", models.DateTimeField()),
                ("by", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("doubt", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="statistics.doubt")),
                ("organisation", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="kernel.organisation")),
            ],
        ),
        protect("statistics_doubt", read=EITHER, insert=STATISTICS, update=EITHER),
        protect("statistics_doubtturn", read=EITHER, insert=any_of(OWN_TURN, OFFICE_TURN)),
        audited("statistics_doubt", hide=("causes",)),
        audited("statistics_doubtturn", hide=("text", "value")),
        migrations.RunSQL(
            ["COMMENT ON TABLE statistics_doubt IS 'closed to the flood'", "COMMENT ON TABLE statistics_doubtturn IS 'closed to the flood'"],
            migrations.RunSQL.noop,
        ),
    ]  # fmt: skip
