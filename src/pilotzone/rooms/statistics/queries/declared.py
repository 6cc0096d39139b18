"""Numbers beyond the platform's sight, as units declared them elsewhere. The room that keeps declarations stands above and names itself here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Declarations:
    """`pages`: every fact that is declared (`declared.…`) and the page it opens at; `number`: a fact of a month, None where nobody declared it."""

    pages: Callable[[], Mapping[str, str]]
    number: Callable[[str, date], Decimal | None]


_from: list[Declarations] = []


def declared_from(source: Declarations) -> None:
    """Let declared numbers be asked of `source`, once, when the applications are ready."""
    _from[:] = [source]


def page_of(fact: str) -> str:
    """The page a declared fact opens at; empty where nobody declares it."""
    return _from[0].pages().get(fact, "") if _from else ""


def number_of(fact: str, month: date) -> Decimal | None:
    """The declared number of a month; None where there is none."""
    return _from[0].number(fact, month) if _from else None
