"""Bills of customs: read, compared, kept in any order."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from pilotzone.base.days import SHANGHAI
from pilotzone.base.errors import Refused
from pilotzone.kernel.access.actor import DISTRICT, ENTERPRISE, PLATFORM, Actor
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.tax import api
from pilotzone.rooms.tax.web.bills import standing_of

NOON = datetime(2019, 5, 1, 12, tzinfo=SHANGHAI)


@pytest.fixture
def cursor(db: None) -> Iterator[Any]:
    with scope(PLATFORM), connection.cursor() as cursor:
        yield cursor


def head(at: str, status: str, **more: str) -> dict[str, str]:
    return {
        "guid": str(uuid.uuid4()),
        "returnTime": at,
        "invtNo": "40012019I000000001",
        "taxNo": "40012019I000000001_0",
        "status": status,
        **more,
    }


def made() -> api.Bill:
    amounts = {"customsTax": "0.00000", "consumptionTax": "52.50000", "valueAddedTax": "45.51000"}
    return api.bill_of_816(head("20190601080000000", "1", **amounts), [{"gnum": "1", "gcode": "3304990029"}])


def summed() -> api.Bill:
    return api.bill_of_818(head("20190616080000000", "2", entDutyNo="D1"))


OURS = api.OurTax(
    "40012019I000000001", "L1", Decimal("0.00"), Decimal("52.50"), Decimal("45.50"), date(2019, 5, 1), (7,), "甲"
)


def test_the_difference_is_told_kind_by_kind() -> None:
    difference = api.compare(made(), OURS)
    assert difference is not None and not difference.agrees
    assert (difference.tariff, difference.consumption_tax, difference.vat) == (0, 0, Decimal("0.01"))
    assert api.compare(summed(), OURS) is None  # a status tells no amounts: unknown, not zero


@pytest.mark.parametrize(
    ("released", "days"),
    [
        (date(2019, 5, 1), (date(2019, 6, 1), date(2019, 6, 15))),  # the example of handbook §2.6
        (date(2019, 1, 1), (date(2019, 2, 1), date(2019, 2, 15))),
        (date(2020, 1, 31), (date(2020, 3, 2), date(2020, 3, 16))),  # over a 29 February
        (date(2018, 12, 31), None),  # before the rule: not recorded, not guessed
    ],
)
def test_the_days_to_pay(released: date, days: tuple[date, date] | None) -> None:
    assert api.payment_days(released) == days


@pytest.mark.parametrize("field", ["customsTax", "valueAddedTax", "consumptionTax", "returnTime"])
def test_a_bill_that_cannot_be_read_is_refused(field: str) -> None:
    amounts = {"customsTax": "0", "consumptionTax": "1", "valueAddedTax": "2"}
    with pytest.raises(Refused):
        api.bill_of_816({**head("20190601080000000", "1", **amounts), field: "NaN"}, [])


@pytest.mark.parametrize("order", list(itertools.permutations(["816", "818", "ours"])))
@pytest.mark.parametrize("together", [True, False])
def test_any_order_ends_the_same(cursor: Any, order: tuple[str, ...], together: bool) -> None:
    messages = {"816": made(), "818": summed()}
    bills = [messages[name] for name in order if name != "ours"]
    if together:
        assert all(stored.changed for stored in api.store_bills(cursor, bills, at=NOON))
    for name in order:
        if name != "ours" and not together:
            assert api.store_bills(cursor, [messages[name]], at=NOON)[0].changed
        api.know_ours(cursor, [OURS])
    assert not any(stored.changed for stored in api.store_bills(cursor, bills, at=NOON))
    (bill,) = api.bill_of("40012019I000000001")
    assert (bill["status"], bill["duty_no"]) == ("2", "D1")
    assert bill["amounts"]["vat"] == {"customs": "45.51", "ours": "45.50", "difference": "0.01"}
    assert bill["agrees"] is False
    assert (bill["pay_from"], bill["pay_to"]) == (date(2019, 6, 1), date(2019, 6, 15))
    assert bill["lines"] == [{"gnum": "1", "gcode": "3304990029"}]


def test_due_bills_and_who_sees_them(cursor: Any) -> None:
    api.store_bills(cursor, [made()], at=NOON)
    assert api.bill_of("40012019I000000001")[0]["agrees"] is None
    api.know_ours(cursor, [OURS])
    days = {date(2019, 5, 31): 0, date(2019, 6, 1): 1, date(2019, 6, 15): 1, date(2019, 6, 16): 0}
    assert {day: len(api.bills_due(day)) for day in days} == days
    for actor, seen in {
        Actor(kind=ENTERPRISE, organisation=7): 1,
        Actor(kind=ENTERPRISE, organisation=8): 0,
        Actor(kind=DISTRICT, unit_path="zone"): 0,
        Actor(): 0,
    }.items():
        with scope(actor):
            assert len(api.bill_of("40012019I000000001")) == seen
    cancelled = api.bill_of_818(head("20190602080000000", "3"))
    api.store_bills(cursor, [cancelled], at=NOON)
    assert api.bills_due(date(2019, 6, 1)) == []


def test_a_page_of_bills_finds_those_that_differ(cursor: Any) -> None:
    api.store_bills(cursor, [made()], at=NOON)
    assert api.bills()["differing"] == 0  # ours is not known yet: nothing differs from nothing
    api.know_ours(cursor, [OURS])
    told = api.bills({"differs": True})
    assert (told["total"], told["differing"], told["pages"]) == (1, 1, 1)
    assert told["rows"][0]["amounts"]["vat"] == {"customs": "45.51", "ours": "45.50", "difference": "0.01"}
    assert api.bills({"number": "40012019I000000001"}, page=99)["page"] == 1
    assert api.bills({"number": "another"})["total"] == 0
    assert api.bills({"due": date(2019, 6, 1)})["total"] == 1
    assert api.bills({"due": date(2019, 6, 16)})["total"] == 0
    with scope(Actor(kind=ENTERPRISE, organisation=8)):
        assert api.bills()["total"] == 0


def told_bill(**changed: Any) -> dict[str, Any]:
    """A bill as `api.bills` tells one that was made (816) and has days to be paid in."""
    return {
        "receipt_no": "", "status": "1", "pay_from": date(2021, 6, 1), "pay_to": date(2021, 6, 15), "due": "98.01",
        "agrees": True, "amounts": {"tariff": {"ours": "0.00"}, "vat": {"ours": "45.51"}},
    } | changed  # fmt: skip


UNDONE: dict[str, Any] = {
    "pay_from": None,
    "pay_to": None,
    "agrees": False,
    "amounts": {"tariff": {"ours": "0.00"}, "vat": {"ours": "0.00"}},
}


@pytest.mark.parametrize(
    ("changed", "standing"),
    [
        ({}, "due"),
        (UNDONE, "void"),
        (UNDONE | {"status": "2"}, "void"),
        (UNDONE | {"status": "3"}, "cancelled"),
        (UNDONE | {"receipt_no": "R1"}, "paid"),
        (UNDONE | {"agrees": True}, "unknown"),
        (UNDONE | {"agrees": None}, "unknown"),
        (UNDONE | {"amounts": {"tariff": {"ours": "0.00"}, "vat": {"ours": None}}}, "unknown"),
        (UNDONE | {"amounts": {"tariff": {"ours": "0.00"}, "vat": {"ours": "0.01"}}}, "unknown"),
        ({"amounts": UNDONE["amounts"], "agrees": False}, "due"),
        ({"pay_to": date(2021, 6, 1), "pay_from": date(2021, 5, 1)}, "overdue"),
        ({"pay_from": date(2021, 6, 9)}, "later"),
    ],
)
def test_a_bill_of_a_list_cancelled_after_its_release_is_void_until_customs_says_so_or_it_is_paid(
    changed: dict[str, Any], standing: str
) -> None:
    assert standing_of(told_bill(**changed), date(2021, 6, 8)) == standing
