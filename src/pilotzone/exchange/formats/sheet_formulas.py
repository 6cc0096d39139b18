"""Cells of a workbook whose value is not known: a formula nobody worked out, or one that ended in an error.

A workbook keeps each formula beside its last result. A program that writes workbooks puts 0 or nothing there until
Excel opens and saves the file; read as an amount, that 0 would be declared. A part is passed through once, whatever stands in it:
every expression ends at the next `<`, which no attribute of XML holds.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from html import unescape
from io import BytesIO

WORKBOOK, RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_SHEET = re.compile(r"<(?:\w+:)?sheet\s([^<>]*)>")
_RELATION = re.compile(r"<(?:\w+:)?Relationship\s([^<>]*)>")
_ATTRIBUTE = re.compile(r'(?<![\w:])([\w:]++)\s*+=\s*(?:"([^"]*)"|\'([^\']*)\')')
_ALL_ANEW = re.compile(r"<(?:\w+:)?calcPr\s[^<>]*\bfullCalcOnLoad\s*=\s*[\"'](?:1|true)[\"']")
_CELL = re.compile(rb"<(?:\w+:)?c\s([^<>]*)>")
_END = re.compile(rb"</(?:\w+:)?c>")
_PLACE = re.compile(rb"\br\s*=\s*[\"']([A-Z]{1,3}[0-9]{1,7})[\"']")
_KIND = re.compile(rb"\bt\s*=\s*[\"'](\w+)[\"']")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
_RESULT = re.compile(rb"<(?:\w+:)?v>[^<]")


def unknown_cells(raw: bytes, title: str) -> frozenset[str]:
    """The places (C5) on the sheet `title` whose value is not known; empty where `raw` is no workbook with such a sheet."""
    try:
        with zipfile.ZipFile(BytesIO(raw)) as book:
            workbook = book.read(WORKBOOK).decode("utf-8", "replace")
            part = _part_of(workbook, book.read(RELATIONS).decode("utf-8", "replace"), title)
            cells = book.read(part) if part else b""
    except (KeyError, OSError, EOFError, RuntimeError, zlib.error, zipfile.BadZipFile):
        return frozenset()
    stale = bool(_ALL_ANEW.search(workbook))
    if not _FORMULA.search(cells) and b"#" not in cells:
        return frozenset()
    return frozenset(
        place[1].decode()
        for attributes, content in _cells(cells)
        if (place := _PLACE.search(attributes)) and _is_unknown(attributes, content, stale=stale)
    )


def _cells(part: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Attributes and content of each cell; one that is never closed has no content."""
    found = _CELL.search(part)
    while found:
        following = _CELL.search(part, found.end())
        end = _END.search(part, found.end(), following.start() if following else len(part))
        yield found[1], part[found.end() : end.start()] if end and not found[1].endswith(b"/") else b""
        found = following


def _is_unknown(attributes: bytes, content: bytes, *, stale: bool) -> bool:
    kind = _KIND.search(attributes)
    if kind and kind[1] == b"e":
        return True
    if not _FORMULA.search(content):
        return False
    return stale or (not _RESULT.search(content) and not (kind and kind[1] == b"str"))


def _part_of(workbook: str, relations: str, title: str) -> str:
    """The name of the part that holds the sheet; empty where there is none."""
    ids = {one.get("name", ""): one.get("r:id", "") for one in map(_attributes, _SHEET.findall(workbook))}
    targets = {one.get("Id", ""): one.get("Target", "") for one in map(_attributes, _RELATION.findall(relations))}
    target = targets.get(ids.get(title, ""), "")
    return target.removeprefix("/") if target.startswith("/") else f"xl/{target}" if target else ""


def _attributes(text: str) -> dict[str, str]:
    return {name: unescape(double or single) for name, double, single in _ATTRIBUTE.findall(text)}
