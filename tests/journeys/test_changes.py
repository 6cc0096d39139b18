"""Bought, returned, given back: a declarant writes a return from the record, signs it by card, customs closes it, the quota is restored."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from pilotzone.portal.demo.firms import of_role
from pilotzone.simulators.ukey.cards import PIN
from tests.journeys.dealing import KINDS, Story, signers, story
from tests.journeys.test_ukey import control, says
from tests.journeys.visiting import Visitor
from tests.journeys.zone import Zone, until

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("zone")]


@pytest.fixture(scope="module")
def visitor(chromium: Any, zone: Zone) -> Iterator[Visitor]:
    made = Visitor(chromium, zone)
    yield made
    made.close()


@pytest.fixture(scope="module")
def bought(zone: Zone) -> Story:
    """A deal whose four papers came and which customs released."""
    made, keys = story(9_200_001), signers(zone.home)
    for kind in KINDS:
        status, told = zone.post(made.message(kind, keys))
        assert status == 202, told
    until(lambda: "released" in zone.stages(made.deal.number), f"the release of {made.deal.number}")
    return made


def used(visitor: Visitor) -> Decimal:
    """What of the year's limit the consumer has used, as his page says."""
    visitor.play("consumer")
    return Decimal(visitor.go("/me/").locator("#quota").inner_text().splitlines()[1].replace(",", ""))


def open_changes(visitor: Visitor, made: Story) -> Any:
    """The tab of a trade's page where changes begin."""
    page = visitor.go(f"/enterprise/trades/?number={made.deal.number}")
    page.locator("table.rows tbody tr a").first.click()
    page.wait_for_load_state()
    page.get_by_role("tab", name="变更撤销退货", exact=True).click()
    page.locator("#changes:visible").wait_for()
    return page


def begin_return(visitor: Visitor, made: Story) -> Any:
    page = open_changes(visitor, made)
    page.locator("#changes").get_by_role("button", name="退货申请").click()
    page.wait_for_url("**/clearance/changes/*/")
    return page


def test_what_is_bought_comes_back_and_the_quota_with_it(visitor: Visitor, zone: Zone, bought: Story) -> None:
    before = used(visitor)
    spent = bought.deal.goods_value + bought.deal.freight
    visitor.play("declarant")
    page = open_changes(visitor, bought)
    told = page.locator("#changes").inner_text()
    assert "rule.cancel.released" in told and "rule.change.in_use" in told and "最迟" in told
    visitor.look("changes-offered")
    page = begin_return(visitor, bought)
    beside = page.locator("#beside")
    assert f"{spent:,.2f}" in beside.inner_text() and "运抵原监管场所" in beside.inner_text()
    # too many: told at once, and nothing was sent
    page.locator("input[name='l.0.qty']").fill("2")
    beside.get_by_text("rule.refund.quantity").wait_for()
    visitor.look("change-too-many")
    page.locator("input[name='l.0.qty']").fill("1")
    page.locator("textarea[name='h.reason']").fill("订购人不再需要（合成）")
    beside.get_by_text("没有发现问题").wait_for()
    visitor.look("change-ready")
    page.reload()
    assert page.locator("textarea[name='h.reason']").input_value() == "订购人不再需要（合成）"
    page.get_by_role("button", name="转入暂存，去签名").click()
    page.locator("#stands a", has_text="签名并申报").wait_for()
    visitor.look("change-kept")
    control(zone, card=f"{of_role('agent')[0].customs_code}/rsa", unlock="1", slow_ms="0", rsa_digest="sha256")
    where = page.url.removeprefix(zone.url)
    page.locator("#stands a", has_text="签名并申报").click()
    says(page, "ready")
    page.locator("[data-pin]").fill(PIN)
    page.get_by_role("button", name="签名并申报").click()
    page.wait_for_url("**/enterprise/submit/results/?r=*")
    visitor.until_says(where, "已申报 · 海关审结")
    visitor.look("change-closed")
    until(lambda: used(visitor) == before - spent, "the amount given back")
    refunds = visitor.go("/me/").get_by_text("同意退货").first.inner_text()
    assert bought.deal.seller.name in refunds, "the buyer reads who refunds the tax"
    visitor.look("consumer-restored")
    visitor.play("declarant")
    assert "clearance.change.nothing_left" in open_changes(visitor, bought).locator("#changes").inner_text()


def test_a_draft_is_listed_exported_and_given_up(visitor: Visitor, zone: Zone) -> None:
    made = story(9_200_002)
    zone.post(made.message("order", signers(zone.home)))
    until(lambda: zone.stages(made.deal.number), "the order")
    visitor.play("platform")
    page = open_changes(visitor, made)
    page.locator("#changes").get_by_role("button", name="变更订单").click()
    page.wait_for_url("**/clearance/changes/*/")
    visitor.look("change-order")
    page = visitor.go("/clearance/changes/")
    assert page.locator("tr", has_text=made.deal.number).count() == 1
    visitor.look("changes")
    page.get_by_role("button", name="English").click()
    page.locator("tr", has_text=made.deal.number).locator("a").click()
    visitor.look("change-order-english")
    page.get_by_role("button", name="简体中文").click()
    page.get_by_role("button", name="放弃草稿").first.click()
    page.locator("[popover]:popover-open").get_by_role("button", name="放弃草稿").click()
    page.wait_for_url("**/clearance/changes/")
    assert "已放弃" in page.locator("tr", has_text=made.deal.number).inner_text()


def test_a_mandate_is_given_seen_by_both_and_revoked(visitor: Visitor) -> None:
    carrier = of_role("logi")[0]
    visitor.play("payment")
    visitor.go("/clearance/mandates/")
    visitor.look("mandates-empty")
    page = visitor.page
    page.locator("details.card summary").click()
    page.locator("input[name=agent]").fill(carrier.customs_code)
    page.get_by_label("支付单").check()
    page.locator("input[name=undertaking]").fill("书面担责承诺 2021-01（合成）")
    visitor.look("mandate-form")
    page.get_by_role("button", name="授权", exact=True).click()
    page.wait_for_url("**/clearance/mandates/*/")
    where = page.url
    visitor.look("mandate")
    visitor.play("carrier")
    page.goto(where)
    assert "由委托企业撤销" in visitor.text() and page.get_by_role("button", name="撤销授权").count() == 0
    visitor.play("payment")
    page.goto(where)
    page.locator("textarea[name=reason]").fill("合作结束（合成）")
    page.get_by_role("button", name="撤销授权").click()
    page.get_by_text("授权已撤销，立即生效").wait_for()
    visitor.look("mandate-revoked")
