"""Trades a document names by numbers in its lines: looked up when such a document comes, never for the others."""

from __future__ import annotations

from collections.abc import Iterable

from pilotzone.rooms.clearance.engine import keys
from pilotzone.rooms.clearance.engine.rows import TradeRow
from pilotzone.rooms.clearance.operations.desk import Desk
from pilotzone.rooms.clearance.queries import lookups


def by_list_number(desk: Desk, numbers: Iterable[str]) -> dict[str, TradeRow]:
    """Trades by the number customs gave their lists; unknown numbers are left out."""
    return _found(desk, keys.INVT_NO, numbers)


def by_waybill(desk: Desk, namespace: int, texts: Iterable[str]) -> dict[str, TradeRow]:
    """Trades by the key of the waybill they go with; waybills not known or of no trade yet are left out."""
    found = _found(desk, namespace, texts)
    told = {text: keys.key_hash(namespace, text) for text in found}
    return {text: trade for text, trade in found.items() if trade.waybill_hash == told[text]}


def _found(desk: Desk, namespace: int, texts: Iterable[str]) -> dict[str, TradeRow]:
    wanted = {keys.key_hash(namespace, text): text for text in texts if text}
    load(desk, wanted)
    load(desk, {row.trade_hash for hash_ in wanted if (row := desk.keys.get(hash_)) and row.trade_hash is not None})
    ids = {
        row.document_id
        for hash_ in wanted
        if (own := desk.keys.get(hash_)) and (row := desk.keys.get(own.trade_hash or 0)) and row.hash not in desk.trades
    }
    desk.take(lookups.trade_rows(desk.cursor, ids - {0}))
    told = {}
    for hash_, text in wanted.items():
        row = desk.key(namespace, text, hash_)
        trade = desk.trade(row.trade_hash) if row is not None else None
        if trade is not None:
            told[text] = trade
    return told


def load(desk: Desk, hashes: Iterable[int]) -> None:
    """Put keys on the table that are not there yet."""
    rows = lookups.key_rows(desk.cursor, set(hashes) - desk.keys.keys())
    desk.keys.update(rows)
    desk.known_keys.update(rows)
