"""The gate before customs: format and signature of a whole message, answered by CEB900 (spec §4)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pilotzone.exchange.formats.envelope import DxpMsg
from pilotzone.exchange.formats.parse import Parsed
from pilotzone.exchange.signing import verify


def refusal(message: DxpMsg, parsed: Parsed, *, at: datetime) -> dict[str, Any] | None:
    """The fields of the CEB900 that refuses a message, or None where it may go on. `at` is wall time (certificates)."""
    wrong = [finding for finding in parsed.findings if finding.code.startswith("format.")]
    if wrong or not parsed.documents:
        said = wrong[0].zh if wrong else "报文中没有业务单证"
        return _fields(message, parsed, "-999999", f"报文格式校验失败：{said}")
    if any(document.head.get("appStatus", "2") != "1" for document in parsed.documents):
        verdict = verify(message.data, at=at, canonical=parsed.canonical)
        if not verdict.ok:
            return _fields(message, parsed, "-301020", f"验证签名失败：{verdict.zh}")
    return None


def _fields(message: DxpMsg, parsed: Parsed, status: str, info: str) -> dict[str, Any]:
    return {
        "returnStatus": status,
        "returnInfo": info[:5000],
        "oriCopMsgId": message.message_id,
        "oriMessageType": (parsed.name or "Unknown")[:15],
        "oriBizMessage": message.data.decode("utf-8", errors="replace").replace("\x00", ""),
    }
