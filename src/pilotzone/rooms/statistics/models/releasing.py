"""Releases, their figures, and what stands behind them."""

from __future__ import annotations

from django.db import models

from pilotzone.kernel.access.models import Person


class Release(models.Model):
    """A publication of a month announced ahead; `stage` preliminary, revised or final; `state` announced, computed, published.

    `consent`: what customs said and where; nothing of the release is seen before it and before its day. `digest` is the
    SHA-256 of the signed release file.
    """

    month = models.DateField("报告期")
    stage = models.CharField(max_length=12)
    due_on = models.DateField("公布日")
    state = models.CharField(max_length=10, default="announced")
    computed_at = models.DateTimeField(null=True)
    consent = models.CharField(max_length=200, blank=True, default="")
    consent_at = models.DateTimeField(null=True)
    consent_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(null=True)
    published_on = models.DateField(null=True)
    rule = models.JSONField(default=dict)
    digest = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["month", "stage", "due_on"], name="statistics_release_once"),
            models.CheckConstraint(
                condition=~models.Q(state="published")
                | (~models.Q(consent="") & models.Q(published_on__gte=models.F("due_on"))),
                name="statistics_release_embargo",
            ),
        ]


class Figure(models.Model):
    """A number of a release: indicator and version, coverage, cell; `value` is None where hidden or where nobody knows it."""

    release = models.ForeignKey(Release, models.PROTECT, related_name="+")
    indicator = models.CharField(max_length=40)
    version = models.CharField(max_length=12)
    coverage = models.CharField(max_length=10)
    flow = models.CharField(max_length=1, blank=True)
    dimension = models.CharField(max_length=12, blank=True)
    code = models.CharField(max_length=200, blank=True)
    value = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    hidden = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["release", "indicator", "coverage", "flow", "dimension", "code"], name="statistics_figure_once"
            )
        ]


class Ground(models.Model):
    """Behind a release: amounts by firm and cell and what was hidden, for the protection of the next. The platform's own."""

    release = models.OneToOneField(Release, models.PROTECT, primary_key=True, related_name="+")
    body = models.BinaryField()
