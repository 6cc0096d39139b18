"""A buyer's dispute is queued, settled with outcome and reason by customs or the zone office, and told to the buyer."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.test import Client

from pilotzone.kernel import events
from pilotzone.kernel.access.actor import CONSUMER, PLATFORM, Actor
from pilotzone.kernel.access.models import Person
from pilotzone.kernel.access.scope import scope
from pilotzone.kernel.partitions import first_id
from pilotzone.rooms.tax import api as tax

pytestmark = pytest.mark.django_db
WHERE = "/office/disputes/"
AT = datetime.datetime(2021, 1, 5, tzinfo=datetime.UTC)
BUYER, TRADE = "buyer-1", first_id(AT.date()) + 77
KEY = f"{TRADE}:5"


ROW = {
    "id": TRADE, "hash": 77, "key": "k", "flow": "I", "mode": "1210", "order_no": "ORDER-77", "list_id": 5, "pay_no": "",
    "logistics_no": "", "cop_no": "", "pre_no": "", "invt_no": "", "bill_no": "", "state": "released",
    "customs_status": "", "return_time": "", "missing": [], "holder": "", "buyer": BUYER, "customs_code": "4000",
    "unit": "zone", "value": "120.00", "first_at": AT, "changed_at": AT, "history": False, "reasons": "[]",
    "stages": "{}", "firms": "{}", "parties": [],
}  # fmt: skip


@pytest.fixture
def bought(firms: object, flood_connect: Callable[[], psycopg.Connection[Any]]) -> Iterator[None]:
    """A purchase."""
    with flood_connect() as flood:
        flood.execute("SELECT pz_partition('clearance_trade', %s)", (AT.date(),))
        places = ", ".join(["%s"] * len(ROW))
        flood.execute(f"INSERT INTO clearance_trade ({', '.join(ROW)}) VALUES ({places})", list(ROW.values()))
    with scope(PLATFORM), connection.cursor() as cursor:
        assert tax.book(cursor, [tax.Reserve(KEY, BUYER, AT.date(), Decimal("120.00"))], at=AT)[0].ok
    yield
    with flood_connect() as flood:
        flood.execute("DELETE FROM clearance_trade WHERE id = %s", (TRADE,))


@pytest.fixture
def disputed(bought: None) -> None:
    """A purchase its buyer disputes."""
    with scope(Actor(kind=CONSUMER, buyer=BUYER, role="consumer")):
        assert tax.dispute(list_key=KEY, reference=f"ME{TRADE}", at=AT).ok


@pytest.mark.parametrize("page", ["", "2", "x", "2&year=2016#y"])
def test_who_disputes_comes_back_to_the_year_and_page_he_came_from(bought: None, page: str) -> None:
    with scope(PLATFORM):
        person = Person.objects.create(username="buyer", buyer_key=BUYER)
    browser = Client()
    browser.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    shown = browser.get("/me/?year=2021").content.decode()
    assert '<input type="hidden" name="year" value="2021">' in shown and 'name="page" value="1"' in shown
    answer = browser.post(f"/me/trades/{TRADE}/dispute/", {"year": "2021", "page": page})
    where = "/me/?year=2021&page=2" if page == "2" else "/me/?year=2021"
    assert (answer.status_code, answer["Location"]) == (302, f"{where}#p{TRADE}")


@pytest.mark.parametrize(("role", "unit"), [("customs_officer", "customs"), ("zone_officer", "zone")])
def test_the_queue_shows_it_and_settling_tells_the_buyer(
    disputed: None, signed_in: Callable[..., Client], role: str, unit: str
) -> None:
    officer = signed_in(role, unit)
    assert "ORDER-77" in officer.get(WHERE).content.decode()
    bare = officer.post(f"{WHERE}{KEY}/", {"outcome": "misused", "reason": " "})
    assert (bare.status_code, "tax.dispute.reason" in bare.content.decode()) == (422, True)
    assert officer.post(f"{WHERE}{KEY}/", {"outcome": "x", "reason": "r"}).status_code == 422
    assert officer.post(f"{WHERE}{KEY}/", {"outcome": "misused", "reason": "支付人不是订购人"}).status_code == 302
    assert "没有待办结的争议" in officer.get(WHERE).content.decode()
    told = officer.get(f"{WHERE}?state=settled").content.decode()
    assert "认定冒用身份" in told and "120.00" in told
    assert officer.post(f"{WHERE}{KEY}/", {"outcome": "own", "reason": "r"}).status_code == 422, "settled once"
    assert "认定冒用身份" in b"".join(officer.get(f"{WHERE}export.csv?state=all").streaming_content).decode()  # type: ignore[attr-defined]
    with scope(Actor(kind=CONSUMER, buyer=BUYER, role="consumer")):
        case = tax.disputes_of([KEY])[KEY]
        assert (case["outcome"], tax.quota_of(BUYER, 2021)["disputed"]) == ("misused", "0.00")
    with scope(PLATFORM), connection.cursor() as cursor:
        cursor.execute(
            "SELECT payload FROM kernel_event WHERE kind = 'clearance.trade_changed' ORDER BY id DESC LIMIT 1"
        )
        (row,) = events.unpack(cursor.fetchone()[0])
    (line,) = row["lines"]
    assert line[1] == "tax.dispute_settled" and "支付人不是订购人" in line[2] and row["buyer"] == BUYER


def test_nobody_else_sees_or_settles(disputed: None, signed_in: Callable[..., Client]) -> None:
    for role, unit in (("ebp", "甲公司"), ("customs_inspector", "customs"), ("auditor", "audit")):
        stranger = signed_in(role, unit)
        assert stranger.get(WHERE).status_code == 403
        assert stranger.post(f"{WHERE}{KEY}/", {"outcome": "own", "reason": "r"}).status_code == 403


def test_an_empty_queue_says_so(signed_in: Callable[..., Client]) -> None:
    officer = signed_in("zone_officer", "zone")
    assert "没有待办结的争议" in officer.get(WHERE).content.decode()
    assert officer.get(f"{WHERE}9:9/").status_code == 404
