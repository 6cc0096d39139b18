"""Courses held for government units: seen by the government, entered by who held them, verified by the zone office."""

from django.db import migrations, models
from django.db.models import F, Q

from pilotzone.kernel.rls import SYSTEM, ZONE_OFFICE, any_of, audited, protect

GOVERNMENT = any_of("pz_is('agency')", "pz_is('district')", ZONE_OFFICE, SYSTEM)
OWN = any_of("(pz_is('agency') AND unit = pz_unit())", "(pz_is('district') AND unit = pz_unit())", ZONE_OFFICE)


class Migration(migrations.Migration):
    dependencies = [("plan", "0004_protect_work")]

    operations = [
        migrations.CreateModel(
            name="Training",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("plan", models.CharField(max_length=60)),
                ("course", models.CharField(max_length=200, verbose_name="课程")),
                ("day", models.DateField(verbose_name="举办日")),
                ("hours", models.DecimalField(decimal_places=1, max_digits=5, verbose_name="学时")),
                ("unit", models.CharField(max_length=200, verbose_name="举办单位")),
                ("came", models.JSONField(default=dict, verbose_name="参训")),
                ("persons", models.IntegerField(verbose_name="人次")),
                ("certificate", models.CharField(blank=True, max_length=200, verbose_name="结业证书")),
                ("paper", models.BinaryField(default=b"")),
                ("paper_name", models.CharField(blank=True, max_length=200)),
                ("paper_sha256", models.CharField(blank=True, max_length=64)),
                ("entered_by", models.BigIntegerField()),
                ("entered_at", models.DateTimeField()),
                ("verdict", models.CharField(blank=True, max_length=9, verbose_name="核实")),
                ("verified_by", models.BigIntegerField(null=True)),
                ("verified_at", models.DateTimeField(null=True)),
                ("remark", models.CharField(blank=True, max_length=500)),
            ],
            options={
                "db_table": "plan_training",
                "constraints": [
                    models.UniqueConstraint(fields=("plan", "unit", "course", "day"), name="plan_training_once"),
                    models.CheckConstraint(
                        condition=Q(hours__gt=0) & Q(hours__lte=200) & Q(persons__gt=0), name="plan_training_some"
                    ),
                    models.CheckConstraint(
                        condition=Q(verdict__in=["", "confirmed", "returned"]), name="plan_training_verdict"
                    ),
                    models.CheckConstraint(
                        condition=Q(verified_by=None) | ~Q(verified_by=F("entered_by")), name="plan_training_four_eyes"
                    ),
                ],
            },
        ),
        protect("plan_training", read=GOVERNMENT, insert=OWN, update=ZONE_OFFICE),
        audited("plan_training", hide=("paper",)),
    ]
