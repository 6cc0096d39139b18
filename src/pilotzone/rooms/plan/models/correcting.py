"""What minutes and monthly reports said before they were corrected."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from pilotzone.rooms.plan.models.working import Meeting, Monthly

PROTECT = models.PROTECT


class Correction(models.Model):
    """更正 of a meeting's minutes or of a monthly report: what stood before, why it was corrected, who and when; never changed.

    `unit`: the body of the monthly report, empty for minutes. `before`: {minutes} or {summary, words}.
    """

    unit = models.CharField("单位", max_length=200, blank=True)
    meeting = models.ForeignKey(Meeting, PROTECT, null=True, related_name="+")
    monthly = models.ForeignKey(Monthly, PROTECT, null=True, related_name="+")
    number = models.IntegerField("第几次更正")
    before = models.JSONField(default=dict)
    reason = models.CharField("更正理由", max_length=200)
    by = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        db_table = "plan_correction"
        constraints = [
            models.UniqueConstraint(fields=["meeting", "number"], name="plan_correction_minutes"),
            models.UniqueConstraint(fields=["monthly", "number"], name="plan_correction_monthly"),
            models.CheckConstraint(
                condition=Q(meeting=None, monthly__isnull=False) | Q(meeting__isnull=False, monthly=None), name="plan_correction_one"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="plan_correction_reason"),
        ]  # fmt: skip
