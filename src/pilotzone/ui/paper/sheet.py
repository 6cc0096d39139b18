"""What stands on a paper in one language: plain texts, as the record has them; nothing here knows of layout."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from pilotzone.base.days import SHANGHAI
from pilotzone.ui.charts import Chart

LEFT, RIGHT = "left", "right"
DASH = "—"


@dataclass(frozen=True, slots=True)
class Column:
    """A heading; `side` is RIGHT for figures; `share` is the column's part of the width beside the others'."""

    title: str
    side: str = LEFT
    share: float = 1.0


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of text under headings; `sums` are rows beneath a heavier line."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]
    sums: Sequence[Sequence[str]] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """One paper. `facts` are names and values in two columns; `stamp` is what of the record decides whether it still holds:
    the same in every language and for every reader.

    `lead` is the sentence that says what the paper states; `charts` are drawn as bars under the tables; `basis` the documents it rests on; `notes` what its reader must
    know. Every figure comes from the record as it is kept.
    """

    title: str
    lead: str = ""
    addressee: str = ""
    facts: Sequence[tuple[str, str]] = ()
    tables: Sequence[Table] = ()
    charts: Sequence[Chart] = ()
    notes: Sequence[str] = ()
    basis: Sequence[str] = ()
    stamp: Mapping[str, str] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Plain data without the stamp, which is no part of what is read."""
        told = asdict(self)
        del told["stamp"]
        if not self.charts:  # papers without a picture keep the digest they always had
            del told["charts"]
        return told


def shown(value: object) -> str:
    """A value as papers write it: days and times of Shanghai, a dash for what is not there."""
    if isinstance(value, datetime):
        return value.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, date):
        return value.isoformat()
    return DASH if value is None or value == "" else str(value)


def fact(name: str, value: object) -> tuple[str, str]:
    """A name with its value as papers write it."""
    return name, shown(value)


def documents(parameters: Iterable[Mapping[str, Any]]) -> list[str]:
    """The documents that dated parameters rest on, each once, in their order; C and P are shown as such."""
    told: dict[str, None] = {}
    for used in parameters:
        tag = f"[{used['tag']}]" if used.get("tag") in ("C", "P") else ""
        told[" ".join(filter(None, (str(used.get("document") or ""), str(used.get("article") or ""), tag)))] = None
    return [document for document in told if document]


def canonical(told: Any) -> bytes:
    """Plain data as the one JSON text its digest is taken of."""
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def digest_of(told: Any) -> str:
    """SHA-256 of the canonical text, 64 hex digits."""
    return hashlib.sha256(canonical(told)).hexdigest()
