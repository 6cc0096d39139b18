"""工作通报 to the bodies the city only coordinates; why a deadline was refused and a meeting called off; a returned course may come again."""

from django.db import migrations, models

from pilotzone.kernel.rls import SYSTEM, ZONE_OFFICE, any_of, audited, protect

GOVERNMENT = any_of("pz_is('agency')", "pz_is('district')", ZONE_OFFICE, SYSTEM)


class Migration(migrations.Migration):
    dependencies = [("plan", "0006_promotion_centre")]

    operations = [
        migrations.AddField(
            "deadline", "remark", models.CharField(blank=True, default="", max_length=500, verbose_name="意见")
        ),
        migrations.AddField(
            "meeting", "reason", models.CharField(blank=True, default="", max_length=200, verbose_name="取消理由")
        ),
        migrations.RemoveConstraint("training", "plan_training_once"),
        migrations.AddConstraint(
            "training",
            models.UniqueConstraint(
                condition=~models.Q(verdict="returned"), fields=("plan", "unit", "course", "day"), name="plan_training_once"
            ),
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("plan", models.CharField(max_length=60)),
                ("number", models.IntegerField(verbose_name="期")),
                ("month", models.DateField(verbose_name="月份")),
                ("facts", models.JSONField(default=dict)),
                ("words", models.TextField(blank=True, verbose_name="综试办说明")),
                ("issued_by", models.BigIntegerField()),
                ("issued_at", models.DateTimeField()),
            ],
            options={
                "db_table": "plan_notice",
                "constraints": [
                    models.UniqueConstraint(fields=("plan", "month"), name="plan_notice_once"),
                    models.UniqueConstraint(fields=("plan", "number"), name="plan_notice_number"),
                ],
            },
        ),
        protect("plan_notice", read=GOVERNMENT, insert=ZONE_OFFICE),
        audited("plan_notice"),
    ]
