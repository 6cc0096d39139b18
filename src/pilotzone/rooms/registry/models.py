"""The tables of the room: filings, what registers told, who was verified, what was promised, every step.

Rows change by operations only (as the platform, after the caller's right was asked); steps are never changed or removed.
"""

from __future__ import annotations

from django.db import models

from pilotzone.kernel.access.models import Organisation, Person, Unit

PROTECT = models.PROTECT


class Filing(models.Model):
    """备案 of one body. `values`: field → text as filed; `pending`: a change under review; `version` rises with every step."""

    uscc = models.CharField("统一社会信用代码", max_length=18, unique=True)
    name = models.CharField("单位名称", max_length=160, blank=True)
    organisation = models.ForeignKey(Organisation, PROTECT, null=True, related_name="+")
    uploader = models.ForeignKey(Organisation, PROTECT, null=True, related_name="+")
    unit = models.ForeignKey(Unit, PROTECT, null=True, related_name="+")
    unit_path = models.CharField(max_length=200, blank=True)
    roles = models.JSONField("企业类型", default=list)
    values = models.JSONField("备案内容", default=dict)
    licences = models.JSONField("证照", default=list)
    evidence = models.CharField("代码佐证", max_length=300, blank=True)
    state = models.CharField("状态", max_length=12, default="draft")
    version = models.IntegerField(default=1)
    remarks = models.JSONField("退回意见", default=dict)
    pending = models.JSONField("待审变更", null=True)
    cancel_asked = models.CharField("申请注销事由", max_length=300, blank=True)
    suspension = models.BigIntegerField(null=True)
    due_on = models.DateField("办理期限", null=True)
    prereview_by = models.DateField("初审期限", null=True)
    valid_from = models.DateField("生效日", null=True)
    next_expiry = models.DateField("最近到期证照", null=True)
    filled_by = models.ForeignKey(Person, PROTECT, null=True, related_name="+")
    confirmed_by = models.ForeignKey(Person, PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField("确认时间", null=True)
    decided_at = models.DateTimeField("受理时间", null=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    synthetic = models.BooleanField("合成", default=False)

    class Meta:
        indexes = [
            models.Index(fields=["state", "-changed_at"], name="registry_filing_state"),
            models.Index(fields=["unit_path"], name="registry_filing_unit"),
            models.Index(fields=["next_expiry"], name="registry_filing_expiry"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation"], condition=models.Q(organisation__isnull=False), name="registry_filing_org_once"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    state__in=(
                        "draft", "confirmed", "prereviewed", "returned", "accepted", "valid", "changing", "suspended",
                        "cancelled",
                    )
                ),
                name="registry_filing_state_known",
            ),
            # a filing counts only once its firm has confirmed it
            models.CheckConstraint(
                condition=models.Q(confirmed_at__isnull=False)
                | ~models.Q(state__in=("confirmed", "prereviewed", "accepted", "valid", "changing", "suspended")),
                name="registry_filing_confirmed",
            ),
        ]  # fmt: skip


class Answer(models.Model):
    """What a register told of a filing's body. `state`: told, unknown, away (then the facts are the last ones told)."""

    filing = models.ForeignKey(Filing, PROTECT, related_name="+")
    register = models.CharField(max_length=10)
    state = models.CharField(max_length=8)
    code = models.CharField(max_length=60, blank=True)
    facts = models.JSONField(default=dict)
    serial = models.CharField(max_length=60, blank=True)
    asked_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["filing", "register"], name="registry_answer_once")]


class Proof(models.Model):
    """A legal representative or handler who was verified, and until when; the ticket for the registers is sealed."""

    filing = models.ForeignKey(Filing, PROTECT, related_name="+")
    person = models.ForeignKey(Person, PROTECT, null=True, related_name="+")
    method = models.CharField(max_length=12)
    name = models.CharField(max_length=40)
    capacity = models.CharField(max_length=10)
    ticket = models.BinaryField(default=b"")
    at = models.DateTimeField()
    until = models.DateField()


class Commitment(models.Model):
    """A promise as it was signed: its words by their hash, by whom, when."""

    filing = models.ForeignKey(Filing, PROTECT, related_name="+")
    key = models.CharField(max_length=20)
    digest = models.CharField(max_length=64)
    proof = models.ForeignKey(Proof, PROTECT, related_name="+")
    at = models.DateTimeField()


class Step(models.Model):
    """One step of a filing: who did what when, what stood there before and after, and why. Never changed or removed."""

    filing = models.ForeignKey(Filing, PROTECT, related_name="+")
    number = models.IntegerField()
    verb = models.CharField(max_length=16)
    came = models.CharField(max_length=12)
    went = models.CharField(max_length=12)
    person = models.ForeignKey(Person, PROTECT, null=True, related_name="+")
    body = models.CharField(max_length=160, blank=True)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    reason = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["filing", "number"], name="registry_step_once")]


class Reminder(models.Model):
    """A firm was told that a licence ends."""

    filing = models.ForeignKey(Filing, PROTECT, related_name="+")
    kind = models.CharField(max_length=20)
    number = models.CharField(max_length=60)
    ends = models.DateField()
    before = models.IntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["filing", "kind", "number", "ends", "before"], name="registry_reminder_once"
            )
        ]


class Upload(models.Model):
    """One file of drafts by a county or park: the rows as they came and what became of each."""

    unit = models.ForeignKey(Unit, PROTECT, null=True, related_name="+")
    unit_path = models.CharField(max_length=200, blank=True)
    uploader = models.ForeignKey(Organisation, PROTECT, null=True, related_name="+")
    person = models.ForeignKey(Person, PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=120)
    columns = models.JSONField(default=list)
    rows = models.JSONField(default=list)
    drafted = models.IntegerField()
    same = models.IntegerField()
    wrong = models.IntegerField()
    at = models.DateTimeField()
