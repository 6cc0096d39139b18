"""Sample surveys and the firms that were drawn."""

from __future__ import annotations

from django.db import models

from pilotzone.kernel.access.models import Organisation, Person


class Survey(models.Model):
    """A sample survey of own-brand exports: what was drawn from which frame with which seed; `result` from its publication on."""

    title = models.CharField(max_length=100)
    month = models.DateField("报告期")
    size = models.IntegerField()
    seed = models.CharField(max_length=100)
    frame = models.IntegerField()
    due_on = models.DateField()
    drawn_at = models.DateTimeField()
    drawn_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    result = models.JSONField(default=dict)
    published_at = models.DateTimeField(null=True)


class SurveyUnit(models.Model):
    """A firm that was drawn, and what it answered. Seen by the firm and by the statisticians, by nobody else."""

    survey = models.ForeignKey(Survey, models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    stratum = models.CharField(max_length=20)
    probability = models.FloatField()
    answers = models.JSONField(default=dict)
    filed_at = models.DateTimeField(null=True)
    filed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["survey", "organisation"], name="statistics_survey_unit_once"),
            models.CheckConstraint(
                condition=models.Q(probability__gt=0) & models.Q(probability__lte=1),
                name="statistics_survey_unit_chance",
            ),
        ]
