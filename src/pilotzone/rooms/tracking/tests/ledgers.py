"""Generated ledgers (合成数据) with planted differences, as ordered streams: nothing of them is held in memory but the plan."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import msgspec

from pilotzone.rooms.tracking.engine.reconcile.records import Billed, Held, Linked, Listed, Received, Registered

DAY, ON = date(2021, 3, 1), date(2021, 12, 1)
IMPORTED, EXPORTED = "I", "E"


class Rows(msgspec.Struct):
    """What the ledgers say of one list; a plan changes it."""

    lists: list[Listed]
    bills: list[Billed]
    held: list[Held]
    registered: list[Registered]
    linked: list[Linked]
    received: list[Received]


def _list(n: int, amount: int) -> Listed:
    key = f"{n:018d}"
    if n % 2 == 0:
        return Listed(key, n, key, IMPORTED, "9610", n % 97, "zone", DAY, True, DAY, tax=amount // 10)
    lines = ((1, amount, "USD"),)
    return Listed(key, n, key, EXPORTED, "9610", n % 97, "zone", DAY, True, lines=lines, worth=amount)


# one row of a ledger, by its side and whether it is of the odd numbers (exports) or the even ones (imports)
DRAWN: dict[str, tuple[tuple[int, ...], Callable[[int, int], Any]]] = {
    "lists": ((0, 1), _list),
    "bills": ((0,), lambda n, amount: Billed(f"{n:018d}", f"T{n}", amount // 10, DAY, n % 97)),
    "held": ((0,), lambda n, amount: Held(f"{n:018d}", f"{n:018d}", amount // 10, 0, False)),
    "registered": ((1,), lambda n, amount: Registered(f"{n:018d}", 1, amount, DAY, n % 97)),
    "linked": (
        (1,), lambda n, amount: Linked(f"{n:018d}", n, f"R{n:018d}", n % 97, amount, amount, "USD", amount, DAY),
    ),
    "received": ((1,), lambda n, amount: Received(n, f"R{n:018d}", 5, n % 97, "USD", amount, amount, amount, DAY)),
}  # fmt: skip


def clean(n: int, amount: int) -> Rows:
    """List number `n`, of which every ledger says the same. Even numbers are imports, odd ones exports."""
    return Rows(**{side: [draw(n, amount)] if n % 2 in of else [] for side, (of, draw) in DRAWN.items()})


def _with(rows: Rows, side: str, **changed: Any) -> None:
    setattr(rows, side, [msgspec.structs.replace(row, **changed) for row in getattr(rows, side)])


def _without(*sides: str) -> Callable[[Rows], None]:
    def plant(rows: Rows) -> None:
        for side in sides:
            setattr(rows, side, [])

    return plant


def _differs(rows: Rows) -> None:
    _with(rows, "bills", fen=rows.bills[0].fen + 300)  # type: ignore[operator]


def _unreleased(rows: Rows) -> None:
    _with(rows, "lists", released=None, standing=False, signed=None)


def _signed(rows: Rows) -> None:
    rows.bills = []
    _with(rows, "lists", released=None, standing=False)


def _register_unreleased(rows: Rows) -> None:
    rows.linked, rows.received = [], []
    _with(rows, "lists", released=None, standing=False)


def _amount(rows: Rows) -> None:
    _with(rows, "registered", fen=rows.registered[0].fen + 500)


def _advance(rows: Rows) -> None:
    _with(rows, "received", usd=rows.received[0].usd + 900, fen=rows.received[0].fen + 900)


def _twice(rows: Rows) -> None:
    _with(rows, "received", usd=rows.received[0].usd // 2)


def _returned(rows: Rows) -> None:
    _with(rows, "lists", returned=DAY)


def _cancelled(rows: Rows) -> None:
    _with(rows, "lists", cancelled=DAY, standing=False)


def _number(rows: Rows) -> None:
    rows.lists.append(msgspec.structs.replace(rows.lists[0], trade=rows.lists[0].trade + 10**9))


IMPORT_PLANTS: dict[str, Callable[[Rows], None]] = {
    "released_untaxed": _without("bills"), "tax_unreleased": _unreleased, "tax_differs": _differs,
    "signed_unreleased": _signed, "released_unsigned": lambda rows: _with(rows, "lists", signed=None),
    "returned_kept": _returned, "cancelled_kept": _cancelled, "number_twice": _number,
}  # fmt: skip
EXPORT_PLANTS: dict[str, Callable[[Rows], None]] = {
    "unregistered": _without("registered"), "register_unreleased": _register_unreleased, "amount_differs": _amount,
    "list_unreceived": _without("linked", "received"), "receipt_unlisted": _advance, "receipt_twice": _twice,
    "payee_other": lambda rows: _with(rows, "linked", payee=1000),
    "rate_missing": lambda rows: (_without("linked", "received")(rows), _with(rows, "lists", worth=None))[1],
}  # fmt: skip


class Ledgers:
    """`count` lists drawn by `seed`, of which `planted` differ: {list number: kind}. Every side is drawn anew each time."""

    def __init__(self, count: int, *, seed: int, differing: int) -> None:
        self.count, self.seed = count, seed
        rng = random.Random(seed)
        chosen = rng.sample(range(count), min(differing, count))
        plants = (sorted(IMPORT_PLANTS), sorted(EXPORT_PLANTS))
        self.planted = {n: plants[n % 2][at % len(plants[n % 2])] for at, n in enumerate(chosen)}

    def amount(self, n: int) -> int:
        """The value of a list in fen."""
        return 1000 + (n * 7919 + self.seed) % 500_000

    def rows(self, n: int) -> Rows:
        """What the ledgers say of one list."""
        found = clean(n, self.amount(n))
        kind = self.planted.get(n)
        if kind is not None:
            (EXPORT_PLANTS if n % 2 else IMPORT_PLANTS)[kind](found)
        return found

    def side(self, name: str) -> Iterator[Any]:
        """One ledger in the order of its keys."""
        of, draw = DRAWN[name]
        for n in range(self.count):
            if n in self.planted:
                yield from getattr(self.rows(n), name)
            elif n % 2 in of:
                yield draw(n, self.amount(n))
