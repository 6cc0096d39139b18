"""A filled template as it is handed in, on the page or in a folder: which document it is, and its documents as drafts to be."""

from __future__ import annotations

import re
import uuid
from datetime import datetime

from pilotzone.base.days import day_of, stamp
from pilotzone.base.errors import Refused
from pilotzone.exchange.formats import sheet_reading, sheet_title
from pilotzone.exchange.formats.definitions import message_names
from pilotzone.exchange.formats.editions import edition_for

SOURCE = "PilotZone 一次提交"
_MESSAGE = re.compile(r"CEB\d{3}", re.IGNORECASE)


def read(name: str, raw: bytes, *, now: datetime, where: str) -> tuple[str, sheet_reading.Reading]:
    """The message a workbook fills (by its file's name, else by its own title) and what was read of it; drafts, for a firm signs.

    Refused, with a code that begins with `where`: `.sheet_name` where neither says it, `.other_kind` where they differ,
    `.no_rows` where nothing is filled in.
    """
    message, on, at = _kind(name, raw, where), day_of(now), stamp(now)
    reading = sheet_reading.read(
        raw, message, edition_for(message, on), on=on,
        fill=lambda _: {"guid": str(uuid.uuid4()).upper(), "appType": "1", "appTime": at, "appStatus": "1"},
    )  # fmt: skip
    if not reading.documents and not reading.findings:
        raise Refused(
            code=f"{where}.no_rows", zh="模板中没有填写单证。", en="The template holds no document.", source=SOURCE
        )
    return message, reading


def _kind(name: str, raw: bytes, where: str) -> str:
    found, titled = _MESSAGE.search(name), sheet_title.message_of(raw)
    message = f"{found[0].upper()}Message" if found else titled
    if message not in message_names():
        raise Refused(
            code=f"{where}.sheet_name", zh="无法判断是哪种单证。", en="It is not clear which document this is.", source=SOURCE,
            mend_zh="请用下载的模板填写，或在文件名中写明报文编号，例如 CEB311-订单.xlsx。",
            mend_en="Fill in a downloaded template, or give the message in the file's name, for example CEB311-orders.xlsx.",
        )  # fmt: skip
    if titled and titled != message:
        raise Refused(
            code=f"{where}.other_kind", zh=f"文件名写的是{message[:6]}，内容是{titled[:6]}的模板。",
            en=f"The name says {message[:6]}, the content is the template of {titled[:6]}.", source=SOURCE,
            mend_zh="请改正文件名，或换用相应的模板。", mend_en="Correct the name, or use the template that goes with it.",
        )  # fmt: skip
    return message
