"""A new firm files in the browser: from its code to the public look-up, past its county and the zone; a county drafts in bulk."""

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


def _press(visitor: Visitor, name: str) -> None:
    visitor.page.get_by_role("button", name=name, exact=True).first.click()
    visitor.page.wait_for_load_state()


@pytest.fixture(scope="module")
def filed(visitor: Visitor) -> str:
    """The credit code of a firm that came by its electronic licence and confirmed its filing."""
    visitor.play("newcomer")
    page = visitor.go("/registry/enter/")
    code, account, secret = page.locator("form.stack p.quiet code").all_inner_texts()
    visitor.look("filing-enter")
    page.fill("input[name=uscc]", code)
    page.fill("input[name=account]", account)
    page.fill("input[name=code]", secret)
    page.check("input[name=roles][value=ebc]")
    _press(visitor, "验证并开始备案")
    visitor.look("filing-start")
    _press(visitor, "开始备案")
    assert "（演示）未备案新企业" in visitor.text() and "未核对（须先验证身份）" in visitor.text()
    page.fill("input[name=account]", account)
    page.fill("input[name=code]", secret)
    _press(visitor, "验证")
    assert "身份已验证" in visitor.text()
    for name, value in (("contact", "合成联系人"), ("phone", "0791-10000009"), ("categories", "母婴")):
        page.fill(f"[name=f-{name}]", value)
    page.select_option("[name=f-unit]", "360111")
    _press(visitor, "确认并提交备案")
    assert "承诺书未全部勾选" in visitor.text() and page.input_value("[name=f-contact]") == "合成联系人"
    visitor.look("filing-draft")
    for box in page.locator("input[name=commitments]").all():
        box.check()
    _press(visitor, "确认并提交备案")
    assert "已确认待审" in visitor.text()
    visitor.look("filing-confirmed")
    return str(code)


def test_a_firm_files_and_everybody_can_look_it_up(visitor: Visitor, filed: str) -> None:
    for key, button in (("county", "初审通过"), ("office", "受理")):
        visitor.play(key)
        page = visitor.go(f"/registry/filings/?q={filed}")
        page.locator("table.rows tbody a").first.click()
        page.wait_for_load_state()
        visitor.look(f"filing-{key}")
        _press(visitor, button)
        assert "已办理" in visitor.text()
    visitor.go(f"/registry/?code={filed}")
    visitor.look("filing-public")
    assert "（演示）未备案新企业" in visitor.text() and "合成联系人" not in visitor.text()


def test_the_demonstrations_firms_have_filed(visitor: Visitor) -> None:
    visitor.play("seller")
    visitor.go("/registry/mine/")
    visitor.look("filing-mine")
    assert "未备案新企业" not in visitor.text()  # who came later takes nobody's part
    assert "有效" in visitor.text() and re.search("市场监管：.+海关：", visitor.text(), re.DOTALL)
    visitor.go("/registry/mine/print/")
    visitor.look("filing-print")


def test_a_county_drafts_in_bulk_and_reads_what_is_wrong(visitor: Visitor) -> None:
    visitor.play("county")
    visitor.go("/registry/bulk/")
    visitor.look("filing-bulk")
    rows = "uscc,roles,name,phone\n91360111MA35NCBEXX,ebc,合成甲,0791-10000001\n12,ebc,合成乙,\n"
    visitor.drop("/registry/bulk/", "drafts.csv", rows.encode(), kind="text/csv")
    visitor.page.wait_for_load_state()
    visitor.look("filing-upload")
    assert "rule.filing.uscc_form" in visitor.text()
    visitor.go("/registry/filings/")
    visitor.look("filing-list")
