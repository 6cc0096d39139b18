"""The list of goods admitted to retail import (跨境电子商务零售进口商品清单): its edition on a day, and who is on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pilotzone.reference.goods import goods
from pilotzone.reference.rates import rate

__all__ = ["Edition", "edition", "listed"]


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition of the list; `valid_to` is its last day, None for the one in force. `lines` counts tariff lines."""

    name: str
    lines: int
    document: str
    valid_from: date
    valid_to: date | None
    tag: str


def edition(*, on: date) -> Edition:
    """The edition in force on the day the list is accepted. Gap `reference.not_yet` before 2016-04-08."""
    name = rate("positive_list.edition", on=on)
    lines = rate("positive_list.lines", on=on)
    return Edition(str(name.value), int(lines.number), name.document, name.valid_from, name.valid_to, name.tag)


def listed(hs: str, *, on: date) -> bool:
    """Whether goods are on the list that day. Gap `reference.hs_unknown` where nobody has entered them."""
    return goods(hs, on=on).positive_list
