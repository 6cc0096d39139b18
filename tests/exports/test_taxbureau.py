"""The exchange with the tax authority: signed filings go out, receipts, questions and payments come in; away is no failure."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from pilotzone.base.errors import Unavailable
from pilotzone.exchange.channels import tax_bureau
from pilotzone.kernel import clock
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.scope import scope
from pilotzone.portal.processes import taxbureau
from pilotzone.rooms.clearance import api as clearance
from pilotzone.rooms.tax import api
from pilotzone.rooms.tax.tests.exporting import JUNE, Exporter, Released, officer

pytestmark = pytest.mark.django_db


class Authority:
    """The channel, kept in memory: what it was sent, what it has to say."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str]] = []
        self.news_: list[dict[str, Any]] = []
        self.away = False
        self.state = "accepted"

    def send(self, url: str, told: dict[str, Any]) -> dict[str, Any]:
        if self.away:
            raise Unavailable(code="channel.tax.away", zh="不可用", en="away")
        self.sent.append((told["what"], told["number"]))
        return {"state": self.state, "receipt": "SL1", "text": "不予受理"}

    def news(self, url: str) -> list[dict[str, Any]]:
        return list(self.news_)

    def acknowledge(self, url: str, ids: list[int]) -> None:
        self.news_ = [one for one in self.news_ if one["id"] not in ids]


@pytest.fixture
def authority(monkeypatch: pytest.MonkeyPatch) -> Authority:
    made = Authority()
    for name in ("send", "news", "acknowledge"):
        monkeypatch.setattr(tax_bureau, name, getattr(made, name))
    monkeypatch.setattr(clock, "now", lambda: JUNE)
    return made


@pytest.fixture
def filed(monkeypatch: pytest.MonkeyPatch) -> tuple[Exporter, str]:
    released = Released()
    monkeypatch.setattr(clearance, "export_lines", released)
    firm = Exporter(released)
    key = firm.refundable("A")
    firm.match()
    number = firm.draft(key)
    with scope(PLATFORM), connection.cursor() as cursor:
        cursor.execute("UPDATE tax_refund_filing SET state = 'signed', body = '{}' WHERE number = %s", [number])
    return firm, number


def test_a_filing_goes_out_is_asked_answered_decided_and_paid(
    authority: Authority, filed: tuple[Exporter, str]
) -> None:
    firm, number = filed
    assert taxbureau.exchange() == 0 and authority.sent == [], "without an address it waits"
    taxbureau.exchange("http://tax")
    assert firm.filing(number)["state"] == "accepted"
    authority.news_ = [
        {"id": 1, "number": number, "kind": "question", "content": "请说明"},
        {"id": 2, "number": "NONE", "kind": "paid", "content": "x"},
    ]
    taxbureau.exchange("http://tax")
    assert firm.filing(number)["question"] == "请说明" and authority.news_ == []
    with scope(firm.actor):
        api.answer_refund(number, "合同与发票一致", at=JUNE)
    taxbureau.exchange("http://tax")
    with scope(officer(1)):
        api.review_refund(number, "approve", "齐全", at=JUNE)
    with scope(officer(2)):
        api.decide_refund(number, "approve", "同意", at=JUNE)
    taxbureau.exchange("http://tax")
    authority.news_ = [{"id": 3, "number": number, "kind": "paid", "content": "TH1"}]
    for _ in range(2):
        taxbureau.exchange("http://tax")
    assert firm.filing(number)["state"] == "paid" and firm.account()["refunded"] == 13
    assert authority.sent == [("filing", number), ("answer", number), ("decision", number)]


def test_away_changes_nothing_and_a_return_lets_the_firm_sign_anew(
    authority: Authority, filed: tuple[Exporter, str]
) -> None:
    firm, number = filed
    authority.away = True
    taxbureau.exchange("http://tax")
    assert firm.filing(number)["state"] == "signed"
    authority.away, authority.state = False, "returned"
    taxbureau.exchange("http://tax")
    told = firm.filing(number)
    assert (told["state"], told["question"], told["light"]) == ("returned", "不予受理", "red")
    with scope(firm.actor):
        assert api.compose_refunds(filings=[told["id"]])["messages"]
