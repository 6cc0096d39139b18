"""票 and what it is made of: messages, documents, trades, receipts. The flood's tables: made by SQL (migrations/0001), only read here.

They hold checked bigints instead of foreign keys (house.md, "Two speeds").
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Message(models.Model):
    """One customs message as it came: who sent it, whether it waits, went on to customs or was dropped."""

    id = models.BigIntegerField(primary_key=True)
    inbox_id = models.BigIntegerField()
    name = models.CharField(max_length=20)
    edition = models.CharField(max_length=8)
    flow = models.CharField(max_length=1)
    guid = models.CharField(max_length=36)
    sender = models.BigIntegerField(null=True)
    state = models.CharField(max_length=10)
    documents = models.IntegerField()
    received_at = models.DateTimeField()
    hold_until = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    signature = models.JSONField()

    class Meta:
        managed = False
        db_table = "clearance_message"


class Document(models.Model):
    """One document and what became of it; what it says lies sealed with its message (queries.contents)."""

    id = models.BigIntegerField(primary_key=True)
    message_id = models.BigIntegerField()
    position = models.IntegerField()
    kind = models.SmallIntegerField()
    edition = models.CharField(max_length=8)
    key = models.TextField()
    trade_hash = models.BigIntegerField(null=True)
    app_type = models.CharField(max_length=1)
    app_time = models.CharField(max_length=14)
    sender = models.BigIntegerField(null=True)
    parties = ArrayField(models.BigIntegerField())
    buyer = models.TextField()
    state = models.CharField(max_length=10)
    reasons = models.JSONField()
    accepted_at = models.DateTimeField()
    accepted_on = models.DateField()

    class Meta:
        managed = False
        db_table = "clearance_document"


class Trade(models.Model):
    """票: the documents of one order on their way to release. Holds no personal data; `buyer` is a keyed hash."""

    id = models.BigIntegerField(primary_key=True)
    hash = models.BigIntegerField()
    key = models.TextField()
    flow = models.CharField(max_length=1)
    mode = models.CharField(max_length=4)
    order_id = models.BigIntegerField(null=True)
    payment_id = models.BigIntegerField(null=True)
    waybill_id = models.BigIntegerField(null=True)
    list_id = models.BigIntegerField(null=True)
    receipts_id = models.BigIntegerField(null=True)
    list_message = models.BigIntegerField(null=True)
    order_no = models.TextField()
    pay_no = models.TextField()
    logistics_no = models.TextField()
    cop_no = models.TextField()
    pre_no = models.TextField()
    invt_no = models.TextField()
    bill_no = models.TextField()
    state = models.CharField(max_length=16)
    customs_status = models.CharField(max_length=10)
    return_time = models.CharField(max_length=17)
    missing = ArrayField(models.TextField())
    reasons = models.JSONField()
    holder = models.TextField()
    firms = models.JSONField()
    parties = ArrayField(models.BigIntegerField())
    buyer = models.TextField()
    customs_code = models.CharField(max_length=4)
    unit = models.TextField()
    value = models.DecimalField(max_digits=19, decimal_places=2, null=True)
    tax = models.DecimalField(max_digits=19, decimal_places=2, null=True)
    assessment = models.BinaryField(null=True)  # queries.contents.assessment
    stages = models.JSONField()
    wait_until = models.DateTimeField(null=True)
    first_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    accepted_on = models.DateField(null=True)
    history = models.BooleanField()
    edition = models.SmallIntegerField(null=True)

    class Meta:
        managed = False
        db_table = "clearance_trade"


class Receipt(models.Model):
    """A receipt of customs or E-port as it came: applied, or why not."""

    id = models.BigIntegerField(primary_key=True)
    name = models.CharField(max_length=20)
    document_id = models.BigIntegerField(null=True)
    trade_id = models.BigIntegerField(null=True)
    key = models.TextField()
    return_status = models.CharField(max_length=10)
    return_time = models.CharField(max_length=17)
    info = models.TextField()
    pre_no = models.TextField()
    invt_no = models.TextField()
    applied = models.BooleanField()
    why = models.TextField()
    inbox_id = models.BigIntegerField()
    received_at = models.DateTimeField()
    parties = ArrayField(models.BigIntegerField())

    class Meta:
        managed = False
        db_table = "clearance_receipt"
