"""A kind of paper: its words, and the function that makes its sheet. One of them each, in the `web/paper.py` of its room."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.http import QueryDict

from pilotzone.base.errors import Denied, Refused
from pilotzone.ui.paper.sheet import Sheet


@dataclass(frozen=True, slots=True)
class Kind:
    """`code` stands in addresses, `prefix` (two capitals) begins its numbers.

    `found` gives the keys of everything a list with these filters shows and that can be printed, at most so many and one,
    for printing all of it. `sheet` makes the paper of a record's key in the reader's language, asking the room's door in the caller's scope: Denied
    what the caller may not see, Refused what cannot be printed yet. It reads no clock.
    """

    code: str
    prefix: str
    zh: str
    en: str
    sheet: Callable[[str], Sheet]
    found: Callable[[QueryDict, int], list[str]] | None = None


def unknown() -> Denied:
    """What is not there and what the caller may not see, alike."""
    return Denied(
        code="kernel.access.unknown",
        zh="没有这一文件，或您无权查看。",
        en="There is no such paper, or it is not yours to see.",
    )


def number_of(key: str) -> int:
    """A key that is a number of the database; Denied where it is none."""
    if not (key.isascii() and key.isdigit() and len(key) < 19):
        raise unknown()
    return int(key)


def too_early(zh: str, en: str) -> Refused:
    """The record is not so far: `paper.not_yet`."""
    return Refused(code="paper.not_yet", zh=zh, en=en)
