"""Self-reports of firms and the reminders of them."""

from __future__ import annotations

from django.db import models

from pilotzone.kernel.access.models import Organisation, Person


class Report(models.Model):
    """A firm's monthly self-report. Seen by the firm and by the statisticians, by nobody else, whatever his role.

    `reason`: why the last correction was made, where the month was closed or published.
    """

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    month = models.DateField("报告期")
    edition = models.CharField(max_length=40)
    answers = models.JSONField(default=dict)
    note = models.CharField(max_length=500, blank=True, default="")
    findings = models.JSONField(default=list)
    filed_at = models.DateTimeField()
    filed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    revision = models.IntegerField(default=1)
    reason = models.CharField(max_length=200, blank=True, default="", db_default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "month"], name="statistics_report_once")]


class ReportBefore(models.Model):
    """What a report said before it was corrected, revision by revision; never changed, never deleted. Seen as the report is."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    month = models.DateField("报告期")
    revision = models.IntegerField()
    edition = models.CharField(max_length=40)
    answers = models.JSONField(default=dict)
    note = models.CharField(max_length=500, blank=True, default="")
    reason = models.CharField(max_length=200, blank=True, default="")
    findings = models.JSONField(default=list)
    filed_at = models.DateTimeField()
    filed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "month", "revision"], name="statistics_report_before_once")
        ]


class Reminder(models.Model):
    """That a firm was reminded of a month's report. One reminder a month; seen by the firm and by the statisticians."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    month = models.DateField("报告期")
    day = models.DateField()
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "month"], name="statistics_reminder_once")]
