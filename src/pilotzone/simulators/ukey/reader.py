"""The control's door on the firm's machine: a web socket for pages and clients, and a page to change the card by hand.

GET  /         which card is in, which others there are (a page without script)
POST /control  form fields card, unlock, slow_ms, rsa_digest; from this page or a program, never from another site
WS   /         one JSON call a message (`speaking.speak`)
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping
from html import escape
from typing import Any
from urllib.parse import parse_qs

from granian.rsgi import ProtocolClosed

from pilotzone.simulators.ukey.cards import DIGESTS, PIN, TRIES, Drawer
from pilotzone.simulators.ukey.speaking import speak

HTML = [
    ("content-type", "text/html; charset=utf-8"),
    ("content-security-policy", "default-src 'none'; form-action 'self'; frame-ancestors 'none'"),
]
SLOWEST_MS = 30_000
MOST_FORM = 4096
CLOSED = 0


class Control:
    """The RSGI application."""

    def __init__(self, drawer: Drawer) -> None:
        self._drawer = drawer

    async def __rsgi__(self, scope: Any, proto: Any) -> None:
        """One request or one connection of a page."""
        if scope.proto == "ws":
            await self._talk(proto)
        elif scope.method == "GET" and scope.path == "/":
            proto.response_str(200, HTML, await asyncio.to_thread(page, self._drawer))
        elif scope.method == "POST" and scope.path == "/control":
            await self._change(scope, proto)
        else:
            proto.response_str(404, [("content-type", "text/plain")], "not found")

    async def _talk(self, proto: Any) -> None:
        transport = await proto.accept()
        with contextlib.suppress(ProtocolClosed):
            while (message := await transport.receive()).kind != CLOSED:
                wait_ms = self._drawer.state().slow_ms
                if wait_ms:
                    await asyncio.sleep(wait_ms / 1000)
                await transport.send_str(await asyncio.to_thread(speak, self._drawer, message.data))
        proto.close()

    async def _change(self, scope: Any, proto: Any) -> None:
        origin = scope.headers.get("origin")
        if origin and origin.partition("://")[2] != scope.headers.get("host", scope.authority):
            proto.response_str(403, [("content-type", "text/plain")], "another site may not change the card")
            return
        body = await proto()
        try:
            fields = parse_qs(body[:MOST_FORM].decode(), keep_blank_values=True)
            told = {name: values[-1] for name, values in fields.items()}
            await asyncio.to_thread(change, self._drawer, told)
        except (ValueError, KeyError):
            proto.response_str(400, [("content-type", "text/plain")], "no such card or value")
            return
        proto.response_empty(303, [("location", "/")])


def change(drawer: Drawer, fields: Mapping[str, str]) -> None:
    """What the page or a test asks of the reader; ValueError or KeyError for nonsense, and nothing is changed."""
    state = drawer.state()
    if "slow_ms" in fields:
        state.slow_ms = min(max(int(fields["slow_ms"]), 0), SLOWEST_MS)
    if "rsa_digest" in fields:
        if fields["rsa_digest"] not in DIGESTS:
            raise ValueError(fields["rsa_digest"])
        state.rsa_digest = fields["rsa_digest"]
    if "card" in fields and fields["card"] not in ("", *(card.key for card in drawer.cards())):
        raise KeyError(fields["card"])
    drawer.keep(state)
    if "card" in fields:
        drawer.insert(fields["card"])
    if fields.get("unlock"):
        drawer.unlock()


def page(drawer: Drawer) -> str:
    """The page of the simulated control, Chinese and English."""
    state = drawer.state()
    rows = "".join(
        f"<li><button name=card value='{escape(card.key)}'{' disabled' if card.key == state.card else ''}>"
        f"{escape(card.name)} · {card.kind.upper()}</button> <code>{escape(card.serial)}</code>"
        f" 剩余尝试 tries left {drawer.left(card.key)}/{TRIES}</li>"
        for card in drawer.cards()
    )
    inside = next((card.name for card in drawer.cards() if card.key == state.card), "无卡 no card")
    digests = "".join(
        f"<button name=rsa_digest value={name}{' disabled' if name == state.rsa_digest else ''}>{name}</button> "
        for name in DIGESTS
    )
    return (
        "<!doctype html><html lang=zh-Hans><meta charset=utf-8><title>电子口岸卡控件(模拟) ukey simulator</title>"
        "<h1>电子口岸卡控件（模拟） E-port card control (simulated)</h1>"
        f"<p>合成数据 synthetic. PIN <code>{PIN}</code></p><p>卡 card: <strong>{escape(inside)}</strong></p>"
        f"<form method=post action=/control><ul>{rows or '<li>演示企业尚未建立 no demonstration firm yet</li>'}</ul>"
        "<p><button name=card value=''>拔卡 take the card out</button>"
        " <button name=unlock value=1>解锁 unlock all</button></p>"
        f"<p>RSA: {digests}</p><p>速度 speed: <button name=slow_ms value=0>快 fast</button>"
        " <button name=slow_ms value=8000>慢 slow</button></p></form></html>"
    )
