"""Who is told of overdue summary declarations: the firms that have to make them, and the offices."""

from __future__ import annotations

from datetime import date

import pytest

from pilotzone.kernel.access.actor import AGENCY, ENTERPRISE, Actor
from pilotzone.portal.desks import overdue
from pilotzone.rooms.clearance import api as clearance

ROWS = [{"month": date(2021, 11, 1), "seller": 1, "agent": 2}, {"month": date(2021, 10, 1), "seller": 3, "agent": 2}]


@pytest.mark.parametrize(
    ("caller", "months"),
    [
        (Actor(kind=ENTERPRISE, organisation=1), ["2021-11"]),
        (Actor(kind=ENTERPRISE, organisation=2), ["2021-11", "2021-10"]),
        (Actor(kind=ENTERPRISE, organisation=9), []),
        (Actor(kind=AGENCY, unit_path="zone.customs"), ["2021-11", "2021-10"]),
    ],
    ids=["consignor", "declarant", "payment firm", "customs"],
)
def test_a_firm_is_told_of_what_it_has_to_sum_up_itself(
    monkeypatch: pytest.MonkeyPatch, caller: Actor, months: list[str]
) -> None:
    monkeypatch.setattr(clearance, "summaries_overdue", lambda *, today: ROWS, raising=False)
    monkeypatch.setattr(overdue, "current", lambda: caller)
    told = overdue.summaries(date(2021, 12, 30))
    assert [one["href"] for one in told] == [f"/clearance/summary/{month}/?standing=open" for month in months]
