"""An official paper as an editable .docx: A4, margins, type and line distance of GB/T 9704-2012 党政机关公文格式."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

# 2号 and 3号 type, 28 points between lines
TITLE_PT, BODY_PT, LINE_PT = 22, 16, 28
TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@dataclass(frozen=True)
class Sheet:
    """What goes on the paper. `blocks`: a text is a paragraph, a tuple (heading, texts) a section, a list of rows a table."""

    title: str
    blocks: Sequence[str | tuple[str, Sequence[str]] | list[list[str]]]
    signed: str
    day: str
    to: str = ""
    note: str = ""


def docx_of(sheet: Sheet) -> bytes:
    """The bytes of the file."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin, section.left_margin, section.right_margin = (
        Mm(37),
        Mm(35),
        Mm(28),
        Mm(26),
    )
    document.core_properties.title, document.core_properties.author = sheet.title[:200], sheet.signed[:200]
    _line(document, sheet.title, "方正小标宋简体", TITLE_PT, WD_ALIGN_PARAGRAPH.CENTER)
    if sheet.to:
        _line(document, f"{sheet.to}：", "仿宋", BODY_PT)
    for block in sheet.blocks:
        if isinstance(block, str):
            _line(document, block, "仿宋", BODY_PT, indent=True)
        elif isinstance(block, tuple):
            _line(document, block[0], "黑体", BODY_PT, indent=True)
            for text in block[1]:
                _line(document, text, "仿宋", BODY_PT, indent=True)
        else:
            _table(document, block)
    for text in (sheet.signed, sheet.day):
        _line(document, text, "仿宋", BODY_PT, WD_ALIGN_PARAGRAPH.RIGHT)
    if sheet.note:
        _line(document, sheet.note, "楷体", 12)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _line(document: Any, text: str, face: str, size: int, align: Any = None, *, indent: bool = False) -> None:
    paragraph = document.add_paragraph()
    shape = paragraph.paragraph_format
    shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(LINE_PT)
    shape.space_after = Pt(0)
    if indent:
        shape.first_line_indent = Pt(size * 2)
    if align is not None:
        paragraph.alignment = align
    _run(paragraph, text, face, size)


def _table(document: Any, rows: list[list[str]]) -> None:
    table = document.add_table(rows=0, cols=len(rows[0]))
    table.style = "Table Grid"
    for at, row in enumerate(rows):
        for cell, text in zip(table.add_row().cells, row, strict=True):
            _run(cell.paragraphs[0], text, "仿宋" if at else "黑体", 12)


def _run(paragraph: Any, text: str, face: str, size: int) -> None:
    # what XML cannot hold is left out, as a form field may carry anything
    run = paragraph.add_run("".join(sign for sign in text if sign >= " " or sign in "\n\t"))
    run.font.size, run.font.name = Pt(size), face
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), face)
