"""Business keys as 64-bit hashes, and the fingerprint by which a repeated document is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import xxhash

from pilotzone.rooms.clearance.engine.kinds import Kind

# namespaces beside the kinds' own numbers (engine/kinds.py)
TRADE, WAYBILL_ORDER, PRE_NO, INVT_NO, ORDER_NO = 100, 101, 102, 103, 104
_SEPARATOR = "\x1f"  # cannot occur in XML 1.0 text, so no two keys write alike


def key_text(kind: Kind, head: Mapping[str, str]) -> str:
    """The business key as text; empty when a part of it is."""
    return joined(head, kind.key)


def trade_text(kind: Kind, head: Mapping[str, str]) -> str:
    """The key of the trade the document names itself; empty when it names none."""
    return joined(head, kind.trade_key) if kind.trade_key else ""


def joined(head: Mapping[str, str], fields: Sequence[str]) -> str:
    """The fields' values joined so that no two sets read alike; empty when the last but optional part is all."""
    if len(fields) == 2 and fields[1] != "msgSeqNo":  # nearly all of them
        first, second = head.get(fields[0], "").strip(), head.get(fields[1], "").strip()
        return first + _SEPARATOR + second if first and second else ""
    values = [head.get(field, "").strip() for field in fields]
    required = [value for field, value in zip(fields, values, strict=True) if field != "msgSeqNo"]
    return _SEPARATOR.join(values) if all(required) else ""


def key_hash(namespace: int, text: str) -> int:
    """A signed 64-bit hash; the text is compared on every hit."""
    return xxhash.xxh3_64_intdigest(text.encode("utf-8", "surrogatepass"), seed=namespace) - (1 << 63)


def trade_hash(flow: str, text: str) -> int:
    """The hash of a trade's key."""
    return key_hash(TRADE, flow + _SEPARATOR + text)


def readable(text: str) -> str:
    """A key as people write it."""
    return text.replace(_SEPARATOR, "+")
