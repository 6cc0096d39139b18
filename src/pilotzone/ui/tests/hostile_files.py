"""Files nobody should hand in, for every entry of a page that takes one: none, too large, of another kind, cut off, a bomb, named to deceive."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

BOUNDARY = "----hostile"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"
TOO_LARGE, BOMB = 21 * 1024 * 1024, 200 * 1024 * 1024  # bytes handed in, and bytes unpacked
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class File:
    """What is handed in: a name as bytes, the kind it claims to be, its bytes."""

    name: bytes
    kind: str
    body: bytes


def workbook(parts: dict[str, bytes]) -> bytes:
    """A zip of these parts."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, body in parts.items():
            packed.writestr(name, body)
    return made.getvalue()


def bomb() -> bytes:
    """A workbook that unpacks to BOMB bytes, written piece by piece: no process holds them."""
    made, piece = io.BytesIO(), bytes(1024 * 1024)
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", b"<Types/>")
        with packed.open("xl/worksheets/sheet1.xml", "w") as part:
            for _ in range(BOMB // len(piece)):
                part.write(piece)
    return made.getvalue()


@cache
def files() -> dict[str, File]:
    """The files by what is wrong with them."""
    rows = (
        b"<worksheet><sheetData>"
        + b"".join(b'<row r="%d"/>' % row for row in range(1, 2000))
        + b"</sheetData></worksheet>"
    )
    whole = workbook(
        {"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>", "xl/worksheets/sheet1.xml": rows}
    )
    laughs = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;">]><a>&c;</a>'
    return {
        "nothing in it": File(b"a.xlsx", XLSX, b""),
        "too large": File(b"a.csv", "text/csv", b"a," * (TOO_LARGE // 2)),
        "another kind": File(b"a.pdf", "application/pdf", b"MZ\x90\x00" + bytes(range(256)) * 8),
        "a picture that is none": File(b"a.png", "image/png", b"\x89PNG\r\n\x1a\n" + b"\xff" * 60),
        "a workbook cut off": File(b"a.xlsx", XLSX, whole[: len(whole) // 2]),
        "a workbook that is none": File(b"a.xlsx", XLSX, whole),
        "a bomb": File(b"a.xlsx", XLSX, bomb()),
        "a zip named as text": File(b"a.csv", "text/csv", whole),
        "a name with NUL": File(b"a\x00b.csv", "text/csv", b"a,b\n\x00,\xff\xfe\n"),
        "a name that climbs": File("../../等\u202e.xlsx".encode(), "text/csv", b"a;b\n1;2\n"),
        "a name without end": File(b"a" * 3000 + b".csv", "text/csv", "编号,名称\n1,2\n".encode()),
        "entities": File(b"a.xml", "text/xml", laughs),
    }  # fmt: skip


def sendings(entries: list[tuple[str, str]], names: list[str]) -> Iterator[tuple[str, bytes]]:
    """Each file in all the entries that take one, the others being sound: what is wrong, and the body of the form."""
    for what, file in files().items():
        parts = [(f'name="{name}"'.encode(), text.encode()) for name, text in entries]
        for name in names:
            head = b'name="%s"; filename="%s"\r\nContent-Type: %s' % (name.encode(), file.name, file.kind.encode())
            parts.append((head, file.body))
        lines = [
            b"--%s\r\nContent-Disposition: form-data; %s\r\n\r\n%s\r\n" % (BOUNDARY.encode(), head, body)
            for head, body in parts
        ]
        yield what, b"".join(lines) + f"--{BOUNDARY}--\r\n".encode()
