"""What is over goes, once, with a line of the trail; what is not over stays; looking removes nothing."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable

import pytest
from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.utils import timezone

from pilotzone.kernel import audit, clock
from pilotzone.kernel.access.actor import ENTERPRISE, PLATFORM, Actor
from pilotzone.kernel.access.models import Organisation
from pilotzone.kernel.access.scope import scope
from pilotzone.portal.protection import retention
from pilotzone.rooms.clearance import api as clearance

pytestmark = pytest.mark.django_db
SignedIn = Callable[..., Client]


def attempt(days: int) -> None:
    made = AccessAttempt.objects.create(username=f"somebody-{days}", ip_address="203.0.113.7", failures_since_start=1)
    AccessAttempt.objects.filter(pk=made.pk).update(attempt_time=timezone.now() - datetime.timedelta(days=days))


def removed() -> dict[str, int]:
    with scope(PLATFORM):
        return {
            key: sum(json.loads(line["after"])["rows"] for line in audit.trail("retention", key))
            for key in retention.EXECUTORS
        }


def test_sign_ins_that_are_over_go_once_and_leave_a_line(firms: dict[str, Organisation]) -> None:
    for days in (0, 3):
        attempt(days)
    now = timezone.now()
    for name, hours in (("over", -1), ("open", 1)):
        Session.objects.create(session_key=name, session_data="", expire_date=now + datetime.timedelta(hours=hours))
    assert retention.run() == {"session": 1, "signin_failure": 1}
    assert set(Session.objects.values_list("session_key", flat=True)) == {"open"} and AccessAttempt.objects.count() == 1
    assert retention.run() == {}
    assert {key: n for key, n in removed().items() if n} == {"session": 1, "signin_failure": 1}
    with scope(PLATFORM):
        (line,) = audit.trail("retention", "signin_failure")
    assert "平台规定" in line["reason"] and line["action"] == "retention.remove"


def test_a_document_nobody_went_on_writing_goes_and_another_firms_stays_its_own(
    firms: dict[str, Organisation],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = datetime.datetime(2021, 3, 1, 4, tzinfo=datetime.UTC)
    monkeypatch.setattr(clock, "now", lambda: now)
    monkeypatch.setattr(clock, "today", now.date)
    one = Actor(kind=ENTERPRISE, organisation=firms["甲公司"].pk, role="ebp")
    with scope(one):
        clearance.begin_writing(message="CEB311Message")
    monkeypatch.setattr(clock, "today", (now + datetime.timedelta(days=90)).date)
    assert "writing" not in retention.run()
    monkeypatch.setattr(clock, "today", (now + datetime.timedelta(days=91)).date)
    assert retention.run()["writing"] == 1
    with scope(one), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM clearance_writing")
        assert cursor.fetchone()[0] == 0


def test_who_runs_the_platform_counts_and_nothing_goes_by_looking(signed_in: SignedIn) -> None:
    operator = signed_in("operator", "eport")
    attempt(200)
    page = operator.get("/protection/retention/").content.decode()
    assert "失败登录记录" in page and "今日到期" in page and AccessAttempt.objects.count() == 1
    assert "失败登录记录" in operator.get("/protection/retention/export.csv").content.decode()
    retention.run()
    assert "平台规定 [P]" in operator.get("/protection/retention/").content.decode().split("已执行")[1]
    for role, body in (("ebp", "甲公司"), ("customs_officer", "customs"), ("zone_officer", "zone")):
        assert signed_in(role, body).get("/protection/retention/").status_code == 403
