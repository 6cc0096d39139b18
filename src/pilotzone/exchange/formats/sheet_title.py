"""Which document a workbook is, said by itself: our templates carry it in their title, and Excel keeps that when saving."""

from __future__ import annotations

import re
import zipfile
import zlib
from io import BytesIO

PROPERTIES = "docProps/core.xml"
MOST_BYTES = 64 * 1024
_TITLE = re.compile(rb"<dc:title>\s*(CEB\d{3}Message)\b")


def message_of(raw: bytes) -> str:
    """The name of the message in the workbook's title; empty where it is no workbook or says none."""
    try:
        with zipfile.ZipFile(BytesIO(raw)) as book, book.open(PROPERTIES) as part:
            found = _TITLE.search(part.read(MOST_BYTES))
    except (zipfile.BadZipFile, KeyError, OSError, EOFError, ValueError, NotImplementedError, RuntimeError, zlib.error):
        return ""
    return found[1].decode() if found else ""
