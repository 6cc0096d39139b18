"""What statistics are told of a list's line: the declared quantity, and the first legal one only together with its unit."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pilotzone.rooms.clearance.queries.statistics import _line


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"qty1": "0.5", "unit1": "035"}, (Decimal("0.5"), "035")),
        ({"qty1": "0.5"}, (None, "")),
        ({"unit1": "035"}, (None, "035")),
        ({}, (None, "")),
    ],
)
def test_the_first_legal_quantity_comes_with_its_unit(said: dict[str, str], told: tuple[Decimal | None, str]) -> None:
    line = _line({"gcode": "6109100010", "totalPrice": "10", "qty": "2"} | said, {})
    assert line.quantity == 2 and (line.legal_quantity, line.legal_unit) == told
