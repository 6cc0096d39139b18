"""The tax authority's refund system 出口退税系统: file, answer, tell decisions, fetch news. The one file that touches its network.

No document shows the real interface (single window 出口退税, 电子税务局): this form is the platform's own, tag P.
"""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from pilotzone.base.errors import Unavailable

PATIENCE_S = 10.0
LARGEST_ANSWER = 1024 * 1024
SOURCE = "出口退（免）税无纸化（接口为平台建议，P）"
ADDRESSES = {"filing": "/tax/filings", "answer": "/tax/answers", "decision": "/tax/decisions"}


def send(url: str, told: Mapping[str, Any]) -> dict[str, Any]:
    """Hand over one outgoing word (`what` filing, answer or decision). Unavailable where the authority is away."""
    return _ask(url, "POST", ADDRESSES[told["what"]], {name: told[name] for name in told if name != "what"})


def news(url: str) -> list[dict[str, Any]]:
    """What the authority has to say: [{id, number, kind (question, paid), content}]."""
    found = _ask(url, "GET", "/tax/news", None).get("news", [])
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def acknowledge(url: str, ids: Sequence[int]) -> None:
    """These news are kept."""
    _ask(url, "POST", "/tax/news/ack", {"ids": list(ids)})


def _ask(url: str, method: str, path: str, body: Mapping[str, Any] | None) -> dict[str, Any]:
    parts = urlsplit(url)
    maker = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    try:
        connection = maker(parts.hostname or "127.0.0.1", parts.port, timeout=PATIENCE_S)
        try:
            data = None if body is None else json.dumps(body, ensure_ascii=False).encode()
            connection.request(method, parts.path.rstrip("/") + path, data, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            told = json.loads(answer.read(LARGEST_ANSWER))
        finally:
            connection.close()
    except (OSError, http.client.HTTPException, ValueError) as failure:
        raise _away(type(failure).__name__) from None
    if answer.status != HTTPStatus.OK or not isinstance(told, dict):
        raise _away(f"HTTP {answer.status}")
    return told


def _away(said: str) -> Unavailable:
    return Unavailable(
        code="channel.tax.away", zh=f"税务机关退税系统暂时不可用：{said[:200]}",
        en=f"The tax authority's refund system is away for the moment: {said[:200]}", source=SOURCE,
    )  # fmt: skip
