"""Sample surveys: what was drawn, who is asked, what is published. Answers are the firm's and the statisticians'."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from pilotzone.kernel.rls import any_of, audited, protect

STATISTICS = "(pz_is('agency') AND pz_role() = 'statistician')"
OWN = "(pz_is('enterprise') AND organisation_id = pz_organisation())"
ASKED = (
    "(pz_is('enterprise') AND id IN (SELECT u.survey_id FROM statistics_surveyunit u"
    " WHERE u.organisation_id = pz_organisation()))"
)
PERSON = {"null": True, "on_delete": django.db.models.deletion.PROTECT, "related_name": "+", "to": settings.AUTH_USER_MODEL}


class Migration(migrations.Migration):
    dependencies = [
        ("statistics", "0003_statistics_reminders"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Survey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=100)),
                ("month", models.DateField(verbose_name="报告期")),
                ("size", models.IntegerField()),
                ("seed", models.CharField(max_length=100)),
                ("frame", models.IntegerField()),
                ("due_on", models.DateField()),
                ("drawn_at", models.DateTimeField()),
                ("result", models.JSONField(default=dict)),
                ("published_at", models.DateTimeField(null=True)),
                ("drawn_by", models.ForeignKey(**PERSON)),
            ],
        ),
        migrations.CreateModel(
            name="SurveyUnit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("stratum", models.CharField(max_length=20)),
                ("probability", models.FloatField()),
                ("answers", models.JSONField(default=dict)),
                ("filed_at", models.DateTimeField(null=True)),
                ("filed_by", models.ForeignKey(**PERSON)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="kernel.organisation"
                    ),
                ),
                (
                    "survey",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="statistics.survey"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("survey", "organisation"), name="statistics_survey_unit_once"),
                    models.CheckConstraint(
                        condition=models.Q(("probability__gt", 0), ("probability__lte", 1)),
                        name="statistics_survey_unit_chance",
                    ),
                ]
            },
        ),
        protect("statistics_surveyunit", read=any_of(OWN, STATISTICS), insert=STATISTICS, update=OWN),
        protect(
            "statistics_survey", read=any_of("published_at IS NOT NULL", STATISTICS, ASKED), insert=STATISTICS, update=STATISTICS
        ),
        audited("statistics_survey"),
        audited("statistics_surveyunit", hide=("answers",)),
        migrations.RunSQL(["COMMENT ON TABLE statistics_surveyunit IS 'closed to the flood'"], [migrations.RunSQL.noop]),
    ]
