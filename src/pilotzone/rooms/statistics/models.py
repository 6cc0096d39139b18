"""The tables of statistics: facts and cube filled from events; releases with their vintages; self-reports of firms."""

from __future__ import annotations

from django.contrib.postgres.indexes import BrinIndex
from django.db import models

from pilotzone.kernel.access.models import Organisation, Person


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


class Release(models.Model):
    """A publication of a month announced ahead; `stage` preliminary, revised or final; `state` announced, computed, published.

    `consent`: what customs said and where; nothing of the release is seen before it and before its day. `digest` is the
    SHA-256 of the signed release file.
    """

    month = models.DateField("报告期")
    stage = models.CharField(max_length=12)
    due_on = models.DateField("公布日")
    state = models.CharField(max_length=10, default="announced")
    computed_at = models.DateTimeField(null=True)
    consent = models.CharField(max_length=200, blank=True, default="")
    consent_at = models.DateTimeField(null=True)
    consent_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(null=True)
    published_on = models.DateField(null=True)
    rule = models.JSONField(default=dict)
    digest = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["month", "stage", "due_on"], name="statistics_release_once"),
            models.CheckConstraint(
                condition=~models.Q(state="published")
                | (~models.Q(consent="") & models.Q(published_on__gte=models.F("due_on"))),
                name="statistics_release_embargo",
            ),
        ]


class Figure(models.Model):
    """A number of a release: indicator and version, coverage, cell; `value` is None where hidden or where nobody knows it."""

    release = models.ForeignKey(Release, models.PROTECT, related_name="+")
    indicator = models.CharField(max_length=40)
    version = models.CharField(max_length=12)
    coverage = models.CharField(max_length=10)
    flow = models.CharField(max_length=1, blank=True)
    dimension = models.CharField(max_length=12, blank=True)
    code = models.CharField(max_length=200, blank=True)
    value = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    hidden = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["release", "indicator", "coverage", "flow", "dimension", "code"], name="statistics_figure_once"
            )
        ]


class Ground(models.Model):
    """Behind a release: amounts by firm and cell and what was hidden, for the protection of the next. The platform's own."""

    release = models.OneToOneField(Release, models.PROTECT, primary_key=True, related_name="+")
    body = models.BinaryField()


class Report(models.Model):
    """A firm's monthly self-report. Seen by the firm and by the statisticians, by nobody else, whatever his role.

    `reason`: why the last correction was made, where the month was closed or published.
    """

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    month = models.DateField("报告期")
    edition = models.CharField(max_length=40)
    answers = models.JSONField(default=dict)
    note = models.CharField(max_length=500, blank=True, default="")
    findings = models.JSONField(default=list)
    filed_at = models.DateTimeField()
    filed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    revision = models.IntegerField(default=1)
    reason = models.CharField(max_length=200, blank=True, default="", db_default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "month"], name="statistics_report_once")]


class ReportBefore(models.Model):
    """What a report said before it was corrected, revision by revision; never changed, never deleted. Seen as the report is."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    month = models.DateField("报告期")
    revision = models.IntegerField()
    edition = models.CharField(max_length=40)
    answers = models.JSONField(default=dict)
    note = models.CharField(max_length=500, blank=True, default="")
    reason = models.CharField(max_length=200, blank=True, default="")
    findings = models.JSONField(default=list)
    filed_at = models.DateTimeField()
    filed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "month", "revision"], name="statistics_report_before_once")
        ]


class Reminder(models.Model):
    """That a firm was reminded of a month's report. One reminder a month; seen by the firm and by the statisticians."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    month = models.DateField("报告期")
    day = models.DateField()
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "month"], name="statistics_reminder_once")]


class Doubt(models.Model):
    """A figure of a self-report (`field`) a statistician asks back about; `state` open, answered, closed. Seen as the report is.

    `causes`: the edit checks the report raised and what the mirror said of the field when it was asked; `revision` of the report then.
    """

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    month = models.DateField("报告期")
    field = models.CharField(max_length=40)
    causes = models.JSONField(default=list)
    state = models.CharField(max_length=10, default="open")
    revision = models.IntegerField()
    due_on = models.DateField()
    asked_at = models.DateTimeField()
    answered_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "month", "field"],
                condition=~models.Q(state="closed"),
                name="statistics_doubt_once",
            )
        ]


class DoubtTurn(models.Model):
    """What was said of a doubt, turn by turn; never changed. `act`: asked, again, confirmed, corrected, closed; `revision` of the report then."""

    doubt = models.ForeignKey(Doubt, models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    act = models.CharField(max_length=10)
    text = models.CharField(max_length=500, blank=True, default="")
    revision = models.IntegerField()
    value = models.CharField(max_length=40, blank=True, default="")
    due_on = models.DateField(null=True)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")


class Survey(models.Model):
    """A sample survey of own-brand exports: what was drawn from which frame with which seed; `result` from its publication on."""

    title = models.CharField(max_length=100)
    month = models.DateField("报告期")
    size = models.IntegerField()
    seed = models.CharField(max_length=100)
    frame = models.IntegerField()
    due_on = models.DateField()
    drawn_at = models.DateTimeField()
    drawn_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    result = models.JSONField(default=dict)
    published_at = models.DateTimeField(null=True)


class SurveyUnit(models.Model):
    """A firm that was drawn, and what it answered. Seen by the firm and by the statisticians, by nobody else."""

    survey = models.ForeignKey(Survey, models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    stratum = models.CharField(max_length=20)
    probability = models.FloatField()
    answers = models.JSONField(default=dict)
    filed_at = models.DateTimeField(null=True)
    filed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["survey", "organisation"], name="statistics_survey_unit_once"),
            models.CheckConstraint(
                condition=models.Q(probability__gt=0) & models.Q(probability__lte=1),
                name="statistics_survey_unit_chance",
            ),
        ]


class Material(models.Model):
    """A line recognition rests on: a general-trade declaration (`declared`) or a sale of a shop (`sold`). The statisticians' alone."""

    kind = models.CharField(max_length=10)
    reference = models.CharField(max_length=60)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    hs = models.CharField(max_length=10)
    on = models.DateField()
    value = models.DecimalField(max_digits=19, decimal_places=2)
    mode = models.CharField(max_length=4, blank=True, default="")
    given_at = models.DateTimeField()
    given_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "reference"], name="statistics_material_once")]


class Candidate(models.Model):
    """A general-trade export that may have been sold online: score, its parts, the sales it rests on, and who decided.

    `verdict` online or review by the rule; `state` open, confirmed, refused. Seen by the firm and by the statisticians.
    """

    number = models.CharField(max_length=60, unique=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    hs = models.CharField(max_length=10)
    on = models.DateField()
    value = models.DecimalField(max_digits=19, decimal_places=2)
    mode = models.CharField(max_length=4)
    algorithm = models.CharField(max_length=30)
    score = models.SmallIntegerField()
    verdict = models.CharField(max_length=10)
    reasons = models.JSONField(default=list)
    sales = models.JSONField(default=list)
    state = models.CharField(max_length=10, default="open")
    by_firm = models.BooleanField(default=False)
    remark = models.CharField(max_length=200, blank=True, default="")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
