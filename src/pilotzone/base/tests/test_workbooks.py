"""A cell in the last corner of a sheet is seen before a reader lays the sheet out; formats without a cell are not."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest

from pilotzone.base.workbooks import too_far


def in_the_last_corner() -> bytes:
    """A workbook with one cell, in the last column of the last row."""
    return book(b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')


def book(rows: bytes, name: str = "xl/worksheets/sheet1.xml") -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        made.writestr(name, b"<worksheet><sheetData>" + rows + b"</sheetData><pageMargins left='0.7'/></worksheet>")
    return target.getvalue()


@pytest.mark.parametrize(
    "rows",
    [
        b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>', b"<row><c r = 'xfd1048576' t='inlineStr'><is><t>x</t></is></c></row>",
        b'<x:row r="1048576"><x:c t="str"r="XFD1048576"><x:v>1</x:v></x:c></x:row>', b'<c x="/>" r="XFD1048576"><v>1</v></c>',
        b'<c x=\' r="A1"\' r="XFD1048576"><v>1</v></c>', b'<row r="1"><c r="XFD1"><v>1</v></c></row><row r="1048576"><c><v>1</v></c></row>',
        b'<!-- </sheetData> --><c r="XFD1048576"><!-- </c> --><v>1</v></c>',
    ],
)  # fmt: skip
def test_a_cell_in_the_last_corner_is_too_far(rows: bytes) -> None:
    assert too_far(book(rows)) and too_far(book(rows, "elsewhere"))


@pytest.mark.parametrize(
    "rows",
    [
        b"", b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576" hidden="1"/>', b'<row r="1"><c r="XFD1"><v>1</v></c></row>',
        b'<row r="1"><c r="B1"><v>r=5"</v></c></row><row r="1048576"><c r="XFD1048576" s="1"/></row>', b'<row r="10000"><c r="CV10000"><v>1</v></c></row>',
    ],
)  # fmt: skip
def test_what_people_write_is_not(rows: bytes) -> None:
    assert not too_far(book(rows))


def test_what_cannot_be_read_is() -> None:
    broken = book(b"<row r='1'/>").replace(b"pageMargins", b"pageMargims")  # its check sum is another's
    assert too_far(broken) and too_far(b"PK no workbook")
