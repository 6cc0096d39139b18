"""Data exchange in a real browser: what departments agreed, the dead letter, the log and its bundle, a token, quality, federation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.journeys.visiting import Visitor
from tests.journeys.zone import Zone

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("zone")]


@pytest.fixture(scope="module")
def visitor(chromium: Any, zone: Zone) -> Iterator[Visitor]:
    made = Visitor(chromium, zone)
    yield made
    made.close()


def test_a_department_reads_what_it_agreed_and_how_good_it_is(visitor: Visitor) -> None:
    visitor.play("tax")
    page = visitor.go("/exchange/requests/")
    assert "（演示）核实退税企业法定代表人" in page.locator("main").inner_text()
    visitor.look("hub-requests")
    page.locator("main table a").last.click()
    page.locator("h1", has_text="法定代表人信息").wait_for()
    visitor.look("hub-request")
    visitor.go("/exchange/quality/")
    visitor.look("hub-quality")


def test_the_operator_replays_a_dead_letter_and_opens_the_log(visitor: Visitor) -> None:
    visitor.play("operator")
    page = visitor.go("/exchange/messages/")
    assert "接收系统拒收" in page.locator("main").inner_text()
    visitor.look("hub-messages")
    with page.expect_navigation():
        page.locator("main").get_by_role("button", name="重放").first.click()
    visitor.until_says("/exchange/log/", "死信重放")
    visitor.look("hub-log")
    visitor.page.locator("main table a").first.click()
    visitor.page.locator("h1", has_text="日志记录").wait_for()
    visitor.look("hub-entry")


def test_the_operator_issues_a_token_once_and_sees_the_federation(visitor: Visitor) -> None:
    page = visitor.go("/exchange/tokens/")
    page.locator("summary", has_text="签发部门令牌").click()
    page.select_option("#unit", "zone.tax")
    page.fill("#label", "（演示）税务系统")
    with page.expect_navigation():
        page.locator("main").get_by_role("button", name="签发部门令牌").click()
    assert "pzd_" in page.locator("main").inner_text()
    visitor.look("hub-token")
    assert "pzd_" not in visitor.go("/exchange/tokens/").locator("main").inner_text()
    visitor.go("/exchange/federation/")
    visitor.look("hub-federation")
