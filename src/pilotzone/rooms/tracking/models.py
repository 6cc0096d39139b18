"""The tables of timelines. Filled from events alone; emptied and filled again by a rebuild."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q


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
    given_back = models.BooleanField(default=False, db_default=False)

    class Meta:
        # trades of a month lie together, so the blocks of a month are found without an entry for each of them
        indexes = [BrinIndex(fields=["declared", "released", "returned"], name="tracking_fact_months")]


class Month(models.Model):
    """A month that something counts in: whether its figures are to be published (again), by which rule they were, and the
    days on which a closed one was revised (`rule.revisions`)."""

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


class ReconcileRun(models.Model):
    """One run of the daily reconciliation over the days `first` to `last`, judged as of the day `as_of`.

    state: waiting, running, done, failed. `done` of `days` passes are written; `beat_at` (wall time) shows that it lives.
    """

    first = models.DateField("起始日")
    last = models.DateField("截止日")
    as_of = models.DateField("截至日")
    channel = models.CharField(max_length=8)
    asked_by = models.BigIntegerField(null=True)
    wanted = ArrayField(models.DateField(), default=list)
    state = models.CharField(max_length=8, default="waiting")
    days = models.IntegerField(default=0)
    done = models.IntegerField(default=0)
    algorithm = models.CharField(max_length=30)
    edition = models.CharField(max_length=16)
    asked_at = models.DateTimeField()
    beat_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    found = models.IntegerField(default=0)
    fresh = models.IntegerField(default=0)
    reopened = models.IntegerField(default=0)
    gone = models.IntegerField(default=0)
    unexplained = models.JSONField(default=list)
    problem = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        db_table = "tracking_reconcile_run"
        indexes = [models.Index(fields=["state", "id"], name="tracking_rec_run_state")]


class ReconcilePass(models.Model):
    """One day as a run found it; passes are kept, the newest of a day counts. Sums are in fen: see engine/reconcile/totals.py."""

    run = models.ForeignKey(ReconcileRun, models.PROTECT, related_name="+")
    day = models.DateField("对账日")
    at = models.DateTimeField()
    matched = models.IntegerField()
    rows = models.JSONField()
    kinds = models.JSONField()
    sums = models.JSONField()
    unexplained = models.JSONField(default=list)

    class Meta:
        db_table = "tracking_reconcile_pass"
        constraints = [models.UniqueConstraint(fields=["run", "day"], name="tracking_rec_pass_once")]
        indexes = [models.Index(fields=["day", "-id"], name="tracking_rec_pass_day")]


class Residual(models.Model):
    """A difference between ledgers. `mark` says which; `state`: opened, owned, explained, closed, gone (not found any more)."""

    mark = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=24)
    key = models.CharField(max_length=80)
    subject = models.CharField(max_length=80, blank=True)
    firm = models.BigIntegerField()
    unit = models.CharField(max_length=200, blank=True)
    trade_id = models.BigIntegerField(null=True)
    number = models.CharField(max_length=40, blank=True)
    pass_day = models.DateField()
    day = models.DateField()
    due_on = models.DateField()
    left = models.CharField(max_length=200)
    right = models.CharField(max_length=200)
    legs = models.JSONField(default=list)
    currency = models.CharField(max_length=3, blank=True)
    difference = models.DecimalField(max_digits=19, decimal_places=2, null=True)
    owner = models.CharField(max_length=20)
    seen_by = ArrayField(models.CharField(max_length=20), default=list)
    state = models.CharField(max_length=9, default="opened")
    found_at = models.DateTimeField()
    first_run = models.BigIntegerField()
    last_run = models.BigIntegerField()
    person = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=300, blank=True, default="")
    evidence = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        db_table = "tracking_residual"
        indexes = [
            models.Index(fields=["state", "kind", "-id"], name="tracking_residual_kind"),
            models.Index(fields=["firm", "-id"], name="tracking_residual_firm"),
            models.Index(fields=["pass_day"], name="tracking_residual_day"),
        ]


class ResidualStep(models.Model):
    """What happened to a residual: found, changed, reopened, gone by a run; owned, explained, closed, handed by people."""

    residual = models.ForeignKey(Residual, models.PROTECT, related_name="+")
    what = models.CharField(max_length=9)
    at = models.DateTimeField()
    run = models.BigIntegerField(null=True)
    person = models.BigIntegerField(null=True)
    note = models.CharField(max_length=300, blank=True, default="")
    evidence = models.CharField(max_length=300, blank=True, default="")
    left = models.CharField(max_length=200, blank=True, default="")
    right = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        db_table = "tracking_residual_step"
        indexes = [models.Index(fields=["residual", "id"], name="tracking_residual_steps")]


class ResidualFile(models.Model):
    """A file that proves something about a residual, as it came, with the SHA-256 of its bytes; never changed."""

    residual = models.ForeignKey(Residual, models.PROTECT, related_name="+")
    name = models.CharField(max_length=160)
    media_type = models.CharField(max_length=40)
    size = models.IntegerField()
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    person = models.BigIntegerField(null=True)
    at = models.DateTimeField()

    class Meta:
        db_table = "tracking_residual_file"
        constraints = [models.UniqueConstraint(fields=["residual", "sha256"], name="tracking_residual_file_once")]


class ResidualFigure(models.Model):
    """How many residuals of a county's firms were not settled on a day, by kind and (`*`) together; None where hidden."""

    day = models.DateField()
    unit = models.CharField(max_length=200)
    kind = models.CharField(max_length=24)
    hidden = models.BooleanField()
    n = models.IntegerField(null=True)
    rule = models.JSONField()

    class Meta:
        db_table = "tracking_residual_figure"
        constraints = [
            models.UniqueConstraint(fields=["day", "unit", "kind"], name="tracking_residual_figure_once"),
            models.CheckConstraint(
                condition=Q(hidden=False) | Q(n__isnull=True), name="tracking_residual_figure_hidden"
            ),
        ]
