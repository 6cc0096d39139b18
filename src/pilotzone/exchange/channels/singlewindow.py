"""The provincial single window's sign-on: who an account and a one-time code belong to. Simulated.

The real interface is not published; this is the shape a demonstration uses, in one place, so that only this file changes.
"""

from __future__ import annotations

import http.client
import json
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from pilotzone.base.errors import Refused, Unavailable

PATIENCE_S = 5.0
LARGEST_ANSWER = 64 * 1024
SOURCE = "国际贸易“单一窗口”(模拟) POST /signon"


def sign_on(url: str, account: str, code: str) -> dict[str, Any]:
    """What the single window tells of an account: {"person", "name", …}.

    Refused `channel.signon.refused` where account and code do not fit; Unavailable `channel.signon.away` where it is away.
    """
    status, told = _ask(url, "/signon", {"account": account, "code": code})
    if status == HTTPStatus.OK:
        return told
    if status == HTTPStatus.FORBIDDEN:
        raise Refused(
            code="channel.signon.refused",
            zh="单一窗口账号或动态码不正确。",
            en="The single window does not know this account with this code.",
            source=SOURCE,
        )
    raise _away(f"HTTP {status}")


def register(url: str, account: str, code: str, person: dict[str, str]) -> None:
    """Make an account known to the simulated single window. Unavailable where it is away or not a simulator of this machine."""
    status, _ = _ask(url, "/signon/register", {"account": account, "code": code, "person": person})
    if status != HTTPStatus.OK:
        raise _away(f"HTTP {status}")


def _ask(url: str, path: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    parts = urlsplit(url)
    maker = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    try:
        connection = maker(parts.hostname or "127.0.0.1", parts.port, timeout=PATIENCE_S)
        try:
            data = json.dumps(body).encode()
            connection.request("POST", parts.path.rstrip("/") + path, data, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            told = json.loads(answer.read(LARGEST_ANSWER))
        finally:
            connection.close()
    except (OSError, http.client.HTTPException, ValueError) as failure:
        raise _away(type(failure).__name__) from None
    if not isinstance(told, dict):
        raise _away("unreadable answer")
    return answer.status, told


def _away(said: str) -> Unavailable:
    return Unavailable(
        code="channel.signon.away",
        zh=f"单一窗口登录暂时不可用（{said}），请稍后再试，或用本平台的用户名登录。",
        en=f"The single window's sign-on is away for the moment ({said}); try again later or sign in here.",
        source=SOURCE,
    )
