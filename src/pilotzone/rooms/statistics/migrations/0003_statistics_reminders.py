"""Reminders of self-reports: the firm's and the statisticians'."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from pilotzone.kernel.rls import any_of, audited, protect

STATISTICS = "(pz_is('agency') AND pz_role() = 'statistician')"
OWN = "(pz_is('enterprise') AND organisation_id = pz_organisation())"


class Migration(migrations.Migration):
    dependencies = [
        ("statistics", "0002_statistics_protect"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Reminder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month", models.DateField(verbose_name="报告期")),
                ("day", models.DateField()),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="kernel.organisation"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("organisation", "month"), name="statistics_reminder_once")
                ]
            },
        ),
        protect("statistics_reminder", read=any_of(OWN, STATISTICS), insert=STATISTICS),
        audited("statistics_reminder"),
        migrations.RunSQL(["COMMENT ON TABLE statistics_reminder IS 'closed to the flood'"], [migrations.RunSQL.noop]),
    ]
