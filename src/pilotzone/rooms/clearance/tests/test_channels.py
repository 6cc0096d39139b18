"""Channels named from facts, by tables: express and mail, B2B by list or declaration, order against declaration."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from pilotzone.base.errors import Refused
from pilotzone.rooms.clearance.engine import b2b, channels

CASES = Path(__file__).parent / "cases"
CHANNELS = yaml.safe_load((CASES / "channels.yaml").read_text(encoding="utf-8"))
B2B = yaml.safe_load((CASES / "b2b.yaml").read_text(encoding="utf-8"))


def named(cases: list[Any]) -> list[Any]:
    return [pytest.param(case, id=case["name"]) for case in cases]


def consignment(case: dict[str, Any]) -> channels.Consignment:
    facts = case["facts"]
    return channels.Consignment(case.get("day", date(2021, 3, 1)), **{**facts, "value": Decimal(facts["value"])})


@pytest.mark.parametrize("case", named(CHANNELS["cases"]))
def test_the_channel(case: dict[str, Any]) -> None:
    found = channels.channel(consignment(case))
    assert (found.code, found.taxed_by, found.complete) == (
        case["channel"],
        case["taxed_by"],
        case.get("complete", True),
    )
    assert (
        found.reasons and all("{" not in one.zh + one.en and one.source for one in found.reasons) and all(found.words)
    )


@pytest.mark.parametrize("case", named(CHANNELS["refused"]))
def test_facts_that_contradict_each_other_are_refused(case: dict[str, Any]) -> None:
    with pytest.raises(Refused) as told:
        channels.channel(consignment(case))
    assert told.value.code == case["code"]


@pytest.mark.parametrize("case", named(B2B["cases"]))
def test_b2b(case: dict[str, Any]) -> None:
    told = {"on": date(2021, 7, 1), "mode": "9710", "customs": "4006", "value": "100", **case["deal"]}
    told["value"] = None if told["value"] is None else Decimal(told["value"])
    found = b2b.advise(b2b.Deal(**told))
    assert (found.channel, [one.code for one in found.reasons]) == (case["channel"], case["expect"])
    assert found.digits == (6 if case["channel"] == "list" else 10)


def test_another_mode_is_no_b2b() -> None:
    with pytest.raises(Refused) as told:
        b2b.advise(b2b.Deal(date(2021, 7, 1), "9610", "4006", Decimal(1)))
    assert told.value.code == "rule.b2b.mode"


@pytest.mark.parametrize("case", named(B2B["differences"]))
def test_line_by_line(case: dict[str, Any]) -> None:
    found = b2b.differences(case["order"], case["declared"])
    assert [[one.gnum, *one.fields] for one in found] == case["fields"]
