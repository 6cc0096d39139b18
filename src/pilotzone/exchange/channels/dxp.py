"""The node of the national data exchange platform, over HTTP: send, fetch, acknowledge.

One setting (PILOTZONE_CUSTOMS_URL) points to the simulator or to a gateway before the real node. What is fetched
stays in the box until acknowledged, so a lost answer loses nothing; what is sent twice is known by its CopMsgId.
"""

from __future__ import annotations

import base64
import binascii
import http.client
import ssl
import threading
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlsplit

import msgspec

from pilotzone.base.errors import Refused, Unavailable

PATIENCE_S = 20.0
LARGEST_ANSWER = 256 * 1024 * 1024
TEMPORARY = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS)
TAKEN = "0000"
SOURCE = "海关跨境统一版规范 ceb §2.2, §4"


class Node:
    """One exchange node. Unavailable where it is away, Refused where it will not have the message."""

    def __init__(self, url: str, *, client_cert: str = "", patience_s: float = PATIENCE_S) -> None:
        self._parts = urlsplit(url)
        self._patience_s = patience_s
        self._singly = False
        self._tls: ssl.SSLContext | None = None
        self._open = threading.local()  # each thread keeps its own connection
        if self._parts.scheme == "https":
            self._tls = ssl.create_default_context()
            if client_cert:
                self._tls.load_cert_chain(client_cert)

    def send(self, envelope: bytes) -> None:
        """Hand over one DxpMsg."""
        self._ask("POST", "/dxp/send", envelope, "application/xml")

    def send_all(self, envelopes: Sequence[bytes]) -> list[Refused | None]:
        """Hand over several DxpMsg in one request; answers for each what it was refused for, or None.

        Unavailable where the node is away: none of them counts as handed over, and what it has is known by its number.
        A node that takes single messages only is sent them one by one.
        """
        if self._singly or len(envelopes) == 1:
            return [self._refused(envelope) for envelope in envelopes]
        body = msgspec.json.encode({"messages": envelopes})  # bytes become Base64
        try:
            told = self._ask("POST", "/dxp/send-all", body, "application/json")
        except Refused:  # no such address there
            self._singly = True
            return self.send_all(envelopes)
        answers = told.get("answers")
        if not isinstance(answers, list) or [type(one) for one in answers] != [dict] * len(envelopes):
            raise _away("unreadable answer (answers)")
        return [
            None if one.get("code") == TAKEN else _refusal(f"{one.get('code')} {one.get('text', '')}".strip())
            for one in answers
        ]

    def _refused(self, envelope: bytes) -> Refused | None:
        try:
            self.send(envelope)
        except Refused as refused:
            return refused
        return None

    def receive(self, box: str, most: int = 50) -> list[tuple[int, bytes]]:
        """The oldest messages of a box as (number, DxpMsg)."""
        told = self._ask("GET", f"/dxp/receive?id={quote(box)}&max={most}")
        try:
            return [(int(m["number"]), base64.b64decode(m["body"], validate=True)) for m in told["messages"]]
        except (KeyError, TypeError, ValueError, binascii.Error) as broken:
            raise _away(f"unreadable answer ({type(broken).__name__})") from None

    def acknowledge(self, box: str, numbers: list[int]) -> None:
        """Say that these messages are kept; they will not be delivered again."""
        body = msgspec.json.encode({"id": box, "numbers": numbers})
        self._ask("POST", "/dxp/ack", body, "application/json")

    def _ask(self, method: str, path: str, body: bytes | None = None, media: str = "") -> dict[str, Any]:
        try:
            status, raw = self._exchange(method, self._parts.path.rstrip("/") + path, body, media)
        except (OSError, http.client.HTTPException) as failure:
            raise _away(f"{type(failure).__name__}: {failure}") from None
        told = _object(raw)
        if status == HTTPStatus.OK:
            return told
        said = f"{told.get('code', status)} {told.get('text', '')}".strip()
        if status in TEMPORARY or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise _away(said)
        raise _refusal(said)

    def _exchange(self, method: str, path: str, body: bytes | None, media: str) -> tuple[int, bytes]:
        """Ask over the thread's open connection; once more over a new one where the other side had closed it."""
        kept: http.client.HTTPConnection | None = getattr(self._open, "connection", None)
        if kept is not None:
            try:
                return self._over(kept, method, path, body, media)
            except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
                pass  # idle for too long; whatever is asked twice is known by its number
        return self._over(self._connection(), method, path, body, media)

    def _over(
        self, connection: http.client.HTTPConnection, method: str, path: str, body: bytes | None, media: str
    ) -> tuple[int, bytes]:
        self._open.connection = None
        try:
            connection.request(method, path, body=body, headers={"Content-Type": media} if media else {})
            answer = connection.getresponse()
            raw = answer.read(LARGEST_ANSWER)
        except BaseException:
            connection.close()
            raise
        if answer.will_close or not answer.isclosed():
            connection.close()
        else:
            self._open.connection = connection
        return answer.status, raw

    def _connection(self) -> http.client.HTTPConnection:
        host = self._parts.hostname or "127.0.0.1"
        if self._tls is not None:
            return http.client.HTTPSConnection(host, self._parts.port, timeout=self._patience_s, context=self._tls)
        return http.client.HTTPConnection(host, self._parts.port, timeout=self._patience_s)


def _object(raw: bytes) -> dict[str, Any]:
    try:
        told = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return {}
    return told if isinstance(told, dict) else {}


def _refusal(said: str) -> Refused:
    return Refused(
        code="channel.dxp.refused",
        zh=f"数据交换平台拒收该报文：{said}",
        en=f"The exchange node refused the message: {said}",
        source=SOURCE,
    )


def _away(said: str) -> Unavailable:
    return Unavailable(
        code="channel.dxp.away",
        zh=f"数据交换平台暂时不可用：{said[:200]}",
        en=f"The exchange node is away for the moment: {said[:200]}",
        source=SOURCE,
    )
