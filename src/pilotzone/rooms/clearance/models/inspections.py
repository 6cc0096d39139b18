"""查检合一: joint orders with their lists, openings, results and evidence; selection rules and what they propose.

Row-level security and the guards of slots, openings and results: migrations/0013_inspect.py.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from pilotzone.kernel.access.models import Organisation, Person


class Inspection(models.Model):
    """The one order of a consignment (engine/inspection_orders.py). `version` grows with every verb, so that of two officers one wins.

    `hits` are the rules that proposed it, `agencies` who takes part, `numbers` every number of its lists, `parties` their firms.
    """

    consignment = models.CharField(max_length=140, unique=True)
    flow = models.CharField(max_length=1)
    mode = models.CharField(max_length=4, blank=True)
    customs_code = models.CharField(max_length=4, blank=True)
    site = models.CharField(max_length=40)
    source = models.CharField(max_length=10)
    state = models.CharField(max_length=12)
    version = models.IntegerField(default=1)
    hits = models.JSONField(default=list)
    control = models.BooleanField(default=False)
    agencies = ArrayField(models.CharField(max_length=20))
    parties = ArrayField(models.BigIntegerField(), default=list)
    numbers = ArrayField(models.CharField(max_length=60), default=list)
    ordered_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    selected_at = models.DateTimeField()
    bay = models.SmallIntegerField(null=True)
    slot_from = models.DateTimeField(null=True)
    slot_to = models.DateTimeField(null=True)
    notified_at = models.DateTimeField(null=True)
    openings = models.SmallIntegerField(default=0)
    outcome = models.CharField(max_length=10, blank=True, default="")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["state", "site", "slot_from"], name="clearance_inspect_queue"),
            models.Index(fields=["selected_at"], name="clearance_inspect_day"),
        ]


class InspectionList(models.Model):
    """A list under an order. A trade is under one order for ever."""

    inspection = models.ForeignKey(Inspection, models.PROTECT, related_name="+")
    trade_id = models.BigIntegerField(unique=True)
    order_no = models.CharField(max_length=60, blank=True)
    invt_no = models.CharField(max_length=60, blank=True)
    seller = models.BigIntegerField(null=True)
    declarant = models.BigIntegerField(null=True)
    joined_at = models.DateTimeField()


class InspectionOpening(models.Model):
    """The goods were opened; from the second time on with a reason."""

    inspection = models.ForeignKey(Inspection, models.PROTECT, related_name="+")
    ordinal = models.SmallIntegerField()
    site = models.CharField(max_length=40)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    agencies = ArrayField(models.CharField(max_length=20))
    reason = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["inspection", "ordinal"], name="clearance_opening_once"),
            models.CheckConstraint(condition=Q(ordinal=1) | ~Q(reason=""), name="clearance_opening_reason"),
        ]


class InspectionResult(models.Model):
    """What an opening found, entered once with both verdicts; `told_at`: customs has it, `told` what it answered.

    `key` is the device's own number of it, where it was written without a network.
    """

    key = models.UUIDField(null=True, unique=True)
    opening = models.OneToOneField(InspectionOpening, models.PROTECT, related_name="+")
    supervision = models.CharField(max_length=10)
    quarantine = models.CharField(max_length=10)
    findings = models.CharField(max_length=1000, blank=True, default="")
    outcome = models.CharField(max_length=10)
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    told_at = models.DateTimeField(null=True)
    told = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(supervision__in=["passed", "problem"], quarantine__in=["passed", "problem"]),
                name="clearance_result_both",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="release") | Q(supervision="passed", quarantine="passed"),
                name="clearance_result_release",
            ),
        ]
        indexes = [models.Index(fields=["id"], condition=Q(told_at=None), name="clearance_result_untold")]


class InspectionEvidence(models.Model):
    """A picture of an opening as it came, with the SHA-256 of its bytes. `key` is the device's own number of it."""

    opening = models.ForeignKey(InspectionOpening, models.PROTECT, related_name="+")
    key = models.UUIDField(unique=True)
    kind = models.CharField(max_length=8)
    verdict = models.CharField(max_length=8, blank=True, default="")
    name = models.CharField(max_length=120, blank=True, default="")
    media_type = models.CharField(max_length=40)
    size = models.IntegerField()
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    taken_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField()
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")


class InspectionObjection(models.Model):
    """A firm objects to a result; another officer answers."""

    inspection = models.ForeignKey(Inspection, models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    words = models.CharField(max_length=500)
    made_at = models.DateTimeField()
    upheld = models.BooleanField(null=True)
    answer = models.CharField(max_length=500, blank=True, default="")
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["inspection"], condition=Q(answered_at=None), name="clearance_objection_open"
            )
        ]


class InspectionProposal(models.Model):
    """What our rules or the control sample propose for a trade, by which edition, and what became of it."""

    trade_id = models.BigIntegerField(unique=True)
    order_no = models.CharField(max_length=60, blank=True)
    flow = models.CharField(max_length=1)
    customs_code = models.CharField(max_length=4, blank=True)
    edition = models.CharField(max_length=60)
    score = models.SmallIntegerField()
    hits = models.JSONField(default=list)
    control = models.BooleanField()
    state = models.CharField(max_length=10, default="proposed")
    made_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["state", "-id"], name="clearance_proposal_state")]


class InspectionRules(models.Model):
    """An edition of selection rules the zone wrote over the shipped ones; in force from its day once somebody else approved it."""

    body = models.TextField()
    note = models.CharField(max_length=200, blank=True, default="")
    since = models.DateField()
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    approved = models.BooleanField(null=True)
    reason = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("written_by")), name="clearance_rules_apart"
            )
        ]


class InspectionFacility(models.Model):
    """A site has one of the facilities joint inspection needs, since a day, as a named officer confirmed."""

    site = models.CharField(max_length=40)
    facility = models.CharField(max_length=20)
    since = models.DateField()
    note = models.CharField(max_length=200, blank=True, default="")
    confirmed_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "facility"], name="clearance_facility_once")]


class LiaisonContact(models.Model):
    """Whom to reach at the customs of another port (measure 3), from a day to a day."""

    port = models.CharField(max_length=20)
    name = models.CharField(max_length=60)
    post = models.CharField(max_length=80, blank=True, default="")
    phone = models.CharField(max_length=40)
    since = models.DateField()
    until = models.DateField(null=True)
    kept_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")


class LiaisonCase(models.Model):
    """Something to be settled with that customs: asked, answered, closed; due by working days."""

    port = models.CharField(max_length=20)
    subject = models.CharField(max_length=120)
    words = models.CharField(max_length=1000)
    number = models.CharField(max_length=60, blank=True, default="")
    state = models.CharField(max_length=10, default="open")
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    due_on = models.DateField()
    answer = models.CharField(max_length=1000, blank=True, default="")
    answered_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["state", "due_on"], name="clearance_liaison_due")]


class ReleaseStudy(models.Model):
    """A published figure of the Time Release Study: a stage of a month by way (flow and mode; * all) and site (* all).

    `missing`: trades of the cell that lack one of the stage's two events. Seconds are null where too few trades stand behind them.
    """

    month = models.DateField()
    way = models.CharField(max_length=6)
    site = models.CharField(max_length=40)
    stage = models.CharField(max_length=20)
    n = models.IntegerField()
    missing = models.IntegerField()
    median_s = models.FloatField(null=True)
    p90_s = models.FloatField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["month", "way", "site", "stage"], name="clearance_study_once")]


class ReleaseMonth(models.Model):
    """A published month: trades released in it, and those declared in it that were not released by its end."""

    month = models.DateField(primary_key=True)
    released = models.IntegerField()
    underway = models.IntegerField()
    computed_at = models.DateTimeField()
    method = models.JSONField(default=dict)
