"""What recognition of online sales rests on, and what it found."""

from __future__ import annotations

from django.db import models

from pilotzone.kernel.access.models import Organisation, Person


class Material(models.Model):
    """A line recognition rests on: a general-trade declaration (`declared`) or a sale of a shop (`sold`). The statisticians' alone."""

    kind = models.CharField(max_length=10)
    reference = models.CharField(max_length=60)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    hs = models.CharField(max_length=10)
    on = models.DateField()
    value = models.DecimalField(max_digits=19, decimal_places=2)
    mode = models.CharField(max_length=4, blank=True, default="")
    given_at = models.DateTimeField()
    given_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "reference"], name="statistics_material_once")]


class Candidate(models.Model):
    """A general-trade export that may have been sold online: score, its parts, the sales it rests on, and who decided.

    `verdict` online or review by the rule; `state` open, confirmed, refused. Seen by the firm and by the statisticians.
    """

    number = models.CharField(max_length=60, unique=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    hs = models.CharField(max_length=10)
    on = models.DateField()
    value = models.DecimalField(max_digits=19, decimal_places=2)
    mode = models.CharField(max_length=4)
    algorithm = models.CharField(max_length=30)
    score = models.SmallIntegerField()
    verdict = models.CharField(max_length=10)
    reasons = models.JSONField(default=list)
    sales = models.JSONField(default=list)
    state = models.CharField(max_length=10, default="open")
    by_firm = models.BooleanField(default=False)
    remark = models.CharField(max_length=200, blank=True, default="")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
