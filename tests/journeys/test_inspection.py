"""One parcel is opened once: customs selects it, an inspector schedules, opens and enters both results on a phone without a network."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from pilotzone.kernel import clock
from pilotzone.reference.calendar import next_working_day
from tests.journeys.browsing import NARROW, WIDE
from tests.journeys.dealing import KINDS, Story, signers, story
from tests.journeys.visiting import Visitor
from tests.journeys.zone import Zone, until

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("zone")]
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8cfc0000003010100c9fe92ef"
    "0000000049454e44ae426082"
)
WHERE = "/risk/inspections/"


@pytest.fixture(scope="module")
def visitor(chromium: Any, zone: Zone) -> Iterator[Visitor]:
    made = Visitor(chromium, zone)
    yield made
    made.close()


@pytest.fixture(scope="module")
def inspected(zone: Zone) -> Iterator[Story]:
    """A parcel customs inspects, waiting for the result; customs behaves as usual afterwards."""
    made, keys = story(9_300_001), signers(zone.home)
    assert zone.run("simulate", "set", "customs", "inspection=1", "field=3600").returncode == 0
    try:
        for kind in KINDS:
            status, told = zone.post(made.message(kind, keys))
            assert status == 202, told
        until(lambda: "inspection" in zone.stages(made.deal.number), f"the inspection of {made.deal.number}")
    finally:
        assert zone.run("simulate", "reset", "customs").returncode == 0
    yield made


def test_a_parcel_is_inspected_in_one_visit_with_both_results(visitor: Visitor, zone: Zone, inspected: Story) -> None:
    number = inspected.deal.number
    visitor.play("inspector")
    visitor.until_says(f"{WHERE}?number={number}", "待排期")
    visitor.look("inspections")
    page = visitor.page
    page.locator("table.rows tbody tr a").first.click()
    page.wait_for_load_state()
    where = page.url.removeprefix(zone.url)
    page = visitor.go(f"{where}?on={next_working_day(clock.wall().date()).day}")
    assert "监管查验" in visitor.text() and "检验检疫" in visitor.text()
    visitor.look("inspection-to-schedule")
    page.get_by_role("button", name="排到该时段并通知企业").click()
    page.get_by_role("button", name="全队到场，开箱").click()
    page.get_by_role("link", name="现场录入（手机，可离线）").first.click()
    page.wait_for_url("**/capture/")
    page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
    page.locator("input[name=supervision][value=passed]").check()
    page.locator("input[name=quarantine][value=passed]").check()
    page.locator("input[type=file]").set_input_files({"name": "x.png", "mimeType": "image/png", "buffer": PNG})
    page.locator("[data-files] li", has_text="x.png").wait_for()
    page.reload()
    assert page.locator("input[name=quarantine][value=passed]").is_checked(), "what was typed is kept"
    page.locator("[data-files] li", has_text="x.png").wait_for()
    visitor.look("inspection-capture")
    page.context.set_offline(True)
    page.get_by_role("button", name="录入并报送海关").click()
    page.locator("[data-said=offline]:visible").wait_for()
    visitor.complaints.clear()  # the browser says that there was no network, which is the point
    page.context.set_offline(False)
    page.wait_for_url(zone.url + where)
    page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
    told = visitor.text()
    assert "已办结" in told and told.count("未见异常") == 2 and "第1次开箱" in told and "SHA-256" in told
    until(lambda: "released" in zone.stages(number), f"the release of {number}")
    visitor.until_says(where, "放行")
    visitor.look("inspection-done")


def test_firm_control_and_everybody_see_what_concerns_them(visitor: Visitor, inspected: Story) -> None:
    visitor.play("seller")
    visitor.go(f"{WHERE}?number={inspected.deal.number}")
    assert inspected.papers[2].head["logisticsNo"] in visitor.text()
    visitor.look("inspections-firm")
    visitor.play("control")
    visitor.go(f"{WHERE}selection/")
    visitor.look("inspection-selection")
    visitor.go(f"{WHERE}coverage/")
    visitor.look("inspection-coverage")
    visitor.play("customs")
    visitor.go("/risk/liaison/")
    visitor.look("liaison")
    visitor.go("/release-times/")
    visitor.look("release-times")
