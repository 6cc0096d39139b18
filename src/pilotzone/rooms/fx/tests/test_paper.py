"""收结汇资料包: what it says is the receipt, for the firm, its bank with and without consent, in both languages."""

from __future__ import annotations

import pytest
from django.test import Client

from pilotzone.kernel import clock
from pilotzone.rooms.fx import api
from pilotzone.rooms.fx.tests.desks import NOON, Desk
from pilotzone.rooms.fx.tests.test_pages import bank, desk, firm, safe
from pilotzone.rooms.fx.tests.test_payments import PAYEE, ask, decide

__all__ = ["bank", "desk", "firm", "safe"]
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOON)
    monkeypatch.setattr(clock, "today", NOON.date)


def test_the_pack_is_the_receipt(desk: Desk, firm: Client, bank: Client) -> None:
    number = desk.receive("R9", "1234.50")
    desk.link(number, "T-PACK", "1234.50")
    assert f"/papers/fx-pack/{number}/" in firm.get(f"/fx/receipts/{number}/").content.decode()
    page = firm.get(f"/papers/fx-pack/{number}/").content.decode()
    with desk.as_firm():
        told = api.receipt(number)
    for figure in (
        told["number"],
        "USD 1234.50",
        told["linked_usd"],
        "1,234.50",
        "T-PACK",
        told["advice"]["algorithm"],
    ):
        assert figure in page, figure
    assert all(reason["code"] in page for reason in told["advice"]["reasons"])
    shown = bank.get(f"/papers/fx-pack/{number}/").content.decode()
    assert "T-PACK" not in shown and "企业未授权本银行查看单证" in shown, "as the bank's page"
    firm.cookies["django_language"] = "en"
    english = firm.get(f"/papers/fx-pack/{number}/").content.decode()
    assert "Pack for collection and settlement" in english and "1,234.50" in english


def test_the_pack_of_a_payment_is_the_payment_before_and_after_the_bank(desk: Desk, firm: Client, bank: Client) -> None:
    number = ask(desk, amount="1234.50")["id"]
    where = f"/papers/fx-payment/{number}/"
    assert where in firm.get(f"/fx/payments/{number}/").content.decode()
    assert "银行决定</" not in firm.get(where).content.decode(), "nothing is decided yet"
    decide(desk, number, "refuse", note="合同未履行")
    with desk.as_bank():
        told = api.payment(number)
    page = bank.get(where).content.decode()
    for figure in (
        told["number"],
        PAYEE,
        "USD 1234.50",
        "INV-1",
        "1,234.50",
        told["advice"]["algorithm"],
        "合同未履行",
        "已释放",
    ):
        assert figure in page, figure
    assert all(reason["code"] in page for reason in told["advice"]["reasons"])
    firm.cookies["django_language"] = "en"
    assert "Pack of a payment abroad" in firm.get(where).content.decode()
    assert firm.get(f"/papers/fx-payment/{number + 1000}/").status_code == 404


def test_strangers_get_no_pack(desk: Desk, firm: Client) -> None:
    number = desk.receive("R10")
    assert Client().get(f"/papers/fx-pack/{number}/").status_code == 302
    for key in (number + 1000, "x", "1" * 30):
        assert firm.get(f"/papers/fx-pack/{key}/").status_code == 404
