"""Selection rules and the control sample, hit-rates, coverage by site, the liaison register."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from pilotzone.kernel.access.actor import AGENCY, PLATFORM, Actor
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.clearance.models import Inspection, InspectionList, InspectionProposal
from pilotzone.rooms.clearance.operations import inspecting
from pilotzone.rooms.clearance.tests.inspection_people import (
    HOLD,
    NOW,
    RELEASE,
    desk,
    opened,
    people,
    raised,
    refusal,
    seen,
)

__all__ = ["people"]  # a fixture
pytestmark = pytest.mark.django_db


def test_rules_propose_with_reasons_customs_decides_and_own_selection_orders(
    people: dict[str, Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    firm = people["firm"].organisation or 0
    rows = [seen(1, state="sent", firm=firm, value="4600.00"), seen(2, state="sent", firm=firm, waybill="W2")]
    monkeypatch.setattr("pilotzone.kernel.vault.keyed_hash", lambda scheme, value: "f" * 64)
    with scope(PLATFORM):
        inspecting.take(rows, NOW)
        inspecting.take(rows, NOW)
        (one,) = InspectionProposal.objects.all()
        assert Inspection.objects.count() == 0, "ours only propose"
    assert ([hit["key"] for hit in one.hits], one.score, one.edition) == (
        ["near_limit", "high_value"],
        60,
        "inspection_rules.v1",
    )
    assert one.hits[0]["seen"]["value"] == "4600.00"
    with scope(people["control"]):
        assert desk.proposals({"state": "proposed"})["total"] == 1
        assert [found["id"] for found in desk.proposals({"id": one.pk})["rows"]] == [one.pk]
        assert desk.proposals({"id": one.pk + 1})["rows"] == []
        assert refusal(desk.decide_proposal, number=one.pk, accept=False) == "rule.inspection.reason"
        desk.decide_proposal(number=one.pk, accept=True)
        assert refusal(desk.decide_proposal, number=one.pk, accept=False, reason="x") == "rule.inspection.decided"
    number = raised(people, seen(1, firm=firm))
    version = opened(people, number)
    with scope(people["inspector"]):
        assert [hit["key"] for hit in desk.told(number)["hits"]] == ["near_limit", "high_value"]
        desk.conclude(number=number, version=version, **HOLD)
    rates = {row["key"]: row for row in desk.hit_rates(NOW.date(), NOW.date())}
    assert [rates["near_limit"][name] for name in ("proposed", "inspected", "found", "rate")] == [1, 1, 1, "100.0"]
    assert rates["new_firm"]["rate"] is None
    monkeypatch.setenv("PILOTZONE_INSPECTION_SELECTION", "own")
    with scope(PLATFORM):
        inspecting.take([seen(3, state="sent", firm=firm, value="4600.00", waybill="W3")], NOW + timedelta(days=1))
        assert InspectionList.objects.get(trade_id=3).inspection.source == "own"
        hits = InspectionProposal.objects.get(trade_id=3).hits
    assert "finding" in [hit["key"] for hit in hits], "the problem found yesterday counts"


def test_the_control_sample_is_drawn_by_key_at_the_stated_rate(people: dict[str, Actor]) -> None:
    rows = [seen(n, state="sent", waybill=f"W{n}", value="10.00") for n in range(1, 2001)]
    with scope(PLATFORM):
        first = inspecting.propose(rows, NOW)
        assert inspecting.propose(rows, NOW).keys() == first.keys(), "the same zone draws the same"
    assert all(told.control for told in first.values())
    assert len(first) < 2000 * 0.005 * 4, "about one in two hundred"
    kept = dict.fromkeys(first)
    with pytest.MonkeyPatch.context() as other:
        other.setattr(
            "pilotzone.kernel.vault.keyed_hash",
            lambda scheme, value: hashlib.sha256(f"other{value}".encode()).hexdigest(),
        )
        with scope(PLATFORM):
            assert inspecting.propose(rows, NOW).keys() != kept.keys(), "another zone's key draws others"


BODY = """
tag: P
editions:
  - {name: zone.v2, from: 2021-01-01, threshold: 10, control: "0", rules: [{key: export, weight: 10, zh: 出口, en: export, when: [{fact: flow, op: eq, value: E}]}]}
"""


def test_the_zone_s_own_rules_hold_from_their_day_once_somebody_else_approved(people: dict[str, Actor]) -> None:
    begins = NOW.date() + timedelta(days=5)
    with scope(people["author"]):
        assert refusal(desk.propose_rules, body="x: [", since=begins) == "rule.inspection.rules"
        assert refusal(desk.propose_rules, body=BODY, since=NOW.date() - timedelta(days=1)) == "rule.inspection.rules"
        number = desk.propose_rules(body=BODY, since=begins)
        assert refusal(desk.decide_rules, number=number, approve=True) == "kernel.access.denied"
    both = Actor(kind=AGENCY, person=people["author"].person, unit_path="zone", role="rule_approver")
    with scope(both):
        assert refusal(desk.decide_rules, number=number, approve=True) == "rule.inspection.author"
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "UPDATE clearance_inspectionrules SET decided_by_id = written_by_id, approved = true, decided_at = now()"
            )
    with scope(people["approver"]):
        before = desk.edition_on(begins)
        desk.decide_rules(number=number, approve=True)
        assert refusal(desk.decide_rules, number=number, approve=False, reason="x") == "rule.inspection.decided"
        day_before = desk.edition_on(begins - timedelta(days=1))
        after = desk.edition_on(begins)
    assert before is not None and day_before is not None and after is not None
    assert (before.name, day_before.name, after.name) == ("inspection_rules.v1", "inspection_rules.v1", "zone.v2")


def test_coverage_counts_sites_with_facilities_and_joint_openings(people: dict[str, Actor]) -> None:
    number = raised(people)
    version = opened(people, number)
    with scope(people["inspector"]):
        desk.conclude(number=number, version=version, **RELEASE)
        before = desk.coverage(NOW.date())
        for facility in ("platform", "xray", "quarantine"):
            desk.confirm_facility(site="airport", facility=facility, since=date(2019, 12, 31))
        assert refusal(desk.confirm_facility, site="moon", facility="xray", since=NOW.date()) == "rule.inspection.site"
        assert (
            refusal(desk.confirm_facility, site="airport", facility="xray", since=NOW.date() + timedelta(days=1))
            == "rule.inspection.day"
        )
        after = desk.coverage(NOW.date())
    assert (before["covered"], after["covered"], after["sites"], str(after["share"])) == (0, 1, 5, "20.0")
    assert [row["joint"] for row in after["rows"] if row["site"] == "airport"] == ["100.0"]
    assert desk.coverage(date(2019, 12, 30))["covered"] == 0


def test_liaison_is_asked_answered_and_closed_by_working_days(people: dict[str, Actor]) -> None:
    officer = Actor(kind=AGENCY, person=people["second"].person, unit_path="zone.customs", role="customs_officer")
    with scope(officer):
        assert refusal(desk.open_case, port="dalian", subject="a", words="b") == "rule.inspection.liaison"
        assert refusal(desk.open_case, port="ningbo", subject=" ", words="b") == "rule.inspection.liaison"
        number = desk.open_case(port="ningbo", subject="转关货物查验衔接", words="请协助核对封志", number="O1")
        told = desk.case(number)
        assert told is not None and (told["due_on"], told["late"]) == (date(2021, 3, 17), False), "five working days"
        assert refusal(desk.close_case, number=number) == "rule.inspection.case_state"
        desk.answer_case(number=number, words="已核对")
        assert refusal(desk.answer_case, number=number, words="又") == "rule.inspection.case_state"
        desk.close_case(number=number)
        assert [(row["port"], row["closed"]) for row in desk.ports()] == [
            ("shenzhen", 0),
            ("ningbo", 1),
            ("shanghai", 0),
            ("xiamen", 0),
        ]
        assert refusal(desk.keep_contact, port="xiamen", name="", phone="1") == "rule.inspection.liaison"
        contact = desk.keep_contact(port="xiamen", name="（合成）联系人", phone="000-0000")
        assert [one["name"] for one in desk.contacts("xiamen")] == ["（合成）联系人"]
        desk.end_contact(number=contact)
        assert desk.contacts() == []
    with scope(people["firm"]):
        assert (desk.cases()["total"], desk.case(number)) == (0, None)
