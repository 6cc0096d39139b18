"""汇总申报 and the legs before and after it: applications, which list stands in which, declarations customs made, waybills moved."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models


class Summary(models.Model):
    """汇总申请: one CEB701 that was accepted, and what customs made of it; its number is its document's.

    `state`: asked, closed (审结), refused (its lists are free again), declared (declarations were made). `month` is the first day
    of the month whose lists it sums up. Written by the flood (operations.summing).
    """

    id = models.BigIntegerField(primary_key=True)
    key = models.TextField(unique=True)
    cop_no = models.TextField()
    part = models.IntegerField()
    parts = models.IntegerField()
    agent_code = models.TextField()
    seller_code = models.TextField()
    customs_code = models.TextField()
    month = models.DateField(null=True)
    by_producer = models.BooleanField()
    by_name = models.BooleanField()
    lists = models.IntegerField()
    parties = ArrayField(models.BigIntegerField())
    state = models.CharField(max_length=10)
    sum_no = models.TextField()
    answer = models.TextField()
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            GinIndex(fields=["parties"], name="clearance_summary_parties"),
            models.Index(fields=["sum_no"], name="clearance_summary_number"),
        ]


class SummaryItem(models.Model):
    """Where a list stands with its summary: at most one row a list; none while it is open. `state`: asked, summed."""

    trade_id = models.BigIntegerField(primary_key=True)
    list_no = models.TextField()
    summary_id = models.BigIntegerField(null=True)
    state = models.CharField(max_length=10)
    parties = ArrayField(models.BigIntegerField())

    class Meta:
        db_table = "clearance_summary_item"
        indexes = [models.Index(fields=["summary_id"], name="clearance_summary_item_of")]


class Declaration(models.Model):
    """报关单 customs made of lists (CEB792): `seq_no` is its one number from the first word on, `entry_id` the declaration's own."""

    seq_no = models.TextField(unique=True)
    sum_no = models.TextField()
    entry_id = models.TextField()
    state = models.CharField(max_length=3)
    customs_code = models.TextField()
    agent_code = models.TextField()
    seller_code = models.TextField()
    gross = models.DecimalField(max_digits=19, decimal_places=5)
    net = models.DecimalField(max_digits=19, decimal_places=5)
    op_time = models.CharField(max_length=17)
    parties = ArrayField(models.BigIntegerField())
    received_at = models.DateTimeField()

    class Meta:
        indexes = [
            GinIndex(fields=["parties"], name="clearance_declared_parties"),
            models.Index(fields=["sum_no"], name="clearance_declared_number"),
        ]


class DeclarationLine(models.Model):
    """A list's line inside a declaration; `place` is the declaration's own line where customs gives it (202205)."""

    declaration = models.ForeignKey(Declaration, models.CASCADE, related_name="+")
    list_no = models.TextField()
    line_no = models.IntegerField()
    goods_code = models.CharField(max_length=10)
    place = models.IntegerField(null=True)
    trade_id = models.BigIntegerField(null=True)
    parties = ArrayField(models.BigIntegerField())

    class Meta:
        db_table = "clearance_declaration_line"
        constraints = [
            models.UniqueConstraint(fields=["declaration", "list_no", "line_no"], name="clearance_declared_once")
        ]
        indexes = [models.Index(fields=["list_no"], name="clearance_declared_list")]


class Leg(models.Model):
    """One line of a 运抵单, 离境单 or 清单总分单: a waybill and, once it is known, its trade. `hash` is its waybill's key."""

    document_id = models.BigIntegerField()
    place = models.IntegerField()
    kind = models.SmallIntegerField()
    key = models.TextField()
    bill_no = models.TextField()
    left_at = models.DateTimeField(null=True)
    at = models.DateTimeField()
    logistics_no = models.TextField()
    hash = models.BigIntegerField()
    list_no = models.TextField()
    trade_id = models.BigIntegerField(null=True)
    parties = ArrayField(models.BigIntegerField())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["document_id", "place"], name="clearance_leg_place")]
        indexes = [
            models.Index(fields=["key"], name="clearance_leg_key"),
            models.Index(fields=["bill_no", "kind"], name="clearance_leg_bill"),
            models.Index(fields=["trade_id"], name="clearance_leg_trade"),
            models.Index(fields=["at"], name="clearance_leg_open", condition=models.Q(trade_id=None)),
        ]
