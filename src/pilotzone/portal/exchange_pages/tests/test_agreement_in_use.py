"""The page of an agreement says how it is used, and shows what was refused beside what was answered."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from pilotzone.base.errors import Problem
from pilotzone.exchange.hub import asking, uses
from pilotzone.exchange.hub.asking import Question
from pilotzone.exchange.tests.hub import FIRM, PERSONS, TAX, answering, granted
from pilotzone.kernel.access.scope import scope
from pilotzone.portal.exchange_pages.tests.noted import LIST

pytestmark = pytest.mark.django_db
SignedIn = Callable[..., Client]


def refused(question: Question) -> str:
    with scope(TAX):
        try:
            asking.ask(question)
        except Problem as problem:
            asking.refusal(question, problem)
            return problem.code
    return ""


def test_the_page_says_where_and_with_what_it_is_asked(signed_in: SignedIn) -> None:
    number = granted()
    page = signed_in("tax_officer", "tax").get(f"/exchange/requests/{number}/").content.decode()
    assert f"/api/v1/exchange/query/{PERSONS}" in page and 'href="/api/v1/"' in page
    assert f"&quot;agreement&quot;: {number}" in page and "&quot;uscc&quot;" in page
    owner = signed_in("agency_officer", "samr").get(f"/exchange/requests/{number}/").content.decode()
    assert "/api/v1/exchange/query/" not in owner


def test_a_refused_question_stands_in_the_use_log_of_its_agreement(signed_in: SignedIn) -> None:
    answering()
    number = granted()
    assert refused(Question(PERSONS, number, {"uscc": FIRM}, ("document",))) == "hub.field_not_granted"
    with scope(TAX):
        asking.ask(Question(PERSONS, number, {"uscc": FIRM}))
    for role, body in (("tax_officer", "tax"), ("agency_officer", "samr")):
        page = signed_in(role, body).get(f"/exchange/requests/{number}/").content.decode()
        assert "未予提供" in page and "hub.field_not_granted" in page and "已应答" in page
        csv = signed_in(role, body).get(f"/exchange/requests/{number}/uses.csv").getvalue().decode()
        assert "hub.field_not_granted" in csv


@pytest.mark.parametrize("resource", [PERSONS, LIST])
def test_an_agreement_that_is_not_the_askers_or_of_another_resource_is_not_named(
    signed_in: SignedIn, resource: str
) -> None:
    number = granted()
    asked = number + 1_000_000 if resource == PERSONS else number
    assert refused(Question(resource, asked, {"uscc": FIRM}))
    with scope(TAX):
        assert uses.uses(agreement=asked) == []
