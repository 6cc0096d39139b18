"""账册核对 of bonded retail imports (M12, regulations §1.3): what a list takes off its book, record number by record number.

Only the interface: the stock of bonded books is kept by the warehouse, which hands in the balances (reservations taken off).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from pilotzone.rooms.clearance.engine.applications import plain
from pilotzone.rooms.clearance.engine.case import Head, number
from pilotzone.rooms.clearance.errors import Fault, Rule

SHORT = Rule(
    "rule.bonded.balance", whose="area", official="-621001",
    zh="账册{book}料号{record}可用{left}，清单需要{asked}", en="book {book} has {left} of record {record}; the list asks for {asked}",
    source="海关总署公告2014年第57号；handbook §1.3 M12",
    mend_zh="请区内企业补充备案或核减占用", mend_en="Area enterprise: add to the book or free reservations.",
)  # fmt: skip


def asked(lines: Sequence[Head]) -> dict[str, Decimal]:
    """By record number what a list takes off its book."""
    sums: dict[str, Decimal] = {}
    for line in lines:
        record = line.get("itemRecordNo", "").strip()
        sums[record] = sums.get(record, Decimal(0)) + number(line.get("qty", ""))
    return sums


def balance_faults(book: str, lines: Sequence[Head], balances: Mapping[str, Decimal]) -> list[Fault]:
    """What a book has too little of for a list; a record number it does not hold counts as nothing."""
    return [
        SHORT.fault(book=book, record=record, left=plain(balances.get(record, Decimal(0))), asked=plain(wanted))
        for record, wanted in sorted(asked(lines).items())
        if wanted > balances.get(record, Decimal(0))
    ]
