"""Papers of guarantee: lodged by customs only, corrected down to what is held, warned of before they end."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pilotzone.base.days import SHANGHAI
from pilotzone.base.errors import Denied, Refused
from pilotzone.kernel.access.actor import AGENCY, ENTERPRISE, PLATFORM, Actor
from pilotzone.kernel.access.models import Organisation
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.tax import api
from pilotzone.rooms.tax.models import RefundFiling
from pilotzone.rooms.tax.operations.export import bureau

NOON = datetime(2021, 5, 1, 12, tzinfo=SHANGHAI)
CUSTOMS = Actor(kind=AGENCY, unit_path="zone.customs", role="customs_officer")


@pytest.fixture
def cursor(db: None) -> Iterator[Any]:
    with scope(PLATFORM), connection.cursor() as cursor:
        yield cursor


@pytest.fixture
def firm(cursor: Any) -> int:
    code = uuid.uuid4().hex[:10].upper()
    return Organisation.objects.create(name=f"企业{code}", customs_code=code, created_at=NOON).pk


def paper(firm: int, **more: Any) -> dict[str, Any]:
    return {
        "organisation": firm, "number": "保函2021-1", "kind": "bank_letter", "amount": Decimal("1000.00"),
        "valid_from": date(2021, 1, 1), "valid_to": date(2021, 12, 31), "at": NOON, **more,
    }  # fmt: skip


@pytest.mark.parametrize("role", ["ebc", "ebp", "agent", "bank"])
def test_no_firm_records_its_own_guarantee(firm: int, role: str) -> None:
    with scope(Actor(kind=ENTERPRISE, organisation=firm, role=role)), pytest.raises(Denied):
        api.lodge(**paper(firm))


def test_a_tax_officer_sees_but_does_not_record(firm: int) -> None:
    with scope(Actor(kind=AGENCY, unit_path="zone.tax", role="tax_officer")), pytest.raises(Denied):
        api.lodge(**paper(firm))


def test_the_marks_of_a_firms_papers_are_asked_at_once(cursor: Any, firm: int) -> None:
    with scope(CUSTOMS):
        for number in range(4):
            api.lodge(**paper(firm, number=f"保函{number}"))
        with CaptureQueriesContext(connection) as sent:
            told = api.papers(firm, on=NOON.date())
    assert len({one["version"] for one in told}) == 4 and 0 not in {one["version"] for one in told}
    assert sum("FROM kernel_audit" in one["sql"] for one in sent) == 1


def test_customs_lodges_once_and_the_guarantor_sees_it(cursor: Any, firm: int) -> None:
    with scope(CUSTOMS):
        assert api.lodge(**paper(firm)).deposited == Decimal("1000.00")
        assert api.lodge(**paper(firm)).again
        with pytest.raises(Refused) as known:
            api.lodge(**paper(firm, amount=Decimal("2.00")))
    assert known.value.code == "rule.guarantee.paper_known"
    with scope(Actor(kind=ENTERPRISE, organisation=firm, role="ebp")):
        assert [one["number"] for one in api.papers(firm, on=NOON.date())] == ["保函2021-1"]
        assert api.guarantee_of(firm)["free"] == "1000.00"
    with scope(Actor(kind=ENTERPRISE, organisation=firm + 1, role="ebp")):
        assert api.papers(firm, on=NOON.date()) == []
    cursor.execute(
        "SELECT action FROM kernel_audit WHERE object_kind = 'tax.guarantee_paper' AND after->>'organisation' = %s",
        (str(firm),),
    )
    assert [row[0] for row in cursor.fetchall()] == ["tax.guarantee.lodge"]


def test_a_correction_goes_down_to_what_is_held_and_no_further(cursor: Any, firm: int) -> None:
    with scope(CUSTOMS):
        api.lodge(**paper(firm))
    key = f"L-{firm}"
    api.hold_batch(cursor, [api.HoldTax(key, firm, Decimal("400.00"))], at=NOON)
    with scope(CUSTOMS):
        with pytest.raises(Refused) as below:
            api.correct(**paper(firm, amount=Decimal("399.99"), reason="录入有误"))
        assert below.value.code == "rule.guarantee.insufficient"
        assert api.papers(firm, on=NOON.date())[0]["amount"] == "1000.00", "nothing half written"
        with pytest.raises(Refused):
            api.correct(**paper(firm, amount=Decimal("500.00"), reason=" "))
        told = api.correct(**paper(firm, amount=Decimal("400.00"), reason="录入有误"))
        assert told.deposited == told.held == Decimal("400.00")
        assert api.correct(**paper(firm, amount=Decimal("400.00"), reason="录入有误")).again
        with pytest.raises(Refused):
            api.correct(**paper(firm, amount=Decimal(0), reason="退还"))
    api.release_batch(cursor, [api.ReleaseTax(key)], at=NOON)
    with scope(CUSTOMS):
        assert api.correct(**paper(firm, amount=Decimal(0), reason="退还")).deposited == 0
        assert api.papers(firm, on=NOON.date())[0]["withdrawn"]
        with pytest.raises(Refused) as gone:
            api.correct(**paper(firm, amount=Decimal("1.00"), reason="再用"))
        assert gone.value.code == "rule.guarantee.paper_unknown"
        with pytest.raises(Refused):
            api.lodge(**paper(firm))


@pytest.mark.parametrize(
    "wrong",
    [
        {"number": " "},
        {"kind": "gold"},
        {"valid_to": date(2020, 12, 31)},
        {"amount": Decimal(0)},
        {"amount": Decimal("-5.00")},
        {"amount": Decimal("0.001")},
        {"amount": Decimal("NaN")},
        {"amount": Decimal("1e15")},
        {"organisation": 0},
    ],
)
def test_what_is_no_paper_is_refused_and_leaves_nothing(firm: int, wrong: dict[str, Any]) -> None:
    with scope(CUSTOMS):
        with pytest.raises(Refused) as refusal:
            api.lodge(**paper(firm, **wrong))
        assert refusal.value.code.startswith("rule.guarantee.") and refusal.value.zh and refusal.value.en
        assert api.papers(firm, on=NOON.date()) == [] and not api.guarantee_of(firm)["known"]


@pytest.mark.parametrize(
    ("on", "light", "ending"),
    [
        (date(2021, 11, 30), "green", 0),
        (date(2021, 12, 1), "yellow", 1),
        (date(2021, 12, 31), "yellow", 1),
        (date(2022, 1, 1), "red", 1),
    ],
)
def test_thirty_days_before_its_end_a_paper_turns_yellow(
    cursor: Any, firm: int, on: date, light: str, ending: int
) -> None:
    api.lodge(**paper(firm))
    assert api.papers(firm, on=on)[0]["light"] == light
    with scope(Actor(kind=ENTERPRISE, organisation=firm, role="ebp")):
        told = api.guarantees(on=on)
    assert (told["rows"][0]["light"], told["ending"], told["total"]) == (light, ending, 1)


def test_a_question_of_the_authority_is_kept_whole_and_a_strange_number_taken_by_nobody(firm: int) -> None:
    with scope(PLATFORM):
        filing = RefundFiling.objects.create(
            number="RF-LONG", organisation_id=firm, kind="refund", month="2021-05", state="accepted", receipt_no="R1",
            class_number=2, amount=Decimal("1.00"), assessment={}, drafted_at=NOON,
        )  # fmt: skip
        bureau.asked("RF-LONG", "问" * 3000)
        filing.refresh_from_db()
        assert filing.question == "问" * 3000
        RefundFiling.objects.filter(pk=filing.pk).update(state="signed", question="")
        with pytest.raises(Refused) as told:
            bureau.received("RF-LONG", accepted=True, receipt_no="1" * 41, text="", at=NOON)
        filing.refresh_from_db()
        assert (told.value.code, filing.state) == ("text.long", "signed")
