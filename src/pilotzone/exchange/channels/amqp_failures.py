"""What went wrong with a broker, as a code and two sentences an operator can act on. Nothing of pika is loaded here."""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator
from typing import Any

from pilotzone.base.errors import Refused, Unavailable

SOURCE = "海关跨境统一版规范 ceb §2.2"
ACCESS_REFUSED, NOT_FOUND, PRECONDITION, TOO_LARGE = 403, 404, 406, 311  # reply codes of AMQP 0-9-1
_ALERT = re.compile(r"\[SSL: (?:\w+_)?ALERT_(\w+)\]")
_EXPIRED, _NOT_YET, _HOST, _ADDRESS = 10, 9, 62, 64  # OpenSSL's X509_V_ERR
_CERTIFICATE = {
    _EXPIRED: ("对方证书已过期", "its certificate has expired"),
    _NOT_YET: ("对方证书尚未生效", "its certificate is not valid yet"),
    _HOST: ("对方证书不是签给该主机名的", "its certificate is for another host name"),
    _ADDRESS: ("对方证书不是签给该地址的", "its certificate is for another address"),
}
_UNTRUSTED = ("对方证书不是所信任的机构签发的", "its certificate is not of an authority that is trusted here")


def refused(what: str, zh: str, en: str) -> Refused:
    """The refusal `channel.amqp.<what>`."""
    return Refused(code=f"channel.amqp.{what}", zh=f"{zh}。", en=f"{en}.", source=SOURCE)


def away(what: str, zh: str, en: str) -> Unavailable:
    """`channel.amqp.<what>`, to be tried again."""
    return Unavailable(
        code=f"channel.amqp.{what}",
        zh=f"消息中间件暂时不可用：{zh}",
        en=f"The broker is away for the moment: {en}",
        source=SOURCE,
    )


def of_a_connection(failure: BaseException) -> Unavailable:
    """`tls` for certificates and handshakes, `away` for anything else."""
    for one in _beneath(failure):
        if isinstance(one, ssl.SSLCertVerificationError):
            zh, en = _CERTIFICATE.get(one.verify_code, _UNTRUSTED)
            return away("tls", f"{zh}（{one.verify_message}）", f"{en} ({one.verify_message})")
    text = said(failure)
    if alert := _ALERT.search(text):  # with TLS 1.3 the other side judges our certificate after the handshake
        return away("tls", f"对方不接受我方证书（{alert[1]}）", f"it does not take our certificate ({alert[1]})")
    for one in _beneath(failure):
        if isinstance(one, ssl.SSLError) and not isinstance(one, ssl.SSLEOFError | ssl.SSLZeroReturnError):
            return away("tls", f"TLS 握手失败（{one.reason}）", f"no TLS there ({one.reason})")
    if (
        type(failure).__name__ == "IncompatibleProtocolError"
    ):  # what pika calls an end before the other side's first word
        return away(
            "away",
            f"对方未应答即断开（端口是否应为 amqps？）：{text}",
            f"it hung up before a word (should that port be amqps?): {text}",
        )
    return away("away", text, text)


def of_a_channel(closed: Any, queue: str, size: int = 0) -> Refused | Unavailable:
    """Why the broker closed the channel on which `queue` was asked, or `size` bytes were put into it."""
    if closed.reply_code == NOT_FOUND:
        return no_queue(queue)
    if closed.reply_code == ACCESS_REFUSED:
        return away(
            "rights",
            f"用户无权使用 {queue}（{closed.reply_text}）",
            f"the user has no right to {queue} ({closed.reply_text})",
        )
    if size and closed.reply_code in (PRECONDITION, TOO_LARGE):
        return oversize(size)
    return away("away", closed.reply_text, closed.reply_text)


def no_queue(queue: str) -> Unavailable:
    """There is none of this name."""
    return away("queue", f"没有队列 {queue}", f"there is no queue {queue}")


def oversize(size: int) -> Refused:
    """More than the broker, or we, take."""
    return refused("size", f"报文过大（{size} 字节）", f"The message is too large ({size} bytes)")


def said(failure: BaseException) -> str:
    """The innermost failure that says anything, with its kind."""
    found = [one for one in _beneath(failure) if str(one)] or [failure]
    return f"{type(found[-1]).__name__}: {found[-1]}".strip(": ")[:200]


def _beneath(failure: BaseException) -> Iterator[BaseException]:
    """It and what it was made of: pika tells what happened to a socket as its argument, or as its `exception`."""
    known: set[int] = set()
    waiting: list[Any] = [failure]
    while waiting:
        one = waiting.pop(0)
        if isinstance(one, BaseException) and id(one) not in known:
            known.add(id(one))
            yield one
            waiting += [*one.args, getattr(one, "exception", None), one.__cause__]
