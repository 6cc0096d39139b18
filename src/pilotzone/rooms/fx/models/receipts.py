"""The tables of the room: SAFE's list, receipts with their ledger, documents used for them, decisions, reports.

Sums are kept by the database itself: an entry moves its receipt, a link moves its document (migrations/0002_protect),
and checks refuse what would be too much, whoever writes. Entries and decisions are never changed.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q


def money(**options: Any) -> models.DecimalField[Any, Any]:
    return models.DecimalField(max_digits=16, decimal_places=2, **options)


class Party(models.Model):
    """A firm or person as SAFE's list tells: `klass` is empty for who is not listed."""

    organisation_id = models.BigIntegerField(primary_key=True)
    kind = models.CharField("主体类别", max_length=12)
    klass = models.CharField("分类", max_length=1, default="")
    recognised_on = models.DateField("A类外综服认定日", null=True)
    listed_on = models.DateField("名录登记日", null=True)
    klass_until = models.DateField("分类有效期止", null=True)
    keeps_pending = models.BooleanField("保留待核查账户", default=False)
    room_usd = money(verbose_name="可收汇额（美元）", default=0)
    synthetic = models.BooleanField("合成", default=False)
    told_at = models.DateTimeField()

    class Meta:
        db_table = "fx_party"
        constraints = [
            models.CheckConstraint(condition=Q(klass__in=["", "A", "B", "C"]), name="fx_party_klass"),
            models.CheckConstraint(
                condition=Q(kind__in=["enterprise", "service", "trader", "individual", "institution"]),
                name="fx_party_kind",
            ),
        ]


class UsdRate(models.Model):
    """Dollars for one unit of a currency by SAFE's table of a month's start."""

    month = models.DateField()
    currency = models.CharField(max_length=3)
    usd = models.DecimalField(max_digits=16, decimal_places=8)
    source = models.CharField(max_length=120)
    told_at = models.DateTimeField()

    class Meta:
        db_table = "fx_rate"
        constraints = [
            models.UniqueConstraint(fields=["month", "currency"], name="fx_rate_once"),
            models.CheckConstraint(condition=Q(usd__gt=0), name="fx_rate_positive"),
        ]


class Consent(models.Model):
    """A firm lets a bank see the documents behind its receipts, until it takes that back."""

    organisation_id = models.BigIntegerField()
    bank_id = models.BigIntegerField()
    given_at = models.DateTimeField()
    given_by = models.BigIntegerField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "fx_consent"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation_id", "bank_id"], condition=Q(withdrawn_at=None), name="fx_consent_once"
            )
        ]


class Receipt(models.Model):
    """收汇: money that came in for goods. Sums in its own currency; `usd` fixed by the table of its month."""

    bank_id = models.BigIntegerField()
    number = models.CharField("收汇编号", max_length=40)
    organisation_id = models.BigIntegerField()
    client_id = models.BigIntegerField(null=True)
    payer = models.CharField("付款人", max_length=120)
    country = models.CharField("付款国别", max_length=3, default="")
    currency = models.CharField("币种", max_length=3)
    amount = money(verbose_name="金额")
    usd = money(verbose_name="折美元")
    received_on = models.DateField("收汇日")
    via_institution = models.BooleanField("经支付机构", default=False)
    state = models.CharField(max_length=9, default="received")
    purpose = models.CharField(max_length=7, default="goods")
    expected_on = models.DateField("预计出口日", null=True)
    agency = models.CharField("代理协议号", max_length=60, default="")
    collecting = models.JSONField(default=list)
    settled = money(default=0)
    credited = money(default=0)
    returned = money(default=0)
    refunded = money(default=0)
    linked_usd = money(default=0)
    netted_usd = money(verbose_name="轧差费用（美元）", default=0)
    legs = models.JSONField("还原申报", default=list)
    outcome = models.CharField(max_length=8, default="")
    counts_quota = models.BooleanField(default=False)
    taken_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "fx_receipt"
        indexes = [
            models.Index(fields=["bank_id", "state", "-id"], name="fx_receipt_queue"),
            models.Index(fields=["organisation_id", "received_on"], name="fx_receipt_firm"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["bank_id", "number"], name="fx_receipt_once"),
            models.CheckConstraint(
                condition=Q(settled__gte=0, credited__gte=0, returned__gte=0, refunded__gte=0, amount__gt=0),
                name="fx_receipt_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=F("settled") + F("credited") + F("returned")), name="fx_receipt_never_oversold"
            ),
            models.CheckConstraint(
                condition=Q(refunded__lte=F("settled") + F("credited")), name="fx_receipt_refund_of_settled"
            ),
            models.CheckConstraint(
                condition=Q(linked_usd__gte=0, netted_usd__gte=0, linked_usd__lte=F("usd") + F("netted_usd")),
                name="fx_receipt_linked",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["received", "applied", "asked", "done", "refused"]), name="fx_receipt_state"
            ),
        ]


class Document(models.Model):
    """An export trade as far as it served receipts: its value in dollars, and how much of it is used."""

    key = models.CharField(max_length=80, primary_key=True)
    number = models.CharField(max_length=60)
    exporter_id = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3)
    amount = money()
    usd = money()
    used_usd = money(default=0)

    class Meta:
        db_table = "fx_document"
        constraints = [
            models.CheckConstraint(condition=Q(used_usd__gte=0, usd__gte=F("used_usd")), name="fx_document_used_once")
        ]


class Link(models.Model):
    """A part of a document that stands behind a receipt; undone, it stands no more. `facts`: what was seen that day."""

    receipt = models.ForeignKey(Receipt, models.PROTECT, related_name="+")
    document = models.ForeignKey(Document, models.PROTECT, related_name="+")
    usd = money()
    facts = models.JSONField()
    linked_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "fx_link"
        constraints = [
            models.CheckConstraint(condition=Q(usd__gt=0), name="fx_link_positive"),
            models.UniqueConstraint(fields=["receipt", "document"], condition=Q(undone_at=None), name="fx_link_once"),
        ]


class Entry(models.Model):
    """One line of a receipt's ledger; append-only. Events: SETTLE, CREDIT, RETURN, REFUND."""

    receipt = models.ForeignKey(Receipt, models.PROTECT, related_name="+")
    event = models.CharField(max_length=8)
    amount = money()
    usd = money()
    reference = models.CharField(max_length=60)
    at = models.DateTimeField()

    class Meta:
        db_table = "fx_entry"
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="fx_entry_positive"),
            models.UniqueConstraint(fields=["receipt", "event", "reference"], name="fx_entry_once"),
        ]


class Decision(models.Model):
    """What the platform advised or a bank decided, with the rule and the edition of the data; append-only."""

    receipt = models.ForeignKey(Receipt, models.PROTECT, related_name="+")
    maker = models.CharField(max_length=8)
    outcome = models.CharField(max_length=8)
    amount = money(null=True)
    note = models.CharField(max_length=300, default="")
    advice = models.JSONField()
    algorithm = models.CharField(max_length=30)
    edition = models.CharField(max_length=16)
    person = models.BigIntegerField(null=True)
    at = models.DateTimeField()

    class Meta:
        db_table = "fx_decision"


class CreditReport(models.Model):
    """贸易信贷报告: an advance or deferred receipt that is to be reported, and when it was."""

    receipt = models.ForeignKey(Receipt, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8)
    usd = money()
    due_on = models.DateField()
    reported_at = models.DateTimeField(null=True)
    expected_on = models.DateField(null=True)
    safe_no = models.CharField(max_length=40, default="")

    class Meta:
        db_table = "fx_credit_report"
        constraints = [models.UniqueConstraint(fields=["receipt", "kind"], name="fx_credit_report_once")]


class Outlay(models.Model):
    """代垫: overseas costs that a platform or carrier advanced for a client, repaid within the months of the law."""

    organisation_id = models.BigIntegerField()
    client_id = models.BigIntegerField()
    kind = models.CharField(max_length=12)
    currency = models.CharField(max_length=3)
    amount = money()
    repaid = money(default=0)
    advanced_on = models.DateField()
    due_on = models.DateField()
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "fx_outlay"
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0, repaid__gte=0, amount__gte=F("repaid")), name="fx_outlay_repaid"
            )
        ]


class QuotaYear(models.Model):
    """What a person used of the yearly convenience quota, in dollars."""

    pk = models.CompositePrimaryKey("organisation_id", "year")
    organisation_id = models.BigIntegerField()
    year = models.IntegerField()
    limit_usd = money()
    used_usd = money(default=0)

    class Meta:
        db_table = "fx_quota"
        constraints = [
            models.CheckConstraint(condition=Q(used_usd__gte=0, limit_usd__gte=F("used_usd")), name="fx_quota_kept")
        ]


class CheckMonth(models.Model):
    """A month of a firm's goods and money in dollars, as SAFE tells it for the total check."""

    organisation_id = models.BigIntegerField()
    month = models.DateField()
    exports = money(default=0)
    list_exports = money(default=0)
    imports = money(default=0)
    receipts = money(default=0)
    payments = money(default=0)
    netted = money(default=0)
    credit_balance = money(default=0)
    told_at = models.DateTimeField()

    class Meta:
        db_table = "fx_check_month"
        constraints = [
            models.UniqueConstraint(fields=["organisation_id", "month"], name="fx_check_month_once"),
            models.CheckConstraint(
                condition=Q(
                    exports__gte=0, list_exports__gte=0, imports__gte=0, receipts__gte=0, payments__gte=0, netted__gte=0
                ),
                name="fx_check_month_positive",
            ),
        ]
