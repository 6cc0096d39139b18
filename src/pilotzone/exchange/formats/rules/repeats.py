"""Things that may stand only once: a line number in a document, a business key in a message."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from operator import itemgetter

from pilotzone.exchange.formats.parsed import Document
from pilotzone.exchange.formats.rules.trouble import Trouble
from pilotzone.exchange.formats.shapes import Message

_NUMBERS = tuple(map(str, range(1, 101)))


def line_numbers(lines: Sequence[dict[str, str]]) -> Iterator[Trouble]:
    """No gnum twice in one document (spec §6.3, -301002, -621027); in a summary's result (792) no gnum twice of one list."""
    seen: set[tuple[str, str]] = set()
    for position, line in enumerate(lines, start=1):
        text = line.get("gnum") or ""
        value = (line.get("invtNo", "") if "gcode" in line else "", text.lstrip("+0"))
        if text and value in seen:
            yield Trouble("rule.line_number_repeated", "gnum", line=position, words={"value": text})
        seen.add(value)


def keys(told: Message, documents: Sequence[Document]) -> Iterator[Trouble]:
    """No business key twice in one message of an enterprise (spec §6.2); receipts and customs pushes may repeat."""
    if told.is_receipt or keys_differ(told, documents):
        return
    seen: dict[tuple[str, ...], int] = {}
    for document in documents:
        key = tuple(document.head.get(name) or "" for name in told.key)
        if not all(key):
            continue
        first = seen.setdefault(key, document.position)
        if first != document.position:
            yield Trouble(
                "rule.repeated_key",
                told.key[-1],
                document=document.position,
                words={"position": first, "key": " + ".join(key)},
            )


def line_numbers_differ(lines: Sequence[dict[str, str]]) -> bool:
    """Whether `line_numbers` certainly finds nothing: usually lines are numbered 1, 2, 3."""
    return all(line.get("gnum") == number for line, number in zip(lines, _NUMBERS, strict=False)) and (
        len(lines) <= len(_NUMBERS)
    )


def keys_differ(told: Message, documents: Sequence[Document]) -> bool:
    """Whether `keys` certainly finds nothing; documents without a key are looked at one by one."""
    names = told.key
    if len(documents) < 2:
        return True
    try:
        if len(names) == 1:
            return len({one.head[names[0]] for one in documents}) == len(documents)
        wanted = itemgetter(*names)
        return len({wanted(one.head) for one in documents}) == len(documents)
    except KeyError:
        return False
