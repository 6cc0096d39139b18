"""What people at a firm's desk have in hand: urges, documents being written, changes, messages a card is to sign."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from pilotzone.kernel.access.models import Organisation, Person


class Urge(models.Model):
    """One party asks another to send or correct its document; at most one a day, trade and party."""

    trade_id = models.BigIntegerField()
    party = models.CharField(max_length=12)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    urged_at = models.DateTimeField()
    urged_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["trade_id", "party", "organisation", "urged_on"], name="clearance_urge_daily"
            )
        ]


class Writing(models.Model):
    """A document a firm writes on the page, or a template of one; it becomes a draft when it is kept. `body` is sealed."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    kind = models.SmallIntegerField()
    name = models.CharField(max_length=60, blank=True, default="")
    template = models.BooleanField(default=False)
    body = models.BinaryField()
    revision = models.IntegerField(default=1)
    writer = models.CharField(max_length=36, blank=True, default="")
    receipt = models.CharField(max_length=32, blank=True, default="")
    made_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    kept_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["organisation", "template"], name="clearance_writing_firm")]


class Change(models.Model):
    """A change, deletion, cancellation or return a firm is writing from a record of its own, until it is declared.

    `body` is head and lines as they stand, sealed (operations.changing); `revision` grows with each saving and `writer`
    is the page that saved last, so that two who write at once are told. `state`: open while it is written; kept once it lies among the firm's drafts under
    `receipt`; discarded. `kind` and `key` name the document it makes, `source` the document it was filled from.
    """

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    trade_id = models.BigIntegerField()
    order_no = models.CharField(max_length=60)
    verb = models.CharField(max_length=8)
    kind = models.SmallIntegerField()
    key = models.TextField()
    source = models.BigIntegerField()
    body = models.BinaryField()
    revision = models.IntegerField(default=1)
    writer = models.CharField(max_length=36, default="", blank=True)
    state = models.CharField(max_length=10, default="open")
    receipt = models.CharField(max_length=32, default="", blank=True)
    draft = models.BigIntegerField(null=True)
    made_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    kept_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "trade_id", "verb", "kind"],
                condition=models.Q(state="open"),
                name="clearance_change_open",
            )  # fmt: skip
        ]
        indexes = [models.Index(fields=["organisation", "state"], name="clearance_change_firm")]


class Signing(models.Model):
    """A message composed of a firm's drafts for its card to sign, and where it went once signed.

    `body` is the unsigned message, sealed (`exchange.sealing`), and emptied when the signed one is kept. Messages of one
    sitting share `batch`; `algorithm` is a name of `exchange.signing.SUITES`, `certificate` the card's SHA-256.
    """

    batch = models.UUIDField()
    position = models.SmallIntegerField()
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    message = models.CharField(max_length=20)
    algorithm = models.CharField(max_length=16)
    certificate = models.CharField(max_length=64)
    drafts = ArrayField(models.BigIntegerField())
    body = models.BinaryField()
    made_at = models.DateTimeField()
    receipt = models.CharField(max_length=32, default="", blank=True)
    signed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "position"], name="clearance_signing_place")]
        indexes = [models.Index(fields=["organisation", "receipt"], name="clearance_signing_firm")]
