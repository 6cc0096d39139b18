"""The pages of statistics in a zone whose months are published: the public's, the statisticians', customs' and a firm's own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

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
