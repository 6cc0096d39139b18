"""Reading the catalogue's files (data/catalogue, and PILOTZONE_HOME/data/catalogue beside it), strictly."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from pilotzone.base.errors import Denied, Refused
from pilotzone.base.written import plain
from pilotzone.exchange.catalogue import versions
from pilotzone.exchange.catalogue.shapes import CLASSES, KINDS, REFUSED, TYPES, Field, Level, Resource
from pilotzone.kernel import clock
from pilotzone.reference.tables import SHIPPED, Table

_CODE = re.compile(r"[a-z][a-z0-9_]{1,30}\.[a-z][a-z0-9_]{1,50}")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,40}")
_OWNER = re.compile(r"zone(\.[a-z0-9_]{1,40}){1,4}")
TAGS = ("A", "B", "C", "P")
MOST_FILES = 128


def build(overlay: Path | None) -> dict[str, Resource]:
    """Every resource by its code, the latest of a zone's own entries in place of the shipped one, with the others of its own as
    `earlier`. Refused `catalogue.file`."""
    found = _folder(SHIPPED / "catalogue")
    if overlay is not None and (overlay / "catalogue").is_dir():
        own = _folder(overlay / "catalogue")
        found |= {code: versions.following(found.get(code), _entries(one)) for code, one in own.items()}
    return dict(sorted(found.items()))


def resources() -> dict[str, Resource]:
    """The catalogue in force: of a zone's own entries the latest whose day has come, before the first of them the shipped one, if any."""
    found, shipped = _table(), _shipped()
    own = [one for code, one in found.items() if shipped.get(code) is not one]
    if not own or max(one.since for one in own) <= (today := clock.today()):
        return found
    stands = found | {one.code: _begun(one, today) or shipped.get(one.code) for one in own if one.since > today}
    return dict(sorted((code, one) for code, one in stands.items() if one is not None))


def coming() -> dict[str, Resource]:
    """What was announced: of a zone's own entries the next whose day has not come, by code, also of resources not there yet."""
    shipped, today = _shipped(), clock.today()
    own = [one for code, one in _table().items() if shipped.get(code) is not one and one.since > today]
    return {one.code: min((e for e in _entries(one) if e.since > today), key=lambda e: e.since) for one in own}


def written() -> list[Resource]:
    """Every entry of every file, in force or to come: a code may stand twice. Asks no clock, so a start may ask it."""
    return [*_shipped().values(), *(each for one in _table().values() for each in _entries(one))]


def resource(code: str) -> Resource:
    """One entry in force; Denied `catalogue.unknown`."""
    found = resources().get(code)
    if found is None:
        raise Denied(
            code="catalogue.unknown", zh="目录中没有这项资源。", en="The catalogue has no such resource.", source="data/catalogue",
        )  # fmt: skip
    return found


def read(text: str, *, name: str) -> dict[str, Resource]:
    """The resources of one file's text; Refused `catalogue.file` says where and what."""
    where = name
    try:
        whole = plain(text)
        owner, tag, since = str(whole["owner"]), str(whole["tag"]), whole["from"]
        if not _OWNER.fullmatch(owner) or tag not in TAGS or type(since) is not date:
            raise ValueError("owner, tag and from")
        found: dict[str, Resource] = {}
        for row in whole["resources"]:
            where = f"{name} {row.get('code', '?')}"
            _add(found, one(row, owner=owner, tag=tag, since=since))
    except (yaml.YAMLError, KeyError, TypeError, ValueError, AttributeError, InvalidOperation, RecursionError) as fault:
        raise _wrong(where, fault) from fault
    return found


def _wrong(where: str, fault: Exception) -> Refused:
    return Refused(
        code="catalogue.file", zh=f"目录文件有误 {where}：{fault}", en=f"A file of the catalogue is not in order. {where}: {fault}",
        source="data/catalogue", whose="zone", mend_zh="改正该处后再加载", mend_en="Correct it and load it again",
    )  # fmt: skip


def one(row: Mapping[str, Any], *, owner: str, tag: str, since: date) -> Resource:
    """One entry, checked; ValueError says what is wrong."""
    fields = tuple(_field(part) for part in row["fields"])
    names = [part.name for part in fields]
    made = Resource(
        code=str(row["code"]), owner=owner, version=str(row["version"]), since=versions.read(row, since)[0].since, tag=tag, zh=_text(row, "zh"), en=_text(row, "en"),
        abstract_zh=_text(row, "abstract_zh"), abstract_en=_text(row, "abstract_en"), sharing=str(row["sharing"]),
        basis=str(row["basis"]), cycle_days=int(row["cycle_days"]), key=str(row["key"]), concerns=str(row.get("concerns") or ""),
        level=Level(Decimal(str(row["level"]["availability_percent"])), int(row["level"]["answer_ms"])), fields=fields,
        sample=tuple(str(cell) for cell in row["sample"]),
        files=tuple((str(part["address"]), str(part["type"])) for part in row.get("files", ())), history=versions.read(row, since),
        words=" ".join([str(row["zh"]), str(row["en"]), str(row["code"]), str(row["abstract_zh"]), str(row["abstract_en"]),
                        *(part.zh for part in fields), *(part.en for part in fields)]).lower(),
    )  # fmt: skip
    wrong = (
        (not _CODE.fullmatch(made.code), "code"),
        (made.sharing not in KINDS, "sharing"),
        (
            made.sharing == REFUSED and not re.search("法|条例|规定|决定", made.basis),
            "a refusal names the law it rests on",
        ),
        (not made.basis.strip(), "basis"),
        (not 1 <= made.cycle_days <= 3660, "cycle_days"),
        (not fields or len(set(names)) != len(names), "fields"),
        (made.key not in names, "key is one of the fields"),
        (bool(made.concerns) and made.concerns not in names, "concerns is one of the fields"),
        (
            any(not re.fullmatch(r"/[a-z0-9/._-]*", address) for address, _kind in made.files),
            "files: addresses of this zone",
        ),
        (len(made.sample) != len(fields), "the sample has a value for each field"),
        (not 0 < made.level.availability <= 100 or not 0 < made.level.answer_ms <= 60_000, "level"),
    )
    for is_wrong, what in wrong:
        if is_wrong:
            raise ValueError(what)
    return made


def _field(row: Mapping[str, Any]) -> Field:
    made = Field(str(row["name"]), _text(row, "zh"), _text(row, "en"), str(row["type"]), str(row["class"]))
    if not _NAME.fullmatch(made.name) or made.type not in TYPES or made.klass not in CLASSES:
        raise ValueError(f"field {made.name[:40]}: name, type or class")
    return made


def _text(row: Mapping[str, Any], key: str) -> str:
    text = str(row[key]).strip()
    if not text or len(text) > 500:
        raise ValueError(key)
    return text


def _folder(folder: Path) -> dict[str, Resource]:
    found: dict[str, Resource] = {}
    for path in sorted(folder.glob("*.yaml")):
        seen = path.stat()
        try:
            for made in _file(path, seen.st_mtime_ns, seen.st_size).values():
                for each in _entries(made):
                    _add(found, each)
        except ValueError as fault:
            raise _wrong(path.name, fault) from fault
    return found


def _add(found: dict[str, Resource], made: Resource) -> None:
    """Another entry of a code, of another day: the latest stands, with the others as `earlier`. ValueError for a day told twice."""
    entries = sorted(
        (*_entries(found.get(made.code)), replace(made, earlier=()) if made.earlier else made),
        key=lambda one: one.since,
        reverse=True,
    )
    if len({one.since for one in entries}) < len(entries):
        raise ValueError(f"{made.code} twice from {made.since}")
    found[made.code] = replace(entries[0], earlier=tuple(entries[1:])) if len(entries) > 1 else entries[0]


def _entries(one: Resource | None) -> tuple[Resource, ...]:
    """A resource's entries, the latest first."""
    return () if one is None else (one, *one.earlier)


def _begun(one: Resource, today: date) -> Resource | None:
    return next((each for each in _entries(one) if each.since <= today), None)


@lru_cache(maxsize=MOST_FILES)
def _file(path: Path, changed_ns: int, size: int) -> Mapping[str, Resource]:
    """One file as it was at that moment; read once, for a zone of thousands reads a second for each megabyte."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as fault:
        raise Refused(
            code="catalogue.file", zh=f"目录文件须为UTF-8编码：{path.name}", en=f"A file of the catalogue is UTF-8: {path.name}",
            source="data/catalogue", whose="zone",
        ) from fault  # fmt: skip
    return read(text, name=path.name)


def owners(found: Iterable[Resource]) -> list[str]:
    """The owners, each once, in order."""
    return sorted({each.owner for each in found})


def _as_shipped(_overlay: Path | None) -> dict[str, Resource]:
    return _folder(SHIPPED / "catalogue")


_table, _shipped = Table(build), Table(_as_shipped)
