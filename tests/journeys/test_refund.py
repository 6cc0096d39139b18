"""An export's tax from the released list to the paid refund, by firm and two tax officers; an exempt line is refused."""

from __future__ import annotations

import random
import urllib.parse
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from http.client import HTTPConnection
from typing import Any

import pytest

from pilotzone.base.days import SHANGHAI
from pilotzone.exchange.signing import PemSigner
from pilotzone.portal.demo import batches
from pilotzone.portal.demo.firms import of_role, sellers
from pilotzone.portal.demo.people import buyer
from pilotzone.portal.demo.season import START
from pilotzone.portal.demo.trades import Deal, export_papers
from pilotzone.portal.demo.wares import wares
from pilotzone.simulators.ukey.cards import PIN
from tests.journeys.dealing import signers
from tests.journeys.visiting import Visitor
from tests.journeys.zone import Zone, until

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("zone")]
SKU = "E001"  # shirts: the goods table knows their refund rate
MONTH = f"{START:%Y-%m}"


@pytest.fixture(scope="module")
def visitor(chromium: Any, zone: Zone) -> Iterator[Visitor]:
    made = Visitor(chromium, zone)
    yield made
    made.close()


@pytest.fixture(scope="module")
def released(zone: Zone) -> list[str]:
    """Two export lists of the first seller, released by the simulated customs: their numbers."""
    keys = signers(zone.home)
    return [_released(zone, keys, number) for number in (9_200_001, 9_200_002)]


def _released(zone: Zone, keys: dict[int, PemSigner], number: int) -> str:
    made = _deal(number)
    for paper in export_papers(made):
        (signed,) = batches.Desk(keys).messages([(made.at, paper)])
        status, told = zone.post(signed.body)
        assert status == 202, told
        assert zone.result(told["receipt"])["documents"][0]["state"] == "accepted"
    until(lambda: {"released", "closed"} & set(zone.stages(made.number)), f"the release of {made.number}")
    invt_no: str = zone.track(made.number)["numbers"]["invtNo"]
    return invt_no


def _deal(number: int) -> Deal:
    chance = random.Random(number)
    one, two, three, four = (f"{chance.getrandbits(32):08X}-0000-4000-8000-{number:012d}" for _ in range(4))
    at = (START - timedelta(minutes=20)).astimezone(SHANGHAI)
    return Deal(
        number=f"GE{at:%y%m%d}{number:010d}", mode="9610", at=at, seller=sellers()[0], platform=of_role("ebp")[0],
        payment=of_role("pay")[0], carrier=of_role("logi")[0], declarant=of_role("agent")[0], area=of_role("area")[0],
        buyer=buyer(1), basket=[(next(ware for ware in wares("E") if ware.sku == SKU), 2)], freight=Decimal(10),
        guids=(one, two, three, four),
    )  # fmt: skip


@pytest.fixture(scope="module")
def matched(visitor: Visitor, released: list[str]) -> list[str]:
    """The tax office knows the seller; the seller registered the first line with a special invoice, the second without."""
    visitor.play("tax")
    page = visitor.go("/tax/export/firms/")
    page.locator("#f-firm").fill(sellers()[0].customs_code)
    page.locator("#f-valid_from").fill("2021-01-01")
    page.locator("#f-first_refund_on").fill("2019-03-01")
    page.locator("#f-asset_ratio").fill("0.75")
    page.locator("[name=risk_control]").check()
    page.locator("main form button.primary").click()
    page.locator("main [role=status]", has_text="一类").first.wait_for()
    visitor.look("refund-firm")
    visitor.play("seller")
    _match(visitor)
    page.get_by_role("link", name=f"登记 {released[0]}-1").wait_for()
    visitor.look("refund-residuals")
    for number, invoice in zip(released, ("100.00", ""), strict=True):
        page = visitor.go(f"/tax/export/register/?list={number}&line=1")
        if invoice:
            page.locator("#f-voucher").select_option("special")
            page.locator("#f-invoice_no").fill("SYN12345678")
            page.locator("#f-invoice_amount").fill(invoice)
            page.locator("#f-received_on").fill(f"{START:%Y-%m-%d}")
            visitor.look("refund-register")
        page.locator("main form button.primary").click()
        page.wait_for_url(f"**/tax/export/lines/{number}/1/")
    _match(visitor)
    return released


def _match(visitor: Visitor) -> None:
    page = visitor.go("/tax/export/match/")
    page.locator("#f-month").fill(MONTH)
    page.get_by_role("button", name="开始匹配").click()
    page.wait_for_url(f"**/tax/export/match/?month={MONTH}")


def test_each_line_says_its_treatment_and_why(visitor: Visitor, matched: list[str]) -> None:
    visitor.play("seller")
    for number, word, law in ((matched[0], "退税", "财税〔2013〕96号"), (matched[1], "无票免税", "财税〔2018〕103号")):
        visitor.go(f"/tax/export/lines/{number}/1/")
        assert word in visitor.page.locator("#decided").inner_text() and law in visitor.text()
        visitor.page.locator("details.why > summary").first.click()
        visitor.look(f"refund-line-{'exempt' if number == matched[1] else 'refund'}")
    visitor.go("/tax/export/")
    visitor.look("refund-lines")


def test_an_exempt_line_is_refused_with_its_reason(visitor: Visitor, matched: list[str]) -> None:
    visitor.play("seller")
    _draft(visitor, matched[1])
    told = visitor.page.locator("[role=alert]").inner_text()
    assert "rule.export.not_refundable" in told and "无票免税" in told and "免征增值税" in told
    visitor.look("refund-refused")


def test_a_refund_is_signed_receipted_decided_by_two_and_paid(visitor: Visitor, zone: Zone, matched: list[str]) -> None:
    visitor.play("seller")
    _draft(visitor, matched[0])
    visitor.page.wait_for_url("**/tax/export/refunds/TS*/")
    where = urllib.parse.urlsplit(visitor.page.url).path
    assert "13.00" in visitor.text() and "待签名" in visitor.text()
    visitor.page.locator("details.why > summary").first.click()
    visitor.look("refund-draft")
    _card(zone, f"{sellers()[0].customs_code}/rsa")
    page = visitor.page
    page.get_by_role("link", name="签名并申报").click()
    page.locator("[data-said=ready]:visible").wait_for()
    visitor.look("refund-sign")
    page.locator("[data-pin]").fill(PIN)
    page.get_by_role("button", name="签名并申报").click()
    page.wait_for_url("**/tax/export/refunds/")
    visitor.until_says(where, "SL2")
    assert "已受理" in visitor.text()
    visitor.look("refund-accepted")
    visitor.play("tax")
    visitor.go("/tax/export/refunds/")
    visitor.look("refund-queue")
    _say(visitor, where, "approve", "单证齐全，金额相符", "提交初审")
    assert "不能是同一人" in visitor.text()
    visitor.look("refund-own-review")
    visitor.play("tax_second")
    _say(visitor, where, "approve", "同意", "提交复核")
    visitor.until_says(where, "TH2")
    assert "已退税" in visitor.text()
    visitor.look("refund-paid")


def test_the_other_pages_have_no_fault(visitor: Visitor, matched: list[str]) -> None:
    visitor.play("seller")
    visitor.go("/tax/export/deemed/?year=2021&revenue=20000000")
    assert "20,000.00" in visitor.text()
    visitor.look("refund-deemed")
    page = visitor.go("/tax/export/promotion/")
    page.locator("#f-year").fill("2021")
    page.locator("#f-revenue").fill("10000000")
    page.locator("#f-spend").fill("2000000")
    page.locator("main form button.primary").last.click()
    page.get_by_text("500,000.00").first.wait_for()
    visitor.look("refund-promotion")
    visitor.go("/tax/export/prerefunds/")
    visitor.look("refund-prerefunds")


def _draft(visitor: Visitor, number: str) -> None:
    page = visitor.go(f"/tax/export/?list_no={number}")
    page.locator("input[name=chosen]").first.check()
    page.get_by_role("button", name="起草退税申报").click()
    page.locator("#f-lines").wait_for()
    page.locator("#f-fx_proof").fill("SYN-FX-1")
    page.locator("main form button.primary").click()
    page.wait_for_load_state()


def _say(visitor: Visitor, where: str, choice: str, reason: str, button: str) -> None:
    page = visitor.go(where)
    page.locator("#f-choice").select_option(choice)
    page.locator("#f-reason").fill(reason)
    page.get_by_role("button", name=button).click()
    page.wait_for_load_state()


def _card(zone: Zone, card: str) -> None:
    """Put the firm's card into the simulated reader."""
    connection = HTTPConnection("127.0.0.1", zone.ukey_port, timeout=60)
    body = urllib.parse.urlencode({"card": card, "unlock": "1", "slow_ms": "0", "rsa_digest": "sha256"})
    connection.request("POST", "/control", body, {"Content-Type": "application/x-www-form-urlencoded"})
    assert connection.getresponse().status == 303
    connection.close()
