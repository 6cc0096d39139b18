"""A room's table of sentences: what it says when it decides, warns or refuses, code by code, in both languages.

A row is `(zh, en, source, whose, mend_zh, mend_en[, official])`; every text may hold `{names}` that the caller fills.
Where a sentence rests on a dated parameter, its source is that parameter's document on that day, given by the caller.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pilotzone.base.errors import Denied, Refused

__all__ = ["Reason", "Sentences", "refused_as"]

Row = tuple[str, str, str, str, str, str] | tuple[str, str, str, str, str, str, str]
_SHOWN = ("code", "zh", "en", "source", "whose", "mend_zh", "mend_en", "official")


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something was decided so. `official` is the customs code for the same thing, where one exists."""

    code: str
    zh: str
    en: str
    source: str
    whose: str = ""
    mend_zh: str = ""
    mend_en: str = ""
    official: str = ""

    def as_dict(self) -> dict[str, str]:
        """{code, zh, en, source, whose, mend_zh, mend_en, official}; empty parts are left out."""
        return {name: text for name in _SHOWN if (text := getattr(self, name))}

    def as_texts(self) -> dict[str, str]:
        """{code, text_zh, text_en, source}, and whose, mend_zh, mend_en where there are any: the shape of the CLI."""
        told = {"code": self.code, "text_zh": self.zh, "text_en": self.en, "source": self.source}
        return told | {name: text for name in _SHOWN[4:7] if (text := getattr(self, name))}


def refused_as(told: Reason, *, by_field: Mapping[str, str] | None = None) -> Refused:
    """A reason as a final failure to raise."""
    return Refused(fields=dict(by_field or {}), **_parts(told))


class Sentences:
    """The table of one room. An unknown code is a KeyError: a defect of the room, not of its user."""

    def __init__(self, rows: Mapping[str, Row]) -> None:
        self._rows = dict(rows)

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __getitem__(self, code: str) -> Row:
        return self._rows[code]

    def reason(self, code: str, *, source: str = "", **values: Any) -> Reason:
        """The sentence of `code` with its values filled in; `source` stands in place of the table's."""
        row = self._rows[code]
        zh, en, own, whose, mend_zh, mend_en = row[:6]
        return Reason(
            code=code,
            zh=zh.format(**values),
            en=en.format(**values),
            source=source or own,
            whose=whose,
            mend_zh=mend_zh.format(**values),
            mend_en=mend_en.format(**values),
            official=row[6] if len(row) > 6 else "",
        )

    def refused(
        self, code: str, *, source: str = "", by_field: Mapping[str, str] | None = None, **values: Any
    ) -> Refused:
        """The same sentence as a final failure to raise; `by_field` says which entries of a form are meant."""
        return refused_as(self.reason(code, source=source, **values), by_field=by_field)

    def denied(self, code: str, *, source: str = "", **values: Any) -> Denied:
        """The same sentence as a denial to raise."""
        return Denied(**_parts(self.reason(code, source=source, **values)))


def _parts(told: Reason) -> dict[str, Any]:
    return {name: getattr(told, name) for name in _SHOWN[:7]}
