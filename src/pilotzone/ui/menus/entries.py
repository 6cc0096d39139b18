"""What a menu is made of: entries, whether they lead somewhere, who is shown them.

An entry whose page is not built has no address that resolves: it is shown as plain text with 规划中, never as a link.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache

from django.urls import Resolver404, resolve

DEMONSTRATION = frozenset({"/clock/", "/platform/simulators/"})  # pages that answer in a demonstration zone only


@dataclass(frozen=True)
class Entry:
    """One entry: its words (a Chinese msgid), its address where there may be one, the entries below it.

    `action`: who may do none of these ("a|b") is not shown the entry, or is led to `otherwise` where there is such a page.
    """

    word: str
    path: str = ""
    below: tuple[Entry, ...] = ()
    action: str = ""
    otherwise: str = ""

    @property
    def built(self) -> bool:
        """Whether the address leads to a page of this installation."""
        return bool(self.path) and stands(self.path.split("?")[0].split("#")[0])

    @property
    def any_built(self) -> bool:
        """Whether this entry or one below it leads somewhere."""
        return self.built or any(entry.any_built for entry in self.below)


@lru_cache(maxsize=512)
def stands(path: str) -> bool:
    """Whether some page of this installation answers this path."""
    try:
        resolve(path.partition("?")[0])
    except Resolver404:
        return False
    return True


def shown(entries: tuple[Entry, ...], may: Callable[[str], bool], *, demo: bool = True) -> tuple[Entry, ...]:
    """The entries without those whose action the caller may not do, or whose page a zone of this kind does not have."""
    told = []
    for entry in entries:
        if not demo and entry.path in DEMONSTRATION:
            continue
        allowed = not entry.action or any(map(may, entry.action.split("|")))
        if allowed or entry.otherwise:
            path = entry.path if allowed else entry.otherwise
            told.append(replace(entry, path=path, below=shown(entry.below, may, demo=demo)))
    return tuple(told)
