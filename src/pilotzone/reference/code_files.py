"""Reading code lists: one CSV each (code, zh, en, valid_from, valid_to, tag and columns of its own)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from pilotzone.base.errors import Refused
from pilotzone.base.written import plain
from pilotzone.reference.rows import Sheet, read_sheet
from pilotzone.reference.spans import DAY, Broken, Series, Stretch

OWN_FIELDS = ("code", "zh", "en", "valid_from", "valid_to", "tag")
TAGS = ("A", "B", "C", "P")


@dataclass(frozen=True, slots=True)
class Manifest:
    """Source and edition of a list. `first` is valid for every code that names no day of its own."""

    name: str
    zh: str
    en: str
    source: str
    edition: str
    first: date
    tag: str
    refresh: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One code on a day. `en` is never empty: where no English name is known it is the Chinese one."""

    code: str
    zh: str
    en: str
    extra: dict[str, str]
    valid_from: date
    valid_to: date | None
    tag: str


@dataclass(frozen=True)
class CodeList:
    """A list in the order of its file."""

    manifest: Manifest
    series: dict[str, Series[Entry]] = field(default_factory=dict)

    def overlaid(self, over: CodeList) -> CodeList:
        """`over` stands for every code it names."""
        return CodeList(over.manifest, {**self.series, **over.series})


def read_folder(folder: Path, *, under: dict[str, CodeList] | None = None) -> dict[str, CodeList]:
    """Every list of a folder. A list without manifest entry takes the one of `under`, else it is refused."""
    described = _manifests(folder)
    for name, shipped in (under or {}).items():
        described.setdefault(name, shipped.manifest)
    return {path.stem: _read_list(path, described) for path in sorted(folder.glob("*.csv"))}


def _manifests(folder: Path) -> dict[str, Manifest]:
    path = folder / "manifest.yaml"
    if not path.exists():
        return {}
    try:
        content = plain(path.read_text(encoding="utf-8")) or {}
        return {name: Manifest(name=name, **_checked(parts)) for name, parts in content.items()}
    except (yaml.YAMLError, UnicodeDecodeError, TypeError, AttributeError, ValueError) as error:
        raise _refused(path.name, str(error)) from error


def _checked(parts: dict[str, Any]) -> dict[str, Any]:
    empty = [name for name, value in parts.items() if value in ("", None)]
    if empty or type(parts.get("first")) is not date or parts.get("tag") not in TAGS:
        raise ValueError(f"needs zh, en, source, edition, first (a day), tag, refresh; wrong: {empty or parts}")
    return parts


def _read_list(path: Path, described: dict[str, Manifest]) -> CodeList:
    manifest = described.get(path.stem)
    if manifest is None:
        raise _refused(path.name, "has no entry in manifest.yaml: a list needs a source and an edition")
    sheet = read_sheet(path, required=("code", "zh"))
    stretches: dict[str, list[Stretch[Entry]]] = {}
    for line, row in sheet.rows:
        read = _read_row(sheet, line, row, manifest)
        if read is not None:
            stretches.setdefault(row["code"], []).append(read)
    sheet.raise_faults()
    found = CodeList(manifest)
    for code, written in stretches.items():
        try:
            found.series[code] = Series(with_endings(written))
        except Broken as error:
            raise _refused(path.name, f"{code} {error}") from error
    return found


def _read_row(sheet: Sheet, line: int, row: dict[str, str], manifest: Manifest) -> Stretch[Entry] | None:
    for column in ("code", "zh"):
        if not row.get(column):
            sheet.fault(line, column, "overlay.blank", "不能为空", "must not be blank")
            return None
    tag = row.get("tag") or manifest.tag
    if tag not in TAGS:
        sheet.fault(line, "tag", "overlay.tag", "可信度须为A/B/C/P", "the tag must be one of A/B/C/P")
        return None
    first = sheet.day(line, row, "valid_from") or manifest.first
    last = sheet.day(line, row, "valid_to")
    extra = {name: value for name, value in row.items() if name not in OWN_FIELDS}
    value = Entry(row["code"], row["zh"], row.get("en") or row["zh"], extra, first, last, tag)
    return Stretch(first, last, value)


def with_endings(written: list[Stretch[Entry]]) -> list[Stretch[Entry]]:
    """A row that names its last day says explicitly that nothing is valid after it, until the next row."""
    ordered = sorted(written, key=lambda entry: entry.first)
    complete: list[Stretch[Entry]] = []
    for stretch, following in zip(ordered, [*ordered[1:], None], strict=True):
        complete.append(stretch)
        if stretch.last is not None and (following is None or stretch.last + DAY < following.first):
            complete.append(Stretch(stretch.last + DAY, None, None))
    return complete


def _refused(name: str, what: str) -> Refused:
    return Refused(
        code="reference.codes",
        zh=f"代码表文件有误 {name}：{what}",
        en=f"Code list is not in order. {name}: {what}",
        source="data/codes/manifest.yaml",
        whose="zone",
        fields={name: what},
    )
