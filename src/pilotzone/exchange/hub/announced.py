"""What a version announced of a resource means for an agreement within its time: pure. Each consequence has a code, a sentence and its source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from pilotzone.exchange.catalogue.shapes import CONDITIONAL, KIND_WORDS, UNCONDITIONAL, Resource
from pilotzone.exchange.hub.errors import SENTENCES
from pilotzone.exchange.hub.rights import IMPORTANT, OPEN

NOBODY = ("无", "none")
Consequence = tuple[str, list[str], Mapping[str, object]]  # code, the fields meant, the values of its sentence


def expected(
    now: Resource | None,
    coming: Resource | None,
    *,
    fields: Sequence[str],
    whole: Sequence[str],
    filters: Iterable[str],
    until: date,
) -> dict[str, Any] | None:
    """The version `coming` where its day is not after `until`: {version, since, zh, en, fields, changes}; None where there is none.

    `now` is the entry in force; `fields`, `whole` and `filters` are the agreement's fields, those shown whole and those its rows are told
    by. `fields` of the answer are the agreement's that go; `changes` are {code, zh, en, source, mend_zh, mend_en, fields}, the gravest
    first, those whose mend is none without it.
    """
    if coming is None or coming.since > until:
        return None
    newest, source = coming.history[0], f"data/catalogue {coming.code} {coming.version} ({coming.since})"
    stands, gone = now or coming, [name for name in fields if coming.field(name) is None]
    told = []
    for code, named, values in (
        *_asking(stands, coming, fields),
        *_showing(stands, coming, fields, whole),
        *_rest(stands, coming, filters),
    ):
        reason = SENTENCES.reason(f"hub.coming_{code}", source=source, day=coming.since, **values)
        told.append(reason.as_dict() | {"fields": named})
    return {
        "version": coming.version, "since": coming.since, "zh": newest.zh, "en": newest.en, "fields": gone, "changes": told,
    }  # fmt: skip


def _asking(now: Resource, coming: Resource, fields: Sequence[str]) -> Iterator[Consequence]:
    """Whether and by which field it may still be asked."""
    if coming.sharing != now.sharing:
        was_zh, was_en = KIND_WORDS[now.sharing]
        yield coming.sharing, [], {"was_zh": was_zh, "was_en": was_en, "basis": coming.basis}
    if coming.key != now.key:
        yield "key", [now.key, coming.key], _from_to(now, now.key, coming, coming.key)
    asked_by_key = coming.sharing == CONDITIONAL and (coming.key != now.key or now.sharing == UNCONDITIONAL)
    if asked_by_key and coming.key not in fields:
        zh, en = _word(coming, coming.key)
        yield "key_lacking", [coming.key], {"zh": zh, "en": en}


def _showing(now: Resource, coming: Resource, fields: Sequence[str], whole: Sequence[str]) -> Iterator[Consequence]:
    """Fields that are not shown any more, or not whole."""
    gone, important, masked = list[str](), list[str](), list[str]()
    for name in fields:
        was, follows = now.field(name), coming.field(name)
        if follows is None:
            gone.append(name)
        elif was is not None and follows.klass == IMPORTANT != was.klass:
            important.append(name)
        elif was is not None and was.klass in OPEN and follows.klass not in OPEN and name not in whole:
            masked.append(name)
    for code, named in (("fields", gone), ("important", important), ("masked", masked)):
        if named:
            yield code, named, _words(now, named)


def _rest(now: Resource, coming: Resource, filters: Iterable[str]) -> Iterator[Consequence]:
    """Which rows it gives, and whom they concern."""
    if unfiltered := sorted(name for name in filters if coming.field(name) is None):
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
