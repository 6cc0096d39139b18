"""The tables of the export side: what firms registered, what customs released and what came back; refunds beside it.

Rows are written by the engines' decisions in the platform's own scope.
"""

from __future__ import annotations

from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from pilotzone.rooms.tax.models.columns import measure, money


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
    quantity = measure(verbose_name="数量")
    price = measure(verbose_name="单价")
    amount = measure(verbose_name="金额")

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
    invoice_amount = money(verbose_name="不含税金额", null=True)
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


class ExportReturn(models.Model):
    """出口退运: what a return customs closed did to the tax of one line. `state`: booked, or waiting until a filing is paid or freed.

    Once per return and line. `assessment` is kept as it was decided (engine.export.returned).
    """

    organisation_id = models.BigIntegerField()
    list_no = models.CharField("清单编号", max_length=20)
    line_no = models.IntegerField("商品序号")
    document_id = models.BigIntegerField()
    trade_id = models.BigIntegerField()
    declared = measure(verbose_name="申报数量")
    quantity = measure(verbose_name="退运数量")
    returned_on = models.DateField("退货审结日")
    effect = models.CharField(max_length=8)
    amount = money(verbose_name="补税或冲减")
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
    revenue = money()
    spend = money()
    commission = money(default=Decimal(0))
    contracts = money(default=Decimal(0))
    related = models.BooleanField(default=False)
    evidence = ArrayField(models.CharField(max_length=12), default=list)
    carry_in = money()
    deducted = money()
    carry_out = money()
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
