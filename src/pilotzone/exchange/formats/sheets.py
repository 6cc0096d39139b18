"""How a message lies in an Excel workbook: one sheet of heads, one of lines, tied by a document number."""

from __future__ import annotations

HEAD = "表头 Head"
LINES = "表体 Lines"
NOTES = "说明 Notes"
CODES = "代码 Codes"

DOCUMENT = "document"
DOCUMENT_ZH = "单证序号"
DOCUMENT_EN = "document number"
EXAMPLE = "例 example"

# rows of a sheet, counted from 0: element names, Chinese names, English names with type, example, data
NAMES_ROW, ZH_ROW, EN_ROW, EXAMPLE_ROW, DATA_ROW = range(5)
LAST_ROW = 10_000


def column(number: int) -> str:
    """0 → A, 26 → AA."""
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
