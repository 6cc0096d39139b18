"""An agreement is made by three persons, holds until its day, and the database holds what the code says."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import Any

import pytest
from django.db import DatabaseError, connection

from pilotzone.base.errors import Denied, Problem, Refused
from pilotzone.exchange.hub import agreements, asking, corrections, uses
from pilotzone.exchange.hub.asking import Question
from pilotzone.exchange.tests.hub import CHECKER, FIRM, PERSONS, ROWS, SAFE, SAMR, TAX, answering, granted, wanted
from pilotzone.kernel import audit, clock
from pilotzone.kernel.access.actor import AGENCY, ENTERPRISE, PLATFORM, Actor
from pilotzone.kernel.access.models import Organisation
from pilotzone.kernel.access.scope import scope
from pilotzone.reference.calendar import add_working_days

pytestmark = pytest.mark.django_db


def test_an_agreement_goes_its_way_and_leaves_its_lines() -> None:
    number = granted(whole=("phone",))
    with scope(TAX):
        found = agreements.access_agreement(number)
    assert found["shown"] == "granted" and found["whole"] == ["phone"]
    assert found["due_on"] == add_working_days(clock.today(), 10).day, "国发〔2016〕51号第十二条: ten working days"
    with scope(PLATFORM):
        assert len(audit.trail("exchange_hub_agreement", number)) == 3


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"purpose": " "}, "hub.purpose"),
        ({"article": ""}, "hub.purpose"),
        ({"fields": []}, "hub.input"),
        ({"fields": ["nothing"]}, "hub.field_unknown"),
        ({"volume": 0}, "hub.volume_asked"),
        ({"until": datetime.date(2000, 1, 1)}, "hub.until"),
        ({"until": datetime.date(2999, 1, 1)}, "hub.until"),
        ({"rows": {"nothing": ["1"]}}, "hub.filter"),
        ({"rows": {"uscc": []}}, "hub.filter"),
        ({"resource": "police.case_files", "fields": ["case_no"]}, "hub.not_shared"),
        ({"resource": "tax.bills", "fields": ["bill_no"]}, "hub.own"),
        ({"resource": "no.such"}, "catalogue.unknown"),
    ],
)
def test_an_application_that_is_not_in_order_is_refused_by_name(changed: dict[str, Any], code: str) -> None:
    with scope(TAX), pytest.raises(Problem) as told:
        agreements.apply(wanted(**changed))
    assert told.value.code == code
    with scope(PLATFORM):
        assert agreements.agreements() == []


def test_steps_belong_to_those_whose_they_are() -> None:
    with scope(TAX):
        number = agreements.apply(wanted())
        with pytest.raises(Denied):
            agreements.check(number, passes=True)
    with scope(SAMR), pytest.raises(Refused) as early:
        agreements.decide(number, grants=True)
    assert early.value.code == "hub.state"
    with scope(CHECKER), pytest.raises(Refused) as silent:
        agreements.check(number, passes=False)
    assert silent.value.code == "hub.reason"
    with scope(CHECKER):
        agreements.check(number, passes=True)
    with scope(SAFE), pytest.raises(Denied):
        agreements.decide(number, grants=True)
    with scope(replace(SAMR, person=TAX.person)), pytest.raises(Refused) as same:
        agreements.decide(number, grants=True)
    assert same.value.code == "hub.four_eyes"


@pytest.mark.parametrize(
    ("sql", "actor"),
    [
        ("UPDATE exchange_hub_agreement SET state = 'granted', checked_by = 1, decided_by = 2", TAX),
        ("UPDATE exchange_hub_agreement SET state = 'checked', checked_by = 9004", SAMR),
        ("UPDATE exchange_hub_agreement SET fields = '{document}'", CHECKER),
        ("UPDATE exchange_hub_agreement SET state = 'checked', checked_by = applied_by", PLATFORM),
    ],
)
def test_the_database_refuses_a_step_the_code_would_not_take(sql: str, actor: Actor) -> None:
    with scope(TAX):
        agreements.apply(wanted())
    with pytest.raises(DatabaseError), scope(actor), connection.cursor() as cursor:
        cursor.execute(sql)


def test_others_do_not_see_an_agreement() -> None:
    number = granted()
    with scope(SAFE):
        assert agreements.agreements() == []
        with pytest.raises(Denied):
            agreements.access_agreement(number)


def test_an_agreement_ends_by_its_day_or_by_a_word() -> None:
    with scope(PLATFORM):
        clock.found(demo=True)
    answering()
    number, brief = granted(), granted(until=clock.today() + datetime.timedelta(days=1))
    with scope(SAMR):
        agreements.revoke(number, reason="用途已变")
    with scope(PLATFORM):
        clock.advance(by=datetime.timedelta(days=2), reason="test")
    for one, code in ((number, "hub.ended"), (brief, "hub.expired")):
        with scope(TAX), pytest.raises(Refused) as told:
            asking.ask(Question(PERSONS, one, {"uscc": FIRM}))
        assert told.value.code == code
    with scope(TAX):
        assert agreements.access_agreement(brief)["shown"] == "expired"


def test_the_firm_concerned_reads_who_received_what_and_others_do_not() -> None:
    answering()
    with scope(PLATFORM):
        at = clock.now()
        own = Organisation.objects.create(name="甲", uscc=FIRM, roles=["ebc"], created_at=at)
        other = Organisation.objects.create(name="乙", uscc=str(ROWS[1]["uscc"]), roles=["ebc"], created_at=at)
    number = granted()
    with scope(TAX):
        asking.ask(Question(PERSONS, number, {"uscc": FIRM}, ["uscc", "phone"]))
    with scope(Actor(kind=ENTERPRISE, organisation=own.pk, role="ebc")):
        (line,) = uses.of_firm()
    assert (line["consumer"], line["fields"], line["article"]) == (
        "zone.tax",
        ["uscc", "phone"],
        "国发〔2016〕51号第十二条",
    )
    with scope(Actor(kind=ENTERPRISE, organisation=other.pk, role="ebc")):
        assert uses.of_firm() == []


def test_a_value_is_questioned_answered_disputed_and_settled() -> None:
    with scope(TAX):
        number = corrections.raise_(resource=PERSONS, field="phone", key_value=FIRM, words="电话已换")
        with pytest.raises(Denied):
            corrections.answer(number, corrected=True, words="已改")
    with scope(SAMR):
        corrections.answer(number, corrected=False, words="以登记为准")
    with scope(SAFE), pytest.raises(Denied):
        corrections.dispute(number, words="不同意")
    with scope(TAX):
        corrections.dispute(number, words="企业已变更登记")
    with scope(CHECKER):
        corrections.settle(number, words="由提供部门更正")
        assert corrections.corrections()[0]["state"] == "settled"


def test_what_others_raised_is_seen_by_who_answers_or_looks_into_it_alone() -> None:
    """A department's machine and its other staff are told of what their own body raised: the rest names firms and their data."""
    system = Actor(kind=AGENCY, person=9005, unit_path=SAMR.unit_path, role="department_system")
    with scope(TAX):
        raised = corrections.raise_(resource=PERSONS, field="phone", key_value=FIRM, words="电话已换")
    with scope(system):
        assert corrections.corrections() == []
        own = corrections.raise_(resource="tax.bills", field="bill_no", key_value=FIRM, words="号码有误")
        assert [one["id"] for one in corrections.corrections()] == [own]
    with scope(SAMR):
        assert {one["id"] for one in corrections.corrections()} == {raised, own}
    with scope(replace(system, person=None)), pytest.raises(Denied):
        corrections.raise_(resource="tax.bills", field="bill_no", key_value=FIRM, words="号码有误")
