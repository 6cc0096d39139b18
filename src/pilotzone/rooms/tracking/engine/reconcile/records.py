"""Rows of the ledgers as the reconciliation reads them. Money is whole fen (cents of the currency), days are Shanghai days.

Every side is a stream in ascending order of `key`: the list number, or the number of the trade where it has none yet.
"""

from __future__ import annotations

from datetime import date

import msgspec

Line = tuple[int, int, str]  # number, fen, currency


class Listed(msgspec.Struct, frozen=True, gc=False):
    """A declaration list: customs released it on `released`; `standing` while that holds. `tax`: ours, None unknown.

    `worth`: value in US cents by SAFE's table of its month, None where no table tells it. `freight` is in the lines' currency.
    """

    key: str
    trade: int
    number: str
    flow: str
    mode: str
    firm: int
    unit: str
    released: date | None
    standing: bool
    signed: date | None = None
    cancelled: date | None = None
    returned: date | None = None
    tax: int | None = None
    lines: tuple[Line, ...] = ()
    freight: int = 0
    worth: int | None = None


class Billed(msgspec.Struct, frozen=True, gc=False):
    """An electronic tax bill of customs. `fen` is None while customs told no amounts."""

    key: str
    number: str
    fen: int | None
    on: date
    firm: int = 0


class Held(msgspec.Struct, frozen=True, gc=False):
    """What a list holds of a guarantee and of the buyer's year; `restored`: some of it was given back."""

    key: str
    number: str
    fen: int
    released: int
    restored: bool


class Registered(msgspec.Struct, frozen=True, gc=False):
    """A line as the firm registered it for its export treatment; it names no currency."""

    key: str
    line: int
    fen: int
    on: date
    firm: int = 0


class Linked(msgspec.Struct, frozen=True, gc=False):
    """A part of a receipt that stands behind a list: `usd` of it, of a document worth `value` in `currency`, `worth` in USD."""

    key: str
    receipt: int
    number: str
    payee: int
    usd: int
    value: int
    currency: str
    worth: int
    on: date
    documented: bool = False
    reported: bool = False


class Received(msgspec.Struct, frozen=True, gc=False):
    """A receipt of foreign exchange: `usd` with what was netted and without what was sent back, `linked` of it used."""

    receipt: int
    number: str
    bank: int
    firm: int
    currency: str
    fen: int
    usd: int
    linked: int
    on: date
    reported: bool = False


class Bundle(msgspec.Struct, gc=False):
    """All that the ledgers say under one key."""

    key: str
    lists: list[Listed]
    bills: list[Billed]
    held: list[Held]
    registered: list[Registered]
    linked: list[Linked]


class Leg(msgspec.Struct, frozen=True, gc=False):
    """Money that a residual explains: what the first side of a pair tells above the second, in one currency."""

    pair: str
    currency: str
    fen: int


class Residual(msgspec.Struct, frozen=True, gc=False):
    """A difference with its name, what both sides say, whose turn it is and until when it should have been right."""

    kind: str
    key: str
    subject: str
    firm: int
    unit: str
    trade: int
    number: str
    day: date
    due: date
    left: str
    right: str
    legs: tuple[Leg, ...] = ()

    @property
    def mark(self) -> str:
        """What makes two findings one and the same difference."""
        return f"{self.kind}|{self.key}|{self.subject}"
