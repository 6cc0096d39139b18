"""Messages, their results and official receipts as the API tells them."""

from __future__ import annotations

from ninja import Field, Schema
from pydantic import BaseModel, ConfigDict

from pilotzone.portal.api.shapes.basic import Moment


class Told(BaseModel):
    """A finding or reason, with whatever else its rule says (path, line, whose, mend_zh, mend_en …)."""

    # ninja's own Schema would drop what it does not name
    model_config = ConfigDict(extra="allow")
    code: str = ""


class DocumentResult(Schema):
    """What became of one document of a message."""

    position: int = Field(description="报文中的序号，自 1 起 / Place in the message, from 1")
    state: str = Field(description="accepted、refused、duplicate、draft … / accepted, refused, duplicate, draft …")
    document: str = Field(description="报文名与业务键 / Message and business key")
    findings: list[Told]


class MessageOut(Schema):
    """A message kept for the caller's organisation."""

    receipt: str = Field(description="接收回执号 / Receipt id")
    state: str = Field(description="received 已接收，done 已处理 / received, or done when a worker has taken it")
    received_at: Moment
    size: int = Field(description="字节 / Bytes")
    channel: str
    result: str = Field(description="整份报文的结果，可空 / Result of the message as a whole, or empty")
    findings: list[Told]
    documents: list[DocumentResult]


class ReceiptOut(Schema):
    """An official receipt for the caller's organisation."""

    id: int = Field(description="序号，即游标 / Number, which is the cursor")
    message: str = Field(description="回执报文 / Receipt message, e.g. CEB622Message")
    document: str = Field(description="业务键 / Business key of the document it answers")
    return_status: str
    return_time: Moment
    info: str
    xml: str = Field(description="回执报文原文（Base64） / The receipt message, Base64")


class ReceiptsOut(Schema):
    """A page of receipts, oldest first."""

    receipts: list[ReceiptOut]
    after: int = Field(description="下次从此游标继续 / Pass this as `after` next time")
    more: bool = Field(description="可能还有更多 / There may be more at once")


class CheckError(Schema):
    """A finding of `pilotzone check`."""

    code: str = Field(description="format.、code.、rule. 或 signature. 开头 / Begins with its kind")
    path: str
    line: int
    text_zh: str
    text_en: str
    source: str
    whose: str = Field(description="责任方 / Whose error it is: sender, zone …")
    mend_zh: str
    mend_en: str


class CheckOut(Schema):
    """The judgement of one message, as `pilotzone check --json` prints it."""

    file: str = Field(description="始终为空 / Always empty here")
    message: str
    documents: int
    accepted: bool
    edition: str
    errors: list[CheckError]
    warnings: list[CheckError] = Field(description="不影响受理 / They refuse nothing")
