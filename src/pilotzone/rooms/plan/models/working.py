"""How the zone works by its plan: who speaks for a unit, who is seconded, meetings and their decisions, monthly reports, scorecards.

A unit is named by its path in the tree, a person by the number of the account; contact numbers are sealed.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

PROTECT = models.PROTECT


class Liaison(models.Model):
    """联络员 of a unit, from a day on; the one before ends that day. `contact` is sealed (plan.liaison)."""

    plan = models.CharField(max_length=60)
    unit = models.CharField("单位", max_length=200)
    name = models.CharField("姓名", max_length=40)
    post = models.CharField("职务", max_length=80, blank=True)
    contact = models.BinaryField("办公电话", default=b"")
    since = models.DateField("自")
    until = models.DateField("至", null=True)
    entered_by = models.BigIntegerField()
    entered_at = models.DateTimeField()

    class Meta:
        db_table = "plan_liaison"
        constraints = [
            models.UniqueConstraint(fields=["plan", "unit"], condition=Q(until=None), name="plan_liaison_one"),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="plan_liaison_days"),
        ]


class Secondment(models.Model):
    """集中办公: who a unit sent to the zone office, for which term; `ended` where it ended before its time."""

    plan = models.CharField(max_length=60)
    unit = models.CharField("派出单位", max_length=200)
    name = models.CharField("姓名", max_length=40)
    since = models.DateField("自")
    until = models.DateField("期满")
    ended = models.DateField("提前结束", null=True)
    entered_by = models.BigIntegerField()
    entered_at = models.DateTimeField()

    class Meta:
        db_table = "plan_secondment"
        constraints = [
            models.CheckConstraint(condition=Q(until__gt=F("since")), name="plan_secondment_term"),
            models.CheckConstraint(
                condition=Q(ended=None) | Q(ended__gte=F("since"), ended__lte=F("until")), name="plan_secondment_end"
            ),
        ]


class Meeting(models.Model):
    """领导小组例会 or 临时会议. `agenda`: what was proposed and taken, as it stood when it was called."""

    plan = models.CharField(max_length=60)
    kind = models.CharField("会议", max_length=13)
    number = models.IntegerField("次")
    day = models.DateField("日期")
    place = models.CharField("地点", max_length=120, blank=True)
    chair = models.CharField("主持", max_length=60, blank=True)
    agenda = models.JSONField("议题", default=list)
    minutes = models.TextField("纪要", blank=True)
    reason = models.CharField("取消理由", max_length=200, default="", blank=True)
    state = models.CharField(max_length=8, default="called")
    called_by = models.BigIntegerField()
    called_at = models.DateTimeField()
    held_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "plan_meeting"
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="plan_meeting_number"),
            models.CheckConstraint(condition=Q(kind__in=["quarterly", "extraordinary"]), name="plan_meeting_kind"),
            models.CheckConstraint(condition=Q(state__in=["called", "held", "dropped"]), name="plan_meeting_state"),
            # minutes are what makes a meeting held
            models.CheckConstraint(condition=~Q(state="held") | ~Q(minutes=""), name="plan_meeting_minutes"),
        ]


class Action(models.Model):
    """议定事项: what a meeting decided, who does it by when; done with evidence, closed by the zone office (销号)."""

    meeting = models.ForeignKey(Meeting, PROTECT, related_name="+")
    number = models.IntegerField()
    words = models.CharField("事项", max_length=500)
    unit = models.CharField("责任单位", max_length=200)
    task = models.IntegerField("任务序号", null=True)
    due = models.DateField("时限")
    state = models.CharField(max_length=7, default="open")
    said = models.CharField("办结报告", max_length=2000, blank=True)
    said_by = models.BigIntegerField(null=True)
    said_at = models.DateTimeField(null=True)
    closed_by = models.BigIntegerField(null=True)
    closed_at = models.DateTimeField(null=True)
    remark = models.CharField(max_length=500, blank=True)

    class Meta:
        db_table = "plan_action"
        indexes = [models.Index(fields=["state", "due"], name="plan_action_due")]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "number"], name="plan_action_number"),
            models.CheckConstraint(condition=Q(state__in=["open", "said", "closed", "dropped"]), name="plan_action_state"),
            models.CheckConstraint(
                condition=Q(closed_by=None) | Q(said_by=None) | ~Q(closed_by=F("said_by")), name="plan_action_four_eyes"
            ),
        ]  # fmt: skip


class Monthly(models.Model):
    """工作月报 of a unit for one month. `facts`: what the platform filled in when it was sent; `words`: task → explanation."""

    plan = models.CharField(max_length=60)
    unit = models.CharField("单位", max_length=200)
    month = models.DateField("月份")
    facts = models.JSONField(default=dict)
    words = models.JSONField(default=dict)
    summary = models.CharField("本月工作小结", max_length=2000)
    sent_by = models.BigIntegerField()
    sent_at = models.DateTimeField()
    sent_on = models.DateField()

    class Meta:
        db_table = "plan_monthly"
        constraints = [models.UniqueConstraint(fields=["plan", "unit", "month"], name="plan_monthly_once")]


class Notice(models.Model):
    """工作通报 of a month to the bodies the city only coordinates. `facts`: what the platform filled in when it was issued, by body."""

    plan = models.CharField(max_length=60)
    number = models.IntegerField("期")
    month = models.DateField("月份")
    facts = models.JSONField(default=dict)
    words = models.TextField("综试办说明", blank=True)
    issued_by = models.BigIntegerField()
    issued_at = models.DateTimeField()

    class Meta:
        db_table = "plan_notice"
        constraints = [
            models.UniqueConstraint(fields=["plan", "month"], name="plan_notice_once"),
            models.UniqueConstraint(fields=["plan", "number"], name="plan_notice_number"),
        ]


class Chase(models.Model):
    """到期催办: a unit was reminded of a monthly report or an action; each step once."""

    plan = models.CharField(max_length=60)
    unit = models.CharField(max_length=200)
    about = models.CharField(max_length=60)
    step = models.CharField(max_length=7)
    day = models.DateField()

    class Meta:
        db_table = "plan_chase"
        constraints = [
            models.UniqueConstraint(fields=["plan", "unit", "about", "step"], name="plan_chase_once"),
            models.CheckConstraint(condition=Q(step__in=["remind", "chase", "notice"]), name="plan_chase_step"),
        ]


class Scorecard(models.Model):
    """考核评分 of a unit for one year, as announced. `parts` unfold the score; a decided appeal makes it final."""

    plan = models.CharField(max_length=60)
    year = models.IntegerField("年度")
    unit = models.CharField("单位", max_length=200)
    algorithm = models.CharField(max_length=40)
    parts = models.JSONField()
    score = models.DecimalField("得分", max_digits=5, decimal_places=1)
    adjusted = models.DecimalField("申诉后得分", max_digits=5, decimal_places=1, null=True)
    state = models.CharField(max_length=9, default="announced")
    announced_by = models.BigIntegerField()
    announced_at = models.DateTimeField()
    appeal_until = models.DateField("申诉截止")

    class Meta:
        db_table = "plan_scorecard"
        constraints = [
            models.UniqueConstraint(fields=["plan", "year", "unit"], name="plan_scorecard_once"),
            models.CheckConstraint(condition=Q(state__in=["announced", "appealed", "final"]), name="plan_scorecard_state"),
            models.CheckConstraint(condition=Q(score__gte=0, score__lte=100), name="plan_scorecard_range"),
        ]  # fmt: skip


class Appeal(models.Model):
    """申诉 against a scorecard, once; decided by another person than who announced it."""

    scorecard = models.OneToOneField(Scorecard, PROTECT, related_name="+")
    words = models.TextField("理由")
    raised_by = models.BigIntegerField()
    raised_at = models.DateTimeField()
    answer = models.TextField(blank=True)
    upheld = models.BooleanField(null=True)
    answered_by = models.BigIntegerField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "plan_appeal"
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_by=None) | ~Q(answered_by=F("raised_by")), name="plan_appeal_four_eyes"
            ),
        ]
