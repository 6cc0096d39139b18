"""Payment raw data (支付原始数据): kept for customs, and what customs asked."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from pilotzone.kernel.access.models import Organisation


class PaymentData(models.Model):
    """Payment raw data (announcements 2018-165, 2018-179) a platform enterprise keeps here for when customs asks.

    `body` is the payment as JSON, sealed; `orders` are all orders it paid. Kept to the end of `keep_until` at least.
    """

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    pay_code = models.CharField(max_length=18)
    pay_transaction = models.CharField(max_length=60)
    orders = ArrayField(models.CharField(max_length=60))
    amount = models.DecimalField(max_digits=19, decimal_places=5)
    currency = models.CharField(max_length=4)
    traded = models.CharField(max_length=14)
    body = models.BinaryField()
    channel = models.CharField(max_length=10)
    deposited_at = models.DateTimeField()
    keep_until = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "pay_code", "pay_transaction"], name="clearance_paymentdata_once"
            )
        ]
        indexes = [
            GinIndex(fields=["orders"], name="clearance_paymentdata_orders"),
            models.Index(fields=["keep_until"], name="clearance_paymentdata_until"),
        ]


class PaymentRequest(models.Model):
    """Customs asks for the payment raw data of an order; `state` is open, queued, accepted or refused.

    `composed` is what the firm has to sign, sealed, with its own time; customs' answer stands as it was given.
    """

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    order_no = models.CharField(max_length=60)
    session = models.CharField(max_length=36)
    service_time = models.CharField(max_length=13)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, default="open")
    composed = models.BinaryField(default=bytes)
    composed_at = models.DateTimeField(null=True)
    uploads = models.SmallIntegerField(default=0)
    certificate = models.CharField(max_length=64, default="", blank=True)
    answer_code = models.CharField(max_length=8, default="", blank=True)
    answer_message = models.CharField(max_length=1000, default="", blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "session"], name="clearance_paymentrequest_once")
        ]
        indexes = [models.Index(fields=["organisation", "state"], name="clearance_paymentreq_state")]
