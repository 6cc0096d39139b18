"""Loads the synthetic year: generates, signs and sends it into the inbox, and waits until the pipeline has worked it off."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import Any

import psycopg

from pilotzone.base.days import SHANGHAI
from pilotzone.exchange import inbox, receipt_window
from pilotzone.exchange.inbox import Incoming
from pilotzone.exchange.signing import PemSigner
from pilotzone.portal.demo import batches, season
from pilotzone.portal.demo.batches import Signed
from pilotzone.portal.demo.firms import DECLARANT, of_role, sellers
from pilotzone.portal.demo.mishaps import befall, later
from pilotzone.portal.demo.people import CONSUMER, buyer
from pilotzone.portal.demo.trades import SUMMED_FROM, Deal, Paper, deal, export_papers, import_papers
from pilotzone.rooms.tax import api as tax

MODES = (("I", "1210", 0.55), ("I", "9610", 0.2), ("E", "9610", 0.25))
OWN, OWN_DAYS = 3, (4, 14)  # imports of the consumer who can be played, so many days before the last
SHOWN = 3  # exports of the first seller and declarant, all to be summed up
TOGETHER = 100  # messages kept in one transaction
HELD = 20  # such transactions are written ahead while nothing may be sent yet
# what is on its way between two of the places looked at is seen by the next look
QUIET, LOOK_S, LONG_LOOK_S, FEW = 3, 0.2, 1.5, 200  # a look counts what waits: the more, the dearer
DEALT_WITH = timedelta(minutes=75)  # customs says its last word on a trade by then
RECENT_DAYS, RECENT_HOURS = 2, 2  # the last days are sent every two hours, older ones once a day


@dataclass(frozen=True)
class Order:
    """What to load."""

    first: date
    until: datetime
    trades: int
    seed: int

    @property
    def last(self) -> date:
        """The last day."""
        return self.until.astimezone(SHANGHAI).date()

    @property
    def people(self) -> int:
        """How many buyers: a dozen purchases each in a year."""
        return max(50, self.trades // 12)


class Progress:
    """What a page may show of a running load: a small file, replaced whole."""

    def __init__(self, path: Path, total: int) -> None:
        self._path, self._total = path, total
        path.parent.mkdir(parents=True, exist_ok=True)

    def tell(self, stage: str, done: int, *, finished: bool = False) -> None:
        """Say what is being done (in Chinese, as the page shows it) and how many of the total are."""
        fresh = self._path.with_suffix(".new")
        told = {"stage": stage, "done": done, "total": self._total, "finished": finished}
        fresh.write_text(json.dumps(told, ensure_ascii=False))
        fresh.replace(self._path)


def deals(order: Order) -> Iterator[Deal]:
    """The year's deals in the order of their days; the same for the same order."""
    chance = random.Random(f"{order.seed} {order.first}")  # noqa: S311 (synthetic data, not a secret)
    flows = random.Random(f"flows {order.seed}")  # noqa: S311 (synthetic data, not a secret)
    weights = [share for *_, share in MODES]
    number = shown = own = 0
    for day, count in season.spread(order.first, order.last, order.trades, chance):
        for at in sorted(_past(season.moment(day, chance), order.until, chance) for _ in range(count)):
            flow, mode, _ = flows.choices(MODES, weights=weights)[0]
            if at.date() >= SUMMED_FROM and shown < SHOWN:
                # every zone has lists that stand overdue for their summary, however few trades it has
                one = deal(number, flow="E", mode="9610", at=at, chance=chance, people=order.people)
                yield replace(one, seller=sellers()[0], declarant=of_role(DECLARANT)[0])
                shown += 1
            else:
                one = deal(number, flow=flow, mode=mode, at=at, chance=chance, people=order.people)
                if flow == "I" and own < OWN and OWN_DAYS[0] <= (order.last - day).days <= OWN_DAYS[1]:
                    one, own = replace(one, buyer=buyer(CONSUMER)), own + 1
                yield one
            number += 1


def _past(at: datetime, until: datetime, chance: random.Random) -> datetime:
    """Nothing comes from the future, customs' last word included: what would, came in the last hours."""
    last = until - DEALT_WITH
    return at if at < last else last - timedelta(minutes=chance.randrange(300))


def papers(one: Deal, chance: random.Random, *, recent: bool = False) -> list[tuple[datetime, Paper]]:
    """What is sent of a deal, each paper a little later than the one before; the last may follow days later."""
    if one.number.startswith("GJ"):
        made = import_papers(one, withheld(one))
    else:
        made = export_papers(one)
    sent = befall(made, chance, recent=recent)
    timed = [(one.at + timedelta(seconds=20 * n), paper) for n, paper in enumerate(sent)]
    return timed + later(made, sent, one.at, chance)


def withheld(one: Deal) -> Decimal:
    """The tax the platform withholds: what the tax room computes on the day."""
    lines = [
        {"gcode": w.hs, "qty": str(n), "price": str(w.price), "qty1": str(w.first * n), "unit1": w.unit1,
         **({"qty2": str(w.second * n), "unit2": w.unit2} if w.second is not None else {})}
        for w, n in one.basket
    ]  # fmt: skip
    declared = tax.declared({"freight": str(one.freight)}, lines, on=one.at.date())
    return tax.assess(declared, on=one.at.date()).total


def load(
    order: Order,
    signers: dict[int, PemSigner],
    connect: Callable[[], psycopg.Connection[Any]],
    progress: Progress,
    *,
    may: Future[None] | None = None,
) -> int:
    """Send the year; answers how many documents were sent. The caller waits for the pipeline with `settle`.

    `may`: nothing is sent before it is done; what it raised is raised. Messages are written and signed meanwhile.
    """
    sent = 0
    with connect() as connection:
        held: list[tuple[list[Signed], int]] = []
        for ready, done in _written(order, batches.Desk(signers)):
            held.append((ready, done))
            if may is None or may.done() or len(held) >= HELD:
                sent += _send_all(connection, held, may, progress)
                held = []
        sent += _send_all(connection, held, may, progress)
    return sent


def _written(order: Order, desk: batches.Desk) -> Iterator[tuple[list[Signed], int]]:
    """The year's signed messages by what is kept in one transaction, and how many trades were written until then."""
    chance = random.Random(f"mishaps {order.seed}")  # noqa: S311 (synthetic data, not a secret)
    done = 0
    ready: list[Signed] = []
    waiting: list[tuple[datetime, Paper]] = []  # what follows days later is sent with that day's papers
    for (day, _), slot in groupby(deals(order), key=lambda one: _slot(one.at, order.last)):
        due = [one for one in waiting if one[0].date() < day]
        group: list[tuple[datetime, Paper]] = []
        waiting = [one for one in waiting if one[0].date() >= day]
        for one in slot:
            for told in papers(one, chance, recent=(order.last - day).days < RECENT_DAYS):
                (group if told[0].date() == day else waiting).append(told)
            done += 1
        # oldest first, so that the papers of a trade come in a natural order
        ready += sorted([*desk.messages(due), *desk.messages(group)], key=lambda message: message.at)
        if len(ready) >= TOGETHER:
            yield ready, done
            ready = []
    rest = [one for one in waiting if one[0] < order.until - DEALT_WITH]
    ready += sorted(desk.messages(rest), key=lambda message: message.at)
    yield ready, done


def _send_all(
    connection: psycopg.Connection[Any],
    held: Sequence[tuple[list[Signed], int]],
    may: Future[None] | None,
    progress: Progress,
) -> int:
    """Send what was written, once it may be sent; answers how many documents that was."""
    if may is not None:
        may.result()
    sent = 0
    for ready, done in held:
        sent += _send(connection, ready)
        progress.tell("提交", done)
    return sent


def _slot(at: datetime, last: date) -> tuple[date, int]:
    """What is sent together."""
    recent = (last - at.date()).days < RECENT_DAYS
    return at.date(), at.hour // RECENT_HOURS if recent else 0


def _send(connection: psycopg.Connection[Any], messages: list[Signed]) -> int:
    """Keep signed messages together; answers how many documents they hold."""
    inbox.keep(connection, [Incoming(m.body, "http", m.sender.dxp_id, None, m.at) for m in messages])
    connection.commit()
    return sum(m.documents for m in messages)


def settle(
    connect: Callable[[], psycopg.Connection[Any]],
    tell: Callable[[int, int], None],
    *,
    counterpart: Callable[[], int],
    limit_s: float = 600,
) -> bool:
    """Wait until inbox, outbox and counterpart are empty; False where the time was not enough.

    `tell` is told now and then how much is done, of how much; `counterpart` says how much waits on the other side.
    """
    until, quiet, most = time.monotonic() + limit_s, 0, 1
    with connect() as connection:
        connection.autocommit = True
        while time.monotonic() < until:
            waiting = _waiting(connection) + counterpart()
            quiet = quiet + 1 if waiting == 0 else 0
            if quiet >= QUIET:
                return True
            most = max(most, waiting)
            tell(most - waiting, most)
            time.sleep(LOOK_S if waiting < FEW else LONG_LOOK_S)
    return False


def _waiting(connection: psycopg.Connection[Any]) -> int:
    with connection.cursor() as cursor:
        left = inbox.backlog(cursor) + receipt_window.waiting(cursor)
        cursor.execute("SELECT count(*) FROM exchange_outbox WHERE state = 'queued'")
        row = cursor.fetchone()
    return left + int(row[0] if row else 0)


def span(year: int, now: datetime) -> tuple[date, datetime]:
    """From the first day of a year to its end, or to the zone's now where that comes first."""
    return date(year, 1, 1), min(datetime(year, 12, 31, 23, 59, tzinfo=SHANGHAI), now.astimezone(SHANGHAI))
