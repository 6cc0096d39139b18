"""假期代理: an officer names a deputy for days; the deputy decides a case in both names, until it is over."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from tests.journeys.visiting import Visitor
from tests.journeys.zone import Zone

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("zone")]
PRINCIPAL, DEPUTY = "演示·税务人员", "演示·税务复核人员"
ITEM = "跨境电商零售出口无票免税登记证明"  # the demonstration has a case of it on the tax desk


@pytest.fixture(scope="module")
def visitor(chromium: Any, zone: Zone) -> Iterator[Visitor]:
    made = Visitor(chromium, zone)
    yield made
    made.close()


@pytest.fixture(scope="module")
def deputy(chromium: Any, zone: Zone) -> Iterator[Visitor]:
    """The deputy's own window, open all the time."""
    made = Visitor(chromium, zone)
    made.play("tax_second")
    yield made
    made.close()


def test_a_deputy_sees_the_inbox_acts_in_both_names_and_ends(visitor: Visitor, deputy: Visitor) -> None:
    visitor.play("tax")
    page = visitor.go("/accounts/deputies/")
    today = date.fromisoformat(page.locator(".clock time").get_attribute("datetime")[:10])
    page.locator("select[name=deputy]").select_option(label=f"{DEPUTY}（demo-tax_second）")
    page.locator("input[name=since]").fill(today.isoformat())
    page.locator("input[name=until]").fill((today + timedelta(days=5)).isoformat())
    page.locator("input[name=reason]").fill("年休假（合成）")
    page.get_by_role("button", name="委托代理").click()
    page.get_by_text("代理中").wait_for()
    visitor.look("deputy-named")

    at = deputy.go("/")
    at.get_by_label("以何身份办理").select_option(label=f"市税务局 · 税务人员 · 代 {PRINCIPAL}")
    at.get_by_role("button", name="切换身份").click()
    at.wait_for_load_state()
    assert f"代 {PRINCIPAL}" in at.locator(".badge").first.inner_text()
    at = deputy.go("/services/inbox/")
    deputy.look("deputy-inbox")
    at.locator("tr", has_text=ITEM).locator("a").first.click()
    at.get_by_role("button", name="本环节通过").click()
    at.get_by_text("已办理。").wait_for()
    both = f"{DEPUTY} （代 {PRINCIPAL}）"
    assert both in deputy.text()
    deputy.look("deputy-decided")
    where = at.url

    page = visitor.go("/accounts/deputies/")
    done = page.locator("tr", has_text="service.pass")
    assert f"{DEPUTY}（代 {PRINCIPAL}）" in done.first.inner_text()
    page.get_by_label("提前结束的理由").fill("已返岗（合成）")
    page.get_by_role("button", name="提前结束").click()
    page.get_by_text("已结束").wait_for()
    visitor.look("deputy-ended")

    at = deputy.go("/services/inbox/")
    assert at.locator("select#membership").count() == 0 and "代 " not in at.locator(".badge").first.inner_text()
    at.goto(where)
    assert both in deputy.text(), "what was done stays in both names"
    visitor.play("auditor")
    visitor.go("/audit/?action=service.pass").locator("tr", has_text=DEPUTY).first.locator("a").first.click()
    assert f"{DEPUTY}（代{PRINCIPAL}）" in visitor.text()
