"""Doubtful figures of self-reports, and what was said of them turn by turn."""

from __future__ import annotations

from django.db import models

from pilotzone.kernel.access.models import Organisation, Person


class Doubt(models.Model):
    """A figure of a self-report (`field`) a statistician asks back about; `state` open, answered, closed. Seen as the report is.

    `causes`: the edit checks the report raised and what the mirror said of the field when it was asked; `revision` of the report then.
    """

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    month = models.DateField("报告期")
    field = models.CharField(max_length=40)
    causes = models.JSONField(default=list)
    state = models.CharField(max_length=10, default="open")
    revision = models.IntegerField()
    due_on = models.DateField()
    asked_at = models.DateTimeField()
    answered_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "month", "field"],
                condition=~models.Q(state="closed"),
                name="statistics_doubt_once",
            )
        ]


class DoubtTurn(models.Model):
    """What was said of a doubt, turn by turn; never changed. `act`: asked, again, confirmed, corrected, closed; `revision` of the report then."""

    doubt = models.ForeignKey(Doubt, models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    act = models.CharField(max_length=10)
    text = models.CharField(max_length=500, blank=True, default="")
    revision = models.IntegerField()
    value = models.CharField(max_length=40, blank=True, default="")
    due_on = models.DateField(null=True)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
