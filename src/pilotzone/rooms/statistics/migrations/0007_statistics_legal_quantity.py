"""Facts carry the quantity in the first legal unit; a report that is corrected keeps what it said before, with the reason."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from pilotzone.kernel.rls import any_of, audited, protect

STATISTICS = "(pz_is('agency') AND pz_role() = 'statistician')"
OWN = "(pz_is('enterprise') AND organisation_id = pz_organisation())"
KEPT = {"on_delete": django.db.models.deletion.PROTECT, "related_name": "+"}


class Migration(migrations.Migration):
    dependencies = [
        ("statistics", "0006_statistics_unfilled"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        # both without rewriting the table: a fact counted before says that it does not know its legal quantity
        migrations.AddField("fact", "legal_quantity", models.DecimalField(decimal_places=5, max_digits=19, null=True)),
        migrations.AddField("fact", "legal_unit", models.CharField(blank=True, db_default="", max_length=3)),
        migrations.AddField("report", "reason", models.CharField(blank=True, db_default="", default="", max_length=200)),
        migrations.CreateModel(
            name="ReportBefore",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month", models.DateField(verbose_name="报告期")),
                ("revision", models.IntegerField()),
                ("edition", models.CharField(max_length=40)),
                ("answers", models.JSONField(default=dict)),
                ("note", models.CharField(blank=True, default="", max_length=500)),
                ("reason", models.CharField(blank=True, default="", max_length=200)),
                ("findings", models.JSONField(default=list)),
                ("filed_at", models.DateTimeField()),
                ("filed_by", models.ForeignKey(null=True, to=settings.AUTH_USER_MODEL, **KEPT)),
                ("organisation", models.ForeignKey(to="kernel.organisation", **KEPT)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "month", "revision"), name="statistics_report_before_once"
                    )
                ]
            },
        ),
        # written by the firm when it corrects, then read: nobody changes or deletes it
        protect("statistics_reportbefore", read=any_of(OWN, STATISTICS), insert=OWN),
        audited("statistics_reportbefore", hide=("answers", "note", "reason", "findings")),
        migrations.RunSQL(
            ["COMMENT ON TABLE statistics_reportbefore IS 'closed to the flood'"], [migrations.RunSQL.noop]
        ),
    ]
