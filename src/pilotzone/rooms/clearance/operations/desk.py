"""The batch's table: everything known about the keys, documents and trades it touches, loaded at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache

from pilotzone.kernel.partitions import first_id
from pilotzone.rooms.clearance.engine import keys, kinds, rights
from pilotzone.rooms.clearance.engine.case import Head, Identity, Part, Tolerance
from pilotzone.rooms.clearance.engine.kinds import BY_MESSAGE
from pilotzone.rooms.clearance.engine.rows import SLOTS, DocumentRow, KeyRow, TradeRow
from pilotzone.rooms.clearance.errors import Fault
from pilotzone.rooms.clearance.operations import preparing
from pilotzone.rooms.clearance.operations.inputs import Book, Directory, Effect, MessageIn, Outcome
from pilotzone.rooms.clearance.queries import contents, editions, lookups
from pilotzone.rooms.clearance.queries.lookups import Cursor, MessageRow

# at, code, zh, en, source, state, holder, moved (telling.py)
Line = tuple[str, str, str, str, str, str, str, int]


@dataclass(frozen=True, slots=True)
class Settings:
    """The room's parameters for a batch: how long a list waits for its papers, and how far amounts may differ."""

    wait: timedelta = timedelta(hours=72)
    tolerance: Tolerance = field(default_factory=Tolerance)


@dataclass(slots=True)
class ReceiptRow:
    """A receipt to be stored."""

    name: str
    document_id: int | None
    trade_id: int | None
    key: str
    return_status: str
    return_time: str
    info: str
    pre_no: str
    invt_no: str
    applied: bool
    why: str
    inbox_id: int
    received_at: datetime
    parties: list[int]


@dataclass(slots=True)
class _Wanted:
    """Hashes of trades, of other keys and of waybills that came, and buyers: what messages may touch."""

    trades: set[int] = field(default_factory=set)
    others: set[int] = field(default_factory=set)
    waybills: set[int] = field(default_factory=set)
    buyers: set[str] = field(default_factory=set)


class Desk:
    """Loads what a batch touches, hands out ids, remembers what changed."""

    def __init__(self, cursor: Cursor, directory: Directory, book: Book, settings: Settings) -> None:
        self.cursor = cursor
        self.book = book
        self.directory = directory
        self.settings = settings
        self.outcome = Outcome()
        self.keys: dict[int, KeyRow] = {}
        self.trades: dict[int, TradeRow] = {}
        self.by_waybill: dict[int, set[int]] = {}
        self.parts: dict[int, Part] = {}
        self.messages: dict[int, MessageRow] = {}
        self.identities: dict[tuple[str, str], Identity] = {}
        self.statuses: dict[int, tuple[str, str]] = {}
        self.named: rights.Memory = {}
        self.senders: dict[int, tuple[int | None, list[int], str]] = {}
        self.documents: list[DocumentRow] = []
        self.new_messages: list[tuple[MessageIn, MessageRow]] = []
        self.receipts: list[ReceiptRow] = []
        self.known_keys: set[int] = set()
        self.changed_keys: set[int] = set()
        self.new_trades: set[int] = set()
        self.changed_trades: set[int] = set()
        self.moved_trades: set[int] = set()  # of those changed: their place in an index is another one
        self.changed_messages: set[int] = set()
        self.left_messages: set[int] = set()  # a list of theirs was deleted or replaced
        self.lines: dict[int, list[Line]] = {}  # of the life of each trade, by the trade's hash
        self.still_waiting: dict[int, tuple[Line, tuple[str, str]]] = {}  # the line that only said so, and its cause
        self.tax_nos: dict[int, str] = {}  # the number of the tax bill that came for a trade, by the trade's hash
        self.accepted: list[dict[str, object]] = []
        self.receipt_events: list[dict[str, object]] = []
        self.effects: list[Effect] = []
        self.unsettled: dict[int, None] = {}
        self.told: dict[int, str] = {}
        self.refusals: list[tuple[TradeRow, int, tuple[Fault, ...], datetime]] = []
        self._ids: list[int] = []
        self._edition = 0

    @property
    def edition(self) -> int:
        """The number of the reference data's version in use: noted with what is judged by it."""
        self._edition = self._edition or editions.in_use(self.cursor)
        return self._edition

    def load(self, messages: Sequence[MessageIn]) -> None:
        """Read keys, trades, documents and statuses the messages may touch: a fixed number of statements."""
        wanted = self._wanted(messages)
        self._find_trades(wanted.trades, wanted.others, wanted.waybills)
        touched = {row.document_id for row in self.keys.values() if row.namespace not in (keys.TRADE, keys.ORDER_NO)}
        self.statuses = lookups.document_statuses(self.cursor, touched)
        if any(message.from_customs for message in messages):
            self.senders = lookups.document_parties(self.cursor, touched)
        if any(not message.from_customs for message in messages):
            slots = (getattr(trade, slot) for trade in self.trades.values() for slot in SLOTS.values())
            waybills_known = {
                row.document_id for row in self.keys.values() if row.namespace in (3, 13, keys.WAYBILL_ORDER)
            }
            self.fetch(({id_ for id_ in slots if id_} | waybills_known) - {0})
        buyers = wanted.buyers | {trade.buyer for trade in self.trades.values() if trade.buyer}
        self.identities = lookups.identities(self.cursor, buyers - {""})
        self._ids = lookups.new_ids(self.cursor, sum(2 + 2 * len(message.documents) for message in messages))[::-1]

    def _wanted(self, messages: Sequence[MessageIn]) -> _Wanted:
        wanted = _Wanted()
        for message in messages:
            if message.from_customs:
                wanted.others.update(preparing.receipt_hashes(message))
                continue
            preparing.prepare(message)
            waybill = BY_MESSAGE[message.name].name == kinds.WAYBILL
            for document in message.documents:
                told = document.prepared
                assert told is not None
                wanted.others.update(told.touches)
                wanted.buyers.add(told.buyer)
                if told.trade_hash is not None:
                    wanted.trades.add(told.trade_hash)
                if waybill:
                    wanted.waybills.add(told.hash)
        return wanted

    def _find_trades(self, trades: set[int], others: set[int], waybills: set[int]) -> None:
        """Keys first: they know the numbers of trades, and a trade's number says where it lies."""
        self.keys = lookups.key_rows(self.cursor, trades | others)
        further = {row.trade_hash for row in self.keys.values() if row.trade_hash is not None} - self.keys.keys()
        self.keys.update(lookups.key_rows(self.cursor, further))
        self.known_keys = set(self.keys)
        ids = {row.document_id for row in self.keys.values() if row.namespace == keys.TRADE}
        ids.update(lookups.trades_lacking(self.cursor, waybills))
        self.take(lookups.trade_rows(self.cursor, ids))

    def take(self, trades: Iterable[TradeRow]) -> None:
        """Put trades on the table."""
        for trade in trades:
            if trade.hash in self.trades:
                continue
            self.trades[trade.hash] = trade
            self.told[trade.hash] = trade.state
            if trade.waybill_hash is not None:
                self.by_waybill.setdefault(trade.waybill_hash, set()).add(trade.hash)

    def fetch(self, ids: Iterable[int]) -> None:
        """Read documents that are not on the table yet."""
        self.parts.update(contents.parts(self.cursor, {id_ for id_ in ids if id_ not in self.parts}))

    def part(self, id_: int) -> Part:
        """A document as the match reads it."""
        if id_ not in self.parts:
            self.fetch([id_])
        return self.parts[id_]

    def new_id(self, on: date) -> int:
        """A fresh number of that day; numbers of a day ascend with the order of arrival."""
        if not self._ids:
            self._ids = lookups.new_ids(self.cursor, 200)[::-1]
        return _first_id(on) + self._ids.pop()

    def key(self, namespace: int, text: str, hash_: int | None = None) -> KeyRow | None:
        """The row known under a key; a hash shared by another text, or only named so far, counts as unknown."""
        row = self.keys.get(keys.key_hash(namespace, text) if hash_ is None else hash_)
        return row if row is not None and row.key == text and row.document_id else None

    def put_key(self, row: KeyRow) -> None:
        """Remember a key, to be written."""
        self.keys[row.hash] = row
        self.changed_keys.add(row.hash)

    def trade(self, hash_: int | None, text: str = "") -> TradeRow | None:
        """The trade under a hash, its text compared when given."""
        found = self.trades.get(hash_) if hash_ is not None else None
        return found if found is not None and (not text or found.key == text) else None

    def identity(self, head: Head) -> Identity:
        """What an authorised body said about the buyer of a head."""
        if not self.identities:
            return _UNASKED
        buyer = preparing.buyer_key(head.get("buyerIdType", ""), head.get("buyerIdNumber", ""))
        return self.identities.get((buyer, preparing.name_hash(head.get("buyerName", ""))), _UNASKED)


_UNASKED = Identity()
_first_id = lru_cache(maxsize=64)(first_id)
