"""一次提交 by hand: files dropped on a page enter by the same inbox as HTTP; an Excel sheet becomes drafts.

A file is taken whole or not at all; what is wrong with it is told cell by cell or by its code, and the other files of
the same drop are kept nevertheless.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import connection

from pilotzone.base.days import day_of, stamp
from pilotzone.base.errors import Problem
from pilotzone.exchange import inbox
from pilotzone.exchange.formats import sheet_reading, sheet_title
from pilotzone.exchange.formats.definitions import message_names
from pilotzone.exchange.formats.editions import edition_for
from pilotzone.kernel import audit
from pilotzone.kernel.access.doors import require
from pilotzone.rooms.clearance import api as clearance

LARGEST = 10 * 1024 * 1024
MOST_FILES = 50
SHOWN = 100
XML, EXCEL = ".xml", ".xlsx"
SOURCE = "PilotZone 一次提交"
_MESSAGE = re.compile(r"CEB\d{3}", re.IGNORECASE)


@dataclass(frozen=True)
class Taken:
    """What became of one file: the receipts of its messages, or what is wrong with it."""

    name: str
    receipts: list[str] = field(default_factory=list)
    findings: list[dict[str, Any]] = field(default_factory=list)
    more: int = 0


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
    name = (file.name or "").replace("\0", "")[:120]
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
    """A filled template as drafts of the caller; the whole file is refused for one bad cell."""
    found = _MESSAGE.search(name)
    message = f"{found[0].upper()}Message" if found else sheet_title.message_of(raw)
    if message not in message_names():
        told = _words(
            "desk.file.sheet_name", "无法判断是哪种单证。", "It is not clear which document this is.",
            "请用下载的模板填写，或在文件名中写明报文编号，例如 CEB311-订单.xlsx。",
            "Fill in a downloaded template, or give the message in the file's name, for example CEB311-orders.xlsx.",
        )  # fmt: skip
        return _refused(name, told)
    on, at = day_of(now), stamp(now)
    try:
        reading = sheet_reading.read(
            raw, message, edition_for(message, on), on=on,
            fill=lambda _: {"guid": str(uuid.uuid4()).upper(), "appType": "1", "appTime": at, "appStatus": "1"},
        )  # fmt: skip
        findings = [one.as_dict() for one in reading.findings]
        if findings:
            return Taken(name, findings=findings[:SHOWN], more=max(0, len(findings) - SHOWN))
        documents = [(document.head, document.lines) for document in reading.documents]
        if not documents:
            return _refused(
                name, _words("desk.file.no_rows", "模板中没有填写单证。", "The template holds no document.")
            )
        return Taken(name, clearance.submit_rows(message=message, documents=documents, channel="excel"))
    except Problem as problem:
        return _refused(name, problem.as_dict())


def _refused(name: str, told: dict[str, Any]) -> Taken:
    return Taken(name, findings=[told])


def _words(code: str, zh: str, en: str, mend_zh: str = "", mend_en: str = "") -> dict[str, Any]:
    return {"code": code, "zh": zh, "en": en, "mend_zh": mend_zh, "mend_en": mend_en, "source": SOURCE}
