"""The provincial single window's sign-on: who an account and a one-time code belong to. Simulated.

The real interface is not published; this is the shape a demonstration uses, in one place, so that only this file changes.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from pilotzone.base.errors import Refused, Unavailable
from pilotzone.exchange.channels.asking import Away, ask

PATIENCE_S = 5.0
SOURCE = "国际贸易“单一窗口”(模拟) POST /signon"


def sign_on(url: str, account: str, code: str) -> dict[str, Any]:
    """What the single window tells of an account: {"person", "name", …}; of a firm's legal representative or handler also
    "uscc", "capacity" and the "ticket" with which the registers tell more (channels/registers.py).

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
    try:
        return ask(url, path, body, patience_s=PATIENCE_S)
    except Away as away:
        raise _away(str(away)) from None


def _away(said: str) -> Unavailable:
    return Unavailable(
        code="channel.signon.away",
        zh=f"单一窗口登录暂时不可用（{said}），请稍后再试，或用本平台的用户名登录。",
        en=f"The single window's sign-on is away for the moment ({said}); try again later or sign in here.",
        source=SOURCE,
    )
