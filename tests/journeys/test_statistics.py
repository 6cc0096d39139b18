"""The pages of statistics in a zone whose months are published: the public's, the statisticians', customs' and a firm's own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from pilotzone.rooms.plan import api as plan
from pilotzone.rooms.statistics import api as statistics
from tests.journeys.browsing import NARROW, WIDE, overflow
from tests.journeys.visiting import Visitor
from tests.journeys.zone import LOADING_S, Zone, until

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("zone")]
PAGES = {
    "statistician": (
        "/statistics/",
        "/statistics/?coverage=port",
        "/statistics/indicators/",
        "/statistics/indicators/trade_cny/",
        "/statistics/indicators/own_brand_share/",
        "/statistics/explore/",
        "/statistics/explore/?by=unit&coverage=registered",
        "/statistics/desk/",
        "/statistics/desk/collection/",
        "/statistics/desk/mirror/",
        "/statistics/desk/prices/",
        "/statistics/desk/revised/",
        "/statistics/desk/doubts/",
        "/statistics/desk/measured/",
        "/statistics/series/",
    ),
    "customs": ("/statistics/desk/",),
    "seller": ("/statistics/mine/", "/statistics/explore/?by=hs2"),
    "office": ("/plan/trainings/", "/plan/tasks/39/", "/plan/targets/government_training/", "/plan/lights/"),
}


@pytest.fixture(scope="module")
def visitor(chromium: Any, zone: Zone) -> Iterator[Visitor]:
    made = Visitor(chromium, zone)
    yield made
    made.close()


@pytest.mark.parametrize("party", PAGES)
def test_every_page_of_statistics_has_no_fault(visitor: Visitor, zone: Zone, party: str) -> None:
    until(lambda: b'"published"' in zone.ask("/api/v1/statistics/releases")[2], "a published month", LOADING_S)
    visitor.play(party)
    faults: list[object] = []
    for path in PAGES[party]:
        visitor.complaints.clear()
        try:
            visitor.go(path)
            visitor.look(f"statistics-{party}{path}".translate(str.maketrans("/?&=", "----")).rstrip("-"))
        except AssertionError as fault:
            faults.append((path, fault.args))
    assert not faults, "\n".join(map(str, faults))


PLAN = plan.plan_of("nanchang-2019")
EVERY = {
    "indicators": [f"/statistics/indicators/{key}/" for key in sorted({one.key for one in statistics.indicators()})],
    "tasks": [f"/plan/tasks/{task.no}/" for task in PLAN.tasks],
    "targets": [f"/plan/targets/{key}/" for key in sorted({target.key for target in PLAN.targets})],
}
PRINTED = (
    "/statistics/", "/statistics/indicators/trade_cny/", "/plan/", "/plan/tasks/42/", "/plan/targets/trade_value/", "/plan/lights/", "/plan/board/",
    "/plan/monthly/", "/plan/meetings/", "/plan/assessment/", "/plan/liaisons/", "/plan/public/",
)  # fmt: skip
PAPER_PX = 672  # what a sheet of A4 leaves between its margins
STICKS_OUT = """[...document.querySelectorAll('main, main table, main section, main figure')]
    .filter(one => one.getBoundingClientRect().right > document.documentElement.clientWidth + 1).map(one => one.outerHTML.slice(0, 120))"""


@pytest.mark.parametrize("kind", EVERY)
def test_every_indicator_task_and_target_opens(visitor: Visitor, kind: str) -> None:
    assert len(EVERY[kind]) >= {"indicators": 50, "tasks": 45, "targets": 20}[kind]
    visitor.play("office")
    visitor.page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
    faults: list[object] = []
    for path in EVERY[kind]:
        visitor.complaints.clear()
        try:
            page = visitor.go(path)
            assert page.locator("h1").inner_text().strip() and page.locator("main h2").count()
            assert overflow(page) <= 0 and visitor.complaints == []
        except AssertionError as fault:
            faults.append((path, fault.args, list(visitor.complaints)))
    visitor.page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
    assert not faults, "\n".join(map(str, faults))


def test_on_paper_nothing_is_cut_and_no_tool_is_printed(visitor: Visitor) -> None:
    visitor.play("office")
    faults: list[object] = []
    for path in PRINTED:
        page = visitor.go(path)
        page.emulate_media(media="print")
        page.set_viewport_size({"width": PAPER_PX, "height": 1000})
        out = page.evaluate(STICKS_OUT)
        tools = page.locator(".side, .menu, .filters, .top .tools").evaluate_all(
            "all => all.filter(one => one.offsetParent).length"
        )
        if out or tools:
            faults.append((path, tools, out))
        page.emulate_media(media="screen")
    assert not faults, "\n".join(map(str, faults))
