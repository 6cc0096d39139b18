"""Every answer of the intake that is not an acknowledgement: one row each, told as problem+json (RFC 9457)."""

from __future__ import annotations

import json
from dataclasses import dataclass

SOURCE = "docs/operations.md#intake"


@dataclass(frozen=True)
class Row:
    """Status and sentences of one problem; `retry_s` where the same message may pass later."""

    status: int
    zh: str
    en: str
    retry_s: int = 0


ROWS = {
    "intake.request": Row(400, "HTTP 请求不合规。", "The HTTP request is malformed."),
    "intake.empty": Row(400, "报文为空。", "The message is empty."),
    "intake.encoding": Row(400, "压缩内容已损坏。", "The compressed content is damaged."),
    "intake.token": Row(401, "未提供有效的接入令牌。", "No valid access token was given."),
    "intake.revoked": Row(403, "该接入令牌已停用。", "This access token was revoked."),
    "intake.certificate": Row(
        403,
        "客户端证书未登记、不在有效期内或已挂失。",
        "The client certificate is not registered, not valid now, or was revoked.",
    ),
    "intake.identity": Row(
        403,
        "接入令牌与客户端证书属于不同单位。",
        "The access token and the client certificate belong to different organisations.",
    ),
    "intake.unknown_receipt": Row(404, "没有此回执号。", "There is no such receipt."),
    "intake.unknown_address": Row(
        404, "没有此接口。报文请发送至 POST /intake/。", "No such address. Send messages to POST /intake/."
    ),
    "intake.method": Row(
        405, "不支持此请求方法。报文请用 POST 发送。", "This method is not supported. Send messages by POST."
    ),
    "intake.late": Row(408, "报文发送超时。", "The message took too long to arrive."),
    "intake.too_large": Row(413, "报文超过大小上限。", "The message is larger than the limit."),
    "intake.media_type": Row(
        415,
        "只接收 XML 报文 (Content-Type: application/xml)，压缩方式仅支持 gzip 或 zstd。",
        "Only XML is taken (Content-Type: application/xml), compressed by gzip or zstd at most.",
    ),
    "intake.too_many": Row(429, "发送过快，请稍后重发。", "Too many messages at once; send this one again later.", 1),
    "intake.too_many_connections": Row(429, "来自同一地址的连接过多。", "Too many connections from one address.", 5),
    "intake.head": Row(431, "HTTP 请求头过长。", "The head of the HTTP request is too long."),
    "intake.full": Row(503, "接收队列已满，请稍后重发。", "The queue is full; send the message again later.", 2),
    "intake.away": Row(
        503, "报文暂时无法保存，请稍后重发。", "The message cannot be kept for the moment; send it again later.", 2
    ),
    "intake.error": Row(
        500, "接收时发生内部错误，报文未保存，请重发。", "An internal error: the message was not kept; send it again."
    ),
}


class Turned(Exception):
    """A request that is turned away; `detail` adds a figure, never content of the message.

    429 means the sender's own pace, 503 that the intake is full or away; `retry_s` says when, else the row does.
    """

    def __init__(self, code: str, detail: str = "", *, retry_s: int = 0) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail
        self.retry_s = retry_s

    def answer(self) -> tuple[int, list[tuple[str, str]], bytes]:
        """Status, headers and body."""
        row = ROWS[self.code]
        told = {
            "type": "about:blank", "title": self.code, "status": row.status, "code": self.code,
            "zh": row.zh, "en": row.en, "source": SOURCE,
        }  # fmt: skip
        if self.detail:
            told["detail"] = self.detail
        headers = [("content-type", "application/problem+json; charset=utf-8")]
        if wait := self.retry_s or row.retry_s:
            headers.append(("retry-after", str(wait)))
        if row.status == 401:
            headers.append(("www-authenticate", "Bearer"))
        return row.status, headers, json.dumps(told, ensure_ascii=False).encode()
