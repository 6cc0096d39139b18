"""促进中心: the document that founded it, and those that changed it since."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class CentreRecord(models.Model):
    """One document about the promotion centre and all it says of it; the newest verified one is how the centre stands.

    `duties` verbatim; `members` [{name, post, since, until}], days as text, an open end ''. A decided record is never changed again
    (row-level security); the paper is at most 5 MB.
    """

    plan = models.CharField(max_length=60)
    kind = models.CharField(max_length=7)
    name = models.CharField("名称", max_length=200)
    document = models.CharField("设立文件", max_length=200)
    number = models.CharField("文号", max_length=60, blank=True)
    day = models.DateField("日期")
    unit = models.CharField("主管单位", max_length=200)
    duties = models.TextField("职责")
    members = models.JSONField("成员", default=list)
    paper = models.BinaryField()
    paper_name = models.CharField(max_length=200)
    paper_sha256 = models.CharField(max_length=64)
    entered_by = models.BigIntegerField()
    entered_at = models.DateTimeField()
    verdict = models.CharField("核实", max_length=9, blank=True)
    verified_by = models.BigIntegerField(null=True)
    verified_at = models.DateTimeField(null=True)
    remark = models.CharField(max_length=500, blank=True)

    class Meta:
        db_table = "plan_centre"
        constraints = [
            models.UniqueConstraint(
                fields=["plan"], condition=Q(kind="founded") & ~Q(verdict="returned"), name="plan_centre_founded_once"
            ),
            models.UniqueConstraint(fields=["plan"], condition=Q(verdict=""), name="plan_centre_one_waiting"),
            models.CheckConstraint(condition=Q(kind__in=["founded", "changed"]), name="plan_centre_kind"),
            models.CheckConstraint(condition=Q(verdict__in=["", "confirmed", "returned"]), name="plan_centre_verdict"),
            models.CheckConstraint(
                condition=Q(verdict="", verified_by=None)
                | (~Q(verdict="") & Q(verified_by__isnull=False) & ~Q(verified_by=F("entered_by"))),
                name="plan_centre_four_eyes",
            ),
        ]
