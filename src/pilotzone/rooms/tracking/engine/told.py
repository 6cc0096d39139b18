"""What one event row tells of a trade: how it stands, and the lines of its life since the row before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Raw, Struct

# what a line moved: nothing (a tax bill, told when it came), who holds the trade from then on, or its state
NOTHING, TURN, REACHED = range(3)
_json = msgspec.json.Encoder()


class Line(Struct, array_like=True, gc=False):
    """[at (ISO time with zone), code, zh, en, source, state, holder, moved]; what is only passed on stays as it came."""

    at: str
    code: str
    zh: Raw
    en: Raw
    source: Raw
    state: str
    holder: Raw
    moved: int


class Firms(Struct, gc=False):
    """Whose the trade is, by role: the seller alone is read."""

    ebc: int | None = None


class Told(Struct, gc=False):
    """A row. One without `lines` is one itself (tax tells them, and clearance did before its rows had lines): it says
    what it moved by `reached` and `turn`."""

    trade: int | None = None
    flow: str | None = None
    mode: str | None = None
    state: str | None = None
    holder: str | None = None
    numbers: dict[str, str | None] | None = None
    parties: Raw = Raw(b"[]")
    buyer: str | None = None
    unit: str | None = None
    firms: Firms | None = None
    value: str | None = None
    tax: str | None = None
    lines: list[Line] | None = None
    at: str | None = None
    code: str | None = None
    zh: str | None = None
    en: str | None = None
    source: str | None = None
    reached: bool = True
    turn: bool = False


ROWS = msgspec.json.Decoder(list[Told], strict=False)


def rows_of(rows: Sequence[Mapping[str, Any]]) -> list[Told]:
    """Rows that are not packed, in their order."""
    return ROWS.decode(_json.encode(rows))


def lines_of(row: Told) -> list[Line]:
    """The lines a row tells, in their order."""
    if row.lines is None:
        moved = REACHED if row.reached else TURN if row.turn else NOTHING
        zh, en, source, holder = (Raw(_json.encode(one or "")) for one in (row.zh, row.en, row.source, row.holder))
        row.lines = [Line(row.at or "", row.code or "", zh, en, source, row.state or "", holder, moved)]
    return row.lines


def parties_of(row: Told) -> str:
    """The organisations of a row as an array's text; {} where it tells none."""
    told = bytes(row.parties).decode()
    return "{}" if told == "null" else f"{{{told[1:-1]}}}"


def packed(lines: Sequence[Line]) -> str:
    """Lines as they are stored: JSON arrays joined by commas, so that later ones are appended as text."""
    return _json.encode(lines)[1:-1].decode()
