"""The whole story in one browser: four parties send and sign, the platform matches, taxes, sends on; all can follow."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from pilotzone.base.money import yuan
from pilotzone.exchange.signing import PemSigner
from tests.journeys.dealing import KINDS, Story, signers, story
from tests.journeys.visiting import Visitor
from tests.journeys.zone import Zone, until

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("zone")]
TABS = ("overview", "documents", "faults", "tax", "receipts", "timeline")


@pytest.fixture(scope="module")
def keys(zone: Zone) -> dict[int, PemSigner]:
    return signers(zone.home)


@pytest.fixture(scope="module")
def visitor(chromium: Any, zone: Zone) -> Iterator[Visitor]:
    made = Visitor(chromium, zone)
    yield made
    made.close()


@pytest.fixture(scope="module")
def half(zone: Zone, keys: dict[int, PemSigner]) -> Story:
    """A deal whose order alone was sent, by the platform's own system."""
    made = story(9_000_001)
    _, told = zone.post(made.message("order", keys))
    assert zone.result(told["receipt"])["documents"][0]["state"] == "accepted"
    return made


@pytest.fixture(scope="module")
def released(visitor: Visitor, zone: Zone, keys: dict[int, PemSigner], half: Story) -> Story:
    """The same deal after the others sent theirs: one by the command line, one by a watched folder, one by a page."""
    payment = zone.home / "payment.xml"
    payment.write_bytes(half.message("payment", keys))
    assert zone.run("submit", str(payment), "--wait").returncode == 0
    drop = zone.home / "drop" / half.deal.carrier.customs_code
    (drop / "in" / "waybill.part").write_bytes(half.message("waybill", keys))
    (drop / "in" / "waybill.part").rename(drop / "in" / "waybill.xml")
    visitor.play("declarant")
    _hand_in(visitor, "list.xml", half.message("list", keys))
    visitor.look("handed-in")
    until((drop / "done" / "waybill.xml").exists, "the waybill taken from its folder")
    until(lambda: "released" in zone.stages(half.deal.number), f"the release of {half.deal.number}")
    return half


def test_the_first_page_comes_before_the_demonstration_and_shows_its_progress(zone: Zone) -> None:
    assert "合成数据" in zone.first_page
    assert any("演示数据正在装载" in one for one in zone.progress)


def test_a_stranger_finds_the_ways_in(visitor: Visitor) -> None:
    page = visitor.go("/")
    for word in (
        "一点接入",
        "一次提交",
        "一次查验",
        "一键跟踪",
        "一站办理",
        "数据服务",
        "政务服务",
        "特色服务",
        "演示时钟",
    ):
        assert word in page.content()
    visitor.look("home")
    for name, path in (("parties", "/accounts/parties/"), ("track", "/track/"), ("clock", "/clock/")):
        visitor.go(path)
        visitor.look(name)


@pytest.mark.parametrize("key", ["platform", "payment", "carrier", "declarant"])
def test_each_of_the_four_parties_is_played_from_one_browser(visitor: Visitor, key: str) -> None:
    visitor.click_to_play(key)
    assert "（演示）" in visitor.page.locator(".top .badge").inner_text()
    visitor.go("/accounts/steps/")
    visitor.look(f"steps-{key}")


def test_an_excel_sheet_becomes_a_draft_its_firm_may_sign(visitor: Visitor, zone: Zone) -> None:
    made = story(9_000_002)
    visitor.play("payment")
    _hand_in(visitor, "CEB411-payment.xlsx", made.sheet("payment"))
    visitor.until_says("/enterprise/messages/drafts/", made.paper("payment").head["payTransactionId"])
    visitor.look("drafts")
    assert zone.stages(made.deal.number) == []


def test_a_bad_sheet_is_told_cell_by_cell_and_not_kept(visitor: Visitor) -> None:
    visitor.play("payment")
    broken = story(9_000_003).sheet("payment", amountPaid="lots", payTime="yesterday")
    _hand_in(visitor, "CEB411-payment.xlsx", broken, expected="format.")
    visitor.look("bad-sheet")
    assert visitor.page.locator("body").inner_text().count("format.") >= 2


def test_the_seller_sees_what_is_missing_and_from_whom(visitor: Visitor, half: Story) -> None:
    visitor.play("seller")
    visitor.go("/enterprise/trades/")
    visitor.look("trades")
    _open_trade(visitor, "enterprise", half)
    visitor.page.evaluate("window.location.hash = '#documents'")  # as a link into another section does
    visitor.page.locator("#documents:visible").wait_for()
    _show(visitor, "overview")
    missing = visitor.page.locator("#overview tr", has_text="自 ")
    assert missing.count() == len(KINDS) - 1
    told = " ".join(missing.all_inner_texts())
    assert all(word in told for word in ("支付单", "运单", "清单", "支付企业", "物流企业", "报关企业")), told
    assert half.deal.payment.name in told
    visitor.look("trade-waiting")


def test_released_it_shows_documents_tax_receipts_and_one_timeline(visitor: Visitor, released: Story) -> None:
    visitor.play("seller")
    _open_trade(visitor, "enterprise", released)
    assert "放行" in visitor.text() or "结关" in visitor.text()
    for tab in TABS:
        _show(visitor, tab)
        visitor.look(f"trade-{tab}")


def test_the_tax_unfolds_to_its_articles(visitor: Visitor, released: Story) -> None:
    visitor.play("seller")
    _open_trade(visitor, "enterprise", released)
    _show(visitor, "tax")
    total = visitor.page.locator("#tax details.why").first
    assert str(released.tax) in total.inner_text()
    for summary in visitor.page.locator("#tax details.why > summary").all():
        summary.click()
    assert "70%" in total.inner_text() or "0.7" in total.inner_text()
    assert "财关税" in total.inner_text()
    visitor.look("tax-unfolded")


def test_every_number_finds_the_same_timeline(visitor: Visitor, zone: Zone, released: Story) -> None:
    visitor.play("seller")
    numbers = zone.track(released.deal.number)["numbers"]
    kinds = {"orderNo", "payTransactionId", "logisticsNo", "copNo", "preNo", "invtNo"}
    assert kinds <= numbers.keys()
    for kind in sorted(kinds):
        page = visitor.go(f"/track/?q={numbers[kind]}")
        assert page.locator("article.card").count() == 1, kind
        assert released.deal.number in page.locator("article.card").inner_text()
    visitor.look("timeline")


def test_an_officer_sees_the_trade_and_a_county_officer_none(visitor: Visitor, released: Story) -> None:
    visitor.play("customs")
    visitor.go("/officer/")
    visitor.look("officer")
    _open_trade(visitor, "officer", released)
    _show(visitor, "documents")
    assert released.deal.buyer.document not in visitor.page.content()
    visitor.look("officer-trade")
    visitor.play("county")
    page = visitor.go(f"/track/?q={released.deal.number}")
    assert released.deal.buyer.name not in page.content()
    assert "您不是这一票的当事方" in page.content()
    visitor.look("county-track")


def test_the_zone_office_sees_its_page(visitor: Visitor) -> None:
    visitor.play("office")
    visitor.go("/office/")
    visitor.look("office")


def test_the_consumer_sees_quota_and_purchase_and_says_that_it_was_not_his(visitor: Visitor, released: Story) -> None:
    visitor.play("consumer")
    page = visitor.go("/me/")
    spent = released.deal.goods_value + released.deal.freight
    used = page.locator("#quota").inner_text().splitlines()[1]  # the synthetic year may have sold this buyer more
    assert Decimal(used.replace(",", "")) >= spent
    bought = page.locator("#purchases article", has_text=released.deal.number)
    assert str(released.tax) in bought.inner_text()
    visitor.look("consumer")
    bought.get_by_role("button", name="不是我买的").first.click()
    page.locator("[popover]:popover-open").get_by_role("button", name="不是我买的").click()
    page.wait_for_load_state()
    disputed = page.locator("#purchases article", has_text=released.deal.number)
    assert "争议" in disputed.inner_text()
    assert disputed.get_by_role("button", name="不是我买的").count() == 0
    assert yuan(spent) in page.locator("#quota .figure", has_text="其中争议").inner_text()
    visitor.look("consumer-disputed")


def test_english_is_one_click_away_and_complete(visitor: Visitor, released: Story) -> None:
    visitor.play("seller")
    visitor.go("/").get_by_role("button", name="English").click()
    _open_trade(visitor, "enterprise", released)
    for tab in TABS:
        _show(visitor, tab)
        visitor.look(f"english-{tab}", rules=False)  # the same page was examined in Chinese
    visitor.go("/")
    visitor.look("english-home")
    said = " ".join(visitor.page.locator(".menu, .side, .heading, .ones, .cards h2, .card p").all_inner_texts())
    assert re.findall(r"[一-鿿]+", said) == []
    visitor.page.get_by_role("button", name="简体中文").click()


def test_somebody_signs_out_and_sees_no_more_than_a_stranger(visitor: Visitor, released: Story) -> None:
    visitor.play("seller")
    visitor.go("/").locator(".tools a[href='/accounts/logout/']").click()
    visitor.look("sign-out")
    visitor.page.locator("main form button").first.click()
    visitor.page.wait_for_url("**/")
    page = visitor.go(f"/track/?q={released.deal.number}")
    assert "您不是这一票的当事方" in page.content()
    assert released.deal.buyer.name not in page.content()


def _hand_in(visitor: Visitor, name: str, raw: bytes, expected: str = "已处理") -> None:
    """Drop a file on the page for it and wait for what is said of it."""
    page = visitor.drop("/enterprise/submit/", name, raw)
    page.wait_for_load_state()
    until(lambda: expected in visitor.text(), f"{expected} about {name}", 20)


def _open_trade(visitor: Visitor, desk: str, made: Story) -> None:
    page = visitor.go(f"/{desk}/trades/?number={made.deal.number}")
    rows = page.locator("table.rows tbody tr")
    assert rows.count() == 1
    rows.locator("a").first.click()
    page.wait_for_load_state()
    assert made.deal.number in page.locator("h1").inner_text()


def _show(visitor: Visitor, tab: str) -> None:
    """Bring a tab of the trade's page forward by its name."""
    name = visitor.page.locator(f"#{tab}").get_attribute("data-tab")
    visitor.page.get_by_role("tab", name=name, exact=True).click()
    visitor.page.locator(f"#{tab}:visible").wait_for()
