"""SAFE and banks over HTTP: their lists, their receipts, our reports and advice. Tag P: no public document describes either.

Each function builds, sends and parses; what comes is plain data that the room of foreign exchange judges itself.
"""

from __future__ import annotations

import http.client
import json
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from pilotzone.base.errors import Unavailable

PATIENCE_S = 10.0
LARGEST_ANSWER = 16 * 1024 * 1024
SOURCE = "PilotZone exchange/channels/exchange_desks.py"


def safe_rows(url: str, kind: str) -> list[dict[str, Any]]:
    """SAFE's names, rates or months. Unavailable where it is away or answers something else."""
    return _list(_ask(url, "GET", f"/safe/{quote(kind)}"), "rows")


def hand_reports(url: str, reports: list[dict[str, Any]]) -> dict[int, str]:
    """Hand trade-credit reports to SAFE: report id → its number."""
    numbers = _ask(url, "POST", "/safe/reports", {"reports": reports}).get("numbers", {})
    return {int(key): str(value) for key, value in numbers.items() if str(key).isdigit()}


def bank_receipts(url: str, bank: str, after: int, limit: int = 200) -> list[dict[str, Any]]:
    """What a bank says came in after its number `after`, each with `id`."""
    query = urlencode({"after": after, "max": limit})
    return _list(_ask(url, "GET", f"/bank/{quote(bank)}/receipts?{query}"), "receipts")


def tell_advice(url: str, bank: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Tell a bank what is advised; the decisions it makes by itself, none where its clerks decide."""
    return _list(_ask(url, "POST", f"/bank/{quote(bank)}/advised", {"rows": rows}), "decisions")


def tell_decisions(url: str, bank: str, rows: list[dict[str, Any]]) -> None:
    """Tell a bank's own system what its clerks decided at the workbench."""
    _ask(url, "POST", f"/bank/{quote(bank)}/decided", {"rows": rows})


def stage(url: str, path: str, content: dict[str, Any]) -> dict[str, Any]:
    """Set up a simulated counterpart for the demonstration: /safe/tell, /bank/CODE/remit, …/control."""
    return _ask(url, "POST", path, content)


def _ask(url: str, method: str, path: str, content: dict[str, Any] | None = None) -> dict[str, Any]:
    parts = urlsplit(url)
    if not url:
        raise _away("PILOTZONE_EXCHANGE_URL")
    maker = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    body = None if content is None else json.dumps(content, ensure_ascii=False, default=str).encode()
    try:
        connection = maker(parts.hostname or "127.0.0.1", parts.port, timeout=PATIENCE_S)
        try:
            connection.request(method, path, body, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            raw = answer.read(LARGEST_ANSWER)
        finally:
            connection.close()
        if answer.status != HTTPStatus.OK:
            raise _away(f"HTTP {answer.status}")
        told = json.loads(raw)
    except (OSError, http.client.HTTPException, ValueError) as failure:
        raise _away(type(failure).__name__) from None
    if not isinstance(told, dict):
        raise _away("no object")
    return told


def _list(told: dict[str, Any], name: str) -> list[dict[str, Any]]:
    found = told.get(name)
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        raise _away(f"no {name}")
    return found


def _away(said: str) -> Unavailable:
    return Unavailable(
        code="channel.exchange.away",
        zh=f"外汇局或银行接口暂时不可用：{said[:200]}",
        en=f"SAFE's or a bank's interface is away for the moment: {said[:200]}",
        source=SOURCE,
    )
