"""What an authorised body answered about buyers: keyed hashes only, never a name or number."""

from __future__ import annotations

from django.db import models

from pilotzone.kernel.access.models import Organisation, Person


class Identity(models.Model):
    """What an authorised body answered about a buyer: keyed hashes only, never the name or number."""

    buyer = models.CharField(max_length=64)
    name_hash = models.CharField(max_length=64)
    matches = models.BooleanField()
    authority = models.CharField(max_length=80)
    checked_at = models.DateTimeField()
    valid_to = models.DateField(null=True, blank=True)
    asked_by = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["buyer", "name_hash"], name="clearance_identity_once")]


class BuyerCheck(models.Model):
    """A list of buyers a firm had checked by the authorised body: who asked, when, whom, and how it came out."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    asked_at = models.DateTimeField()
    channel = models.CharField(max_length=8)
    authority = models.CharField(max_length=80)
    valid_to = models.DateField()
    total = models.IntegerField()
    matched = models.IntegerField()
    mismatched = models.IntegerField()
    refused = models.IntegerField()


class BuyerAnswer(models.Model):
    """The answer to one row of such a list. Of the buyer only keyed hashes; `ref` is the firm's own number of the row."""

    check_list = models.ForeignKey(BuyerCheck, models.PROTECT, related_name="+")
    position = models.IntegerField()
    ref = models.CharField(max_length=40, blank=True)
    buyer = models.CharField(max_length=64, blank=True)
    outcome = models.CharField(max_length=10)
    findings = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["check_list", "position"], name="clearance_answer_once")]
