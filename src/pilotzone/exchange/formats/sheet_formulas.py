"""Cells of a workbook whose value is not known: a formula nobody worked out, or one that ended in an error.

A workbook keeps each formula beside its last result. A program that writes workbooks puts 0 or nothing there until
Excel opens and saves the file; read as an amount, that 0 would be declared.
"""

from __future__ import annotations

import re
import zipfile
from html import unescape
from io import BytesIO

WORKBOOK, RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_SHEET = re.compile(r"<(?:\w+:)?sheet\s([^>]*)>")
_RELATION = re.compile(r"<(?:\w+:)?Relationship\s([^>]*)>")
_ATTRIBUTE = re.compile(r'([\w:]+)\s*=\s*(?:"([^"]*)"|\'([^\']*)\')')
_ALL_ANEW = re.compile(r"<(?:\w+:)?calcPr\s[^>]*\bfullCalcOnLoad\s*=\s*[\"'](?:1|true)[\"']")
_CELL = re.compile(rb"<(?:\w+:)?c\s([^>]*?)(?:/>|>(.*?)</(?:\w+:)?c>)", re.DOTALL)
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
    except (KeyError, OSError, zipfile.BadZipFile, NotImplementedError):
        return frozenset()
    stale = bool(_ALL_ANEW.search(workbook))
    if not _FORMULA.search(cells) and b"#" not in cells:
        return frozenset()
    return frozenset(
        place[1].decode()
        for cell in _CELL.finditer(cells)
        if (place := _PLACE.search(cell[1])) and _is_unknown(cell[1], cell[2] or b"", stale=stale)
    )


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
