"""Customs' service for payment raw data: upload what a platform was asked for (announcement 179, realTimeDataUp), over HTTPS."""

from __future__ import annotations

import http.client
from http import HTTPStatus
from urllib.parse import urlencode, urlsplit

from pilotzone.base.errors import Refused, Unavailable
from pilotzone.exchange.formats import payment_raw
from pilotzone.exchange.formats.payment_raw_shapes import SOURCE

PATH = "/ceb2grab/grab/realTimeDataUpload"  # below customs' own host; PILOTZONE_PAYMENT_DATA_URL is the whole address
PATIENCE_S = 20.0
LARGEST_ANSWER = 64 * 1024


def upload(url: str, text: bytes) -> tuple[bool, str, str]:
    """Hand over one payExInfoStr: (accepted, code, message) as customs answered. Unavailable where it is away.

    An answer that is none of the annex is no answer: the same session is uploaded again later.
    """
    parts = urlsplit(url)
    if not url:
        raise _away("PILOTZONE_PAYMENT_DATA_URL")
    maker = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    body = urlencode({"payExInfoStr": text.decode()}).encode()
    try:
        connection = maker(parts.hostname or "127.0.0.1", parts.port, timeout=PATIENCE_S)
        try:
            headers = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
            connection.request("POST", parts.path or "/", body, headers)
            answer = connection.getresponse()
            told = answer.read(LARGEST_ANSWER)
        finally:
            connection.close()
    except (OSError, http.client.HTTPException) as failure:
        raise _away(type(failure).__name__) from None
    if answer.status != HTTPStatus.OK:
        raise _away(f"HTTP {answer.status}")
    try:
        return payment_raw.read_answer(told)
    except Refused as unreadable:
        raise _away(unreadable.en) from None


def _away(said: str) -> Unavailable:
    return Unavailable(
        code="channel.payment_data.away",
        zh=f"海关支付原始数据服务暂时不可用：{said[:200]}",
        en=f"Customs' payment data service is away for the moment: {said[:200]}",
        source=SOURCE,
    )
