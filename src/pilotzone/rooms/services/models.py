"""The tables of the room: versions of items, cases with their desks, papers, moves and notices; mandates; help and replays.

Rows change by operations only (as the platform, after the caller's right was asked); moves and notices are never changed.
"""

from __future__ import annotations

import json
from typing import Any

from django.db import models
from django.utils.functional import cached_property

from pilotzone.kernel.access.models import Organisation, Person

PROTECT = models.PROTECT
STATES = ("draft", "submitted", "accepted", "working", "returned", "withdrawn", "approved", "refused", "closed")


class Version(models.Model):
    """A version of an item as cases began with it: its content whole, known by its digest; as text, for jsonb forgets the
    order of a form's fields."""

    key = models.CharField(max_length=60)
    version = models.IntegerField()
    digest = models.CharField(max_length=64, unique=True)
    text = models.TextField()
    kept_at = models.DateTimeField()

    @cached_property
    def content(self) -> dict[str, Any]:
        """The content as it was read from its file."""
        told: dict[str, Any] = json.loads(self.text)
        return told


class Case(models.Model):
    """办件: one application, of a firm or of a `person`. `units`: paths of all desks it came to; `step` below zero before it is accepted."""

    item = models.ForeignKey(Version, PROTECT, related_name="+")
    item_key = models.CharField(max_length=60)
    number = models.CharField("办件编号", max_length=24, blank=True)
    organisation = models.ForeignKey(Organisation, PROTECT, null=True, related_name="+")
    agent = models.ForeignKey(Organisation, PROTECT, null=True, related_name="+")
    person = models.ForeignKey(Person, PROTECT, null=True, related_name="+")
    trial = models.BooleanField("试办", default=False)
    applicant_unit = models.CharField(max_length=200, blank=True)
    county = models.CharField(max_length=200, blank=True)
    values = models.JSONField("申请内容", default=dict)
    remarks = models.JSONField("补正意见", default=dict)
    state = models.CharField("状态", max_length=12, default="draft")
    back = models.CharField(max_length=12, blank=True)
    step = models.IntegerField(default=-1)
    version = models.IntegerField(default=1)
    units = models.JSONField(default=list)
    reason = models.CharField(max_length=500, blank=True)
    urged_for = models.DateField("催办所属工作日", null=True)
    urges = models.IntegerField(default=0)
    filled_by = models.ForeignKey(Person, PROTECT, null=True, related_name="+")
    submitted_by = models.ForeignKey(Person, PROTECT, null=True, related_name="+")
    submitted_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    synthetic = models.BooleanField("合成", default=False)

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "-changed_at"], name="services_case_firm"),
            models.Index(fields=["agent", "-changed_at"], name="services_case_agent"),
            models.Index(fields=["item_key", "state"], name="services_case_item"),
            models.Index(fields=["person", "-changed_at"], name="services_case_person"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=STATES), name="services_case_state_known"),
            models.CheckConstraint(
                condition=models.Q(organisation__isnull=False, person__isnull=True)
                | models.Q(organisation__isnull=True, person__isnull=False)
                | models.Q(trial=True),
                name="services_case_whose",
            ),
            models.UniqueConstraint(
                fields=["number"], condition=~models.Q(number=""), name="services_case_number_once"
            ),
        ]


class Desk(models.Model):
    """A case at one unit's desk in one step: waiting, paused while the applicant corrects, done, void. `used`: working days gone."""

    case = models.ForeignKey(Case, PROTECT, related_name="+")
    step = models.IntegerField()
    unit_path = models.CharField(max_length=200)
    holder = models.ForeignKey(Person, PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=8, default="waiting")
    days = models.IntegerField()
    used = models.IntegerField(default=0)
    since = models.DateField()
    due_on = models.DateField()
    provisional = models.BooleanField(default=False)
    opinion = models.CharField(max_length=500, blank=True)
    decided_by = models.ForeignKey(Person, PROTECT, null=True, related_name="+")
    came_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["unit_path", "due_on", "id"], name="services_desk_due", condition=models.Q(state="waiting")
            ),
            models.Index(fields=["case"], name="services_desk_case"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "step", "unit_path"],
                condition=models.Q(state__in=("waiting", "paused")),
                name="services_desk_once",
            ),
        ]


class Material(models.Model):
    """A paper of a case as it was uploaded; a newer one of the same key puts it out of use."""

    case = models.ForeignKey(Case, PROTECT, related_name="+")
    key = models.CharField(max_length=40)
    name = models.CharField(max_length=160)
    kind = models.CharField(max_length=8)
    size = models.IntegerField()
    sha256 = models.CharField(max_length=64)
    body = models.BinaryField()
    in_use = models.BooleanField(default=True)
    person = models.ForeignKey(Person, PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "key"], condition=models.Q(in_use=True), name="services_material_once"
            )
        ]


class Move(models.Model):
    """One step of a case's history. Never changed or removed."""

    case = models.ForeignKey(Case, PROTECT, related_name="+")
    number = models.IntegerField()
    verb = models.CharField(max_length=16)
    came = models.CharField(max_length=12)
    went = models.CharField(max_length=12)
    step = models.IntegerField()
    person = models.ForeignKey(Person, PROTECT, null=True, related_name="+")
    deputy_of = models.ForeignKey(Person, PROTECT, null=True, related_name="+")
    body = models.CharField(max_length=160, blank=True)
    fields = models.JSONField(default=list)
    remarks = models.JSONField(default=dict)
    reason = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "number"], name="services_move_once")]


class Notice(models.Model):
    """The notice of a decision as it was issued: its number, its verification code, what it says, the hash of that."""

    case = models.OneToOneField(Case, PROTECT, related_name="+")
    number = models.CharField(max_length=60, unique=True)
    code = models.CharField(max_length=16)
    outcome = models.CharField(max_length=12)
    told = models.JSONField()
    digest = models.CharField(max_length=64)
    issued_at = models.DateTimeField()


class Counter(models.Model):
    """The last number of a kind of notice in a year."""

    prefix = models.CharField(max_length=8)
    year = models.IntegerField()
    last = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["prefix", "year"], name="services_counter_once")]


class Mandate(models.Model):
    """代办授权: a firm lets another apply for it, for some items, between two days; it takes that back when it wants."""

    principal = models.ForeignKey(Organisation, PROTECT, related_name="+")
    agent = models.ForeignKey(Organisation, PROTECT, related_name="+")
    items = models.JSONField(default=list)
    valid_from = models.DateField()
    valid_to = models.DateField()
    made_by = models.ForeignKey(Person, PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["agent", "valid_to"], name="services_mandate_agent")]


class Question(models.Model):
    """帮助与留言: a question, mostly about a record. What everybody may read is written anew by who answers."""

    kind = models.CharField(max_length=12)
    organisation = models.ForeignKey(Organisation, PROTECT, null=True, related_name="+")
    person = models.ForeignKey(Person, PROTECT, null=True, related_name="+")
    record_kind = models.CharField(max_length=12, blank=True)
    record = models.CharField(max_length=60, blank=True)
    title = models.CharField(max_length=120)
    body = models.CharField(max_length=2000)
    state = models.CharField(max_length=10, default="open")
    public_title = models.CharField(max_length=120, blank=True)
    public_body = models.CharField(max_length=2000, blank=True)
    public_answer = models.CharField(max_length=2000, blank=True)
    published_at = models.DateTimeField(null=True)
    at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["state", "at"], name="services_question_state")]


class Reply(models.Model):
    """One answer or further word on a question. Never changed."""

    question = models.ForeignKey(Question, PROTECT, related_name="+")
    person = models.ForeignKey(Person, PROTECT, null=True, related_name="+")
    official = models.BooleanField()
    body = models.CharField(max_length=2000)
    at = models.DateTimeField()


class Replay(models.Model):
    """Asked by one, approved by another: a firm's kept message goes through the inbox once more, byte for byte."""

    receipt_id = models.CharField(max_length=40)
    organisation = models.ForeignKey(Organisation, PROTECT, null=True, related_name="+")
    question = models.ForeignKey(Question, PROTECT, null=True, related_name="+")
    sha256 = models.CharField(max_length=64)
    size = models.IntegerField()
    reason = models.CharField(max_length=500)
    state = models.CharField(max_length=8, default="waiting")
    asked_by = models.ForeignKey(Person, PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(Person, PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    remark = models.CharField(max_length=500, blank=True)
    new_receipt = models.CharField(max_length=40, blank=True)
