"""Who may act for whom: 代理授权."""

from __future__ import annotations

from django.db import models

from pilotzone.kernel.access.models import Organisation, Person


class Mandate(models.Model):
    """代理授权: an express or post operator, or a declarant, may send some kinds of documents for another enterprise.

    In force from `valid_from` to the end of `valid_to`, unless it was revoked: that counts at once.
    """

    principal = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    agent = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    kinds = models.JSONField(default=list)
    undertaking = models.CharField("书面担责承诺", max_length=200)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    given_at = models.DateTimeField(null=True, blank=True)
    given_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    revoked_reason = models.CharField(max_length=200, blank=True, default="", db_default="")
