"""What a bonded list takes off its book: sums by record number, and what is short is told."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pilotzone.rooms.clearance.engine.bonded import asked, balance_faults

LINES = [{"itemRecordNo": "R1", "qty": "2"}, {"itemRecordNo": "R2", "qty": "1"}, {"itemRecordNo": "R1", "qty": "1.5"}]


def test_lines_of_one_record_add_up() -> None:
    assert asked(LINES) == {"R1": Decimal("3.5"), "R2": Decimal(1)}


@pytest.mark.parametrize(
    ("balances", "short"),
    [({"R1": "3.5", "R2": "1"}, []), ({"R1": "3.49", "R2": "1"}, ["R1"]), ({"R1": "4"}, ["R2"]), ({}, ["R1", "R2"])],
)
def test_what_is_short_is_told(balances: dict[str, str], short: list[str]) -> None:
    found = balance_faults("H4001", LINES, {record: Decimal(left) for record, left in balances.items()})
    assert [fault.code for fault in found] == ["rule.bonded.balance"] * len(short)
    assert all(record in fault.zh for record, fault in zip(short, found, strict=True))
