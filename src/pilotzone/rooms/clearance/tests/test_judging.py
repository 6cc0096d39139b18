"""The match and its neighbours, by tables an official can read (tests/cases)."""

from __future__ import annotations

import copy
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from pilotzone.rooms.clearance.engine import arrival, judging
from pilotzone.rooms.clearance.engine.arrival import Known
from pilotzone.rooms.clearance.engine.case import Case, Identity, Part
from pilotzone.rooms.clearance.engine.kinds import BY_MESSAGE

CASES = Path(__file__).parent / "cases"


def table(name: str) -> tuple[dict[str, Any], list[Any]]:
    told = yaml.safe_load((CASES / name).read_text(encoding="utf-8"))
    return told.get("set", {}), [pytest.param(case, id=case["name"]) for case in told["cases"]]


IMPORT_SET, IMPORT_CASES = table("import_match.yaml")
EXPORT_SET, EXPORT_CASES = table("export_match.yaml")
_, ARRIVALS = table("arrival.yaml")


def altered(base: dict[str, Any], change: dict[str, Any]) -> dict[str, Any]:
    papers = copy.deepcopy(base)
    for path, value in change.items():
        steps = path.split(".")
        if len(steps) == 1:
            del papers[steps[0]]
        elif steps[1] == "lines":
            papers[steps[0]]["lines"] = value
        else:
            place = papers[steps[0]]["lines"][int(steps[1]) - 1] if len(steps) == 3 else papers[steps[0]]["head"]
            if value == "-":
                del place[steps[-1]]
            else:
                place[steps[-1]] = value
    return papers


def judged(flow: str, base: dict[str, Any], told: dict[str, Any]) -> list[Any]:
    papers = {
        name: Part(paper["head"], paper.get("lines", []))
        for name, paper in altered(base, told.get("change", {})).items()
    }
    identity = Identity(told.get("identity"), "公安部门授权机构", told.get("identity_until"))
    return judging.judge(flow, Case(on=told["day"], identity=identity, **papers))


def check(found: list[Any], told: dict[str, Any]) -> None:
    assert [fault.code for fault in found] == told["expect"]
    for name in ("official", "whose", "weight"):
        if name in told:
            assert getattr(found[0], name) == told[name]
    for fault in found:
        assert fault.zh and fault.en and fault.source and "{" not in fault.zh + fault.en


@pytest.mark.parametrize("told", IMPORT_CASES)
def test_import(told: dict[str, Any]) -> None:
    check(judged("I", IMPORT_SET, told), told)


@pytest.mark.parametrize("told", EXPORT_CASES)
def test_export(told: dict[str, Any]) -> None:
    check(judged("E", EXPORT_SET, told), told)


@pytest.mark.parametrize("told", ARRIVALS)
def test_arrival(told: dict[str, Any]) -> None:
    known = None
    if "known" in told:
        stored = told["known"]
        known = Known(
            1 if told.get("same") else 2, "20210301100000", stored.get("day", date(2021, 3, 1)),
            stored.get("deleted", False), stored.get("refused", False), stored.get("state", ""),
        )  # fmt: skip
    verdict = arrival.decide(
        BY_MESSAGE[told["kind"]], app_type=told["type"], app_time=told.get("time", "20210301110000"),
        fingerprint=1, key="K1", on=told.get("day", date(2021, 3, 1)), known=known,
    )  # fmt: skip
    assert verdict.what == told["expect"]
    if "official" in told:
        assert verdict.fault is not None
        assert verdict.fault.official == told["official"]


def test_personal_values_never_enter_a_sentence() -> None:
    secrets = ("王甲", "李乙", "某路1号", "X1")
    change = {
        "list.buyerName": "王假",
        "payment.payerName": "赵丙",
        "waybill.consignee": "孙丁",
        "list.consigneeAddress": "别处",
    }
    found = judged("I", IMPORT_SET, {"day": date(2021, 3, 1), "change": change})
    assert len(found) == 4
    written = "".join(fault.zh + fault.en for fault in found)
    assert not any(secret in written for secret in (*secrets, *change.values()))
