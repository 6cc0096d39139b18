"""What a document's content alone tells, worked out before the batch takes its lock: keys, hashes, fingerprint.

Costs as much as the decision itself, so several workers do it side by side.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import msgspec
import xxhash

from pilotzone.kernel import resting
from pilotzone.rooms.clearance.engine import keys, kinds
from pilotzone.rooms.clearance.engine.case import Head
from pilotzone.rooms.clearance.engine.kinds import BY_MESSAGE, BY_RECEIPT, Kind
from pilotzone.rooms.clearance.operations.inputs import DocumentIn, MessageIn, Prepared
from pilotzone.rooms.clearance.queries import lookups

_encode = msgspec.msgpack.Encoder().encode
WAYBILL_KIND = {kinds.IMPORT: 3, kinds.EXPORT: 13}


def prepare(message: MessageIn) -> None:
    """Work out what every document of a message tells by itself; does nothing the second time."""
    if message.from_customs:
        return
    kind = BY_MESSAGE[message.name]
    for document in message.documents:
        if document.prepared is None:
            document.prepared = _prepared(kind, document)


def _prepared(kind: Kind, document: DocumentIn) -> Prepared:
    head, lines = document.head, document.lines
    key, trade_key = keys.key_text(kind, head), keys.trade_text(kind, head)
    packed = _encode((head, lines))
    guid = head.get("guid", "")
    # guids are compared without regard to case (spec §3)
    told = packed if guid == guid.upper() else _encode(({**head, "guid": guid.upper()}, lines))
    hash_ = keys.key_hash(kind.number, key) if key else 0
    trade_hash = keys.trade_hash(kind.flow, trade_key) if trade_key else None
    waybill_hash = _waybill(kind, head)
    touches = [hash_] if key else []
    if waybill_hash:
        touches.append(waybill_hash)
    if kind.flow == kinds.IMPORT and kind.matched and (order_no := head.get("orderNo", "").strip()):
        touches += (keys.key_hash(keys.WAYBILL_ORDER, order_no), keys.key_hash(keys.ORDER_NO, order_no))
    if kind.name in (kinds.CANCEL, kinds.REFUND, kinds.TALLY) and head.get("invtNo"):
        touches.append(keys.key_hash(keys.INVT_NO, head["invtNo"].strip()))
    return Prepared(
        key,
        hash_,
        trade_key,
        trade_hash,
        xxhash.xxh3_64_intdigest(told) - (1 << 63),
        packed,
        buyer_of(head),
        waybill_hash,
        touches,
    )


def _waybill(kind: Kind, head: Head) -> int | None:
    """The hash of the waybill a list or a waybill status names."""
    if kind.name not in (kinds.LIST, kinds.SIGNED_FOR):
        return None
    text = keys.joined(head, ("logisticsCode", "logisticsNo"))
    return keys.key_hash(WAYBILL_KIND[kind.flow], text) if text else None


def buyer_of(head: Head) -> str:
    """The buyer key of a document that names its buyer; empty otherwise."""
    number = head.get("buyerIdNumber", "")
    return buyer_key(head.get("buyerIdType", ""), number) if number else ""


# the papers of one trade name one buyer, and its list comes some thousand trades later; the memory is this process's alone
buyer_key = lru_cache(maxsize=32768)(lookups.buyer_key)
name_hash = lru_cache(maxsize=4096)(lookups.name_hash)
resting.forgotten(buyer_key.cache_clear)
resting.forgotten(name_hash.cache_clear)


def receipt_hashes(message: MessageIn) -> Iterable[int]:
    """The hashes of the keys customs' returns speak of."""
    kind = BY_RECEIPT.get(message.name)
    for document in message.documents:
        head = document.head
        text = keys.key_text(kind, head) if kind is not None else ""
        if kind is not None and text:
            yield keys.key_hash(kind.number, text)
        for name, namespace in (("preNo", keys.PRE_NO), ("invtNo", keys.INVT_NO)):
            if head.get(name):
                yield keys.key_hash(namespace, head[name].strip())
