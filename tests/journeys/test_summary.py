"""A month's export lists summed up: the declarant sees what stands overdue, drafts the application, signs it; customs makes declarations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from pilotzone.portal.demo.firms import of_role
from pilotzone.simulators.ukey.cards import PIN
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


def test_lists_of_a_month_are_summed_up_and_seen(visitor: Visitor, zone: Zone) -> None:
    visitor.play("declarant")
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
    page.locator("table.rows tbody tr a").first.click()
    page.wait_for_load_state()
    assert "已汇总" in visitor.text()


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
