"""Joint inspection through the door: one order a consignment, one opening, both results once, slots without clashes."""

from __future__ import annotations

import hashlib
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from pilotzone.kernel.access.actor import PLATFORM, Actor
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.clearance.models import Inspection, InspectionList
from pilotzone.rooms.clearance.operations import inspecting
from pilotzone.rooms.clearance.tests.inspection_people import (
    HOLD,
    NOW,
    PNG,
    RELEASE,
    desk,
    opened,
    people,
    raised,
    refusal,
    scheduled,
    seen,
)

__all__ = ["people"]  # a fixture
pytestmark = pytest.mark.django_db


def test_lists_of_one_waybill_are_one_order_and_the_same_again_changes_nothing(people: dict[str, Actor]) -> None:
    number = raised(people, seen(1), seen(2), seen(3))
    assert raised(people, seen(2), seen(1)) == number
    other = raised(people, seen(4, waybill="W2"))
    bare = raised(people, seen(5, waybill=""))
    assert len({number, other, bare}) == 3
    with scope(people["inspector"]):
        told = desk.told(number)
        assert [row["trade_id"] for row in told["lists"]] == [1, 2, 3]
        assert told["agencies"] == ["supervision", "quarantine"], "one team since the merger of 2018"
        assert told["site"] == "airport"
        assert desk.listed({"number": "I2"})["rows"][0]["id"] == number
        assert desk.of_trade(3)["id"] == number


def test_the_database_refuses_a_second_order_for_a_parcel_or_a_list(people: dict[str, Actor]) -> None:
    number = raised(people)
    with scope(PLATFORM):
        one = Inspection.objects.get(pk=number)
        with pytest.raises(IntegrityError), transaction.atomic():
            Inspection.objects.create(
                consignment=one.consignment,
                flow="I",
                site="airport",
                source="own",
                state="selected",
                agencies=[],
                selected_at=NOW,
            )
        other = raised(people, seen(9, waybill="W9"))
        with pytest.raises(IntegrityError), transaction.atomic():
            InspectionList.objects.create(inspection_id=other, trade_id=1, joined_at=NOW)


def test_one_visit_with_both_results_releases(people: dict[str, Actor]) -> None:
    number = raised(people)
    version = opened(people, number)
    with scope(people["inspector"]):
        assert (
            refusal(
                desk.conclude, number=number, version=version, supervision="passed", quarantine="", outcome="release"
            )
            == "rule.inspection.both"
        )
        desk.conclude(number=number, version=version, **RELEASE)
        told = desk.told(number)
    assert (told["state"], told["openings"], told["outcome"]) == ("done", 1, "release")
    (opening,) = told["openings_told"]
    assert (opening["result"]["supervision"], opening["result"]["quarantine"]) == ("passed", "passed")
    with scope(PLATFORM):
        (waiting,) = desk.untold_results()
        assert (waiting["status"], waiting["lists"]) == ("800", [{"order_no": "O1", "invt_no": "I1"}])
        desk.results_told([(waiting["id"], "放行")])
        assert desk.untold_results() == []


def test_a_result_is_entered_once_and_the_database_agrees(people: dict[str, Actor]) -> None:
    number = raised(people)
    version = opened(people, number)
    with scope(people["inspector"]):
        done = desk.conclude(number=number, version=version, **RELEASE)
        assert refusal(desk.conclude, number=number, version=version, **HOLD) == "rule.inspection.moved"
        assert refusal(desk.conclude, number=number, version=done, **HOLD) == "rule.inspection.state"
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO clearance_inspectionresult (opening_id, supervision, quarantine, findings, outcome, entered_at, told)"
                " SELECT opening_id, 'passed', 'passed', '', 'release', now(), '' FROM clearance_inspectionresult"
            )


@pytest.mark.parametrize(("supervision", "quarantine"), [("passed", "problem"), ("problem", "passed"), ("", "passed")])
def test_the_database_releases_nothing_with_a_problem(
    people: dict[str, Actor], supervision: str, quarantine: str
) -> None:
    number = raised(people)
    opened(people, number)
    with scope(people["inspector"]), pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO clearance_inspectionresult (opening_id, supervision, quarantine, findings, outcome, entered_at, told)"
            " SELECT id, %s, %s, '', 'release', now(), '' FROM clearance_inspectionopening",
            [supervision, quarantine],
        )


def test_a_second_opening_needs_a_reason_and_is_counted(people: dict[str, Actor]) -> None:
    number = raised(people)
    version = opened(people, number)
    with scope(people["inspector"]):
        version = desk.conclude(number=number, version=version, **HOLD)
        assert desk.told(number)["state"] == "held"
        assert refusal(desk.reopen, number=number, version=version, reason=" ") == "rule.inspection.reason"
        desk.reopen(number=number, version=version, reason="送检结果已出")
    version = scheduled(people, number, hour=11)
    with scope(people["inspector"]):
        assert refusal(desk.open_goods, number=number, version=version) == "rule.inspection.second"
        version = desk.open_goods(number=number, version=version, reason="送检结果已出")
        desk.conclude(number=number, version=version, **RELEASE)
        told = desk.told(number)
        assert [(row["ordinal"], row["reason"]) for row in told["openings_told"]] == [(1, ""), (2, "送检结果已出")]
    with scope(PLATFORM):
        row = next(row for row in desk.coverage(NOW.date())["rows"] if row["site"] == "airport")
        assert (row["inspected"], row["once"], row["second_openings"], row["joint"]) == (1, 0, 1, "0.0")


def test_slots_never_clash_and_a_move_says_why(people: dict[str, Actor]) -> None:
    first, second = raised(people), raised(people, seen(2, waybill="W2"))
    begins = NOW.replace(hour=10, minute=0)
    version = scheduled(people, first)
    with scope(people["inspector"]):
        slot = {"bay": 1, "begins": begins + timedelta(minutes=29), "ends": begins + timedelta(minutes=59)}
        assert refusal(desk.schedule, number=second, version=1, **slot) == "rule.inspection.slot_taken"
        desk.schedule(number=second, version=1, **slot | {"bay": 2})
        assert refusal(desk.schedule, number=first, version=version, **slot) == "rule.inspection.reschedule"
        later = {"bay": 1, "begins": begins + timedelta(minutes=30), "ends": begins + timedelta(minutes=60)}
        version = desk.schedule(number=first, version=version, **later, reason="企业申请")
        assert all(not one.overlaps(other) for one in desk.free_slots("airport", NOW.date()) for other in _taken())
        assert desk.free_slots("airport", NOW.date() + timedelta(days=3)) == [], (
            "Saturday: what would be refused is not offered"
        )
        past = {"bay": 1, "begins": begins - timedelta(hours=1), "ends": begins}
        assert refusal(desk.schedule, number=first, version=version, **past, reason="x") == "rule.inspection.slot"
        sunday = {"bay": 1, "begins": begins + timedelta(days=4), "ends": begins + timedelta(days=4, minutes=30)}
        assert refusal(desk.schedule, number=first, version=version, **sunday, reason="x") == "rule.inspection.slot"


def _taken() -> list[Any]:
    from pilotzone.rooms.clearance.queries.inspections import taken

    return taken("airport", NOW.date())


def test_other_agencies_join_before_the_opening_only_and_then_see_it(people: dict[str, Actor]) -> None:
    number = raised(people)
    with scope(people["samr"]):
        assert refusal(desk.told, number=number) == "kernel.access.unknown"
    version = scheduled(people, number)
    with scope(people["inspector"]):
        assert refusal(desk.join, number=number, version=version, agency="navy") == "rule.inspection.agency"
        version = desk.join(number=number, version=version, agency="samr")
        assert refusal(desk.join, number=number, version=version, agency="samr") == "rule.inspection.agency"
        version = desk.open_goods(number=number, version=version)
        assert refusal(desk.join, number=number, version=version, agency="post") == "rule.inspection.state"
    with scope(people["samr"]):
        assert [one["code"] for one in desk.told(number)["team"]] == ["supervision", "quarantine", "samr"]


def test_who_may_do_what(people: dict[str, Actor]) -> None:
    number = raised(people)
    begins = NOW.replace(hour=10, minute=0)
    slot = {"number": number, "version": 1, "bay": 1, "begins": begins, "ends": begins + timedelta(minutes=30)}
    for name in ("control", "firm", "samr", "auditor", "tax"):
        with scope(people[name]):
            assert refusal(desk.schedule, **slot) == "kernel.access.denied", name
            assert (
                refusal(desk.keep_evidence, number=number, key=uuid.uuid4(), kind="photo", content=PNG)
                == "kernel.access.denied"
            )
            assert (
                refusal(desk.confirm_facility, site="airport", facility="xray", since=NOW.date())
                == "kernel.access.denied"
            )
    for name, sees in (
        ("inspector", True),
        ("control", True),
        ("firm", True),
        ("auditor", True),
        ("other", False),
        ("tax", False),
        ("samr", False),
    ):
        with scope(people[name]):
            assert (desk.listed()["total"] == 1) is sees, name
    with scope(people["inspector"]):
        assert refusal(desk.decide_proposal, number=1, accept=True) == "kernel.access.denied"
        assert refusal(desk.order_control, trade=1, reason="x") == "kernel.access.denied"
        assert refusal(desk.open_case, port="ningbo", subject="a", words="b") == "kernel.access.denied"
        assert refusal(desk.object_to, number=number, words="x") == "kernel.access.denied"
        assert refusal(desk.propose_rules, body="", since=NOW.date()) == "kernel.access.denied"


def test_who_ordered_the_control_does_not_open_the_goods(people: dict[str, Actor]) -> None:
    with scope(PLATFORM):
        number = inspecting.order(seen(1, state="stored"), inspecting.OFFICER, NOW, person=people["inspector"].person)
    version = scheduled(people, number)
    with scope(people["inspector"]):
        assert refusal(desk.open_goods, number=number, version=version) == "rule.inspection.duties"
    with scope(people["second"]):
        desk.open_goods(number=number, version=version)


def test_pictures_are_kept_once_with_their_hash_and_each_look_is_kept_too(people: dict[str, Actor]) -> None:
    number, key = raised(people), uuid.uuid4()
    digest = hashlib.sha256(PNG).hexdigest()
    given: dict[str, Any] = {
        "number": number,
        "key": key,
        "kind": "xray",
        "content": PNG,
        "sha256": digest,
        "verdict": "suspect",
    }
    with scope(people["inspector"]):
        assert refusal(desk.keep_evidence, **given) == "rule.inspection.state", "not opened yet"
    opened(people, number)
    with scope(people["inspector"]):
        kept, again = desk.keep_evidence(**given)
        assert (again, desk.keep_evidence(**given)) == (False, (kept, True))
        assert refusal(desk.keep_evidence, **given | {"content": PNG + b"x", "sha256": ""}) == "rule.inspection.key"
        fresh = given | {"key": uuid.uuid4()}
        assert refusal(desk.keep_evidence, **fresh | {"sha256": "0" * 64}) == "rule.inspection.hash"
        for wrong in ({"content": b"<svg onload=x>", "sha256": ""}, {"kind": "film"}, {"verdict": "nice"}):
            assert refusal(desk.keep_evidence, **fresh | wrong) == "rule.inspection.file"
        (picture,) = desk.told(number)["openings_told"][0]["pictures"]
        assert (picture["sha256"], picture["verdict_zh"]) == (digest, "图像可疑")
        assert desk.open_evidence(number=kept) == ("image/png", PNG, digest)
        assert [line["action"] for line in desk.custody(kept)] == [
            "clearance_inspectionevidence.insert",
            "inspection.evidence.view",
        ]
        with connection.cursor() as cursor:
            cursor.execute("UPDATE clearance_inspectionevidence SET content = 'x'")
            assert cursor.rowcount == 0, "nobody changes what was kept"
    for name in ("firm", "samr", "control"):
        with scope(people[name]):
            if name != "control":
                assert refusal(desk.open_evidence, number=kept) == "kernel.access.unknown"


def test_what_was_written_without_a_network_comes_once_and_a_conflict_is_told(people: dict[str, Actor]) -> None:
    number, key = raised(people), uuid.uuid4()
    version = opened(people, number)
    with scope(people["inspector"]):
        done = desk.conclude(number=number, version=version, key=key, **RELEASE)
        assert desk.conclude(number=number, version=version, key=key, **RELEASE) == done, "the same again, however late"
        assert refusal(desk.conclude, number=number, version=version, key=key, **HOLD) == "rule.inspection.key"
    with scope(people["second"]):
        assert (
            refusal(desk.conclude, number=number, version=version, key=uuid.uuid4(), **HOLD) == "rule.inspection.moved"
        )
        assert desk.told(number)["outcome"] == "release"


def test_a_firm_objects_and_another_officer_answers(people: dict[str, Actor]) -> None:
    number = raised(people)
    with scope(people["firm"]):
        assert refusal(desk.object_to, number=number, words="早了") == "rule.inspection.objection"
    version = opened(people, number)
    with scope(people["inspector"]):
        desk.conclude(number=number, version=version, **HOLD)
    with scope(people["other"]):
        assert refusal(desk.object_to, number=number, words="不是我的") == "kernel.access.unknown"
    with scope(people["firm"]):
        assert refusal(desk.object_to, number=number, words=" ") == "rule.inspection.objection"
        made = desk.object_to(number=number, words="数量以装箱单为准")
        assert refusal(desk.object_to, number=number, words="再来") == "rule.inspection.objection"
    with scope(people["inspector"]):
        assert desk.listed({"objected": True})["total"] == 1
        assert refusal(desk.answer_objection, number=made, upheld=True, words="理由") == "rule.inspection.answer", (
            "not who entered it"
        )
    with scope(people["second"]):
        assert refusal(desk.answer_objection, number=made, upheld=True, words="") == "rule.inspection.answer"
        desk.answer_objection(number=made, upheld=True, words="异议成立，再次查验")
        assert refusal(desk.answer_objection, number=made, upheld=False, words="x") == "rule.inspection.answer"
        told = desk.told(number)
        assert (told["state"], told["openings"], told["objections"][0]["upheld"]) == ("selected", 1, True)


def test_customs_going_ahead_closes_what_nobody_opened_and_leaves_what_was(people: dict[str, Actor]) -> None:
    waiting, open_ = raised(people), raised(people, seen(2, waybill="W2"))
    opened(people, open_)
    with scope(PLATFORM):
        inspecting.take([seen(1, state="released"), seen(2, state="released")], NOW)
    with scope(people["inspector"]):
        assert (desk.told(waiting)["state"], desk.told(open_)["state"]) == ("overtaken", "opened")
    raised(people)
    with scope(people["inspector"]):
        assert desk.told(waiting)["state"] == "selected", "customs inspects after all: the same order"


def test_a_list_that_joins_after_the_result_brings_the_order_back(people: dict[str, Actor]) -> None:
    number = raised(people)
    version = opened(people, number)
    with scope(people["inspector"]):
        desk.conclude(number=number, version=version, **RELEASE)
    assert raised(people, seen(2)) == number
    with scope(people["inspector"]):
        told = desk.told(number)
        assert (told["state"], told["openings"], len(told["lists"])) == ("selected", 1, 2)
