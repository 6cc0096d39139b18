"""收结汇 from export to settlement: one receipt settled directly and one refused, each with its reason, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from pilotzone.base.money import yuan
from pilotzone.exchange.channels import exchange_desks as channel
from pilotzone.portal.demo.exchange import CNY
from pilotzone.portal.demo.firms import BANK, of_role
from pilotzone.portal.demo.season import START
from tests.journeys.dealing import KINDS, Story, export_story, signers
from tests.journeys.visiting import Visitor
from tests.journeys.zone import Zone, until

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("zone")]
DIRECT, REFUSED = "JOURNEY-FX-1", "JOURNEY-FX-2"


@pytest.fixture(scope="module")
def visitor(chromium: Any, zone: Zone) -> Iterator[Visitor]:
    made = Visitor(chromium, zone)
    yield made
    made.close()


@pytest.fixture(scope="module")
def exported(zone: Zone) -> Story:
    """An export of the demonstration's first seller that customs released, and money for it at the bank, twice."""
    made, keys = export_story(8_500_001), signers(zone.home)
    for kind in KINDS:
        assert zone.post(made.message(kind, keys))[0] == 202
    number = made.deal.number
    until(lambda: {"released", "closed"} & set(zone.stages(number)), f"the release of {number}")
    value = (made.deal.goods_value + made.deal.freight) * Decimal(CNY)
    row = {
        "payee": made.deal.seller.customs_code, "payer": "SYNTHETIC BUYERS INC", "country": "USA", "currency": "USD",
        "amount": yuan(value), "received_on": f"{START:%Y-%m-%d}",
    }  # fmt: skip
    rows = [row | {"number": DIRECT}, row | {"number": REFUSED}]
    url = f"http://127.0.0.1:{zone.counterpart_port}"
    told = channel.stage(url, f"/bank/{of_role(BANK)[0].customs_code}/remit", {"rows": rows})
    assert told["remitted"] == 2
    return made


def opened(visitor: Visitor, place: str, number: str) -> Any:
    """The page of a receipt, from a list."""
    visitor.until_says(place, number)
    visitor.page.get_by_role("link", name=number, exact=True).first.click()
    visitor.page.locator("h1", has_text=number).wait_for()
    return visitor.page


def press(page: Any, name: str) -> None:
    """Press a button of the content and wait for the page it leads to."""
    with page.expect_navigation():
        page.locator("main").get_by_role("button", name=name, exact=True).first.click()


def test_everybody_reads_the_parameters_and_their_confidence(visitor: Visitor) -> None:
    page = visitor.go("/fx/")
    text = page.locator("main").inner_text()
    assert all(word in text for word in ("fx.micro_trader_usd", "汇发〔2019〕28号", "平台默认"))
    visitor.look("fx-home")


def test_the_firm_links_its_export_and_applies(visitor: Visitor, exported: Story) -> None:
    visitor.play("seller")
    visitor.until_says("/fx/mine/", DIRECT)
    consent = visitor.page.get_by_role("button", name="授权查看单证")
    if consent.count():
        with visitor.page.expect_navigation():
            consent.first.click()
    visitor.look("fx-mine")
    page = opened(visitor, "/fx/mine/", DIRECT)
    assert "还缺" in page.locator("main").inner_text()
    page.fill("#number", exported.deal.number)
    press(page, "关联单证")
    press(page, "申请结汇")
    text = page.locator("main").inner_text()
    assert "建议直接结汇" in text and "rule.fx.choice" in text and "100.00%" in text
    visitor.look("fx-receipt-firm")


def test_a_document_that_served_is_refused_for_another_receipt(visitor: Visitor, exported: Story) -> None:
    page = opened(visitor, "/fx/mine/", REFUSED)
    page.fill("#number", exported.deal.number)
    press(page, "关联单证")
    assert "rule.fx.used_up" in page.locator("[role=alert]").inner_text()
    visitor.look("fx-used-up")
    page = opened(visitor, "/fx/mine/", REFUSED)
    press(page, "申请结汇")
    assert "rule.fx.no_evidence" in page.locator("main").inner_text()


def test_the_bank_settles_one_and_refuses_the_other_with_its_reason(visitor: Visitor) -> None:
    visitor.play("bank")
    visitor.go("/fx/queue/?state=applied")
    visitor.look("fx-queue")
    page = opened(visitor, "/fx/queue/", DIRECT)
    text = page.locator("main").inner_text()
    assert "同意向银行提供单证信息" in text and "未重复" in text and "放行" in text or "结关" in text
    visitor.look("fx-receipt-bank")
    press(page, "结汇")
    assert "已办结" in page.locator("main").inner_text()
    page = opened(visitor, "/fx/queue/", REFUSED)
    press(page, "不予办理")
    assert "rule.fx.reason_wanted" in page.locator("[role=alert]").inner_text()
    page.fill("#note", "没有对应的出口单证")
    press(page, "不予办理")
    assert "没有对应的出口单证" in page.locator("main").inner_text()
    assert visitor.go("/fx/queue/?state=done&number=NOTHING").locator(".empty").is_visible()


def test_the_firm_reads_both_ends(visitor: Visitor) -> None:
    visitor.play("seller")
    page = opened(visitor, "/fx/mine/", DIRECT)
    text = page.locator("main").inner_text()
    assert "已办结" in text and "fx_receipt/1" in text and "资金台账" in text
    visitor.look("fx-receipt-done")
    text = opened(visitor, "/fx/mine/", REFUSED).locator("main").inner_text()
    assert "不予办理" in text and "没有对应的出口单证" in text
    visitor.look("fx-receipt-refused")


def test_safe_supervises(visitor: Visitor) -> None:
    visitor.play("safe")
    page = visitor.go("/fx/checks/")
    assert "橙色" in page.locator("main").inner_text() or "红色" in page.locator("main").inner_text()
    visitor.look("fx-checks")
    assert "预收货款" in visitor.go("/fx/reports/").locator("main").inner_text()
    visitor.look("fx-reports")
    page = opened(visitor, "/fx/queue/", REFUSED)
    assert page.locator("main").get_by_role("button", name="结汇", exact=True).count() == 0
