"""A filing that stands: changed, suspended, ended, and who may do none of it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from pilotzone.base.errors import Denied, Refused
from pilotzone.kernel import clock
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.members import appoint
from pilotzone.kernel.access.models import Organisation, Person
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.registry import api
from pilotzone.rooms.registry.models import Filing, Step
from pilotzone.rooms.registry.tests.offices import (
    ACCOUNT,
    PROMISES,
    VALUES,
    Cast,
    Registers,
    confirmed,
    filled,
    valid,
)

pytestmark = pytest.mark.django_db


def test_light_fields_change_at_once_others_after_a_review(cast: Cast) -> None:
    number = valid(cast)
    with cast.act("clerk"):
        assert (
            api.change(number, version=None, roles=["ebc"], values={"contact": "新人"}, licences=[], reason="")
            == "note"
        )
        with pytest.raises(Refused, match=r"registry\.filing\.no_change"):
            api.change(number, version=None, roles=["ebc"], values={"contact": "新人"}, licences=[], reason="")
        done = api.change(
            number, version=None, roles=["ebc"], values={"payee_account": "合成银行 622"}, licences=[], reason="换户"
        )
        told = api.mine()
    assert done == "change" and told is not None and told["state"] == "changing"
    assert [(one["field"], one["after"]) for one in told["pending"]] == [("payee_account", "合成银行 622")]
    with scope(PLATFORM):
        assert "payee_account" not in Filing.objects.get(pk=number).values
        assert api.counts()["in_force"] == 1
    with cast.act("office"):
        api.accept_change(number, version=None)
        history = api.filing(number)["history"]
    assert (history[0]["before"], history[0]["after"], history[0]["reason"]) == (
        {"payee_account": ""}, {"payee_account": "合成银行 622"}, "换户",
    )  # fmt: skip


def test_a_change_that_is_sent_back_leaves_what_stood(cast: Cast) -> None:
    number = valid(cast)
    with cast.act("clerk"):
        api.change(
            number, version=None, roles=["ebc", "service"], values={"service_kinds": "报关"}, licences=[], reason="增项"
        )
    with cast.act("office"):
        api.return_change(number, version=None, remarks={"roles": "请附协议"}, reason="材料不足")
        told = api.filing(number)
    assert (told["state"], told["roles"], told["remarks"], told["pending"]) == (
        "valid",
        ["ebc"],
        {"roles": "请附协议"},
        [],
    )


def test_a_suspended_firm_does_not_act_until_it_is_resumed(cast: Cast) -> None:
    number, today = valid(cast), clock.today()
    with cast.act("office"):
        api.suspend(number, version=None, since=today, reason="核查", legal_basis="平台管理办法第9条")
    with scope(PLATFORM):
        assert Organisation.objects.get(pk=cast.organisation.pk).suspended(today)
        assert api.public(cast.code)["state"] == "suspended"
    with cast.act("office"):
        api.resume(number, version=None, reason="已整改")
    with scope(PLATFORM):
        assert not Organisation.objects.get(pk=cast.organisation.pk).suspended(today)
        assert Filing.objects.get(pk=number).state == "valid"


def test_a_firm_asks_to_leave_and_the_zone_cancels(cast: Cast) -> None:
    number, today = valid(cast), clock.today()
    with cast.act("clerk"):
        api.ask_cancel(number, version=None, reason="不再经营")
    with cast.act("office"):
        assert api.filing(number)["cancel_reason"] == "不再经营"
        api.cancel(number, version=None, reason="企业申请")
    with scope(PLATFORM):
        assert Organisation.objects.get(pk=cast.organisation.pk).cancelled_on == today
        with pytest.raises(Refused, match=r"registry\.public\.unknown"):
            api.public(cast.code)


def test_who_filled_it_in_or_acts_for_the_firm_does_not_judge_it(cast: Cast) -> None:
    number = confirmed(cast)
    with scope(PLATFORM):
        Filing.objects.filter(pk=number).update(filled_by=cast.actor("county").person)
    with cast.act("county"), pytest.raises(Denied, match=r"registry\.filing\.own"):
        api.prereview(number, version=None)
    with scope(PLATFORM):
        person = Person.objects.get(pk=cast.actor("office").person)
        appoint(person=person, role_code="firm_admin", organisation=cast.organisation, since=date(2021, 1, 4))
    with cast.act("office"), pytest.raises(Denied, match=r"registry\.filing\.own"):
        api.return_(number, version=None, remarks={}, reason="自己的企业")


def test_nobody_sees_or_does_what_is_not_his(cast: Cast, registers: Registers) -> None:
    other = Cast(2, county="360102")
    registers.know(other.code, "试验公司2")
    number = confirmed(cast)
    for who, verb in (
        ("clerk", lambda: api.withdraw(number, version=None)),
        ("county", lambda: api.prereview(number, version=None)),
    ):
        with other.act(who), pytest.raises(Denied, match=r"kernel\.access\.unknown"):
            verb()
    with cast.act("clerk"), pytest.raises(Denied, match=r"kernel\.access\.denied"):
        api.accept(number, version=None)
    with cast.act("county"), pytest.raises(Denied, match=r"kernel\.access\.denied"):
        api.accept(number, version=None)
    with other.act("clerk"), pytest.raises(Refused, match=r"registry\.filing\.exists"):
        api.start(uscc=cast.code)
    draft = filled(other)
    with cast.act("tax"):
        assert api.filing(number)["state"] == "confirmed"
        with pytest.raises(Denied):
            api.filing(draft)  # departments see no drafts


def test_an_early_code_whose_check_fails_needs_evidence(cast: Cast, registers: Registers) -> None:
    wrong = cast.code[:-1] + ("0" if cast.code[-1] != "0" else "1")
    with scope(PLATFORM):
        Organisation.objects.filter(pk=cast.organisation.pk).update(uscc=wrong)
    registers.know(wrong, "试验公司1")
    cast.code = wrong
    number = filled(cast)
    with cast.act("clerk"):
        with pytest.raises(Refused, match=r"registry\.filing\.findings") as refused:
            api.confirm(number, version=None, commitments=PROMISES)
        assert "rule.filing.uscc_check" in refused.value.fields["uscc"]
        api.fill(number, version=None, roles=["ebc"], values=VALUES, licences=[], evidence="营业执照扫描件 0001")
        api.confirm(number, version=None, commitments=PROMISES)
    with cast.act("county"):
        api.prereview(number, version=None)
    with cast.act("office"):
        assert api.accept(number, version=None).state == "valid"


def test_a_filing_that_begins_later_takes_effect_on_its_day(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    number = confirmed(cast)
    with cast.act("county"):
        api.prereview(number, version=None)
    later = clock.today() + timedelta(days=5)
    with cast.act("office"):
        assert api.accept(number, version=None, valid_from=later).state == "accepted"
    assert api.tick() == 0
    monkeypatch.setattr(clock, "today", lambda: later)
    assert api.tick() == 1 and api.tick() == 0
    with scope(PLATFORM):
        assert Filing.objects.get(pk=number).state == "valid"


def test_a_licence_that_ends_is_told_once_for_each_reminder(
    cast: Cast, registers: Registers, monkeypatch: pytest.MonkeyPatch
) -> None:
    licence = {"kind": "food", "number": "JY1", "valid_from": "2020-01-01", "valid_to": "2021-05-03"}
    number = filled(cast)
    with cast.act("clerk"):
        api.fill(number, version=None, roles=["ebc"], values=VALUES, licences=[licence])
        api.confirm(number, version=None, commitments=PROMISES)
    with cast.act("county"):
        api.prereview(number, version=None)
    with cast.act("office"):
        api.accept(number, version=None)
    assert api.tick() == 1 and api.tick() == 0  # within 60 days
    monkeypatch.setattr(clock, "today", lambda: date(2021, 4, 2))
    assert api.tick() == 1  # 30 days before is Saturday 3 April, in the Qingming holiday: told on Friday
    monkeypatch.setattr(clock, "today", lambda: date(2021, 5, 4))
    assert api.tick() == 0
    with cast.act("clerk"):
        told = api.mine()
    assert told is not None and [one["before"] for one in told["reminders"]] == [30, 60]
    assert told["licences"][0]["light"] == "red"


def test_steps_are_never_changed_or_removed(cast: Cast) -> None:
    number = filled(cast)
    with scope(PLATFORM):
        there = Step.objects.filter(filing_id=number)
        before = list(there.values())
        assert before and there.update(reason="x") == 0 and there.delete()[0] == 0
        assert list(there.values()) == before


def test_what_a_county_drafted_becomes_the_firms_own(cast: Cast) -> None:
    with scope(PLATFORM):
        Filing.objects.create(
            uscc=cast.code, created_at=clock.now(), changed_at=clock.now(), unit_path="zone.districts.d360111"
        )
    with cast.act("clerk"):
        told = api.mine()
    assert told is not None and told["uscc"] == cast.code


def test_rooms_above_ask_whether_a_filing_is_in_force_and_what_of_it_has_ended(cast: Cast) -> None:
    firm, today = cast.organisation.pk, clock.today()
    assert api.standing(firm, on=today) == {"state": "", "in_force": False, "ended": []}
    number = confirmed(cast)
    assert api.standing(firm, on=today) == {"state": "confirmed", "in_force": False, "ended": []}
    with cast.act("county"):
        api.prereview(number, version=None)
    with cast.act("office"):
        api.accept(number, version=None, valid_from=today + timedelta(days=1))
    assert not api.standing(firm, on=today)["in_force"], "it counts from tomorrow"
    with scope(PLATFORM):
        Filing.objects.filter(pk=number).update(state="valid", licences=[{"kind": "x", "valid_to": "2021-03-15"}])
    assert api.standing(firm, on=date(2021, 3, 16)) == {"state": "valid", "in_force": True, "ended": ["x"]}
    assert api.standing(firm, on=date(2021, 3, 15))["ended"] == []


@pytest.mark.parametrize(
    ("values", "licences", "code", "field"),
    [
        ({"name_en": "长" * 2001}, [], "text.long", "name_en"),
        ({}, [{"kind": "k", "number": str(n)} for n in range(21)], "text.many", "licences"),
        ({}, [{"kind": "k", "number": "长" * 201}], "text.long", "number"),
    ],
)
def test_what_is_too_much_is_refused_and_nothing_kept(
    cast: Cast, values: dict[str, str], licences: list[dict[str, str]], code: str, field: str
) -> None:
    number = filled(cast)
    with cast.act("clerk"):
        before = Filing.objects.values("values", "licences", "version").get(pk=number)
        with pytest.raises(Refused) as told:
            api.fill(number, version=None, roles=["ebc"], values=values, licences=licences)
        assert told.value.code == code and field in told.value.fields
        with pytest.raises(Refused, match=r"text\.long"):
            api.verify(number, version=None, method="licence", account=ACCOUNT, code="1" * 101)
        assert Filing.objects.values("values", "licences", "version").get(pk=number) == before
