"""Four firms fill Excel templates, sign their drafts in the page, each with its card; the trade goes on to its release."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pilotzone.simulators.ukey.cards import PIN
from tests.journeys.dealing import Story, story
from tests.journeys.test_ukey import control, says, sign
from tests.journeys.visiting import Visitor
from tests.journeys.zone import Zone, until

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("zone")]
# who sends which sheet, and the element that names the document
SENT = {
    "order": ("platform", "CEB311", "orderNo"),
    "payment": ("payment", "CEB411", "payTransactionId"),
    "waybill": ("carrier", "CEB511", "logisticsNo"),
    "list": ("declarant", "CEB621", "copNo"),
}


@pytest.fixture(scope="module")
def visitor(chromium: object, zone: Zone) -> Iterator[Visitor]:
    made = Visitor(chromium, zone)
    yield made
    made.close()


def hand_in(visitor: Visitor, zone: Zone, made: Story, kind: str) -> str:
    """Drop a sheet on the page for it, follow the page to the drafts, sign there by card; the document's number."""
    party, message, element = SENT[kind]
    paper = made.paper(kind)
    number = paper.head[element]
    visitor.play(party)
    page = visitor.drop("/enterprise/submit/", f"{message}-{kind}.xlsx", made.sheet(kind))
    page.get_by_role("link", name="到暂存签名").wait_for()
    if kind == "order":
        visitor.look("sheet-kept")
    page.get_by_role("link", name="到暂存签名").click()
    page.wait_for_url("**/enterprise/messages/drafts/")
    page.locator("tr", has_text=number).locator("input[name=chosen]").check()
    control(zone, card=f"{paper.sender.customs_code}/rsa", unlock="1", slow_ms="0", rsa_digest="sha256")
    page.get_by_role("button", name="签名并申报").click()
    page.wait_for_url("**/enterprise/sign/?d=*")
    says(page, "ready")
    sign(page, PIN)
    page.wait_for_url("**/enterprise/submit/results/?r=*")
    page.get_by_text("已受理").wait_for()
    return number


def test_four_sheets_signed_in_the_page_are_one_trade_that_is_released(visitor: Visitor, zone: Zone) -> None:
    made = story(9_800_001)
    numbers = [hand_in(visitor, zone, made, kind) for kind in SENT]
    visitor.page.get_by_role("link", name=numbers[-1]).click()
    visitor.page.wait_for_url("**/enterprise/trades/?number=*")
    visitor.until_says(visitor.page.url.removeprefix(zone.url), made.deal.number)
    until(lambda: "released" in zone.stages(made.deal.number), f"the release of {made.deal.number}")
    page = visitor.go(f"/track/?q={numbers[-1]}")
    told = page.locator("article.card").inner_text()
    assert all(word in told for word in ("等待单证", "核对通过", "已发送海关", "海关入库", "放行")), told
    visitor.look("sheet-timeline")
