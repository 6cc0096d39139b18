"""The tables of the export side: what firms registered, what customs released, refund filings and their ledger.

Rows are written by the engines' decisions in the platform's own scope. Entries are never changed (a trigger sees to it);
a released line stands in one filing at most, and is refunded once: two unique indexes say so.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

FILING_STATES = (
    "draft", "signed", "returned", "accepted", "question", "answered", "reviewed", "approved", "refused", "paid", "withdrawn",
)  # fmt: skip


def _money(**options: Any) -> models.DecimalField[Any, Any]:
    return models.DecimalField(max_digits=19, decimal_places=2, **options)


def _measure(**options: Any) -> models.DecimalField[Any, Any]:
    return models.DecimalField(max_digits=19, decimal_places=5, **options)


class ExportFirm(models.Model):
    """What the tax authority knows of a firm from a day on: taxpayer, refund filing, class with its facts and reasons."""

    organisation_id = models.BigIntegerField()
    valid_from = models.DateField("起始日")
    general = models.BooleanField("一般纳税人", default=False)
    refund_filed = models.BooleanField("出口退（免）税备案", default=False)
    in_zone = models.BooleanField("综试区注册", default=True)
    kind = models.CharField("企业类型", max_length=8)
    class_number = models.SmallIntegerField("分类管理类别")
    locked_until = models.DateField("类别锁定至", null=True)
    false_before = models.BooleanField("曾提供虚假收汇材料", default=False)
    deemed = models.BooleanField("核定征收", default=False)
    facts = models.JSONField(default=dict)
    reasons = models.JSONField(default=list)
    recorded_at = models.DateTimeField()
    recorded_by = models.BigIntegerField(null=True)

    class Meta:
        db_table = "tax_export_firm"
        constraints = [
            models.UniqueConstraint(fields=["organisation_id", "valid_from"], name="tax_export_firm_day"),
            models.CheckConstraint(condition=Q(class_number__in=[1, 2, 3, 4]), name="tax_export_firm_class"),
        ]


class _SixFields(models.Model):
    """Line and six fields, as both sides of the match tell them."""

    organisation_id = models.BigIntegerField()
    list_no = models.CharField("清单编号", max_length=20)
    line_no = models.IntegerField("商品序号")
    month = models.CharField("所属期", max_length=7)
    exported_on = models.DateField("出口日期")
    goods_name = models.CharField("货物名称", max_length=250)
    unit = models.CharField("计量单位", max_length=3)
    quantity = _measure(verbose_name="数量")
    price = _measure(verbose_name="单价")
    amount = _measure(verbose_name="金额")

    class Meta:
        abstract = True


class ExportRelease(_SixFields):
    """A line of an export list that customs released, as the clearance room told it."""

    hs = models.CharField("商品编码", max_length=10)
    currency = models.CharField("币制", max_length=3)
    mode = models.CharField("监管方式", max_length=4)
    customs_code = models.CharField("关区", max_length=4)
    trade_id = models.BigIntegerField()
    simplified = models.BooleanField("简化申报", default=False)
    read_at = models.DateTimeField()

    class Meta:
        db_table = "tax_export_release"
        constraints = [models.UniqueConstraint(fields=["list_no", "line_no"], name="tax_export_release_once")]
        indexes = [models.Index(fields=["organisation_id", "month"], name="tax_export_release_month")]


class ExportRegistration(_SixFields):
    """The six fields as the firm registered them, its proofs, the result of the match and the treatment decided."""

    voucher = models.CharField("进货凭证", max_length=8, default="none")
    invoice_no = models.CharField("发票号码", max_length=40, blank=True, default="")
    invoice_amount = _money(verbose_name="不含税金额", null=True)
    invoice_matches = models.BooleanField("发票与出口匹配", default=True)
    vat_rate = models.DecimalField("征税率", max_digits=5, decimal_places=4, null=True)
    refund_rate = models.DecimalField("退税率", max_digits=5, decimal_places=4, null=True)
    received_on = models.DateField("收汇日", null=True)
    sold = models.BooleanField("已销售", default=True)
    match = models.CharField(max_length=16, default="waiting")
    differs = ArrayField(models.CharField(max_length=16), default=list)
    treatment = models.CharField(max_length=12, default="waits")
    assessment = models.JSONField(default=dict)
    registered_at = models.DateTimeField()
    matched_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "tax_export_registration"
        constraints = [
            models.UniqueConstraint(fields=["list_no", "line_no"], name="tax_export_registration_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0, price__gt=0, amount__gt=0), name="tax_export_six"),
        ]
        indexes = [models.Index(fields=["organisation_id", "month"], name="tax_export_regist_month")]


class ExportMatch(models.Model):
    """One run of a month's match, its report; runs are kept, the newest counts."""

    organisation_id = models.BigIntegerField()
    month = models.CharField("所属期", max_length=7)
    at = models.DateTimeField()
    registered = models.IntegerField()
    released = models.IntegerField()
    matched = models.IntegerField()
    differing = models.IntegerField()
    only_registered = models.IntegerField()
    only_released = models.IntegerField()

    class Meta:
        db_table = "tax_export_match"
        indexes = [models.Index(fields=["organisation_id", "month"], name="tax_export_match_month")]
        constraints = [
            models.CheckConstraint(
                condition=Q(registered=F("matched") + F("differing") + F("only_registered"))
                & Q(released=F("matched") + F("differing") + F("only_released")),
                name="tax_export_match_adds_up",
            )
        ]


class RefundFiling(models.Model):
    """A refund application 退（免）税申报: drafted, signed, accepted, reviewed, decided, paid."""

    number = models.CharField("申报编号", max_length=30, unique=True)
    organisation_id = models.BigIntegerField()
    principal_id = models.BigIntegerField("委托代办的生产企业", null=True)
    kind = models.CharField(max_length=10)
    month = models.CharField("所属期", max_length=7)
    class_number = models.SmallIntegerField()
    amount = _money(verbose_name="退税额")
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
    base = _money()
    refund_rate = models.DecimalField(max_digits=5, decimal_places=4)
    amount = _money()
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
    applied_change = _money()
    refunded_change = _money()
    clawed_change = _money()
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
    applied = _money(default=Decimal(0))
    refunded = _money(default=Decimal(0))
    clawed = _money(default=Decimal(0))

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
    base = _money()
    refund_rate = models.DecimalField(max_digits=5, decimal_places=4)
    refunded = _money()
    handled_on = models.DateField("预退日")
    first_on = models.DateField("核算期起")
    last_on = models.DateField("核算期止")
    state = models.CharField(max_length=9, default="open")
    actual_base = _money(null=True)
    difference = _money(null=True)
    assessment = models.JSONField(default=dict)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "tax_prerefund"
        constraints = [
            models.UniqueConstraint(fields=["list_no", "line_no"], name="tax_prerefund_once"),
            models.CheckConstraint(condition=Q(state__in=["open", "settled", "recovered"]), name="tax_prerefund_state"),
        ]


class ExportReturn(models.Model):
    """出口退运: what a return customs closed did to the tax of one line. `state`: booked, or waiting until a filing is paid or freed.

    Once per return and line. `assessment` is kept as it was decided (engine.export.returned).
    """

    organisation_id = models.BigIntegerField()
    list_no = models.CharField("清单编号", max_length=20)
    line_no = models.IntegerField("商品序号")
    document_id = models.BigIntegerField()
    trade_id = models.BigIntegerField()
    declared = _measure(verbose_name="申报数量")
    quantity = _measure(verbose_name="退运数量")
    returned_on = models.DateField("退货审结日")
    effect = models.CharField(max_length=8)
    amount = _money(verbose_name="补税或冲减")
    assessment = models.JSONField(default=dict)
    state = models.CharField(max_length=8)
    booked_at = models.DateTimeField()

    class Meta:
        db_table = "tax_export_return"
        constraints = [
            models.UniqueConstraint(fields=["document_id", "line_no"], name="tax_export_return_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0, amount__gte=0), name="tax_export_return_amounts"),
            models.CheckConstraint(condition=Q(state__in=["booked", "waiting"]), name="tax_export_return_state"),
        ]
        indexes = [
            models.Index(fields=["list_no", "line_no"], name="tax_export_return_line"),
            models.Index(fields=["organisation_id", "-id"], name="tax_export_return_org"),
        ]


class PromotionYear(models.Model):
    """A year of the pilot of promotion cost: claimed, allowed, carried on."""

    organisation_id = models.BigIntegerField()
    year = models.IntegerField("年度")
    trade = models.CharField(max_length=30)
    revenue = _money()
    spend = _money()
    commission = _money(default=Decimal(0))
    contracts = _money(default=Decimal(0))
    related = models.BooleanField(default=False)
    evidence = ArrayField(models.CharField(max_length=12), default=list)
    carry_in = _money()
    deducted = _money()
    carry_out = _money()
    assessment = models.JSONField()
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "tax_promotion_year"
        constraints = [
            models.UniqueConstraint(fields=["organisation_id", "year"], name="tax_promotion_year_once"),
            models.CheckConstraint(
                condition=Q(carry_in__gte=0, deducted__gte=0, carry_out=F("carry_in") + F("spend") - F("deducted")),
                name="tax_promotion_year_adds_up",
            ),
        ]
