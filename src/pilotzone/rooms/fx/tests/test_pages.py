"""The pages of the room through their addresses, as a firm, its bank and SAFE."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from pilotzone.kernel import clock
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.models import Membership, Organisation, Unit
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.fx import api
from pilotzone.rooms.fx.tests.desks import NOON, Desk
from pilotzone.rooms.fx.tests.test_payments import ask
from pilotzone.ui import sheets
from pilotzone.ui.tests import forms
from pilotzone.ui.tests.hostile import withstands

pytestmark = pytest.mark.django_db


def signed_in(role: str, **where: Any) -> Client:
    client = Client()
    with scope(PLATFORM):
        person = get_user_model().objects.create_user(username=f"{role}-fx")
        Membership.objects.create(person=person, role=role, valid_from=date(2019, 1, 1), **where)
    client.force_login(person)
    return client


@pytest.fixture(autouse=True)
def _day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOON)
    monkeypatch.setattr(clock, "today", NOON.date)


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def firm(desk: Desk) -> Client:
    return signed_in("service", organisation=Organisation(pk=desk.firm))


@pytest.fixture
def bank(desk: Desk) -> Client:
    return signed_in("bank", organisation=Organisation(pk=desk.bank))


@pytest.fixture
def safe() -> Client:
    with scope(PLATFORM):
        unit, _ = Unit.objects.get_or_create(path="zone.safe", defaults={"code": "safe", "name_zh": "外汇局"})
    return signed_in("safe_officer", unit=unit)


def test_a_receipt_goes_from_application_to_settlement(desk: Desk, firm: Client, bank: Client) -> None:
    receipt = desk.receive("R1")
    desk.link(receipt, "T1")
    page = f"/fx/receipts/{receipt}/"
    before = firm.post(page, {"action": "apply"})
    assert before.status_code == 422 and "rule.fx.consent" in before.content.decode()
    assert "授权查看单证" in firm.get("/fx/mine/").content.decode()
    firm.post("/fx/mine/", {"action": "consent", "bank": desk.bank})
    assert firm.post(page, {"action": "apply", "purpose": "goods"}).status_code == 302
    queue = bank.get("/fx/queue/?state=applied").content.decode()
    assert f"R1-{desk.run}" in queue and "1 笔收汇等待银行办理" in queue and "建议直接结汇" in queue
    shown = bank.get(page).content.decode()
    assert "汇发" in shown or "三年行动方案" in shown
    assert "T1" in shown and "fx.complete_share" in shown and "fx_receipt/1" in shown
    assert bank.post(page, {"action": "settle", "reference": "A1"}).status_code == 302
    done = firm.get(page).content.decode()
    assert "已办结" in done and "银行决定" in done
    again = bank.post(page, {"action": "settle", "reference": "A2"})
    assert again.status_code == 422 and "rule.fx.closed" in again.content.decode()


def test_what_is_refused_keeps_what_was_typed(desk: Desk, firm: Client, bank: Client) -> None:
    receipt = desk.receive("R9")
    desk.link(receipt, "T9")
    forms.refused(firm, f"/fx/receipts/{receipt}/", 1)
    firm.post("/fx/mine/", {"action": "consent", "bank": desk.bank})
    assert firm.post(f"/fx/receipts/{receipt}/", {"action": "apply", "purpose": "goods"}).status_code == 302
    forms.refused(bank, f"/fx/receipts/{receipt}/", 1)
    forms.refused(bank, f"/fx/payments/{ask(desk)['id']}/", 1)


def test_a_decision_on_what_the_page_no_longer_shows_is_told_who_did_what(
    desk: Desk, firm: Client, bank: Client
) -> None:
    receipt = desk.receive("R8", "200.00")
    desk.link(receipt, "T8", "200.00")
    desk.applied(receipt)
    page = f"/fx/receipts/{receipt}/"
    seen = _version(bank.get(page).content.decode())
    part = {"action": "return", "amount": "100", "route": "same", "version": seen, "note": "退一半"}
    assert bank.post(page, part).status_code == 302
    late = bank.post(page, part | {"note": "同事也在退"})
    told = late.content.decode()
    assert late.status_code == 422 and "kernel.record.moved" in told and "改了：退汇" in told
    assert "bank-fx于" in told, "a colleague by name"
    assert "同事也在退" in told, "what was typed stays"
    with desk.as_bank():
        assert [row["amount"] for row in api.receipt(receipt)["entries"]] == [Decimal("100.00")], "money goes back once"
    asked = {"action": "apply", "purpose": "goods", "version": seen}
    firms = firm.post(page, asked).content.decode()
    assert f"bank{desk.run}" in firms and "bank-fx" not in firms, "another body by its name, not its people"
    assert bank.post(page, part | {"version": _version(told), "note": "确需再退"}).status_code == 302


def test_a_payment_decided_on_an_old_page_is_told(desk: Desk, bank: Client) -> None:
    page = f"/fx/payments/{ask(desk)['id']}/"
    seen = _version(bank.get(page).content.decode())
    assert bank.post(page, {"action": "ask", "note": "缺合同", "version": seen}).status_code == 302
    late = bank.post(page, {"action": "ask", "note": "缺发票", "version": seen})
    assert late.status_code == 422 and "kernel.record.moved" in late.content.decode()
    assert 'value="缺发票"' in late.content.decode()


def _version(page: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', page)
    assert found is not None
    return found[1]


def test_no_form_of_the_bank_or_the_firm_breaks_whatever_is_sent(desk: Desk, firm: Client, bank: Client) -> None:
    receipt, page = desk.receive("R7", "200.00"), f"/fx/payments/{ask(desk)['id']}/"
    desk.link(receipt, "T7", "100.00")
    assert [*withstands(firm, f"/fx/receipts/{receipt}/"), *withstands(firm, page)] == []
    desk.applied(receipt)
    assert [*withstands(bank, f"/fx/receipts/{receipt}/"), *withstands(bank, page)] == []


def test_a_refusal_is_read_by_the_firm(desk: Desk, firm: Client, bank: Client) -> None:
    receipt = desk.receive("R2")
    desk.link(receipt, "T1", exporter=desk.stranger)
    desk.applied(receipt)
    page = f"/fx/receipts/{receipt}/"
    assert "rule.fx.reason_wanted" in bank.post(page, {"action": "refuse"}).content.decode()
    bank.post(page, {"action": "refuse", "note": "出口人不是收汇人"})
    shown = firm.get(page).content.decode()
    assert "出口人不是收汇人" in shown and "rule.fx.payee" in shown


def test_filters_export_and_the_empty_list(desk: Desk, bank: Client) -> None:
    assert "还没有收汇" in bank.get("/fx/queue/").content.decode()
    desk.receive("R1", payer="=HYPERLINK(1)")
    assert "没有符合条件的记录" in bank.get("/fx/queue/?state=done&since=nonsense").content.decode()
    told = bank.get("/fx/queue/export.csv")
    assert told["Content-Type"].startswith("text/csv") and f"R1-{desk.run}" in told.content.decode("utf-8-sig")


def test_what_does_not_fit_on_a_firms_page_is_said_and_led_to(
    desk: Desk, firm: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    with scope(PLATFORM):
        client = Organisation.objects.get(pk=desk.stranger).customs_code
    with desk.as_firm():
        for amount in ("50.00", "60.00", "70.00"):
            api.advance(
                client=client, kind="storage", currency="USD", amount=Decimal(amount), advanced_on=NOON.date(), at=NOON
            )
    assert "其余见导出" not in firm.get("/fx/mine/").content.decode()
    monkeypatch.setattr("pilotzone.rooms.fx.queries.firms.LARGEST", 2)
    monkeypatch.setattr(sheets, "STEP", 2)
    page = firm.get("/fx/mine/").content.decode()
    assert "共 3 笔，这里是未偿还在前的 2 笔" in page and "/fx/mine/outlays.csv" in page
    told = firm.get("/fx/mine/outlays.csv").content.decode("utf-8-sig").splitlines()
    assert len(told) == 4 and all("未偿还" in line for line in told[1:])


def test_the_total_check_goes_page_by_page_and_out_whole(
    desk: Desk, safe: Client, django_assert_max_num_queries: Any
) -> None:
    with scope(PLATFORM):
        made = [
            Organisation.objects.create(
                name=f"核查{place:02}-{desk.run}", customs_code=f"C{place:02}{desk.run[:7]}", created_at=NOON
            )
            for place in range(60)
        ]
        told = [{"code": one.customs_code, "month": "2021-05-01", "exports": "100", "receipts": "100"} for one in made]
        api.take_months(told, at=NOON)
    shown = [safe.get(f"/fx/checks/?page={page}").content.decode() for page in (1, 2)]
    assert "?page=2" in shown[0]
    assert len({one.name for one in made for page in shown if one.name in page}) == 60
    with django_assert_max_num_queries(40):
        out = safe.get("/fx/checks/export.csv").content.decode("utf-8-sig")
    assert all(one.name in out for one in made)
    assert made[0].name in safe.get("/fx/checks/?level=green&page=99").content.decode() + shown[0] + shown[1]


def test_safe_sees_checks_and_reports_and_decides_nothing(desk: Desk, safe: Client) -> None:
    receipt = desk.receive("R1")
    desk.applied(receipt, purpose="advance")
    from pilotzone.rooms.fx import api

    api.take_months([{"code": desk.code, "month": "2021-05-01", "exports": "100"}], at=NOON)
    assert "红色" in safe.get("/fx/checks/?level=red").content.decode()
    assert desk.run in safe.get("/fx/checks/export.csv").content.decode("utf-8-sig")
    assert "预收货款" in safe.get("/fx/reports/").content.decode()
    told = safe.get("/fx/reports/export.csv")
    assert "预收货款" in told.content.decode("utf-8-sig") and "attachment" in told["Content-Disposition"]
    law = safe.get("/fx/").content.decode()
    assert "电商平台店铺信息" in law and "identity registration" not in law
    assert safe.get(f"/fx/receipts/{receipt}/").status_code == 200
    assert safe.post(f"/fx/receipts/{receipt}/", {"action": "settle"}).status_code == 403


def test_bad_input_is_said_and_changes_nothing(desk: Desk, firm: Client) -> None:
    page = f"/fx/receipts/{desk.receive('R1')}/"
    for typed, code in (
        ({"action": "link", "number": "无此单"}, "rule.fx.trade_unknown"),
        ({"action": "link", "number": "1", "usd": "12.x"}, "rule.fx.amount"),
        ({"action": "unlink", "link": "9" * 18}, "rule.fx.receipt_unknown"),
        ({"action": "apply", "expected_on": "2021-02-29"}, "rule.fx.day"),
        ({"action": "net", "cost_tax": "1.234"}, "rule.fx.amount_decimals"),
        ({"action": "report", "kind": "advance"}, "rule.fx.report_unknown"),
    ):
        answer = firm.post(page, typed)
        assert (answer.status_code, code in answer.content.decode()) == (422, True), typed
    for typed in (
        {"action": "nothing"},
        {"action": "consent", "bank": "x"},
        {"action": "advance"},
        {"action": "repay"},
    ):
        assert firm.post("/fx/mine/", typed).status_code == 422


def test_strangers_find_nothing(desk: Desk) -> None:
    page = f"/fx/receipts/{desk.receive('R1')}/"
    assert Client().get(page).status_code == 302
    assert Client().get("/fx/").status_code == 200
    other = signed_in("ebc", organisation=Organisation(pk=desk.stranger))
    assert other.get(page).status_code == 404
    assert other.get("/fx/checks/").status_code == 403
    assert signed_in("tax_officer", unit=_tax()).get("/fx/queue/").status_code == 403


def _tax() -> Unit:
    with scope(PLATFORM):
        return Unit.objects.get_or_create(path="zone.tax", defaults={"code": "tax", "name_zh": "税务"})[0]


@pytest.mark.parametrize("path", ["/fx/", "/fx/queue/", "/fx/reports/"])
def test_the_pages_speak_english(bank: Client, path: str) -> None:
    bank.cookies["django_language"] = "en"
    assert "收汇" not in bank.get(path).content.decode().split("<main")[1].split("</main")[0]


def test_a_payment_goes_from_the_form_to_the_banks_decision(
    desk: Desk, firm: Client, bank: Client, safe: Client
) -> None:
    assert "还没有付汇" in firm.get("/fx/payments/").content.decode()
    form = {
        "number": "FH-1", "bank": desk.bank, "purpose": "storage", "payee": "SYNTHETIC LLC", "currency": "USD",
        "amount": "100.00", "pay_on": "2021-06-12", "kind_1": "invoice", "paper_1": "I-1", "dated_on_1": "2021-06-01",
        "worth_1": "100.00",
    }  # fmt: skip
    refused = firm.post("/fx/payments/ask/", form)
    assert refused.status_code == 422 and "rule.fx.pay.holiday" in refused.content.decode()
    assert 'value="SYNTHETIC LLC"' in refused.content.decode(), "nothing typed is lost"
    sent = firm.post("/fx/payments/ask/", form | {"pay_on": "2021-06-10"})
    assert sent.status_code == 302
    page = sent["Location"]
    assert "1 笔付汇等待银行办理" in bank.get("/fx/payments/?state=applied").content.decode()
    shown = bank.get(page).content.decode()
    assert "I-1" in shown and "fx_payment/1" in shown and "rule.fx.pay.in_order" in shown
    assert firm.post(page, {"action": "pay"}).status_code == 403
    assert bank.post(page, {"action": "ask", "reference": "A1"}).status_code == 302
    assert "补充凭证" in firm.get(page).content.decode()
    assert bank.post(page, {"action": "pay", "reference": "A2"}).status_code == 302
    assert "已付汇" in firm.get(page, headers={"accept-language": "zh-hans"}).content.decode()
    closed = bank.post(page, {"action": "refuse", "note": "迟", "reference": "A3"})
    assert closed.status_code == 422 and "rule.fx.pay.closed" in closed.content.decode()
    told = safe.get("/fx/payments/export.csv")
    assert "FH-1" in b"".join(told.streaming_content).decode() if told.streaming else "FH-1" in told.content.decode()
    assert firm.get("/fx/payments/999999/").status_code == 404


def test_the_banks_answer_stands_on_the_firms_desk_and_its_number_finds_it(
    desk: Desk, firm: Client, bank: Client
) -> None:
    voucher = {"kind": "invoice", "number": "INV-1", "issuer": "A LLC", "dated_on": "2021-06-01", "amount": "100.00"}
    with desk.as_firm():
        held = api.ask_payment(
            bank=desk.bank, number="FH-2021-7", purpose="storage", payee="A LLC", currency="USD", amount=Decimal("100.00"),
            pay_on=NOON.date(), at=NOON, vouchers=[voucher],
        )["id"]  # fmt: skip
    assert "付汇：银行答复" not in firm.get("/enterprise/").content.decode()
    assert (
        bank.post(f"/fx/payments/{held}/", {"action": "ask", "note": "请补合同", "reference": "B1"}).status_code == 302
    )
    page = firm.get("/enterprise/").content.decode()
    for words in ("付汇：银行答复", "银行要求补充材料", "请补合同", f"/fx/payments/{held}/"):
        assert words in page
    assert firm.get("/search/", {"q": "FH-2021-7"})["Location"] == f"/fx/payments/{held}/"
    assert "请补合同" in firm.get(f"/fx/payments/{held}/").content.decode()
    assert Client().get("/search/", {"q": "FH-2021-7"}).status_code == 200, "a stranger learns nothing"
    with desk.as_firm(desk.stranger):
        api.ask_payment(
            bank=desk.bank, number="FH-2021-7", purpose="storage", payee="A LLC", currency="USD", amount=Decimal("10.00"),
            pay_on=NOON.date(), at=NOON, vouchers=[voucher | {"number": "INV-2"}],
        )  # fmt: skip
    both = bank.get("/search/", {"q": "FH-2021-7"}).content.decode()
    assert both.count("FH-2021-7</a>") == 2
