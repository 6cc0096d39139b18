"""Lists of the same goods share a computation, and only those."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from pilotzone.pipeline import booking

HEAD = {"freight": "0", "insuredFee": "0", "buyerName": "a"}
LINE = {"gcode": "3305100090", "qty": "1", "price": "78.00", "unit1": "035", "qty1": "1", "unit": "011", "gname": "a"}
ON = date(2021, 12, 30)


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> dict[Any, booking.Ahead]:
    kept: dict[Any, booking.Ahead] = {}
    monkeypatch.setattr(booking, "_assessed", kept)
    return kept


def test_what_the_tax_does_not_depend_on_is_not_asked(known: dict[Any, booking.Ahead]) -> None:
    first = booking._known(HEAD, [LINE], ON)
    assert booking._known({**HEAD, "buyerName": "b"}, [{**LINE, "gname": "b"}], ON) is first
    assert first == booking._ahead(HEAD, [LINE], ON)


@pytest.mark.parametrize("name", ["gcode", "qty", "price", "unit1", "qty1", "unit2", "qty2", "unit"])
def test_every_field_the_tax_depends_on_makes_another(known: dict[Any, booking.Ahead], name: str) -> None:
    first = booking._known(HEAD, [LINE], ON)
    other = {**LINE, name: "2"}
    found = booking._known(HEAD, [other], ON)
    assert found is not first
    assert found == booking._ahead(HEAD, [other], ON)


def test_day_carriage_lines_and_the_edition_of_the_law_make_others(
    known: dict[Any, booking.Ahead], monkeypatch: pytest.MonkeyPatch
) -> None:
    booking._known(HEAD, [LINE], ON)
    booking._known(HEAD, [LINE], date(2018, 12, 30))
    booking._known({**HEAD, "freight": "1"}, [LINE], ON)
    booking._known(HEAD, [LINE, LINE], ON)
    monkeypatch.setattr(booking.edition, "version", lambda: "another")
    booking._known(HEAD, [LINE], ON)
    assert len(known) == 5


def test_no_more_than_so_many_are_remembered(known: dict[Any, booking.Ahead], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(booking, "_MOST_KNOWN", 3)
    for qty in range(1, 9):
        booking._known(HEAD, [{**LINE, "qty": str(qty)}], ON)
        assert len(known) <= 3
