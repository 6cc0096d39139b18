"""一次提交 by hand: files dropped on a page enter by the same inbox as HTTP; an Excel sheet becomes drafts.

What is wrong with a file is told cell by cell or by its code, and the other files of the same drop are kept
nevertheless. Of a sheet the documents without fault are taken; the others come back as a sheet to be mended.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import connection
from django.urls import reverse

from pilotzone.base.errors import Problem
from pilotzone.exchange import inbox
from pilotzone.exchange.formats import sheet_back, sheet_handed, sheet_reading
from pilotzone.kernel import audit, given_back
from pilotzone.kernel.access.doors import require
from pilotzone.rooms.clearance import api as clearance

LARGEST = 10 * 1024 * 1024
MOST_FILES = 50
LONGEST_NAME = 200
SHOWN = 100
LARGEST_INLINE = 1_500_000  # what browsers still take as the address of a download
XML, EXCEL = ".xml", ".xlsx"
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Taken:
    """What became of one file: the receipts of its messages, or what is wrong with it.

    Of a sheet taken in part also how many documents were `taken` and how many `refused`, and `back`: the address of the
    workbook of the refused ones – its bytes, or where it is kept for a day when they are too many for an address.
    `full`: there was no room to keep it, which the page says.
    """

    name: str
    receipts: list[str] = field(default_factory=list)
    findings: list[dict[str, Any]] = field(default_factory=list)
    more: int = 0
    taken: int = 0
    refused: int = 0
    back: str = ""
    back_name: str = ""
    kept: bool = False
    full: bool = False


def take(files: Sequence[UploadedFile], *, now: datetime, past: bool = False) -> list[Taken]:
    """Keep the files of a drop in the name of the caller's firm; one answer each, in their order.

    `past`: messages and receipts of the firm's past, kept read-only.
    """
    actor = require("declare.submit")
    if not files:
        return [_refused("", _words("desk.file.none", "没有选择文件。", "No file was chosen."))]
    if len(files) > MOST_FILES:
        told = _words(
            "desk.file.too_many", f"一次最多提交{MOST_FILES}个文件。", f"At most {MOST_FILES} files at once.",
            "请分几次提交，或使用接口、文件夹。", "Send them in parts, or use the API or the folder.",
        )  # fmt: skip
        return [_refused("", told)]
    answers = [_take(file, actor.organisation, now, past=past) for file in files]
    receipts = [receipt for answer in answers for receipt in answer.receipts]
    if receipts:
        audit.record(
            "desk.submit", object_kind="organisation", object_id=actor.organisation or "",
            after={"files": len(files), "receipts": receipts[:SHOWN]},
        )  # fmt: skip
    return answers


def _take(file: UploadedFile, organisation: int | None, now: datetime, *, past: bool) -> Taken:
    name = (file.name or "").replace("\0", "")
    if len(name) > LONGEST_NAME:
        told = _words(
            "desk.file.name", f"文件名超过{LONGEST_NAME}个字符。", f"The file's name is longer than {LONGEST_NAME} characters.",
            "请改短文件名后再提交。", "Give the file a shorter name and send it again.",
        )  # fmt: skip
        return _refused(name, told)
    if (file.size or 0) > LARGEST:
        told = _words(
            "desk.file.too_large", "文件超过10 MB。", "The file is larger than 10 MB.",
            "请把单证分到几个报文中，每个报文最多100份。", "Split the documents into several messages of at most 100.",
        )  # fmt: skip
        return _refused(name, told)
    raw = file.read()
    if not raw.strip():
        return _refused(name, _words("desk.file.empty", "文件是空的。", "The file is empty."))
    lower = name.lower()
    if lower.endswith(EXCEL) and not past:
        return _workbook(name, raw, now)
    if not lower.endswith(XML):
        if past:
            return _refused(
                name, _words("desk.file.kind", "补录历史只接受 .xml 报文和回执。", "The past is taken as .xml only.")
            )
        told = _words(
            "desk.file.kind", "只接受 .xml 报文和 .xlsx 模板。", "Only .xml messages and .xlsx templates are taken.",
        )  # fmt: skip
        return _refused(name, told)
    if past:
        return Taken(name, clearance.import_history(messages=[raw], names=[name]))
    receipt = inbox.keep_one(connection, raw, channel="desk", client=name, organisation_id=organisation)
    return Taken(name, [receipt])


def _workbook(name: str, raw: bytes, now: datetime) -> Taken:
    """The documents without fault of a filled template as drafts of the caller; the others with their faults."""
    try:
        return _in_part(name, *sheet_handed.read(name, raw, now=now, where="desk.file"))
    except Problem as problem:
        return _refused(name, problem.as_dict())


def _in_part(name: str, message: str, reading: sheet_reading.Reading) -> Taken:
    """Keep what may be kept of a sheet; what not comes back."""
    documents = [(document.head, document.lines) for document in reading.accepted]
    receipts = (
        clearance.submit_rows(message=message, documents=documents, channel="excel", name=name) if documents else []
    )
    if not reading.findings:
        return Taken(name, receipts)
    back = sheet_back.refused(reading, message) if reading.sheets else b""
    told = [one.as_dict() for one in reading.findings]
    address, large = _address(back)
    return Taken(
        name, receipts, told[:SHOWN], max(0, len(told) - SHOWN),
        taken=len(documents), refused=len(reading.documents) - len(documents),
        back=address, back_name=f"{message[:6]}-refused.xlsx", kept=large and bool(address), full=large and not address,
    )  # fmt: skip


def _address(workbook: bytes) -> tuple[str, bool]:
    """Where the workbook is had ("" where there is none, or no room for it), and whether it is too large for an address."""
    packed = base64.b64encode(workbook).decode()
    if len(packed) <= LARGEST_INLINE:
        return f"data:{WORKBOOK};base64,{packed}" if packed else "", False
    name = given_back.keep(workbook)
    return reverse("enterprise_given_back", args=[name]) if name else "", True


def _refused(name: str, told: dict[str, Any]) -> Taken:
    return Taken(name, findings=[told])


def _words(code: str, zh: str, en: str, mend_zh: str = "", mend_en: str = "") -> dict[str, Any]:
    return {"code": code, "zh": zh, "en": en, "mend_zh": mend_zh, "mend_en": mend_en, "source": sheet_handed.SOURCE}
