"""What people declare about the plan. Lights are not kept: they are computed when asked for."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

GOING, DONE = "going", "done"


class Report(models.Model):
    """What a unit declared of a task (or of a target's number) for one month, and who verified it.

    A report counts from its verification. `evidence` holds the attachment as it came, at most 5 MB.
    """

    plan = models.CharField(max_length=60)
    task = models.IntegerField("序号")
    target = models.CharField(max_length=60, blank=True)
    month = models.DateField("月份")
    unit = models.CharField("填报单位", max_length=200)
    status = models.CharField("进展", max_length=8)
    value = models.DecimalField("数值", max_digits=19, decimal_places=4, null=True)
    words = models.TextField("说明")
    evidence = models.BinaryField(default=b"")
    evidence_name = models.CharField(max_length=200, blank=True)
    evidence_sha256 = models.CharField(max_length=64, blank=True)
    declared_by = models.BigIntegerField()
    declared_at = models.DateTimeField()
    verdict = models.CharField("核实", max_length=9, blank=True)
    verified_by = models.BigIntegerField(null=True)
    verified_at = models.DateTimeField(null=True)
    remark = models.TextField(blank=True)

    class Meta:
        db_table = "plan_report"
        indexes = [models.Index(fields=["plan", "task", "month"], name="plan_report_task")]
        constraints = [
            models.UniqueConstraint(fields=["plan", "task", "target", "month", "unit"], name="plan_report_once"),
            models.CheckConstraint(condition=Q(status__in=[GOING, DONE]), name="plan_report_status"),
            models.CheckConstraint(condition=Q(verdict__in=["", "confirmed", "returned"]), name="plan_report_verdict"),
            models.CheckConstraint(
                condition=Q(verified_by=None) | ~Q(verified_by=models.F("declared_by")), name="plan_report_four_eyes"
            ),
        ]


class Deadline(models.Model):
    """A deadline asked to be changed, and by whom it was approved or refused. The latest approved one is in force."""

    plan = models.CharField(max_length=60)
    task = models.IntegerField("序号")
    due = models.CharField("新的完成时限", max_length=7)
    reason = models.TextField("理由")
    asked_by = models.BigIntegerField()
    asked_at = models.DateTimeField()
    verdict = models.CharField(max_length=9, blank=True)
    remark = models.CharField("意见", max_length=500, default="", blank=True)
    decided_by = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "plan_deadline"
        indexes = [models.Index(fields=["plan", "task"], name="plan_deadline_task")]
        constraints = [
            models.CheckConstraint(condition=Q(verdict__in=["", "approved", "refused"]), name="plan_deadline_verdict"),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=models.F("asked_by")), name="plan_deadline_four_eyes"
            ),
        ]


class Objection(models.Model):
    """A light somebody disputes, with reason and answer. The light stays computed; an objection never changes it by itself."""

    plan = models.CharField(max_length=60)
    task = models.IntegerField("序号")
    light = models.CharField(max_length=6)
    reason = models.TextField("理由")
    unit = models.CharField(max_length=200)
    raised_by = models.BigIntegerField()
    raised_at = models.DateTimeField()
    answer = models.TextField(blank=True)
    answered_by = models.BigIntegerField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "plan_objection"
        indexes = [models.Index(fields=["plan", "task"], name="plan_objection_task")]
