"""The exchange's tables as models to read and list with. The tables themselves are made by SQL (exchange/sql)."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Client(models.Model):
    """A token an organisation sends with; only its SHA-256 is kept."""

    token_hash = models.BinaryField()
    organisation_id = models.BigIntegerField()
    label = models.TextField()
    created_at = models.DateTimeField()
    used_on = models.DateField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        managed = False
        db_table = "exchange_client"


class Message(models.Model):
    """A message that came, and where it lies: `inbox.raw` opens it. Its number is `id`, told by exchange_inbox_number."""

    receipt_id = models.TextField()
    received_at = models.DateTimeField()
    received_wall = models.DateTimeField()
    channel = models.TextField()
    client = models.TextField()
    organisation_id = models.BigIntegerField(null=True)
    partition = models.SmallIntegerField()
    size = models.IntegerField()
    start = models.IntegerField()
    sha256 = models.BinaryField()

    class Meta:
        managed = False
        db_table = "exchange_inbox"


class Letter(models.Model):
    """What the platform has to tell a counterpart, and how often it tried."""

    counterpart = models.TextField()
    kind = models.TextField()
    body = models.BinaryField()
    keys = models.JSONField()
    state = models.TextField()
    attempts = models.IntegerField()
    next_try_at = models.DateTimeField()
    last_error = models.TextField()
    created_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        managed = False
        db_table = "exchange_outbox"


class Receipt(models.Model):
    """A package of official receipts waiting for a firm. `body` is compressed and sealed; `receipts.after` opens it."""

    organisation_id = models.BigIntegerField()
    message = models.TextField()
    returns = models.SmallIntegerField()
    keys = ArrayField(models.BigIntegerField())
    guid = models.TextField()
    body = models.BinaryField()
    signature = models.BinaryField()
    signer = models.TextField()
    created_at = models.DateTimeField()
    fetched_at = models.DateTimeField(null=True)

    class Meta:
        managed = False
        db_table = "exchange_receipt"
