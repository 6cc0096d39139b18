"""Lists and forms of the workbenches no story looks at, opened by who works there: no fault by axe, nothing too wide."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.journeys.visiting import Visitor
from tests.journeys.zone import Zone

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("zone")]
PAGES = {
    "platform": (
        "/enterprise/",
        "/enterprise/messages/",
        "/enterprise/buyers/",
        "/enterprise/webhooks/",
        "/accounts/deputies/",
    ),
    "firm_admin": ("/enterprise/tokens/", "/accounts/certificates/"),
    "office": (
        "/office/suspensions/",
        "/office/disputes/",
        "/office/losses/",
        "/office/figures/",
        "/accounts/firms/",
        "/accounts/people/",
        "/accounts/matrix/",
        "/plan/",
        "/plan/tasks/14/",
        "/plan/reports/",
        "/plan/monthly/",
        "/plan/meetings/",
        "/plan/meetings/actions/",
        "/plan/liaisons/",
        "/plan/assessment/",
        "/plan/board/",
        "/plan/public/",
    ),
    "customs": ("/officer/trades/",),
}


@pytest.fixture(scope="module")
def visitor(chromium: Any, zone: Zone) -> Iterator[Visitor]:
    made = Visitor(chromium, zone)
    yield made
    made.close()


@pytest.mark.parametrize("party", PAGES)
def test_every_page_of_a_desk_has_no_fault(visitor: Visitor, party: str) -> None:
    visitor.play(party)
    faults: list[object] = []
    for path in PAGES[party]:
        visitor.complaints.clear()
        try:
            visitor.go(path)
            visitor.look("desk" + path.replace("/", "-").rstrip("-"))
        except AssertionError as fault:
            faults.append((path, fault.args))
    assert not faults, "\n".join(map(str, faults))
