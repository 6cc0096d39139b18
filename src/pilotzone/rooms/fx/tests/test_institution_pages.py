"""The pages of a payment institution: its own in gross amounts, each against its limit, and what it has to do."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.models import Membership, Organisation
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.fx import api
from pilotzone.rooms.fx.tests.desks import NOON, Desk
from pilotzone.rooms.fx.tests.test_pages import _day, desk, firm, signed_in
from pilotzone.rooms.fx.web import institution, queue
from pilotzone.ui import listing as lists

pytestmark = pytest.mark.django_db
__all__ = ["_day", "desk", "firm"]


def api_rows(desk: Desk) -> list[dict[str, Any]]:
    with desk.as_firm():
        rows: list[dict[str, Any]] = api.receipts()["rows"]
        return rows


def test_a_payment_institution_sees_its_own_in_gross_amounts_each_against_its_limit(desk: Desk, firm: Client) -> None:
    name = {"code": desk.code, "kind": "institution", "klass": "A", "listed_on": "2019-05-01"}
    assert api.take_names([name], at=NOON, synthetic=True) == 1
    empty = signed_in("pay", organisation=Organisation(pk=desk.stranger))
    assert "没有待办事项" in empty.get("/fx/institution/").content.decode()
    assert "还没有经本机构的收汇" in empty.get("/fx/institution/").content.decode()
    client = Client()
    with scope(PLATFORM):
        person = get_user_model().objects.create_user(username="institution-fx")
        Membership.objects.create(person=person, role="pay", valid_from=date(2019, 1, 1), organisation_id=desk.firm)
    client.force_login(person)
    desk.receive("WITHIN", "50000.00")
    desk.receive("ABOVE", "50000.01")
    page = client.get("/fx/institution/").content.decode()
    assert f"WITHIN-{desk.run}" in page and "已列入名录" in page and "汇发〔2019〕13号" in page
    assert page.count("报告大额违规") == 1 and page.count("核对交易并申请") == 2 and "2021-06-14" in page
    assert page.count("超过单笔限额") == 1 and page.count("限额内") == 1 and "100,000.01" in page
    assert "超过单笔限额" in client.get("/fx/institution/export.csv").content.decode()
    above = next(row["id"] for row in api_rows(desk) if row["usd"] == "50000.01")
    assert f"/fx/receipts/{above}/" in page
    told = client.get("/fx/institution/todo.csv").content.decode()
    assert "报告大额违规" in told and f"ABOVE-{desk.run}" in told
    assert client.post(f"/fx/receipts/{above}/", {"action": "report", "kind": "breach"}).status_code == 302
    assert "报告大额违规" not in client.get("/fx/institution/").content.decode()
    assert "没有符合条件的记录" in client.get("/fx/institution/?state=done").content.decode()
    assert "限额内" not in client.get(f"/fx/institution/export.csv?number=ABOVE-{desk.run}").content.decode()
    client.cookies["django_language"] = "en"
    assert "Above the single limit" in client.get("/fx/institution/").content.decode()
    assert firm.get("/fx/institution/").status_code == 403
    assert f"ABOVE-{desk.run}" in firm.get("/fx/queue/export.csv").content.decode()


def test_what_is_to_be_done_comes_in_pages_and_the_files_hold_all_of_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = {"code": desk.code, "kind": "institution", "klass": "A", "listed_on": "2019-05-01"}
    api.take_names([name], at=NOON, synthetic=True)
    client = signed_in("pay", organisation=Organisation(pk=desk.firm))
    for number in range(lists.PAGE_SIZE + 1):
        desk.receive(f"N{number}", "1.00")
    first = client.get("/fx/institution/").content.decode()
    assert first.count("核对交易并申请") == institution.FIRST and "/fx/institution/todo/" in first
    pages = [client.get(f"/fx/institution/todo/?page={page}").content.decode() for page in (1, 2)]
    assert [page.count("核对交易并申请") - 1 for page in pages] == [lists.PAGE_SIZE, 1], "once more in the filter"
    assert client.get("/fx/institution/todo.csv").content.decode().count("核对交易并申请") == lists.PAGE_SIZE + 1
    assert client.get(f"/fx/institution/todo.csv?number=N7-{desk.run}").content.decode().count("核对交易并申请") == 1
    assert "没有符合条件的记录" in client.get("/fx/institution/todo/?light=red").content.decode()
    for module in (institution, queue):
        monkeypatch.setattr(module, "MOST", 3)
    for path in ("todo.csv", "export.csv"):
        assert "desk.export.too_many" in client.get(f"/fx/institution/{path}").content.decode()
