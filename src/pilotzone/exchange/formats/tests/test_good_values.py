"""The sets of good values are those the checks give on each day, though they are made once for many days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from pilotzone.exchange.formats.definitions import message
from pilotzone.exchange.formats.rules import clean, values
from pilotzone.reference import codes

DAYS = [
    date(2018, 6, 1),
    *(date(2020, 6, 28) + timedelta(days=n) for n in range(6)),
    date(2021, 11, 11),
    date(2022, 5, 2),
]


@pytest.mark.parametrize("name", ["CEB303Message", "CEB311Message", "CEB603Message", "CEB621Message"])
@pytest.mark.parametrize("edition", ["2018", "2022"])
def test_a_remembered_set_is_what_the_checks_say_on_the_day(name: str, edition: str) -> None:
    told = message(name, edition)
    asked = 0
    for lines in (False, True):
        for _, field, checks in values.plan(told.name, edition, lines):
            if not values.ENUMERATED.isdisjoint(checks):
                asked += 1
                for day in DAYS:
                    assert clean._good(field, checks, day, edition) == clean._made_good(field, checks, day, edition)
    assert asked > 5


def test_a_set_is_made_once_for_the_days_between_two_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clean, "_sets", {})
    field, checks = next(
        (field, checks)
        for _, field, checks in values.plan("CEB621Message", "2018", False)
        if field.element == "customsCode"
    )
    changes = codes.changes(field.codes)
    assert list(changes) == sorted(set(changes))
    quiet = [date(2021, 3, 1) + timedelta(days=n) for n in range(20)]
    assert not any(quiet[0] < day <= quiet[-1] for day in changes), "choose other days"
    assert len({id(clean._good(field, checks, day, "2018")) for day in quiet}) == 1
