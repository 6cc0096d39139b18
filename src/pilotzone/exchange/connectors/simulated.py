"""A synthetic marketplace 合成数据: orders that look real, changes over time, and every trouble one meets.

A connector's `simulator.py` gives `answer(request, world)`: the marketplace's own words for what this world holds.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from email.utils import format_datetime

from pilotzone.base.money import to_cents
from pilotzone.exchange.connectors.asking import Answer, Request
from pilotzone.exchange.connectors.sale import Line, Sale

BEGAN = datetime(2026, 3, 1, tzinfo=UTC)
GOODS = (
    ("SIM-MUG", "Ceramic mug 陶瓷杯"), ("SIM-TEE", "Cotton T-shirt 棉T恤"), ("SIM-LED", "LED strip 灯带"),
    ("SIM-TEA", "Green tea 250 g 绿茶"), ("SIM-BAG", "Canvas bag 帆布袋"),
)  # fmt: skip
BUYERS = ("Ana Lima", "John Example", "Анна Иванова", "María Muñoz", "山田太郎")


def sale_number(number: int, *, chance: random.Random, status: str, created: datetime, currency: str = "USD") -> Sale:
    """One synthetic order whose money adds up; prices to the cent, one to four lines."""
    lines = []
    for sku, name in chance.sample(GOODS, chance.randint(1, 4)):
        price, quantity = Decimal(chance.randint(1, 20_000)) / 100, Decimal(chance.randint(1, 9))
        lines.append(Line(sku, name, quantity, price, to_cents(price * quantity)))
    goods = sum((line.amount for line in lines), Decimal(0))
    freight = Decimal(chance.choice((0, 0, 499, 1250))) / 100
    discount = to_cents(goods * chance.choice((0, 0, 5, 10)) / 100)
    tax = to_cents((goods - discount) * chance.choice((0, 0, 6, 8)) / 100)
    return Sale(
        platform="", number=f"S{number:09d}", status=status, created=created, updated=created, currency=currency,
        buyer=chance.choice(BUYERS), country=chance.choice(("US", "BR", "RU", "ES", "JP")), lines=tuple(lines),
        total=goods - discount + freight + tax, freight=freight, discount=discount, tax=tax,
    )  # fmt: skip


@dataclass
class World:
    """The marketplace's own books: orders by number, its clock, its page size. `token` is what it wants to be shown."""

    orders: dict[str, Sale] = field(default_factory=dict)
    now: datetime = BEGAN
    size: int = 50
    token: str = "good"  # noqa: S105 (synthetic)

    @classmethod
    def of(cls, count: int, *, seed: int, status: str, days: int = 3, size: int = 50) -> World:
        """So many synthetic orders over so many days, the clock at the end of them."""
        chance, world = random.Random(seed), cls(size=size)  # noqa: S311 (synthetic)
        for number in range(count):
            created = BEGAN + timedelta(seconds=int(days * 86_400 * number / max(count, 1)))
            one = sale_number(number, chance=chance, status=status, created=created)
            world.orders[one.number] = one
        world.now = BEGAN + timedelta(days=days)
        return world

    def changed_since(self, since: datetime) -> list[Sale]:
        """Oldest change first."""
        found = [one for one in self.orders.values() if one.updated >= since]
        return sorted(found, key=lambda one: (one.updated, one.number))

    def created_on(self, day: date) -> list[Sale]:
        """By number."""
        return sorted((one for one in self.orders.values() if one.created.date() == day), key=lambda one: one.number)

    def figures(self, day: date) -> tuple[int, Decimal]:
        """Orders of a day and their money."""
        found = [one for one in self.orders.values() if one.created.date() == day]
        return len(found), sum((one.total for one in found), Decimal(0))

    def edit(self, number: str, *, at: datetime, status: str | None = None, fees: Decimal = Decimal(0)) -> None:
        """Change an order: another status, further fees the buyer pays."""
        old = self.orders[number]
        self.orders[number] = replace(
            old, status=status or old.status, fees=old.fees + fees, total=old.total + fees, updated=at
        )

    def page(self, found: list[Sale], number: int) -> tuple[list[Sale], bool]:
        """Page `number` (from 1) of a list, and whether there is another."""
        return found[(number - 1) * self.size : number * self.size], number * self.size < len(found)


@dataclass
class Trouble:
    """Shares (0 to 1) of requests that meet each trouble; edits are changes between two requests, some under old stamps."""

    busy: float = 0.05
    broken: float = 0.03
    silent: float = 0.02
    empty: float = 0.02
    repeats: float = 0.10
    edits: float = 0.30
    late: timedelta = timedelta(hours=3)
    skew: timedelta = timedelta(minutes=-7)


class Chaos:
    """A transport to a connector's simulator in which everything goes wrong that can; `rows` finds the orders of a page.

    An `empty` page tells no order and leads to the next one, as marketplaces do whose search lags. `calm` ends edits.
    """

    def __init__(
        self, world: World, answer: Callable[[Request, World], Answer], *, seed: int, trouble: Trouble | None = None
    ) -> None:
        self.world, self.answer, self.trouble = world, answer, trouble or Trouble()
        self.chance = random.Random(seed)  # noqa: S311 (synthetic)
        self.calm = False
        self.met: dict[str, int] = dict.fromkeys(("busy", "broken", "silent", "empty", "repeats", "edits"), 0)
        self._numbers = list(world.orders)

    def __call__(self, request: Request) -> Answer:
        if self._meets("busy"):
            return Answer(429, b"{}", {"retry-after": "2"})
        if self._meets("broken"):
            return Answer(500, b"<html>oops</html>")
        if self._meets("silent"):
            raise ConnectionResetError("synthetic")
        if not self.calm and self._meets("edits"):
            for _ in range(self.chance.randint(1, 10)):
                self._edit()
        world = self.world
        if self._meets("empty"):
            world = _Blind(world.orders, world.now, world.size, world.token)
        elif self._meets("repeats"):
            world = _Stuttering(world.orders, world.now, world.size, world.token)
        answer = self.answer(request, world)
        date_told = format_datetime(self.world.now + self.trouble.skew, usegmt=True)
        return replace(answer, headers={**answer.headers, "date": date_told})

    def _meets(self, what: str) -> bool:
        met = self.chance.random() < getattr(self.trouble, what)
        self.met[what] += met
        return bool(met)

    def _edit(self) -> None:
        """One order changes now, under a stamp that may lie hours back: another server's clock, or a slow index."""
        late = self.chance.random() < 0.2
        back = self.trouble.late if late else timedelta(0)
        number = self.chance.choice(self._numbers)
        at = max(self.world.now + self.trouble.skew - back, self.world.orders[number].updated)
        self.world.edit(number, at=at, fees=Decimal(self.chance.randint(1, 500)) / 100)


class _Blind(World):
    def page(self, found: list[Sale], number: int) -> tuple[list[Sale], bool]:
        return [], super().page(found, number)[1]


class _Stuttering(World):
    def page(self, found: list[Sale], number: int) -> tuple[list[Sale], bool]:
        page, more = super().page(found, number)
        return [*page, *page[: len(page) // 2 + 1]], more
