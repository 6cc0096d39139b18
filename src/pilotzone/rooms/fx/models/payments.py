"""付汇: payments abroad that a firm asks its bank for, the vouchers behind them, and what was advised and decided.

A backing moves its voucher by the database's own trigger, a check refuses what would use a voucher twice
(migrations/0003_payments). Decisions are never changed.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from pilotzone.rooms.fx.models.receipts import Receipt, money


class Payment(models.Model):
    """One payment, whole or not at all; `usd` fixed by the table of the month of `pay_on`.

    client_id: whose overseas cost is advanced (代垫); receipt: what is sent back to the buyer (退款); registration: SAFE's
    number where the law asks for one. `report_due_on`: the last day to report its trade credit, where that is asked for.
    """

    bank_id = models.BigIntegerField()
    number = models.CharField("付汇申请号", max_length=40)
    organisation_id = models.BigIntegerField()
    client_id = models.BigIntegerField(null=True)
    receipt = models.ForeignKey(Receipt, models.PROTECT, null=True, related_name="+")
    purpose = models.CharField("款项性质", max_length=12)
    payee = models.CharField("境外收款人", max_length=120)
    country = models.CharField("收款国别", max_length=3, default="")
    currency = models.CharField("币种", max_length=3)
    amount = money(verbose_name="金额")
    usd = money(verbose_name="折美元")
    pay_on = models.DateField("付款日")
    expected_on = models.DateField("预计到货日", null=True)
    same_route = models.BooleanField("原路退回", default=True)
    registration = models.CharField("外汇局登记编号", max_length=40, default="")
    tax_filing = models.CharField("税务备案编号", max_length=40, default="")
    state = models.CharField(max_length=8, default="applied")
    outcome = models.CharField(max_length=8, default="")
    counts_quota = models.BooleanField(default=False)
    report_kind = models.CharField(max_length=8, default="")
    report_due_on = models.DateField("贸易信贷报告期限", null=True)
    reported_at = models.DateTimeField(null=True)
    safe_no = models.CharField("外汇局受理号", max_length=40, default="")
    reference = models.CharField("银行业务编号", max_length=60, default="")
    applied_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "fx_payment"
        indexes = [
            models.Index(fields=["bank_id", "state", "-id"], name="fx_payment_queue"),
            models.Index(fields=["organisation_id", "pay_on"], name="fx_payment_firm"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["organisation_id", "number"], name="fx_payment_once"),
            models.CheckConstraint(condition=Q(amount__gt=0, usd__gt=0), name="fx_payment_positive"),
            models.CheckConstraint(
                condition=Q(state__in=["applied", "asked", "paid", "refused"]), name="fx_payment_state"
            ),
        ]


class Voucher(models.Model):
    """A paper behind payments: its kind, number and issuer make it one, whoever brings it; its dollars serve once."""

    key = models.CharField(max_length=200, primary_key=True)
    kind = models.CharField(max_length=12)
    number = models.CharField(max_length=60)
    issuer = models.CharField(max_length=120)
    dated_on = models.DateField()
    currency = models.CharField(max_length=3)
    amount = money()
    usd = money()
    used_usd = money(default=0)

    class Meta:
        db_table = "fx_voucher"
        constraints = [
            models.CheckConstraint(condition=Q(used_usd__gte=0, usd__gte=F("used_usd")), name="fx_voucher_used_once")
        ]


class Backing(models.Model):
    """A part of a voucher that stands behind a payment; freed when the bank refuses the payment."""

    payment = models.ForeignKey(Payment, models.PROTECT, related_name="+")
    voucher = models.ForeignKey(Voucher, models.PROTECT, related_name="+")
    usd = money()
    linked_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "fx_backing"
        constraints = [
            models.CheckConstraint(condition=Q(usd__gt=0), name="fx_backing_positive"),
            models.UniqueConstraint(fields=["payment", "voucher"], condition=Q(undone_at=None), name="fx_backing_once"),
        ]


class PaymentDecision(models.Model):
    """What the platform advised or a bank decided on a payment, with the rule and the edition of the data; append-only."""

    payment = models.ForeignKey(Payment, models.PROTECT, related_name="+")
    maker = models.CharField(max_length=8)
    outcome = models.CharField(max_length=8)
    note = models.CharField(max_length=300, default="")
    advice = models.JSONField()
    algorithm = models.CharField(max_length=30)
    edition = models.CharField(max_length=16)
    person = models.BigIntegerField(null=True)
    at = models.DateTimeField()

    class Meta:
        db_table = "fx_payment_decision"
