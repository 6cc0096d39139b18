"""The tables of timelines. Filled from events alone; emptied and filled again by a rebuild."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex
from django.db import models


class Trade(models.Model):
    """A trade as it stands now. `id` is the trade's number in clearance; `parties` are organisations' numbers.

    `lines` are the lines of its life (engine/told.py) as JSON arrays joined by commas, in the order they were told.
    """

    id = models.BigIntegerField(primary_key=True)
    flow = models.CharField(max_length=1)
    mode = models.CharField(max_length=4, blank=True)
    state = models.CharField(max_length=40)
    holder = models.CharField(max_length=80, blank=True)
    since = models.DateTimeField()
    first_at = models.DateTimeField()
    parties = ArrayField(models.BigIntegerField(), default=list)
    buyer = models.CharField(max_length=80, blank=True)
    numbers = models.JSONField(default=dict)
    lines = models.TextField(default="")


class Number(models.Model):
    """A number and a trade it belongs to."""

    pk = models.CompositePrimaryKey("number", "trade_id")
    number = models.CharField(max_length=120, db_collation="C")
    trade_id = models.BigIntegerField()


class Hour(models.Model):
    """How many trades reached a state in an hour of the zone: the board's figures."""

    hour = models.DateTimeField()
    state = models.CharField(max_length=40)
    n = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["hour", "state"], name="tracking_hour_once")]


class Fact(models.Model):
    """What of a trade counts in which month (engine/months.py). Nobody but the platform reads it."""

    trade_id = models.BigIntegerField(primary_key=True)
    unit = models.CharField(max_length=200, blank=True)
    firm = models.BigIntegerField()
    flow = models.CharField(max_length=1)
    mode = models.CharField(max_length=4, blank=True)
    declared = models.DateField(null=True)
    released = models.DateField(null=True)
    returned = models.DateField(null=True)
    value = models.DecimalField(max_digits=19, decimal_places=2, null=True)
    tax = models.DecimalField(max_digits=19, decimal_places=2, null=True)

    class Meta:
        # trades of a month lie together, so the blocks of a month are found without an entry for each of them
        indexes = [BrinIndex(fields=["declared", "released", "returned"], name="tracking_fact_months")]


class Month(models.Model):
    """A month that something counts in: whether its figures are to be published (again), and by which rule they were."""

    month = models.DateField(primary_key=True)
    stale = models.BooleanField(default=True)
    published_at = models.DateTimeField(null=True)
    rule = models.JSONField(default=dict)


class Figure(models.Model):
    """A published cell of a month: unit (* the city) by way (* all). Amounts are null where hidden; `value` and `tax`
    also where nobody computed them for some trade (`unvalued`)."""

    month = models.DateField()
    unit = models.CharField(max_length=200, blank=True)
    way = models.CharField(max_length=8)
    hidden = models.BooleanField()
    returned_hidden = models.BooleanField()
    unvalued = models.BooleanField()
    firms = models.BigIntegerField(null=True)
    declared = models.BigIntegerField(null=True)
    released = models.BigIntegerField(null=True)
    returned = models.BigIntegerField(null=True)
    value = models.DecimalField(max_digits=19, decimal_places=2, null=True)
    tax = models.DecimalField(max_digits=19, decimal_places=2, null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["month", "unit", "way"], name="tracking_figure_once")]
