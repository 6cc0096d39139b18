"""What tests of hostile entries share: each form of a page, sent with values nobody should type, all entries and one after the other,
and with files nobody should hand in.

Whatever is sent, the page answers (no 5xx), says a code where it refuses, and leaves no audit line and no event of what it refused.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote_from_bytes, quote_plus
from zlib import crc32

from django.db import connection, transaction
from django.test import Client

from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.scope import scope
from pilotzone.ui.tests import hostile_files
from pilotzone.ui.tests.forms import CODE, OF_THE_FRAME, Entries, Filters

VALUES = {
    "a NUL": b"a\x00b", "a lone surrogate": b"\xed\xa0\x80", "no UTF-8": b"\xff\xfe", "10 to the 30th": b"1" + b"0" * 30,
    "three decimals": b"1.234", "the first day": b"0001-01-01", "the last day": b"9999-12-31", "a foreign id": b"987654321",
    "an id beyond the column": b"9223372036854775808", "no number": b"NaN", "infinity": b"-Infinity", "an exponent": b"1e999999",
    "other digits": "１２٣".encode(), "below zero": b"-1", "the last month": b"9999-12", "nothing": b"",
}  # fmt: skip
ALONE = ("a NUL", "a lone surrogate", "10 to the 30th", "three decimals", "the last day", "an id beyond the column")
WELL_FORMED = ("the first day", "the last day", "the last month")  # a page has its own answer to these
FILTERED = ("the last day", "a NUL", "10 to the 30th", "the last month")
FULL = os.environ.get("HYPOTHESIS_PROFILE") == "proof"
UNREADABLE = b"page.bad_request"  # the zone's own page for what is no form at all
FORM = "application/x-www-form-urlencoded"
COUNTED = "SELECT (SELECT count(*) FROM kernel_audit), (SELECT count(*) FROM kernel_event)"


def withstands(
    client: Client, where: str, seen: set[tuple[str, ...]] | None = None, *, saves: bool = False
) -> list[str]:
    """What went wrong with the forms of a page, empty where nothing did; every sending is undone again.

    `seen`: forms sent already, which stand on many pages. `saves`: a draft, kept as it was typed, files too, before it is judged.
    """
    alone = seen is None
    seen = set() if seen is None else seen
    shown = client.get(where)
    if shown.status_code != 200 or not shown.get("Content-Type", "").startswith("text/html"):
        return [f"{where}: {shown.status_code}"] if alone or shown.status_code >= 500 else []
    wrong, read, before = [], Entries(shown.content.decode(), where), _counted()
    for place, (action, entries) in enumerate(read.forms):
        files = read.files.get(place, [])
        form = (action, *(name for name, _ in entries), *files)
        if action.startswith(OF_THE_FRAME) or form in seen:
            continue
        seen.add(form)
        for name, value in _sendings(entries):
            body, own = _written(entries, name, VALUES[value]), value in WELL_FORMED
            if told := _sent(client, action, body, FORM, before, saves, own=own):
                wrong.append(f"{action} [{name}] {value}: {told}")
        for what, body in hostile_files.sendings(entries, files) if files else ():
            if told := _sent(client, action, body, hostile_files.MULTIPART, before, saves):
                wrong.append(f"{action} {files} {what}: {told}")
    return wrong


def listens(client: Client, where: str, seen: set[str]) -> list[str]:
    """What went wrong with the filters of a page, each sent with the same hostile value: by its address no reader sees a 5xx, nor
    that a day or month there is cannot be understood.

    `seen`: addresses asked already; one that does not open for this reader is left to the next. `make test` sends two values
    to each, `make proof` all of them.
    """
    if where in seen:
        return []
    shown = client.get(where)
    if shown.status_code != 200 or not shown.get("Content-Type", "").startswith("text/html"):
        return [f"{where}: {shown.status_code}"] if shown.status_code >= 500 else []
    seen.add(where)
    read = Filters(shown.content.decode(), where)
    asked = [(action, sorted({*names, "page"})) for action, names in read.forms] or [(where, ["page"])]
    wrong = []
    for action, names in asked:
        for value in FILTERED if FULL else (FILTERED[0], FILTERED[1 + crc32(where.encode()) % (len(FILTERED) - 1)]):
            query = "&".join(f"{quote_plus(name)}={quote_from_bytes(VALUES[value])}" for name in names)
            try:
                answer = client.get(f"{action}?{query}")
            except Exception as broken:
                wrong.append(f"{action} {names} {value}: {type(broken).__name__}: {str(broken)[:200]}")
                continue
            if answer.status_code >= 500 or (value in WELL_FORMED and _unreadable(answer)):
                wrong.append(f"{action} {names} {value}: {answer.status_code}")
    return wrong


def _sendings(entries: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Every value in all entries at once, then in each entry alone, the others being sound, those that break the most.

    `make test` sends an entry one of these, by its place; `make proof` all of them.
    """
    yield from (("*", value) for value in VALUES)
    names = dict.fromkeys(name for name, _ in entries if name != "csrfmiddlewaretoken")
    for place, name in enumerate(names):
        yield from ((name, value) for value in (ALONE if FULL else (ALONE[place % len(ALONE)],)))


def _written(entries: list[tuple[str, str]], name: str, value: bytes) -> bytes:
    pairs = [
        f"{quote_plus(one)}={quote_from_bytes(value) if name in (one, '*') else quote_plus(text)}"
        for one, text in entries
    ]
    return "&".join(pairs).encode()


def _unreadable(answer: Any) -> bool:
    """Whether the zone said that it cannot understand the request: nobody had thought of the value."""
    return answer.status_code == 400 and not answer.streaming and UNREADABLE in answer.content


def _sent(
    client: Client, action: str, body: bytes, kind: str, before: tuple[int, int], saves: bool, *, own: bool = False
) -> str:
    """What went wrong, "" where nothing did. `before`: the lines there were, and are again when this is undone; `own`: the page has an
    answer of its own to the value."""
    with transaction.atomic():
        try:
            answer = client.generic("POST", action, body, content_type=kind)
            status, page = answer.status_code, b"" if answer.streaming else answer.content
            after = _counted()
        except Exception as broken:
            return f"{type(broken).__name__}: {str(broken)[:200]}"
        finally:
            transaction.set_rollback(True)
    if status >= 500:
        return str(status)
    if own and _unreadable(answer):
        return f"{status} for a value there is"
    if status < 400 or status in (403, 404, 405):  # not there, or not his to do: the zone's own page says so
        return ""
    if not CODE.search(page.decode("utf-8", "replace")) and UNREADABLE not in page:
        return f"{status} without a code"
    return f"{status}, and yet {after} instead of {before} lines" if after != before and not saves else ""


def _counted() -> tuple[int, int]:
    with scope(PLATFORM), connection.cursor() as cursor:
        cursor.execute(COUNTED)
        audit, event = cursor.fetchone()
    return int(audit), int(event)
