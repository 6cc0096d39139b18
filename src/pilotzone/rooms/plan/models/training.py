"""政府部门专项培训: courses held for government units, with who came by unit and the paper that proves it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Training(models.Model):
    """One course. `came` is {unit path: persons}; names stay in the attached paper (sign-in list, certificates), at most 5 MB.

    It counts from its verification by another person.
    """

    plan = models.CharField(max_length=60)
    course = models.CharField("课程", max_length=200)
    day = models.DateField("举办日")
    hours = models.DecimalField("学时", max_digits=5, decimal_places=1)
    unit = models.CharField("举办单位", max_length=200)
    came = models.JSONField("参训", default=dict)
    persons = models.IntegerField("人次")
    certificate = models.CharField("结业证书", max_length=200, blank=True)
    paper = models.BinaryField(default=b"")
    paper_name = models.CharField(max_length=200, blank=True)
    paper_sha256 = models.CharField(max_length=64, blank=True)
    entered_by = models.BigIntegerField()
    entered_at = models.DateTimeField()
    verdict = models.CharField("核实", max_length=9, blank=True)
    verified_by = models.BigIntegerField(null=True)
    verified_at = models.DateTimeField(null=True)
    remark = models.CharField(max_length=500, blank=True)

    class Meta:
        db_table = "plan_training"
        constraints = [
            # one that was sent back may be entered again
            models.UniqueConstraint(
                fields=["plan", "unit", "course", "day"], condition=~Q(verdict="returned"), name="plan_training_once"
            ),
            models.CheckConstraint(
                condition=Q(hours__gt=0) & Q(hours__lte=200) & Q(persons__gt=0), name="plan_training_some"
            ),
            models.CheckConstraint(
                condition=Q(verdict__in=["", "confirmed", "returned"]), name="plan_training_verdict"
            ),
            models.CheckConstraint(
                condition=Q(verified_by=None) | ~Q(verified_by=models.F("entered_by")), name="plan_training_four_eyes"
            ),
        ]
