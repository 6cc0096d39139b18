"""From the filed firm to its refund: the declarant sums up a month's lists that stand overdue, customs makes declarations, the tax is refunded."""

from __future__ import annotations

import re
import urllib.parse
from collections.abc import Iterator
from typing import Any

import pytest

from pilotzone.portal.demo.firms import of_role, sellers
from pilotzone.simulators.ukey.cards import PIN
from tests.journeys.test_refund import card, draft, match_month, say
from tests.journeys.test_ukey import accepted, control, open_signing, says, sign
from tests.journeys.visiting import Visitor
from tests.journeys.zone import Zone

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("zone")]
WHERE, NOVEMBER = "/clearance/summary/", "2021-11"


@pytest.fixture(scope="module")
def visitor(chromium: Any, zone: Zone) -> Iterator[Visitor]:
    made = Visitor(chromium, zone)
    yield made
    made.close()


@pytest.fixture(scope="module")
def declared(visitor: Visitor, zone: Zone) -> tuple[str, str]:
    """A list of November summed up by its declarant: its number and the declaration customs made."""
    visitor.play("customs")
    assert "逾期未汇总申报" in visitor.go("/officer/").content()
    visitor.look("officer-overdue")
    visitor.play("declarant")
    assert "逾期未汇总申报" in visitor.go("/enterprise/").content()
    visitor.look("enterprise-overdue")
    page = visitor.go(WHERE)
    visitor.look("summaries")
    row = page.locator("tr", has_text=NOVEMBER).filter(has=page.locator(".tone-bad")).first
    row.locator("a").first.click()
    page.wait_for_load_state()
    where = page.url.removeprefix(zone.url)
    visitor.look("summary-month")
    page.get_by_role("button", name="起草汇总申请").click()
    page.wait_for_url("**/enterprise/messages/drafts/")
    number = page.locator("[role=status]", has_text="S2111").inner_text().split("S2111", 1)[1].split("：")[0]
    visitor.until_says("/enterprise/messages/drafts/", number)
    control(zone, card=f"{of_role('agent')[0].customs_code}/rsa", unlock="1", slow_ms="0", rsa_digest="sha256")
    page = open_signing(visitor, number)
    says(page, "ready")
    sign(page, PIN)
    accepted(visitor)
    visitor.until_says(where, "已生成报关单")
    visitor.look("summary-declared")
    page = visitor.go(f"{WHERE}declarations/")
    visitor.look("declarations")
    page.locator("table.rows tbody tr a").first.click()
    page.wait_for_load_state()
    visitor.look("declaration")
    entry = (
        page.locator("dt", has_text="报关单编号")
        .first.locator("xpath=following-sibling::dd")
        .first.inner_text()
        .strip()
    )
    found = re.search(r"[0-9]{8}E[0-9]{9}", visitor.text())
    assert found is not None
    page.locator("table.rows tbody tr a").first.click()
    page.wait_for_load_state()
    assert "已汇总" in visitor.text()
    return found[0], entry


def test_lists_of_a_month_are_summed_up_and_pushed_to_the_firm(visitor: Visitor, declared: tuple[str, str]) -> None:
    visitor.play("declarant")
    page = visitor.go(f"/enterprise/trades/?number={declared[0]}")
    page.locator("table.rows tbody tr a").first.click()
    page.wait_for_load_state()
    assert "CEB792Message" in page.content() and declared[1] in page.content()


def test_a_filed_firm_is_refunded_for_what_was_summed_up(
    visitor: Visitor, zone: Zone, declared: tuple[str, str]
) -> None:
    number, entry = declared
    visitor.play("seller")
    visitor.go("/registry/mine/")
    assert "有效" in visitor.text()
    visitor.play("tax")
    page = visitor.go("/tax/export/firms/")
    page.locator("#f-firm").fill(sellers()[0].customs_code)
    page.locator("#f-valid_from").fill("2021-02-01")
    page.locator("#f-first_refund_on").fill("2019-03-01")
    page.locator("#f-asset_ratio").fill("0.75")
    page.locator("[name=risk_control]").check()
    page.locator("main form button.primary").click()
    page.locator("main [role=status]", has_text="一类").first.wait_for()
    visitor.play("seller")
    match_month(visitor, NOVEMBER)
    page = visitor.go(f"/tax/export/register/?list={number}&line=1")
    page.locator("#f-voucher").select_option("special")
    page.locator("#f-invoice_no").fill("SYN87654321")
    page.locator("#f-invoice_amount").fill("100.00")
    page.locator("#f-vat_rate").fill("0.13")
    page.locator("#f-refund_rate").fill("0.13")
    page.locator("#f-received_on").fill("2021-12-01")
    page.locator("main form button.primary").click()
    page.wait_for_url(f"**/tax/export/lines/{number}/1/")
    match_month(visitor, NOVEMBER)
    visitor.go(f"/tax/export/lines/{number}/1/")
    assert entry in visitor.text() and "退税" in visitor.page.locator("#decided").inner_text()
    visitor.look("refund-of-a-summed-list")
    draft(visitor, number)
    visitor.page.wait_for_url("**/tax/export/refunds/TS*/")
    where = urllib.parse.urlsplit(visitor.page.url).path
    assert "13.00" in visitor.text()
    card(zone, f"{sellers()[0].customs_code}/rsa")
    page = visitor.page
    page.get_by_role("link", name="签名并申报").click()
    page.locator("[data-said=ready]:visible").wait_for()
    page.locator("[data-pin]").fill(PIN)
    page.get_by_role("button", name="签名并申报").click()
    page.wait_for_url("**/tax/export/refunds/")
    visitor.until_says(where, "SL2")
    visitor.play("tax")
    say(visitor, where, "approve", "报关单、发票、收汇相符", "提交初审")
    visitor.play("tax_second")
    say(visitor, where, "approve", "同意", "提交复核")
    visitor.until_says(where, "TH2")
    assert "已退税" in visitor.text()


def test_channels_are_told_with_their_reason(visitor: Visitor) -> None:
    visitor.play("declarant")
    visitor.go("/clearance/b2b/")
    visitor.look("b2b-empty")
    page = visitor.go("/clearance/channels/")
    page.locator("input[name=value]").fill("390")
    page.locator("input[name=personal]").check()
    page.locator("select[name=group]").select_option("1")
    page.get_by_role("button", name="判断渠道").click()
    page.get_by_text("50.70").wait_for()
    visitor.look("channel-parcel")
    page.locator("input[name=personal]").uncheck()
    page.locator("input[name=platform_sale]").check()
    page.get_by_role("button", name="判断渠道").click()
    page.get_by_text("rule.channel.retail_import").wait_for()
    visitor.look("channel-retail")
