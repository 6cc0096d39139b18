"""The simulated tax authority judges sum, signature and lines, asks, pays once, and tells its news until they are kept."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import msgspec
import psycopg
import pytest

from pilotzone.base.days import SHANGHAI
from pilotzone.exchange.signing import DemoAuthority, PemSigner, sign_text
from pilotzone.exchange.signing.certificates import to_pem
from pilotzone.simulators import faults
from pilotzone.simulators.tax import filings

NOW = datetime(2021, 6, 21, 10, 0, tzinfo=SHANGHAI)
Connection = psycopg.Connection[Any]


@pytest.fixture(scope="module")
def card(tmp_path_factory: pytest.TempPathFactory) -> PemSigner:
    authority = DemoAuthority(tmp_path_factory.mktemp("keys"), at=datetime.now(SHANGHAI))
    return authority.issue("3601900031", "演示卖家", "rsa", at=datetime.now(SHANGHAI)).signer()


@pytest.fixture
def office(connect_as: Callable[[str], Connection]) -> Iterator[Connection]:
    connection = connect_as("counterpart")
    with connection.transaction(force_rollback=True):
        yield connection


def signed(
    card: PemSigner, number: str = "TS1", line: str = "L1", amount: str = "13.00", stated: str = "13.00"
) -> dict[str, Any]:
    body = json.dumps({"number": number, "firm": "F", "amount": stated, "lines": [[line, 1, "100.00", "0.13", amount]]})
    value, _ = sign_text(body.encode(), card)
    return {"number": number, "body": body, "signature": value, "certificate": to_pem(card.certificate).decode()}


def take(office: Connection, told: dict[str, Any], **behaviour: Any) -> dict[str, str]:
    return filings.take(office, told, msgspec.structs.replace(faults.Behaviour(), **behaviour), NOW)


def test_a_filing_gets_its_receipt_and_the_same_again_the_same_one(office: Connection, card: PemSigner) -> None:
    first = take(office, signed(card))
    assert first["state"] == "accepted" and first["receipt"].startswith("SL20210621")
    assert take(office, signed(card)) == first


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"stated": "12.00"}, "合计"),
        ({"line": "L9"}, "签名"),
    ],
)
def test_a_wrong_filing_is_returned_and_may_come_again(
    office: Connection, card: PemSigner, told: dict[str, str], said: str
) -> None:
    wrong = signed(card, **told)
    if "line" in told:
        wrong["body"] = wrong["body"].replace("L9", "L8")
    answer = take(office, wrong)
    assert (answer["state"], answer["receipt"]) == ("returned", "") and said in answer["text"]
    assert take(office, signed(card))["state"] == "accepted"


def test_a_line_is_taken_once_until_its_filing_is_refused(office: Connection, card: PemSigner) -> None:
    take(office, signed(card, "TS1"))
    assert "TS1" in take(office, signed(card, "TS2"))["text"]
    assert filings.decide(office, "TS1", "refused", NOW)
    assert take(office, signed(card, "TS2"))["state"] == "accepted"


def test_a_decision_is_paid_once_and_told_until_it_is_kept(office: Connection, card: PemSigner) -> None:
    take(office, signed(card))
    for _ in range(2):
        assert filings.decide(office, "TS1", "approved", NOW)
    (news,) = [one for one in filings.news(office) if one["number"] == "TS1"]
    assert news["kind"] == "paid" and news["content"].startswith("TH20210621")
    assert filings.acknowledge(office, [news["id"]]) == 1 and filings.acknowledge(office, [news["id"]]) == 0
    assert not [one for one in filings.news(office) if one["number"] == "TS1"]
    assert not filings.decide(office, "NOBODY", "approved", NOW)


def test_it_asks_and_refuses_on_demand(office: Connection, card: PemSigner) -> None:
    assert take(office, signed(card), tax_refuse=1.0)["state"] == "returned"
    assert take(office, signed(card), tax_ask=1.0)["state"] == "accepted"
    assert [one["kind"] for one in filings.news(office) if one["number"] == "TS1"] == ["question"]
    assert filings.answer(office, "TS1", "对应关系如下") and not filings.answer(office, "NOBODY", "x")


@pytest.mark.parametrize(
    "body", ["", "[]", "{}", '{"number":"TS1","amount":"x","lines":[[1]]}', '{"lines":[["L",1,"1","0","NaN"]]}']
)
def test_nonsense_is_returned_and_breaks_nothing(office: Connection, card: PemSigner, body: str) -> None:
    assert take(office, signed(card) | {"body": body})["state"] == "returned"
