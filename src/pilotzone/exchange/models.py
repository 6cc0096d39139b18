"""The exchange's tables as models to read and list with. The tables themselves are made by SQL (exchange/sql)."""

from __future__ import annotations

from django.db import models


class Client(models.Model):
    """A token an organisation sends with; only its SHA-256 is kept."""

    token_hash = models.BinaryField()
    organisation_id = models.BigIntegerField()
    label = models.TextField()
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        managed = False
        db_table = "exchange_client"


class Message(models.Model):
    """A message as it came. `raw` is compressed and sealed; `inbox.raw` opens it."""

    receipt_id = models.TextField()
    received_at = models.DateTimeField()
    received_wall = models.DateTimeField()
    channel = models.TextField()
    client = models.TextField()
    organisation_id = models.BigIntegerField(null=True)
    partition = models.SmallIntegerField()
    size = models.IntegerField()
    sha256 = models.BinaryField()
    raw = models.BinaryField()

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
    """An official receipt waiting for a firm. `xml` is compressed and sealed; `receipts.after` opens it."""

    organisation_id = models.BigIntegerField()
    message = models.TextField()
    document_key = models.TextField()
    return_status = models.TextField()
    return_time = models.DateTimeField()
    info = models.TextField()
    xml = models.BinaryField()
    created_at = models.DateTimeField()
    fetched_at = models.DateTimeField(null=True)

    class Meta:
        managed = False
        db_table = "exchange_receipt"
