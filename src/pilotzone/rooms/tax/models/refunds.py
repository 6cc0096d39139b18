"""The tables of export refunds: filings with their lines, the ledger, and pre-refunds until they are settled.

Entries are never changed (a trigger sees to it); a released line stands in one filing at most, and is refunded once: two
unique indexes say so.
"""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import F, Q

from pilotzone.rooms.tax.models.columns import money

FILING_STATES = (
    "draft", "signed", "returned", "accepted", "question", "answered", "reviewed", "approved", "refused", "paid", "withdrawn",
)  # fmt: skip


class RefundFiling(models.Model):
    """A refund application 退（免）税申报: drafted, signed, accepted, reviewed, decided, paid."""

    number = models.CharField("申报编号", max_length=30, unique=True)
    organisation_id = models.BigIntegerField()
    principal_id = models.BigIntegerField("委托代办的生产企业", null=True)
    kind = models.CharField(max_length=10)
    month = models.CharField("所属期", max_length=7)
    class_number = models.SmallIntegerField()
    amount = money(verbose_name="退税额")
    marker = models.CharField("业务类型", max_length=10, blank=True, default="")
    fx_proof = models.CharField("收汇凭证", max_length=60, blank=True, default="")
    state = models.CharField(max_length=10, default="draft")
    assessment = models.JSONField()
    body = models.TextField(default="")
    signature = models.TextField(default="")
    certificate = models.TextField(default="")
    drafted_at = models.DateTimeField()
    signed_at = models.DateTimeField(null=True)
    receipt_no = models.CharField("受理回执", max_length=40, blank=True, default="")
    accepted_at = models.DateTimeField(null=True)
    due_on = models.DateField("办理期限", null=True)
    warn_on = models.DateField(null=True)
    question = models.TextField(default="")
    answer = models.TextField(default="")
    proposal = models.CharField(max_length=8, blank=True, default="")
    review_reason = models.CharField(max_length=300, blank=True, default="")
    reviewed_by = models.BigIntegerField(null=True)
    reviewed_at = models.DateTimeField(null=True)
    decision_reason = models.CharField(max_length=300, blank=True, default="")
    decided_by = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)
    refund_no = models.CharField("退还书号", max_length=40, blank=True, default="")
    paid_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "tax_refund_filing"
        indexes = [models.Index(fields=["organisation_id", "-id"], name="tax_refund_filing_org")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=FILING_STATES), name="tax_refund_filing_state"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="tax_refund_filing_amount"),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("reviewed_by")), name="tax_refund_filing_four_eyes"
            ),
        ]


class RefundLine(models.Model):
    """A released line in a filing; `standing` while the filing is neither refused nor withdrawn."""

    filing = models.ForeignKey(RefundFiling, models.PROTECT, related_name="+")
    organisation_id = models.BigIntegerField()
    list_no = models.CharField(max_length=20)
    line_no = models.IntegerField()
    base = money()
    refund_rate = models.DecimalField(max_digits=5, decimal_places=4)
    amount = money()
    standing = models.BooleanField(default=True)

    class Meta:
        db_table = "tax_refund_line"
        constraints = [
            models.UniqueConstraint(
                fields=["list_no", "line_no"], condition=Q(standing=True), name="tax_refund_line_once"
            ),
            models.CheckConstraint(condition=Q(amount__gte=0), name="tax_refund_line_amount"),
        ]


class RefundEntry(models.Model):
    """One line of a firm's refund statement; append-only."""

    organisation_id = models.BigIntegerField()
    filing = models.ForeignKey(RefundFiling, models.PROTECT, related_name="+")
    list_no = models.CharField(max_length=20)
    line_no = models.IntegerField()
    event = models.CharField(max_length=8)
    applied_change = money()
    refunded_change = money()
    clawed_change = money()
    reference = models.CharField(max_length=60, blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        db_table = "tax_refund_entry"
        indexes = [models.Index(fields=["organisation_id", "-id"], name="tax_refund_entry_org")]
        constraints = [
            models.UniqueConstraint(
                fields=["list_no", "line_no"], condition=Q(event="REFUND"), name="tax_refund_entry_once"
            )
        ]


class RefundAccount(models.Model):
    """The sums of a firm's entries; clawed back is never more than was refunded."""

    organisation_id = models.BigIntegerField(primary_key=True)
    applied = money(default=Decimal(0))
    refunded = money(default=Decimal(0))
    clawed = money(default=Decimal(0))

    class Meta:
        db_table = "tax_refund_account"
        constraints = [
            models.CheckConstraint(
                condition=Q(applied__gte=0, clawed__gte=0, refunded__gte=F("clawed")),
                name="tax_refund_account_sums",
            )
        ]


class Prerefund(models.Model):
    """One pre-refunded line of 9810, open until its sale is settled or it is recovered."""

    organisation_id = models.BigIntegerField()
    filing = models.ForeignKey(RefundFiling, models.PROTECT, related_name="+")
    list_no = models.CharField(max_length=20)
    line_no = models.IntegerField()
    base = money()
    refund_rate = models.DecimalField(max_digits=5, decimal_places=4)
    refunded = money()
    handled_on = models.DateField("预退日")
    first_on = models.DateField("核算期起")
    last_on = models.DateField("核算期止")
    state = models.CharField(max_length=9, default="open")
    actual_base = money(null=True)
    difference = money(null=True)
    assessment = models.JSONField(default=dict)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "tax_prerefund"
        constraints = [
            models.UniqueConstraint(fields=["list_no", "line_no"], name="tax_prerefund_once"),
            models.CheckConstraint(condition=Q(state__in=["open", "settled", "recovered"]), name="tax_prerefund_state"),
        ]
