"""How far the cells of a workbook reach: readers lay a sheet out whole, so one cell in the last corner takes more than any memory.

What is measured is never less than what a reader sees; what Excel and LibreOffice write of empty cells with a format is not counted.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from io import BytesIO

MOST_PLACES = 5_000_000  # rows times columns of a sheet
_START = re.compile(rb"<(?:\w+:)?(c|row)(?=[\s/>])")
_PLACE = re.compile(rb"(?<![\w:.-])r\s*=\s*[\"']([A-Za-z]{0,7})([0-9]{1,10})[\"']")
_QUOTED = re.compile(rb"\"[^\"<]*\"|'[^'<]*'")
_EMPTY = re.compile(rb"[^<>]*/>")


def too_far(raw: bytes, most: int = MOST_PLACES) -> bool:
    """Whether a sheet of the xlsx reaches over more than `most` places, or a part cannot be read."""
    try:
        with zipfile.ZipFile(BytesIO(raw)) as book:
            return any(_too_far(book.read(one), most) for one in book.infolist())
    except (OSError, EOFError, ValueError, RuntimeError, zlib.error, zipfile.BadZipFile):
        return True


def _too_far(part: bytes, most: int) -> bool:
    rows, columns = 1, 1
    for letters, digits in _PLACE.findall(part):
        rows, columns = max(rows, int(digits)), max(columns, _column(letters))
    return rows * columns > most and _filled(part) > most


def _filled(part: bytes) -> int:
    """Rows times columns up to the last cells that are not plainly empty."""
    row = column = rows = columns = 0
    starts = [*_START.finditer(part)]
    ends = [one.start() for one in starts[1:]] + [len(part)]
    for start, end in zip(starts, ends, strict=True):
        piece = part[start.end() : end]
        places = _PLACE.findall(piece)
        if start[1] == b"row":
            row, column = max((int(digits) for _, digits in places), default=row + 1), 0
            continue
        column = max((_column(letters) for letters, _ in places), default=column + 1)
        if not _EMPTY.match(_QUOTED.sub(b"", piece)):
            rows, columns = max(rows, row, *(int(digits) for _, digits in places)), max(columns, column)
    return rows * columns


def _column(letters: bytes) -> int:
    """A is 1, Z 26, AA 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number
