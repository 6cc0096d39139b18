"""A filing from its first code to its registration: who does what, what is kept, what follows."""

from __future__ import annotations

from datetime import date

import pytest

from pilotzone.base.errors import Refused
from pilotzone.kernel import audit, clock
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.models import Organisation, UnitLink
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.registry import api
from pilotzone.rooms.registry.models import Filing
from pilotzone.rooms.registry.tests.offices import (
    ACCOUNT,
    CODE,
    PROMISES,
    VALUES,
    Cast,
    Registers,
    confirmed,
    filled,
    valid,
)

pytestmark = pytest.mark.django_db


def test_the_code_alone_fills_in_what_everybody_may_know(cast: Cast, registers: Registers) -> None:
    with cast.act("clerk"):
        told = api.start(uscc=cast.code)
    values = {one["key"]: one for section in told["sections"] for one in section["fields"]}
    assert values["address"]["value"] == "南昌市青山湖区合成路1号" and values["address"]["locked"]
    assert values["legal_rep"]["value"] == "" and not values["legal_rep"]["locked"]
    assert registers.asked == [("samr", "")]


def test_the_registers_tell_the_rest_once_somebody_is_verified(cast: Cast) -> None:
    with cast.act("clerk"):
        number = api.start(uscc=cast.code)["id"]
        with pytest.raises(Refused, match=r"channel\.licence\.refused"):
            api.verify(number, version=None, method="licence", account=ACCOUNT, code="000000")
        assert api.verify(number, version=None, method="licence", account=ACCOUNT, code=CODE) == []
        told = api.mine()
    assert told is not None and told["proof"]["name"] == "测试法人"
    values = {one["key"]: one["value"] for section in told["sections"] for one in section["fields"]}
    assert values["legal_rep"] == "测试法人" and values["tax_credit"] == "A" and values["fx_class"] == "A"


def test_a_register_that_is_away_costs_nothing_and_is_asked_again(cast: Cast, registers: Registers) -> None:
    registers.away |= {"samr", "tax"}
    with cast.act("clerk"):
        told = api.start(uscc=cast.code)
        assert told["away"] == ["samr"] and told["name"] == "试验公司1"
        number = told["id"]
        assert api.verify(number, version=None, method="licence", account=ACCOUNT, code=CODE) == ["samr", "tax"]
        api.fill(number, version=None, roles=["ebc"], values={"contact": "留下的人"}, licences=[])
        assert "rule.filing.register_away" in {one.code for one in api.findings(number)}
        registers.away.clear()
        assert api.ask(number, version=None) == []
        mine = api.mine()
    assert mine is not None
    values = {one["key"]: one["value"] for section in mine["sections"] for one in section["fields"]}
    assert values["contact"] == "留下的人" and values["tax_credit"] == "A"
    assert {one["state"] for one in mine["registers"]} == {"told"}


def test_what_registers_say_differently_is_shown_with_source_and_time(cast: Cast, registers: Registers) -> None:
    registers.know(cast.code, "试验公司1", tax={"name": "试验公司一"}, customs={"name": "试验公司 1"})
    number = filled(cast)
    with cast.act("clerk"):
        told = api.mine()
        assert told is not None
        differing = [row for row in told["differences"] if row["differs"]]
        assert [row["field"] for row in differing] == ["name"]
        assert [(one["told_by"], one["value"]) for one in differing[0]["says"]] == [
            ("samr", "试验公司1"), ("customs", "试验公司 1"), ("tax", "试验公司一"), ("safe", "试验公司1"),
        ]  # fmt: skip
        assert all(one["at"] == clock.now() for one in differing[0]["says"])
        api.confirm(number, version=None, commitments=PROMISES)  # it warns, it does not refuse


def test_a_filing_counts_only_once_its_firm_confirmed_it(cast: Cast) -> None:
    with cast.act("clerk"):
        number = api.start(uscc=cast.code)["id"]
        with pytest.raises(Refused, match=r"registry\.filing\.findings") as refused:
            api.confirm(number, version=None, commitments=[])
    assert {"contact", "phone", "categories", "proof", "commitments", "legal_rep", "unit"} <= set(refused.value.fields)
    with cast.act("office"), pytest.raises(Refused, match=r"registry\.filing\.state"):
        api.accept(number, version=None)
    with scope(PLATFORM):
        assert api.counts()["in_force"] == 0


def test_a_filing_is_reviewed_accepted_and_its_firm_registered(cast: Cast) -> None:
    number = confirmed(cast)
    with cast.act("office"), pytest.raises(Refused, match=r"registry\.filing\.prereview"):
        api.accept(number, version=None)
    with cast.act("county"):
        api.prereview(number, version=None, reason="材料齐全")
    with cast.act("office"):
        assert api.accept(number, version=None).state == "valid"
        told = api.filing(number)
    assert [step["verb"] for step in told["history"]] == [
        "take_effect", "accept", "prereview", "confirm", "fill", "verify", "fill",
    ]  # fmt: skip
    with scope(PLATFORM):
        firm = Organisation.objects.get(pk=cast.organisation.pk)
        assert (firm.customs_code, firm.roles) == ("3601000001", ["ebc"])
        assert UnitLink.objects.get(organisation=firm, kind="registered").unit.code == "360111"
        assert {line["action"] for line in audit.trail("filing", number)} >= {"filing.confirm", "filing.accept"}
        assert api.counts()["in_force"] == 1


def test_a_past_day_is_told_as_it_was(cast: Cast) -> None:
    valid(cast)
    with cast.act("office"):
        found = [
            [one["id"] for one in api.filings(api.Wanted(in_force_on=day), page=1, size=50)["rows"]]
            for day in (date(2021, 3, 14), date(2021, 3, 15), date.max)
        ]
    assert [len(ids) for ids in found] == [0, 1, 1]
    assert [api.in_force_on(date(2021, 3, 14)), api.in_force_on(date(2021, 3, 15))] == [0, 1]


def test_the_zone_goes_on_alone_when_the_county_let_its_time_pass(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    number = confirmed(cast)
    monkeypatch.setattr(clock, "today", lambda: date(2021, 3, 19))
    with cast.act("office"):
        assert api.accept(number, version=None).state == "valid"


def test_it_comes_back_with_remarks_and_goes_out_again(cast: Cast) -> None:
    number = confirmed(cast)
    with cast.act("county"):
        with pytest.raises(Refused, match=r"registry\.filing\.reason"):
            api.send_back(number, version=None, remarks={"phone": "打不通"}, reason=" ")
        api.send_back(number, version=None, remarks={"phone": "打不通", "nonsense": "x"}, reason="请更正")
    with cast.act("clerk"):
        told = api.mine()
        assert told is not None and told["state"] == "returned" and told["remarks"] == {"phone": "打不通"}
        api.fill(number, version=None, roles=["ebc"], values=VALUES | {"phone": "0791-12345678"}, licences=[])
        api.confirm(number, version=None, commitments=PROMISES)
        told = api.mine()
    assert told is not None and told["remarks"] == {} and told["state"] == "confirmed"


def test_of_two_officers_one_wins_and_the_other_is_told(cast: Cast) -> None:
    number = confirmed(cast)
    with cast.act("county"):
        api.prereview(number, version=None)
    with cast.act("office"):
        seen = api.filing(number)["version"]
        api.accept(number, version=seen)
    with cast.act("second"), pytest.raises(Refused, match=r"registry\.filing\.moved") as told:
        api.return_(number, version=seen, remarks={}, reason="不同意")
    assert "领导小组办公室" in told.value.zh and "办理“生效”" in told.value.zh and "2021-03-15" in told.value.zh
    with scope(PLATFORM):
        assert Filing.objects.get(pk=number).state == "valid"
