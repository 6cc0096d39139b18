"""The pages of payments and guarantees through their addresses, as customs and as a guarantor."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pilotzone.base.days import SHANGHAI
from pilotzone.kernel import clock
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.models import Membership, Organisation, Unit
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.tax import api
from pilotzone.rooms.tax.tests.books import NOON, RELEASED, Books

pytestmark = pytest.mark.django_db
LATE = datetime(2021, 6, 20, 12, tzinfo=SHANGHAI)


def signed_in(client: Client, role: str, **where: Any) -> Client:
    with scope(PLATFORM):
        person = get_user_model().objects.create_user(username=f"{role}-of-test")
        Membership.objects.create(person=person, role=role, valid_from=date(2019, 1, 1), **where)
    client.force_login(person)
    return client


@pytest.fixture(autouse=True)
def _day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: LATE)
    monkeypatch.setattr(clock, "today", LATE.date)


@pytest.fixture
def books() -> Books:
    with scope(PLATFORM):
        made = Books(connection.cursor())
        made.hold("1", "98.00")
        made.bill("1", "98.00")
    return made


@pytest.fixture
def customs(client: Client) -> Client:
    with scope(PLATFORM):
        unit, _ = Unit.objects.get_or_create(path="zone.customs", defaults={"code": "customs", "name_zh": "南昌海关"})
    return signed_in(client, "customs_officer", unit=unit)


def firm(client: Client, books: Books) -> Client:
    return signed_in(client, "ebp", organisation=Organisation(pk=books.firm))


def test_a_guarantor_records_a_payment_from_an_overdue_bill(client: Client, books: Books) -> None:
    assert LATE.date() > RELEASED
    firm(client, books)
    shown = client.get(f"/tax/bills/{books.tax_no('1')}/").content.decode()
    assert "超期未缴（滞纳）" in shown and "登记缴款" in shown and "5 天" in shown
    form = client.get(f"/tax/payments/new/?bills={books.tax_no('1')}").content.decode()
    assert 'value="98.00"' in form and books.tax_no("1") in form
    typed = {"receipt_no": "页面-1", "paid_on": "2021-06-19", "amount": "97.00", "bills": books.tax_no("1")}
    refused = client.post("/tax/payments/new/", typed)
    assert refused.status_code == 422 and "rule.payment.partial" in refused.content.decode()
    done = client.post("/tax/payments/new/", typed | {"amount": "98.00"}, follow=True)
    assert "页面-1" in done.content.decode() and "已核销" in done.content.decode()
    assert "已缴" in client.get("/tax/bills/?standing=paid").content.decode()
    bills = client.get("/tax/bills.csv?standing=paid").content.decode("utf-8-sig")
    assert (
        books.tax_no("1") in bills
        and books.tax_no("1") not in client.get("/tax/bills.csv?standing=open").content.decode()
    )
    assert "页面-1" in client.get("/tax/payments.csv").content.decode()
    statement = client.get(f"/tax/guarantee/{books.firm}/statement.csv")
    assert "释放" in statement.content.decode() and "attachment" in statement["Content-Disposition"]
    assert client.get(f"/tax/guarantee/{books.firm + 1}/statement.csv").status_code == 404
    assert client.get("/tax/guarantee.csv").status_code == 404, "all firms' are the officers'"
    with scope(PLATFORM):
        assert api.guarantee_of(books.firm)["held"] == "0.00"


def test_customs_lodges_corrects_and_gives_back(customs: Client, books: Books) -> None:
    page = customs.get("/tax/guarantee/")
    assert page.status_code == 200 and "登记担保凭证" in page.content.decode()
    typed = {
        "firm": f"F{books.run}", "number": "保函-9", "kind": "insurance", "amount": "1,000.00",
        "valid_from": "2021-01-01", "valid_to": "2021-07-01",
    }  # fmt: skip
    wrong = customs.post("/tax/guarantee/", typed | {"firm": "没有"})
    assert wrong.status_code == 422 and "rule.guarantee.firm_unknown" in wrong.content.decode()
    shown = customs.post("/tax/guarantee/", typed, follow=True).content.decode()
    assert "保函-9" in shown and "将于 2021-07-01 到期" in shown
    assert f"F{books.run}" in customs.get(f"/tax/guarantee.csv?q=F{books.run}").content.decode()
    where = f"/tax/guarantee/{books.firm}/correct/"
    change = {name: typed[name] for name in ("number", "kind", "valid_from")} | {"amount": "400.00"}
    assert customs.post(where, change).status_code == 422, "a correction names its reason"
    customs.post(where, change | {"reason": "录入有误"})
    with scope(PLATFORM):
        assert api.guarantee_of(books.firm)["deposited"] == "100400.00"
    shown = customs.post(where, change | {"reason": "退还", "action": "withdraw"}, follow=True).content.decode()
    assert "已退还" in shown
    with scope(PLATFORM):
        assert Decimal(api.guarantee_of(books.firm)["deposited"]) == 100000


def test_a_paper_corrected_on_two_pages_is_corrected_once(customs: Client, books: Books) -> None:
    paper = {
        "firm": f"F{books.run}",
        "number": "P-2",
        "kind": "cash",
        "amount": "500.00",
        "valid_from": "2021-01-01",
        "reason": "缴存",
    }
    shown = customs.post("/tax/guarantee/", paper, follow=True).content.decode()
    where, version = f"/tax/guarantee/{books.firm}/correct/", re.findall(r'name="version" value="(\d+)"', shown)[-1]
    right = paper | {"version": version, "action": "correct"}
    assert customs.post(where, right | {"amount": "600.00", "reason": "补缴"}).status_code == 302
    wrong = customs.post(where, right | {"amount": "700.00", "valid_from": "昨天", "reason": "日期写错"})
    assert wrong.status_code == 422 and f'name="version" value="{version}"' in wrong.content.decode()
    late = customs.post(where, right | {"amount": "700.00", "reason": "同事也更正"})
    told = late.content.decode()
    assert late.status_code == 422 and "kernel.record.moved" in told and "改了：担保金额" in told
    assert "customs_officer-of-test于" in told and 'value="同事也更正"' in told and 'value="700.00"' in told
    again = right | {
        "amount": "700.00",
        "reason": "核对后",
        "version": re.findall(r'name="version" value="(\d+)"', told)[-1],
    }
    assert customs.post(where, again).status_code == 302


def test_the_statement_of_a_guarantee_goes_page_by_page_by_event_and_day_and_out_whole(
    client: Client, books: Books
) -> None:
    firm(client, books)
    with scope(PLATFORM):
        for number in range(2, 55):
            books.hold(str(number), "1.00")
    where = f"/tax/guarantee/{books.firm}/"
    first, second = (client.get(f"{where}?page={page}").content.decode() for page in (1, 2))
    assert "?page=2" in first and books.key("54") in first
    assert f">{books.key('1')}<" in second and f">{books.key('1')}<" not in first
    held = client.get(f"{where}statement.csv?event=HOLD").content.decode("utf-8-sig").splitlines()
    whole = client.get(f"{where}statement.csv").content.decode("utf-8-sig").splitlines()
    assert len(held) == 1 + 54 and len(whole) > len(held) and not [line for line in held if "登记担保" in line]
    assert len(client.get(f"{where}statement.csv?last=2019-01-01").content.decode().splitlines()) == 1
    assert len(client.get(f"{where}statement.csv?first=2019-01-01&event=x").content.decode().splitlines()) == len(whole)
    assert f"{where}statement.csv?event=HOLD" in client.get(f"{where}?event=HOLD").content.decode()


def test_a_statement_is_read_in_the_order_of_its_index_and_nothing_is_sorted(books: Books) -> None:
    with scope(PLATFORM), CaptureQueriesContext(connection) as asked:
        api.guarantee_statement(books.firm)
    (told,) = (one["sql"] for one in asked if "ORDER BY" in one["sql"])
    with scope(PLATFORM), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        cursor.execute(f"EXPLAIN {told}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "Index Scan using tax_guarantee_entry" in plan and "Sort" not in plan, plan


def test_what_was_told_of_a_guarantee_before_is_found_by_its_reference(books: Books) -> None:
    with scope(PLATFORM), CaptureQueriesContext(connection) as asked, connection.cursor() as cursor:
        api.release_batch(cursor, [api.ReleaseTax(books.key("1"), reference="told")], at=NOON)
    told = next(one["sql"] for one in asked if "FROM tax_guarantee_entry WHERE reference" in one["sql"])
    with scope(PLATFORM), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {told}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "tax_guarantee_entry_told" in plan, plan


def test_the_last_day_of_the_calendar_ends_a_statement(client: Client, books: Books) -> None:
    firm(client, books)
    for where in ("/tax/guarantee/", f"/tax/guarantee/{books.firm}/", f"/tax/guarantee/{books.firm}/statement.csv"):
        told = client.get(where, {"first": "0001-01-01", "last": "9999-12-31"})
        assert told.status_code == 200 and books.key("1") in told.content.decode(), where


def test_a_firm_sees_its_guarantee_and_changes_nothing(client: Client, books: Books) -> None:
    firm(client, books)
    assert "登记担保凭证" not in client.get("/tax/guarantee/").content.decode()
    assert client.get(f"/tax/guarantee/{books.firm + 1}/").status_code == 404
    assert client.post(f"/tax/guarantee/{books.firm}/correct/", {"number": "x"}).status_code == 403
    assert client.post("/tax/guarantee/", {"number": "x"}).status_code == 200


@pytest.mark.parametrize("path", ["/tax/payments/", "/tax/payments/new/", "/tax/guarantee/", "/tax/bills/"])
def test_nobody_and_strangers_are_turned_away(client: Client, path: str) -> None:
    assert client.get(path).status_code == 302
    assert client.post(path).status_code in (403, 405)


def test_the_pages_speak_english(customs: Client, books: Books) -> None:
    customs.cookies["django_language"] = "en"
    assert "Record a paper of guarantee" in customs.get("/tax/guarantee/").content.decode()
    assert "Overdue" in customs.get("/tax/bills/").content.decode()
