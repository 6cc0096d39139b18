"""The tables of the room: two ledgers and the bills of customs. Written by the engines' decisions only.

Balances are the sums of their entries; entries are never changed (a trigger sees to it). Buyers and lists appear as
keys: the keyed hash of a document number, and the key the clearance room gives a list.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from pilotzone.rooms.tax.models.columns import money


class QuotaBalance(models.Model):
    """A buyer's year. `customs_room` is what customs said is still possible, kept apart from the platform's own figure."""

    pk = models.CompositePrimaryKey("buyer_key", "year")
    buyer_key = models.CharField("订购人", max_length=64)
    year = models.IntegerField("年度")
    limit_amount = money(verbose_name="年度限值")
    reserved = money(verbose_name="占用", default=0)
    used = money(verbose_name="本平台已用", default=0)
    disputed = money(verbose_name="争议", default=0)
    exceeds = models.BooleanField("海关放行超出", default=False)
    customs_room = money(verbose_name="海关反馈余额", null=True)
    customs_told_at = models.DateTimeField("海关反馈时间", null=True)

    class Meta:
        db_table = "tax_quota"
        constraints = [
            models.CheckConstraint(
                condition=Q(exceeds=True) | Q(limit_amount__gte=F("reserved") + F("used")),
                name="tax_quota_never_oversold",
            ),
            models.CheckConstraint(
                condition=Q(reserved__gte=0, used__gte=0, disputed__gte=0), name="tax_quota_not_negative"
            ),
        ]


class QuotaHold(models.Model):
    """What one list takes of a buyer's year: reserved, committed or voided."""

    list_key = models.CharField(max_length=200, primary_key=True)
    buyer_key = models.CharField(max_length=64)
    year = models.IntegerField()
    amount = money()
    state = models.CharField(max_length=9)
    turn = models.IntegerField(default=1)
    given_back = money(default=0)
    disputed = models.BooleanField(default=False)

    class Meta:
        db_table = "tax_quota_hold"
        indexes = [models.Index(fields=["buyer_key", "year"], name="tax_quota_hold_buyer")]
        constraints = [
            models.CheckConstraint(
                condition=Q(given_back__gte=0, amount__gte=F("given_back")), name="tax_quota_hold_given_back"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["reserved", "committed", "voided"]), name="tax_quota_hold_state"
            ),
        ]


class QuotaEntry(models.Model):
    """One line of a buyer's statement; append-only."""

    list_key = models.CharField(max_length=200)
    turn = models.IntegerField()
    event = models.CharField(max_length=12)
    reference = models.CharField(max_length=80, default="")
    buyer_key = models.CharField(max_length=64)
    year = models.IntegerField()
    amount = money()
    reserved_change = money()
    used_change = money()
    disputed_change = money()
    at = models.DateTimeField()

    class Meta:
        db_table = "tax_quota_entry"
        indexes = [models.Index(fields=["buyer_key", "year", "id"], name="tax_quota_entry_buyer")]
        constraints = [
            models.UniqueConstraint(fields=["list_key", "turn", "event", "reference"], name="tax_quota_entry_once")
        ]


class GuaranteeAccount(models.Model):
    """The tax guarantee of one organisation."""

    organisation_id = models.BigIntegerField(primary_key=True)
    deposited = money(verbose_name="担保总额", default=0)
    held = money(verbose_name="已占用", default=0)

    class Meta:
        db_table = "tax_guarantee"
        constraints = [
            models.CheckConstraint(
                condition=Q(held__gte=0, deposited__gte=F("held")), name="tax_guarantee_never_below_zero"
            )
        ]


class GuaranteeHold(models.Model):
    """What one list holds of a guarantee."""

    list_key = models.CharField(max_length=200, primary_key=True)
    organisation_id = models.BigIntegerField()
    amount = money()
    released = money(default=0)
    turn = models.IntegerField(default=1)

    class Meta:
        db_table = "tax_guarantee_hold"
        indexes = [models.Index(fields=["organisation_id"], name="tax_guarantee_hold_org")]
        constraints = [
            models.CheckConstraint(
                condition=Q(released__gte=0, amount__gte=F("released")), name="tax_guarantee_hold_released"
            )
        ]


class GuaranteeEntry(models.Model):
    """One line of a guarantee statement; append-only."""

    organisation_id = models.BigIntegerField()
    list_key = models.CharField(max_length=200, default="")
    turn = models.IntegerField(default=0)
    event = models.CharField(max_length=12)
    reference = models.CharField(max_length=80, default="")
    paper = models.CharField(max_length=12, default="")
    deposited_change = money()
    held_change = money()
    at = models.DateTimeField()

    class Meta:
        db_table = "tax_guarantee_entry"
        indexes = [
            models.Index(fields=["organisation_id", "-at", "-id"], name="tax_guarantee_entry_when"),
            models.Index(
                fields=["reference", "list_key"], condition=models.Q(reference__gt=""), name="tax_guarantee_entry_told"
            ),
        ]


class TaxBill(models.Model):
    """电子税单: what customs charges for a list, beside what this platform computed. Null means not told yet."""

    tax_no = models.CharField("电子税单编号", max_length=50, primary_key=True)
    invt_no = models.CharField("清单编号", max_length=20, db_index=True)
    list_key = models.CharField(max_length=200, default="")
    status = models.CharField("税单状态", max_length=1)
    returned_at = models.DateTimeField("回执时间")
    guid = models.CharField(max_length=36, default="")
    duty_no = models.CharField("缴款书编号", max_length=50, default="")
    assure_code = models.CharField("担保企业编号", max_length=64, default="")
    customs_tariff = models.DecimalField(max_digits=19, decimal_places=5, null=True)
    customs_consumption_tax = models.DecimalField(max_digits=19, decimal_places=5, null=True)
    customs_vat = models.DecimalField(max_digits=19, decimal_places=5, null=True)
    our_tariff = money(null=True)
    our_consumption_tax = money(null=True)
    our_vat = money(null=True)
    released_on = models.DateField(null=True)
    pay_from = models.DateField(null=True)
    pay_to = models.DateField(null=True)
    receipt_no = models.CharField("缴款编号", max_length=50, default="", db_default="")
    paid_on = models.DateField("缴款日", null=True)
    lines = models.JSONField(default=list)
    parties = ArrayField(models.BigIntegerField(), default=list)
    buyer_key = models.CharField(max_length=64, default="")
    stored_at = models.DateTimeField()

    class Meta:
        db_table = "tax_bill"
        indexes = [models.Index(fields=["pay_to", "status"], name="tax_bill_due")]


class TaxPayment(models.Model):
    """A fact of payment, as a desk recorded it or a notice told it (`raw`); `settled` once its bills are paid by it."""

    receipt_no = models.CharField("缴款编号", max_length=50, primary_key=True)
    paid_on = models.DateField("缴款日")
    amount = money(verbose_name="缴款金额")
    bills = ArrayField(models.CharField(max_length=50))
    organisation_id = models.BigIntegerField(null=True)
    channel = models.CharField(max_length=12)
    state = models.CharField(max_length=8)
    recorded_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    raw = models.BinaryField(default=b"")

    class Meta:
        db_table = "tax_payment"
        indexes = [
            models.Index(fields=["recorded_at"], name="tax_payment_open", condition=~Q(state="settled")),
            models.Index(fields=["organisation_id", "recorded_at"], name="tax_payment_org"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=["settled", "waiting", "differs"]), name="tax_payment_state")
        ]


class GuaranteePaper(models.Model):
    """A paper of guarantee 担保凭证 that customs accepted; what it says of days and kind, beside the ledger's amounts."""

    organisation_id = models.BigIntegerField()
    number = models.CharField("凭证编号", max_length=60)
    kind = models.CharField("担保方式", max_length=12)
    amount = money(verbose_name="担保金额")
    valid_from = models.DateField("生效日")
    valid_to = models.DateField("失效日", null=True)
    changes = models.IntegerField(default=0)
    recorded_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "tax_guarantee_paper"
        constraints = [
            models.UniqueConstraint(fields=["organisation_id", "number"], name="tax_guarantee_paper_once"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="tax_guarantee_paper_amount"),
        ]
