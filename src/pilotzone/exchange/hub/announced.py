"""What a version announced of a resource means for an agreement within its time: pure. Each consequence has a code, a sentence and its source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from pilotzone.exchange.catalogue.shapes import KIND_WORDS, UNCONDITIONAL, Resource
from pilotzone.exchange.hub.errors import SENTENCES

NOBODY = ("无", "none")


def expected(
    now: Resource | None,
    coming: Resource | None,
    *,
    fields: Sequence[str],
    filters: Iterable[str],
    until: date,
) -> dict[str, Any] | None:
    """The version `coming` where its day is not after `until`: {version, since, zh, en, fields, changes}; None where there is none.

    `now` is the entry in force, `fields` and `filters` the agreement's fields and those its rows are told by. `fields` of the answer are
    the agreement's that go; `changes` are {code, zh, en, source, mend_zh, mend_en, fields}, those whose mend is none without it.
    """
    if coming is None or coming.since > until:
        return None
    newest, source = coming.history[0], f"data/catalogue {coming.code} {coming.version} ({coming.since})"
    gone = [name for name in fields if coming.field(name) is None]
    unfiltered = sorted(name for name in filters if coming.field(name) is None)
    told = []
    for code, named, values in _consequences(now or coming, coming, fields, gone, unfiltered):
        reason = SENTENCES.reason(f"hub.coming_{code}", source=source, day=coming.since, **values)
        told.append(reason.as_dict() | {"fields": named})
    return {
        "version": coming.version, "since": coming.since, "zh": newest.zh, "en": newest.en, "fields": gone, "changes": told,
    }  # fmt: skip


def _consequences(
    now: Resource, coming: Resource, fields: Sequence[str], gone: list[str], unfiltered: list[str]
) -> Iterator[tuple[str, list[str], Mapping[str, object]]]:
    """(code, the fields meant, the values of its sentence), the gravest first."""
    if coming.sharing != now.sharing:
        was_zh, was_en = KIND_WORDS[now.sharing]
        yield coming.sharing, [], {"was_zh": was_zh, "was_en": was_en, "basis": coming.basis}
    if coming.key != now.key:
        yield "key", [now.key, coming.key], _from_to(now, now.key, coming, coming.key)
    asked_by_key = coming.sharing != UNCONDITIONAL and (coming.key != now.key or now.sharing == UNCONDITIONAL)
    if asked_by_key and coming.key not in fields:
        zh, en = _word(coming, coming.key)
        yield "key_lacking", [coming.key], {"zh": zh, "en": en}
    if gone:
        yield "fields", gone, _words(now, gone)
    if unfiltered:
        yield "rows", unfiltered, _words(now, unfiltered)
    if coming.concerns != now.concerns:
        meant = [name for name in (now.concerns, coming.concerns) if name]
        yield "concerns", meant, _from_to(now, now.concerns, coming, coming.concerns)


def _from_to(now: Resource, was: str, coming: Resource, follows: str) -> dict[str, str]:
    (was_zh, was_en), (zh, en) = _word(now, was), _word(coming, follows)
    return {"was_zh": was_zh, "was_en": was_en, "zh": zh, "en": en}


def _words(one: Resource, names: Iterable[str]) -> dict[str, str]:
    found = [_word(one, name) for name in names]
    return {"zh": "、".join(zh for zh, _en in found), "en": ", ".join(en for _zh, en in found)}


def _word(one: Resource, name: str) -> tuple[str, str]:
    """A field in words with its name (zh, en)."""
    if not name:
        return NOBODY
    found = one.field(name)
    return (f"{found.zh}（{name}）", f"{found.en} ({name})") if found else (name, name)
