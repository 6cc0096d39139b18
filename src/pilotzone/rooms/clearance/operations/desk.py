"""The batch's table: everything known about the keys, documents and trades it touches, loaded at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import chain

from pilotzone.rooms.clearance.engine import keys, kinds
from pilotzone.rooms.clearance.engine.case import Head, Identity, Part, Tolerance
from pilotzone.rooms.clearance.engine.kinds import BY_MESSAGE, BY_RECEIPT, Kind
from pilotzone.rooms.clearance.engine.rows import SLOTS, DocumentRow, KeyRow, TradeRow
from pilotzone.rooms.clearance.errors import Fault
from pilotzone.rooms.clearance.operations.inputs import Book, Directory, Effect, MessageIn, Outcome
from pilotzone.rooms.clearance.queries import lookups
from pilotzone.rooms.clearance.queries.lookups import Cursor, MessageRow


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
        self.senders: dict[int, tuple[int | None, list[int], str]] = {}
        self.documents: list[DocumentRow] = []
        self.new_messages: list[tuple[MessageIn, MessageRow]] = []
        self.receipts: list[ReceiptRow] = []
        self.known_keys: set[int] = set()
        self.changed_keys: set[int] = set()
        self.new_trades: set[int] = set()
        self.changed_trades: set[int] = set()
        self.changed_messages: set[int] = set()
        self.left_messages: set[int] = set()  # a list of theirs was deleted or replaced
        self.events: list[dict[str, object]] = []
        self.accepted: list[dict[str, object]] = []
        self.receipt_events: list[dict[str, object]] = []
        self.effects: list[Effect] = []
        self.unsettled: dict[int, None] = {}
        self.told: dict[int, str] = {}
        self.refusals: list[tuple[TradeRow, int, tuple[Fault, ...], datetime]] = []
        self._ids: list[int] = []

    def load(self, messages: Sequence[MessageIn]) -> None:
        """Read keys, trades, documents and statuses the messages may touch: a fixed number of statements."""
        wanted = set(chain.from_iterable(_hashes(message) for message in messages))
        self.keys = lookups.key_rows(self.cursor, {hash_ for _, hash_ in wanted})
        self.known_keys = set(self.keys)
        trades = {hash_ for is_trade, hash_ in wanted if is_trade}
        trades |= {row.trade_hash for row in self.keys.values() if row.trade_hash is not None}
        waybills = {hash_ for is_trade, hash_ in wanted if not is_trade}
        self.take(lookups.trade_rows(self.cursor, hashes=trades, waybills=waybills))
        touched = {row.document_id for row in self.keys.values()}
        self.statuses = lookups.document_statuses(self.cursor, touched)
        if any(message.from_customs for message in messages):
            self.senders = lookups.document_parties(self.cursor, touched)
        if any(not message.from_customs for message in messages):
            slots = (getattr(trade, slot) for trade in self.trades.values() for slot in SLOTS.values())
            waybills_known = {
                row.document_id for row in self.keys.values() if row.namespace in (3, 13, keys.WAYBILL_ORDER)
            }
            self.fetch({id_ for id_ in slots if id_} | waybills_known)
        buyers = {trade.buyer for trade in self.trades.values() if trade.buyer}
        buyers |= {buyer_of(document.head) for message in messages for document in message.documents}
        self.identities = lookups.identities(self.cursor, buyers - {""})
        self._ids = lookups.new_ids(self.cursor, sum(2 + 2 * len(message.documents) for message in messages))[::-1]

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
        self.parts.update(lookups.parts(self.cursor, {id_ for id_ in ids if id_ not in self.parts}))

    def part(self, id_: int) -> Part:
        """A document as the match reads it."""
        if id_ not in self.parts:
            self.fetch([id_])
        return self.parts[id_]

    def new_id(self) -> int:
        """A fresh id; ids ascend with the order of arrival."""
        if not self._ids:
            self._ids = lookups.new_ids(self.cursor, 200)[::-1]
        return self._ids.pop()

    def key(self, namespace: int, text: str) -> KeyRow | None:
        """The row known under a key; a hash shared by another text counts as unknown."""
        row = self.keys.get(keys.key_hash(namespace, text))
        return row if row is not None and row.key == text else None

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
        buyer = lookups.buyer_key(head.get("buyerIdType", ""), head.get("buyerIdNumber", ""))
        return self.identities.get((buyer, lookups.name_hash(head.get("buyerName", ""))), Identity())


def buyer_of(head: Head) -> str:
    """The buyer key of a document that names its buyer; empty otherwise."""
    number = head.get("buyerIdNumber", "")
    return lookups.buyer_key(head.get("buyerIdType", ""), number) if number else ""


def _hashes(message: MessageIn) -> Iterable[tuple[bool, int]]:
    """(is it a trade's, hash) of every key a message may touch."""
    if message.from_customs:
        kind = BY_RECEIPT.get(message.name)
        for document in message.documents:
            yield from _receipt_hashes(kind, document.head)
        return
    kind = BY_MESSAGE[message.name]
    for document in message.documents:
        head = document.head
        text = keys.key_text(kind, head)
        if text:
            yield (False, keys.key_hash(kind.number, text))
        trade = keys.trade_text(kind, head)
        if trade:
            yield (True, keys.trade_hash(kind.flow, trade))
        yield from _related(kind, head)


def _related(kind: Kind, head: Head) -> Iterable[tuple[bool, int]]:
    waybill = keys.joined(head, ("logisticsCode", "logisticsNo"))
    if waybill and kind.name in (kinds.LIST, kinds.SIGNED_FOR):
        yield (False, keys.key_hash(3 if kind.flow == kinds.IMPORT else 13, waybill))
    if kind.flow == kinds.IMPORT and kind.matched and head.get("orderNo"):
        yield (False, keys.key_hash(keys.WAYBILL_ORDER, head["orderNo"].strip()))
        yield (False, keys.key_hash(keys.ORDER_NO, head["orderNo"].strip()))
    if kind.name in (kinds.CANCEL, kinds.REFUND) and head.get("invtNo"):
        yield (False, keys.key_hash(keys.INVT_NO, head["invtNo"].strip()))


def _receipt_hashes(kind: Kind | None, head: Head) -> Iterable[tuple[bool, int]]:
    if kind is not None:
        text = keys.key_text(kind, head)
        if text:
            yield (False, keys.key_hash(kind.number, text))
    for name, namespace in (("preNo", keys.PRE_NO), ("invtNo", keys.INVT_NO)):
        if head.get(name):
            yield (False, keys.key_hash(namespace, head[name].strip()))
