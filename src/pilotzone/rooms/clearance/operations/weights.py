"""How many kilograms of a good with a yearly limit a buyer has used: of the year's booked lists, less closed returns.

Read from the lists themselves, so it can neither drift from them nor be booked twice; the batch lock makes it safe
against what comes at once. Only asked when a list holds such a good.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal

from pilotzone.base.days import day_of
from pilotzone.rooms.clearance.engine import kinds, states
from pilotzone.rooms.clearance.engine.goods_rules import limited, weight_back, weight_of
from pilotzone.rooms.clearance.engine.rows import TradeRow
from pilotzone.rooms.clearance.operations.desk import Desk
from pilotzone.rooms.clearance.queries import lookups


def asked(desk: Desk, trade: TradeRow, on: date) -> frozenset[str]:
    """The 8-digit lines of a trade's list that are limited by weight a person and year on that day."""
    if trade.flow != kinds.IMPORT or trade.list_id is None or not trade.buyer:
        return frozenset()
    return limited(desk.part(trade.list_id).lines, on=on)


def used(desk: Desk, trade: TradeRow, on: date, wanted: Collection[str]) -> Mapping[str, Decimal]:
    """Kilograms by 8-digit line the buyer's other trades of the year hold; trades waiting to be settled do not count."""
    others = [one for one in _booked(desk, trade.buyer, on.year) if one.hash != trade.hash]
    desk.fetch(one.list_id for one in others if one.list_id is not None)
    back = _returns(desk, others)
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for one in others:
        assert one.list_id is not None
        lines = desk.part(one.list_id).lines
        for hs8, kg in weight_of(lines, wanted).items():
            sums[hs8] += kg
        for document in back.get(one.hash, ()):
            for hs8, kg in weight_back(lines, desk.part(document).lines, wanted).items():
                sums[hs8] -= kg
    return sums


def _booked(desk: Desk, buyer: str, year: int) -> list[TradeRow]:
    """The buyer's trades whose amount is booked in the year; what the batch has changed stands over what is stored."""
    stored = lookups.buyer_trades(desk.cursor, buyer, since=date(year - 1, 12, 1), until=date(year, 12, 31))
    rows = {one.hash: one for one in stored} | {one.hash: one for one in desk.trades.values() if one.buyer == buyer}
    return [
        one
        for one in rows.values()
        if one.flow == kinds.IMPORT and one.state in states.BOOKED and not one.history
        and one.list_id is not None and _year(one) == year
    ]  # fmt: skip


def _year(trade: TradeRow) -> int | None:
    """The year of the day it was booked; of its list's acceptance where customs took it against the platform's word."""
    passed = trade.stages.get(states.PASSED)
    on = day_of(datetime.fromisoformat(passed)) if passed else trade.accepted_on
    return on.year if on is not None else None


def _returns(desk: Desk, trades: Iterable[TradeRow]) -> Mapping[int, list[int]]:
    """Per trade the return applications customs closed."""
    hashes = {one.hash for one in trades}
    found = lookups.returns_of(desk.cursor, hashes, states.GIVEN_BACK)
    closed = {row.document_id for row in desk.receipts if row.applied and row.return_status in states.GIVEN_BACK}
    here = [(row.trade_hash, row.id) for row in desk.documents if row.kind.name == kinds.REFUND]
    back: dict[int, list[int]] = defaultdict(list)
    for hash_, id_, done in [*found, *((hash_, id_, False) for hash_, id_ in here)]:
        if hash_ in hashes and (done or id_ in closed):
            back[hash_].append(id_)
    return back
