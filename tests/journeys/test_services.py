"""A firm applies in the browser, is sent back with a remark, corrects, and holds a notice that anybody can verify."""

from __future__ import annotations

import re
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


def _press(visitor: Visitor, name: str | re.Pattern[str]) -> None:
    visitor.page.get_by_role("button", name=name).first.click()
    visitor.page.wait_for_load_state()


def test_a_case_from_its_application_to_its_notice(visitor: Visitor) -> None:
    visitor.play("seller")
    visitor.go("/services/")
    visitor.look("services-guide")
    visitor.go("/services/items/training/")
    visitor.look("services-item")
    page = visitor.go("/services/apply/training/")
    page.select_option("[name=f-course]", "品牌与营销")
    page.fill("[name=f-on]", "2030-12-30")
    page.fill("[name=f-persons]", "60")
    page.fill("[name=f-contact]", "合成联系人")
    page.fill("[name=f-phone]", "0791-10000009")
    _press(visitor, "提交申请")
    assert "人数不得大于50" in visitor.text() and page.input_value("[name=f-contact]") == "合成联系人"
    visitor.look("services-edit")
    page.fill("[name=f-persons]", "30")
    _press(visitor, "提交申请")
    assert "已提交" in visitor.text()
    visitor.look("services-submitted")
    found = re.search(r"/services/cases/(\d+)/", page.url)
    assert found
    case = found[0]
    visitor.play("office")
    visitor.go("/services/inbox/")
    visitor.look("services-inbox")
    page = visitor.go(case)
    page.locator("summary", has_text="退回补正并逐项写明意见").click()
    page.fill("[name=r-persons]", "名额不足，请减至20人以内")
    visitor.look("services-desk")
    _press(visitor, "退回补正")
    visitor.play("seller")
    page = visitor.go(f"{case}edit/")
    assert "名额不足" in visitor.text()
    visitor.look("services-returned")
    page.fill("[name=f-persons]", "20")
    _press(visitor, "补正后提交")
    visitor.play("office")
    visitor.go(case)
    _press(visitor, "受理")
    _press(visitor, "本环节通过")
    assert "准予" in visitor.text()
    visitor.play("seller")
    page = visitor.go(f"{case}notice/")
    visitor.look("services-notice")
    address = re.search(r"/services/verify/\?\S+", visitor.text())
    assert address
    visitor.go(address[0])
    visitor.look("services-verify")
    assert "与本平台记录一致" in visitor.text()
    visitor.go("/services/mine/")
    visitor.look("services-mine")


def test_help_is_public_and_mandates_are_the_firms(visitor: Visitor) -> None:
    visitor.go("/help/")
    visitor.look("help")
    visitor.play("firm_admin")
    visitor.go("/services/mandates/")
    visitor.look("services-mandates")
    visitor.play("operator")
    visitor.go("/help/replays/")
    visitor.look("help-replays")
