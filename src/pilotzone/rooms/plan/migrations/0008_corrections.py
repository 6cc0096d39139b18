"""更正 of minutes and monthly reports: what stood before is kept and never changed."""

import django.db.models.deletion
from django.db import migrations, models

from pilotzone.kernel.rls import SYSTEM, ZONE_OFFICE, any_of, audited, protect, reprotect

GOVERNMENT = any_of("pz_is('agency')", "pz_is('district')", ZONE_OFFICE, SYSTEM)
BODY = any_of("(pz_is('agency') AND unit = pz_unit())", "(pz_is('district') AND unit = pz_unit())")
OWN = any_of("(pz_is('agency') AND unit = pz_unit())", "(pz_is('district') AND unit = pz_unit())", ZONE_OFFICE, SYSTEM)


class Migration(migrations.Migration):
    dependencies = [("plan", "0007_work_notices")]

    operations = [
        migrations.CreateModel(
            name="Correction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("unit", models.CharField(blank=True, max_length=200, verbose_name="单位")),
                ("number", models.IntegerField(verbose_name="第几次更正")),
                ("before", models.JSONField(default=dict)),
                ("reason", models.CharField(max_length=200, verbose_name="更正理由")),
                ("by", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                ("meeting", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="plan.meeting")),
                ("monthly", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="plan.monthly")),
            ],
            options={
                "db_table": "plan_correction",
                "constraints": [
                    models.UniqueConstraint(fields=("meeting", "number"), name="plan_correction_minutes"),
                    models.UniqueConstraint(fields=("monthly", "number"), name="plan_correction_monthly"),
                    models.CheckConstraint(
                        condition=models.Q(("meeting", None), ("monthly__isnull", False))
                        | models.Q(("meeting__isnull", False), ("monthly", None)),
                        name="plan_correction_one",
                    ),
                    models.CheckConstraint(condition=models.Q(("reason", ""), _negated=True), name="plan_correction_reason"),
                ],
            },
        ),
        # minutes are the zone office's, a body's report its own alone
        protect(
            "plan_correction", read=GOVERNMENT,
            insert=any_of(f"(meeting_id IS NOT NULL AND {ZONE_OFFICE})", f"(monthly_id IS NOT NULL AND {BODY})"),
        ),
        audited("plan_correction"),
        reprotect("plan_monthly", before={"read": GOVERNMENT, "insert": OWN}, read=GOVERNMENT, insert=OWN, update=BODY),
    ]  # fmt: skip
