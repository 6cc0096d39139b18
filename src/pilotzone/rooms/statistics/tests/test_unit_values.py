"""Unit value indices through the door: numbers by hand, coverage told, what would tell of a firm enters nothing."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from pilotzone.base.errors import Denied, Refused
from pilotzone.kernel.access.actor import AGENCY, PLATFORM, ZONE, Actor
from pilotzone.kernel.access.models import Membership, Unit
from pilotzone.kernel.access.scope import scope
from pilotzone.kernel.access.units import load_units
from pilotzone.rooms.clearance import api as clearance
from pilotzone.rooms.statistics import api
from pilotzone.rooms.statistics.engine.disclosure.rules import Rules
from pilotzone.rooms.statistics.engine.indices.customs import chapters, compared
from pilotzone.rooms.statistics.engine.indices.unit_values import Line
from pilotzone.rooms.statistics.operations.facts import facts_of, replace
from pilotzone.rooms.statistics.queries import unkept
from pilotzone.rooms.statistics.tests.counting import facts, listed

OLD, NEW, TODAY = date(2021, 10, 1), date(2021, 11, 1), date(2021, 12, 20)
STATISTICIAN = Actor(kind=AGENCY, unit_path="zone.statistics", role="statistician")
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
SHIRTS, SHOES, SECRET, GONE = "6109100010", "6403990090", "8517120000", "9503000000"
# by month and goods: yuan and pieces of each of four firms
SOLD = {
    (10, SHIRTS): ("100.00", 10), (11, SHIRTS): ("120.00", 10), (10, SHOES): ("400.00", 4), (11, SHOES): ("440.00", 8), (10, GONE): ("50.00", 5),
}  # fmt: skip


def counted() -> None:
    """Four firms sell two goods in both months, one in the first; one firm alone sells a third; one line tells no quantity."""
    lists = []
    for (month, hs), (amount, pieces) in SOLD.items():
        lists += [sold(len(lists) + n, n, month, hs, amount, pieces) for n in range(1, 5)]
    for month in (10, 11):
        lists.append(sold(100 + month, 9, month, SECRET, "9999.00", 3))
        lists.append(listed(200 + month, firm=1, month=month, flow="E", hs=(SHIRTS,), amount="77.00"))
    replace([one.trade for one in lists], facts(*lists))


def sold(trade: int, firm: int, month: int, hs: str, amount: str, pieces: int) -> Any:
    one = listed(trade, firm=firm, month=month, flow="E", hs=(hs,), amount=amount)
    line = dataclasses.replace(one.lines[0], legal_quantity=Decimal(pieces), legal_unit="011")
    return dataclasses.replace(one, lines=(line,))


@pytest.fixture
def office(db: None) -> Iterator[Client]:
    client = Client()
    with scope(PLATFORM):
        load_units()
        person = get_user_model().objects.create_user(username="statistician")
        place = Unit.objects.get(code="statistics")
        Membership.objects.create(person=person, role="statistician", valid_from=date(2019, 1, 1), unit=place)
        counted()
    client.force_login(person, backend=BACKEND)
    yield client


def asked(**more: Any) -> api.UnitValues:
    question: dict[str, Any] = {"base": OLD, "month": NEW, "coverage": "platform", "flow": "E", "on": TODAY}
    with scope(STATISTICIAN):
        return api.unit_values(**(question | more))


def test_the_indices_are_those_by_hand_and_a_single_firm_enters_nothing(office: Client) -> None:
    told = asked()
    one = told.found
    assert one is not None and told.gap is None
    # p₀q₀ 4·100 + 4·400, p₁q₀ 4·120 + 4·220, p₀q₁ 4·100 + 4·800, p₁q₁ 4·120 + 4·440
    assert one.prices["laspeyres"] == pytest.approx(1360 / 2000) and one.prices["paasche"] == pytest.approx(2240 / 3600)
    assert one.prices["fisher"] * one.volumes["fisher"] == pytest.approx(one.value) == pytest.approx(2240 / 2000)
    assert (one.hidden, one.single, one.outliers) == (1, 1, 0)
    products = {row.code: row for row in one.products}
    assert products["85171200/011"].unit_values is None and products["85171200/011"].relative is None
    assert products["61091000/011"].unit_values == pytest.approx((10, 12))
    assert [ground.unmeasured for ground in told.grounds] == [1, 1] and [one.base.entered, one.now.entered] == [
        2000,
        2240,
    ]
    parts = chapters(one)
    assert (
        list(parts) == ["61", "64"]
        and parts["61"][0] == pytest.approx(1.2)
        and sum(part[2] for part in parts.values()) == pytest.approx(1)
    )


@pytest.mark.parametrize(
    ("more", "code"),
    [({"flow": "I"}, "statistics.index.quantity"), ({"base": date(2021, 9, 1)}, "statistics.index.quantity"),
     ({"chapter": "85"}, "statistics.index.protected"), ({"chapter": "99"}, "statistics.index.quantity")],
)  # fmt: skip
def test_what_cannot_be_reckoned_says_why(office: Client, more: dict[str, Any], code: str) -> None:
    told = asked(**more)
    assert told.found is None and told.gap.code == code and told.gap.zh and told.gap.en


@pytest.mark.parametrize(
    "more",
    [{"coverage": "all"}, {"flow": ""}, {"digits": 7}, {"chapter": "6"}, {"base": NEW}, {"base": date(2021, 10, 2)}],
)
def test_a_question_that_does_not_hold_is_refused(office: Client, more: dict[str, Any]) -> None:
    with pytest.raises(Refused, match=r"index\.question"):
        asked(**more)


def test_too_many_lines_are_refused_and_not_cut(office: Client) -> None:
    with pytest.raises(Refused, match=r"index\.lines"):
        asked(most=3)


def test_nobody_but_a_statistician_asks(office: Client) -> None:
    with scope(Actor(kind=ZONE, unit_path="zone", role="zone_officer")), pytest.raises(Denied):
        api.unit_values(base=OLD, month=NEW, coverage="platform", flow="E", on=TODAY)
    for address in (reverse("statistics_prices"), reverse("statistics_prices_export")):
        assert Client().get(address).status_code in (302, 401, 403)
    assert Client().get("/api/v1/statistics/unit-values?month=2021-11-01&base=2021-10-01").status_code in (401, 403)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_page_file_and_api_say_the_same(office: Client, language: str) -> None:
    office.cookies["django_language"] = language
    query = {"month": "2021-11", "base": "2021-10"}
    page = office.get(reverse("statistics_prices"), query).content.decode()
    assert (
        all(word in page for word in ("68.00", "62.22", "112.00", "unit_values.v1"))
        and "9999" not in page
        and "9,999" not in page
    )
    told = b"".join(office.get(reverse("statistics_prices_export"), query)).decode()
    assert "Laspeyres" in told and "68.00" in told and "9999" not in told and "3333" not in told
    answer = office.get("/api/v1/statistics/unit-values?month=2021-11-05&base=2021-10-31").json()
    assert answer["prices"]["laspeyres"] == pytest.approx(0.68) and answer["hidden"] == 1 and answer["gap"] is None
    assert [row["hs"] for row in answer["products"] if row["hidden"]] == ["85171200"]
    assert "9999" not in str(answer) and "3333" not in str(answer)


@pytest.mark.parametrize(
    "query",
    [
        "month=x",
        "month=2021-11&base=2021-12",
        "digits=9",
        "digits=八",
        "chapter=ab",
        "flow=X",
        "coverage=all",
        "month=9999-12",
    ],
)
def test_a_bad_address_is_refused_on_page_and_file(office: Client, query: str) -> None:
    for name in ("statistics_prices", "statistics_prices_export"):
        answer = office.get(f"{reverse(name)}?{query}")
        assert answer.status_code == 422 and "statistics.index.question" in answer.content.decode()


def test_an_empty_month_says_why_and_what_to_do(office: Client) -> None:
    page = office.get(reverse("statistics_prices"), {"month": "2021-08"}).content.decode()
    assert "statistics.index.quantity" in page and "pilotzone rebuild statistics" in page


def test_a_wrong_unit_is_left_out_and_counted() -> None:
    lines = [Line(period, "a", 100.0 + n, 10.0, str(n)) for period in ("0", "1") for n in range(8)]
    told = compared([*lines, Line("1", "a", 100.0, 0.01, "9")], "0", "1", Rules())
    assert told.outliers == 1 and told.now.outliers == 100 and told.prices["fisher"] == pytest.approx(1)


def test_a_fact_keeps_the_first_legal_quantity_of_its_line(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    line = clearance.CountedLine(SHIRTS, "502", Decimal(10), "142", Decimal(2), Decimal("0.5"), "035")
    row = clearance.CountedList(1, "E", "9610", 1, "", "4010", "5", NEW, None, None, Decimal(0), (line,))
    monkeypatch.setattr(clearance, "counted_lists", lambda _trades: [row])
    with scope(PLATFORM):
        (fact,) = facts_of([1])
    assert (fact.legal_quantity, fact.legal_unit) == (Decimal("0.5"), "035")


@pytest.mark.parametrize(("told", "rebuild"), [(Decimal("3"), True), (None, False)])
def test_lines_counted_before_the_quantity_was_kept_are_told_with_the_command(
    office: Client, monkeypatch: pytest.MonkeyPatch, told: Decimal | None, rebuild: bool
) -> None:
    def lists(trades: Any) -> list[clearance.CountedList]:
        line = clearance.CountedLine(SHIRTS, "116", Decimal(77), "142", Decimal(1), told, "011")
        return [
            clearance.CountedList(one, "E", "9610", 1, "", "4010", "5", NEW, None, None, Decimal(0), (line,))
            for one in trades
        ]

    monkeypatch.setattr(clearance, "counted_lists", lists)
    assert (asked().unkept.lines, asked().unkept.rebuild) == (2, rebuild)
    query = {"month": "2021-11", "base": "2021-10"}
    page = office.get(reverse("statistics_prices"), query).content.decode()
    assert (
        "pilotzone rebuild statistics" in page and ("后计入" in page) is rebuild and ("不会补上" in page) is not rebuild
    )
    csv = b"".join(office.get(reverse("statistics_prices_export"), query)).decode()
    assert ("后计入" in csv) is rebuild and "pilotzone rebuild statistics" in csv
    answer = office.get("/api/v1/statistics/unit-values?month=2021-11-05&base=2021-10-31").json()
    assert answer["unkept"] == {"lines": 2, "rebuild": rebuild}


def test_the_oldest_lists_are_looked_at_whole(office: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the one list looked at, the third line alone has a quantity in its document; the later list is not asked for."""
    with scope(PLATFORM):
        lists = [listed(n, firm=1, month=11, flow="E", hs=(SHIRTS, SHOES, GONE), amount="5.00") for n in (150, 151)]
        replace([one.trade for one in lists], facts(*lists))
    asked_for: list[int] = []

    def documents(trades: Any) -> list[clearance.CountedList]:
        asked_for.extend(trades)
        lines = [
            clearance.CountedLine(SHIRTS, "116", Decimal(5), "142", Decimal(1), quantity, "011")
            for quantity in (None, None, Decimal(2))
        ]
        return [
            clearance.CountedList(n, "E", "9610", 1, "", "4010", "5", NEW, None, None, Decimal(0), tuple(lines))
            for n in trades
        ]

    monkeypatch.setattr(clearance, "counted_lists", documents)
    monkeypatch.setattr(unkept, "LOOKED", 1)
    with scope(PLATFORM):
        found = unkept.unkept([NEW])
    assert found.rebuild and set(asked_for) == {150}
