"""Reading rate files: YAML folders of dated series, refused as a whole when one entry is not in order."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from pilotzone.base.errors import Refused
from pilotzone.base.money import decimal
from pilotzone.base.written import LOADER, shallow
from pilotzone.reference.spans import Broken, Series, Stretch

TAGS = ("A", "B", "C", "P")
SERIES_FIELDS = {"zh", "en", "unit", "basis", "entries"}
ENTRY_FIELDS = {"from", "to", "value", "document", "article", "link", "tag", "note", "note_en"}


@dataclass(frozen=True, slots=True)
class Names:
    """What a key is called, its unit (`text` for words), and which day decides (docs/dates.md)."""

    zh: str
    en: str
    unit: str
    basis: str


@dataclass(frozen=True, slots=True)
class Rate:
    """One value with the document that set it. `valid_to` is the last valid day, None while it is open.

    `tag`: A seen in a source, B firm knowledge, C unsure, P proposed by this project.
    """

    key: str
    value: Decimal | str
    unit: str
    valid_from: date
    valid_to: date | None
    document: str
    article: str
    link: str
    tag: str
    note: str = ""
    note_en: str = ""
    origin: str = "shipped"

    @property
    def number(self) -> Decimal:
        """The value as a number; TypeError where the key holds words."""
        if not isinstance(self.value, Decimal):
            raise TypeError(f"{self.key} holds words, not a number")
        return self.value


@dataclass(frozen=True)
class Rates:
    """All series by key, their names, and the documents of explicit endings."""

    series: dict[str, Series[Rate]] = field(default_factory=dict)
    names: dict[str, Names] = field(default_factory=dict)
    endings: dict[tuple[str, date], str] = field(default_factory=dict)

    def overlaid(self, over: Rates) -> Rates:
        """`over` stands from the first day of each of its series; before that day this table still stands."""
        merged = Rates(dict(self.series), {**self.names, **over.names}, {**self.endings, **over.endings})
        for key, series in over.series.items():
            merged.series[key] = _joined(self.series.get(key), series)
        return merged


def _joined(under: Series[Rate] | None, over: Series[Rate]) -> Series[Rate]:
    kept = [entry for entry in under.stretches if entry.first < over.starts[0]] if under else []
    new = [replace(entry, value=entry.value and replace(entry.value, origin="overlay")) for entry in over.stretches]
    bare = [Stretch(entry.first, None, entry.value) for entry in [*kept, *new]]
    return Series(_dated(Series(bare)))


def read_folder(folder: Path) -> Rates:
    """Every `*.yaml` of a folder. Raises Refused `reference.rates` naming file, key and what is wrong."""
    table = Rates()
    for path in sorted(folder.glob("*.yaml")):
        _read_file(path, table)
    return table


def _read_file(path: Path, table: Rates) -> None:
    try:
        text = path.read_text(encoding="utf-8")
        shallow(text)
        content = yaml.load(text, Loader=_Loader)  # noqa: S506  (a safe loader)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise _refused(path, "", str(error)) from error
    if not isinstance(content, dict) or not isinstance(content.get("values"), dict):
        raise _refused(path, "", "needs a mapping `values`")
    for key, written in content["values"].items():
        if key in table.series:
            raise _refused(path, key, "is already defined in another place")
        try:
            table.names[key], table.series[key] = _read_series(key, written, table.endings)
        except (Broken, KeyError, TypeError, ValueError, Refused) as error:
            raise _refused(path, key, _said(error)) from error


def _read_series(key: str, written: dict[str, Any], endings: dict[tuple[str, date], str]) -> tuple[Names, Series[Rate]]:
    _only(written, SERIES_FIELDS, required=("zh", "en", "unit", "entries"))
    known = Names(
        _text(written, "zh"),
        _text(written, "en"),
        _text(written, "unit"),
        str(written.get("basis", "acceptance")),
    )
    stretches = []
    for entry in written["entries"]:
        stretch = _read_entry(key, known.unit, entry)
        if stretch.value is None:
            endings[key, stretch.first] = entry["document"]
        stretches.append(stretch)
    return known, Series(_dated(Series(stretches)))


def _read_entry(key: str, unit: str, entry: dict[str, Any]) -> Stretch[Rate]:
    _only(entry, ENTRY_FIELDS, required=("from", "value", "document", "tag"))
    first, last = _day(entry["from"]), _day(entry["to"]) if "to" in entry else None
    if entry["tag"] not in TAGS:
        raise Broken(f"tag {entry['tag']!r} is not one of {'/'.join(TAGS)}")
    document = _text(entry, "document")
    written = entry["value"]
    if written is None:
        return Stretch(first, last, None)
    if not isinstance(written, str):
        raise Broken(f"value {written!r} must be quoted: a decimal fraction is not a binary one")
    value = written if unit == "text" else decimal(written)
    return Stretch(
        first,
        last,
        Rate(
            key=key,
            value=value,
            unit=unit,
            valid_from=first,
            valid_to=last,
            document=document,
            article=str(entry.get("article", "")),
            link=str(entry.get("link", "")),
            tag=entry["tag"],
            note=str(entry.get("note", "")),
            note_en=str(entry.get("note_en", "")),
        ),
    )


def _dated(series: Series[Rate]) -> list[Stretch[Rate]]:
    """The stretches with the computed last day written into their values; the open end stays open."""
    return [
        Stretch(entry.first, entry.last, entry.value and replace(entry.value, valid_to=entry.last))
        for entry in series.stretches
    ]


def _only(written: Any, allowed: set[str], *, required: tuple[str, ...]) -> None:
    if not isinstance(written, dict):
        raise Broken("must be a mapping")
    unknown = sorted(set(written) - allowed)
    if unknown:
        raise Broken(f"unknown field {', '.join(map(str, unknown))}")
    lacking = [name for name in required if name not in written]
    if lacking:
        raise Broken(f"lacks {', '.join(lacking)}")


def _text(written: dict[str, Any], name: str) -> str:
    value = written[name]
    if not isinstance(value, str) or not value.strip():
        raise Broken(f"{name} is empty")
    return value


def _day(value: Any) -> date:
    # datetime is a date to isinstance; only a plain day is wanted
    if type(value) is not date:
        raise Broken(f"{value!r} is not a day written yyyy-mm-dd")
    return value


class _Loader(LOADER):
    """Safe, and a key written twice is refused instead of the last one winning."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key_node, _ in node.value:
            name = self.construct_object(key_node, deep=True)
            if name in seen:
                raise yaml.constructor.ConstructorError(None, None, f"{name} is written twice", key_node.start_mark)
            seen.add(name)
        return super().construct_mapping(node, deep)


def _said(error: Exception) -> str:
    return error.en if isinstance(error, Refused) else str(error)


def _refused(path: Path, key: str, what: str) -> Refused:
    where = f"{path.name}: {key}".rstrip(": ")
    return Refused(
        code="reference.rates",
        zh=f"税率参数文件有误 {where}：{what}",
        en=f"Rate file is not in order. {where}: {what}",
        source="docs/dates.md",
        whose="zone",
        fields={key or path.name: what},
    )
