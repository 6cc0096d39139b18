"""What is counted: facts, cells of the cube and their margins, and what waits."""

from __future__ import annotations

from django.contrib.postgres.indexes import BrinIndex
from django.db import models


class Pending(models.Model):
    """A trade of which an event told something that may count; read from clearance in bulk, then forgotten."""

    trade_id = models.BigIntegerField(primary_key=True)


class Fact(models.Model):
    """A line of a released list (`back`: come back). One row whatever is told how often; the platform alone reads it."""

    pk = models.CompositePrimaryKey("trade_id", "line", "back")
    trade_id = models.BigIntegerField()
    line = models.SmallIntegerField()
    back = models.BooleanField()
    day = models.DateField()
    month = models.DateField()
    flow = models.CharField(max_length=1)
    mode = models.CharField(max_length=4, blank=True)
    unit = models.CharField(max_length=200, blank=True)
    firm = models.BigIntegerField()
    port = models.BooleanField()
    registered = models.BooleanField()
    hs = models.CharField(max_length=10, blank=True)
    country = models.CharField(max_length=3, blank=True)
    transport = models.CharField(max_length=1, blank=True)
    cny = models.DecimalField(max_digits=19, decimal_places=2, null=True)
    usd = models.DecimalField(max_digits=19, decimal_places=2, null=True)
    quantity = models.DecimalField(max_digits=19, decimal_places=5)
    orders = models.SmallIntegerField()
    # in the first legal unit (customs code list of units); unknown where no document says it or it was counted before this was kept
    legal_quantity = models.DecimalField(max_digits=19, decimal_places=5, null=True)
    legal_unit = models.CharField(max_length=3, blank=True, db_default="")

    class Meta:
        indexes = [BrinIndex(fields=["month"], name="statistics_fact_month")]


class Cell(models.Model):
    """The cube's finest cell: goods (HS 8) × country × mode × district × transport × month × flow, apart by coverage.

    `span`: 1 a month, 3 a quarter, 12 a year, which `month` begins; longer ones are sums of months, kept to answer long runs.
    """

    pk = models.CompositePrimaryKey(
        "span", "month", "flow", "back", "port", "registered", "mode", "unit", "hs", "country", "transport"
    )
    span = models.SmallIntegerField()
    month = models.DateField()
    flow = models.CharField(max_length=1)
    back = models.BooleanField()
    port = models.BooleanField()
    registered = models.BooleanField()
    mode = models.CharField(max_length=4, blank=True)
    unit = models.CharField(max_length=200, blank=True)
    hs = models.CharField(max_length=8, blank=True)
    country = models.CharField(max_length=3, blank=True)
    transport = models.CharField(max_length=1, blank=True)
    cny = models.DecimalField(max_digits=21, decimal_places=2)
    usd = models.DecimalField(max_digits=21, decimal_places=2)
    facts = models.BigIntegerField()
    orders = models.BigIntegerField()
    unvalued = models.BigIntegerField()
    undollared = models.BigIntegerField()


class Margin(models.Model):
    """Sums of cells by one or two dimensions (`grain`: `hs2.country`; `a`, `b` their codes) and coverage; `span` as of cells.

    Sums are of what went, beside them what came back; `facts` counts both.
    """

    pk = models.CompositePrimaryKey("grain", "coverage", "span", "month", "b", "a", "flow")
    grain = models.CharField(max_length=20)
    coverage = models.CharField(max_length=10)
    span = models.SmallIntegerField()
    flow = models.CharField(max_length=1)
    a = models.CharField(max_length=200, blank=True)
    b = models.CharField(max_length=200, blank=True)
    month = models.DateField()
    cny = models.DecimalField(max_digits=21, decimal_places=2)
    usd = models.DecimalField(max_digits=21, decimal_places=2)
    facts = models.BigIntegerField()
    orders = models.BigIntegerField()
    unvalued = models.BigIntegerField()
    undollared = models.BigIntegerField()
    back_cny = models.DecimalField(max_digits=21, decimal_places=2)
    back_usd = models.DecimalField(max_digits=21, decimal_places=2)


class Unfilled(models.Model):
    """A year of a part of the cube that a migration laid out and nobody has summed yet: questions go round it. Empty in a new zone."""

    pk = models.CompositePrimaryKey("part", "year")
    part = models.CharField(max_length=20, blank=True)
    year = models.SmallIntegerField()
