"""The regular DxpMsg – as we write it, one receiver, plain ASCII fields – read and written without a tree.

Most of what is exchanged looks so, and an envelope is opened by everybody who passes it on. Everything else answers None
and goes the long way (`envelope`), which alone decides what is wrong.
"""

from __future__ import annotations

import base64
import binascii
import re
from datetime import datetime
from typing import NamedTuple

from pilotzone.base.errors import Refused
from pilotzone.exchange.formats import dxp

_SIGN = r"[!-%'-;=?-~]"  # ASCII that is neither blank nor markup
_HEAD = (
    "<?xml version='1.0' encoding='UTF-8'?>\n"
    f'<dxp:DxpMsg xmlns:dxp="{dxp.NAMESPACE}" ver="{dxp.VERSION}"><dxp:TransInfo><dxp:CopMsgId>{{}}</dxp:CopMsgId>'
    "<dxp:SenderId>{}</dxp:SenderId><dxp:ReceiverIds><dxp:ReceiverId>{}</dxp:ReceiverId></dxp:ReceiverIds>"
    "<dxp:CreatTime>{}</dxp:CreatTime><dxp:MsgType>{}</dxp:MsgType></dxp:TransInfo><dxp:Data>"
)
_NAMED = "</dxp:Data><dxp:AddInfo><dxp:FileName>{}</dxp:FileName></dxp:AddInfo></dxp:DxpMsg>"
_PLAIN = "</dxp:Data></dxp:DxpMsg>"


def _field(name: str) -> str:
    return f"({_SIGN}{{1,{dxp.WIDTHS[name]}}})"


_FIELDS = [_field("CopMsgId"), _field("SenderId"), _field("ReceiverId"), "([0-9T:-]{19})", _field("MsgType")]
_FILE = [_field("FileName")]


def _pattern(form: str, fields: list[str]) -> str:
    texts = [re.escape(text) for text in form.split("{}")]
    return texts[0] + "".join(field + text for field, text in zip(fields, texts[1:], strict=True))


_BEGINS = re.compile(_pattern(_HEAD, _FIELDS).encode())
_ENDS = re.compile(f"(?:{_pattern(_PLAIN, [])}|{_pattern(_NAMED, _FILE)})".encode())
_FITS = {name: re.compile(f"{_SIGN}{{1,{width}}}") for name, width in dxp.WIDTHS.items()}


class Opened(NamedTuple):
    """What a regular envelope says."""

    message_id: str
    sender: str
    receiver: str
    created: datetime
    message_type: str
    data: bytes
    file_name: str


def read(raw: bytes, *, max_bytes: int, largest: int) -> Opened | None:
    """A regular envelope of at most `largest` bytes around at most `max_bytes`; None for all else."""
    if len(raw) > largest:
        return None
    begins = _BEGINS.match(raw)
    if begins is None:
        return None
    stop = raw.find(b"<", begins.end())
    ends = _ENDS.fullmatch(raw, stop) if stop > begins.end() else None
    if ends is None or (stop - begins.end()) // 4 * 3 > max_bytes + 2:
        return None
    message_id, sender, receiver, created, message_type = (part.decode() for part in begins.groups())
    try:
        data = binascii.a2b_base64(memoryview(raw)[begins.end() : stop], strict_mode=True)
        moment = dxp.moment(created, "CreatTime")
    except (ValueError, Refused):
        return None
    return Opened(message_id, sender, receiver, moment, message_type, data, (ends[1] or b"").decode())


def written(
    message_id: str, sender: str, receiver: str, created: datetime, message_type: str, data: bytes, file_name: str
) -> bytes | None:
    """The envelope `read` understands, byte by byte as the long way writes it; None where a field is not plain."""
    told = {"CopMsgId": message_id, "SenderId": sender, "ReceiverId": receiver, "MsgType": message_type}
    if file_name:
        told["FileName"] = file_name
    if not data or not all(_FITS[name].fullmatch(value) for name, value in told.items()):
        return None
    head = _HEAD.format(message_id, sender, receiver, dxp.moment_text(created), message_type)
    tail = _NAMED.format(file_name) if file_name else _PLAIN
    return b"".join((head.encode(), base64.b64encode(data), tail.encode()))
