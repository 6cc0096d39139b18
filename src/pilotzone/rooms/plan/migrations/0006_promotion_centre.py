"""The promotion centre: seen by the government, entered and verified by the zone office; what is decided is never changed again."""

from django.db import migrations, models
from django.db.models import F, Q

from pilotzone.kernel.rls import SYSTEM, ZONE_OFFICE, any_of, audited, protect

GOVERNMENT = any_of("pz_is('agency')", "pz_is('district')", ZONE_OFFICE, SYSTEM)
WAITING = f"({ZONE_OFFICE} AND verdict = '')"
DECIDED = f"({ZONE_OFFICE} AND verdict <> '')"


class Migration(migrations.Migration):
    dependencies = [("plan", "0005_government_training")]

    operations = [
        migrations.CreateModel(
            name="CentreRecord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("plan", models.CharField(max_length=60)),
                ("kind", models.CharField(max_length=7)),
                ("name", models.CharField(max_length=200, verbose_name="名称")),
                ("document", models.CharField(max_length=200, verbose_name="设立文件")),
                ("number", models.CharField(blank=True, max_length=60, verbose_name="文号")),
                ("day", models.DateField(verbose_name="日期")),
                ("unit", models.CharField(max_length=200, verbose_name="主管单位")),
                ("duties", models.TextField(verbose_name="职责")),
                ("members", models.JSONField(default=list, verbose_name="成员")),
                ("paper", models.BinaryField()),
                ("paper_name", models.CharField(max_length=200)),
                ("paper_sha256", models.CharField(max_length=64)),
                ("entered_by", models.BigIntegerField()),
                ("entered_at", models.DateTimeField()),
                ("verdict", models.CharField(blank=True, max_length=9, verbose_name="核实")),
                ("verified_by", models.BigIntegerField(null=True)),
                ("verified_at", models.DateTimeField(null=True)),
                ("remark", models.CharField(blank=True, max_length=500)),
            ],
            options={
                "db_table": "plan_centre",
                "constraints": [
                    models.UniqueConstraint(
                        condition=Q(kind="founded") & ~Q(verdict="returned"), fields=("plan",), name="plan_centre_founded_once"
                    ),
                    models.UniqueConstraint(condition=Q(verdict=""), fields=("plan",), name="plan_centre_one_waiting"),
                    models.CheckConstraint(condition=Q(kind__in=["founded", "changed"]), name="plan_centre_kind"),
                    models.CheckConstraint(
                        condition=Q(verdict__in=["", "confirmed", "returned"]), name="plan_centre_verdict"
                    ),
                    models.CheckConstraint(
                        condition=Q(verdict="", verified_by=None)
                        | (~Q(verdict="") & Q(verified_by__isnull=False) & ~Q(verified_by=F("entered_by"))),
                        name="plan_centre_four_eyes",
                    ),
                ],
            },
        ),
        protect("plan_centre", read=GOVERNMENT, insert=WAITING),
        migrations.RunSQL(
            f"CREATE POLICY plan_centre_update ON plan_centre FOR UPDATE USING ({WAITING}) WITH CHECK ({DECIDED})",
            "DROP POLICY plan_centre_update ON plan_centre",
        ),
        audited("plan_centre", hide=("paper",)),
    ]
