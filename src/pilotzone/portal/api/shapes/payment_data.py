"""Payment raw data and customs' requests for them as the API tells them."""

from __future__ import annotations

from ninja import Field, Schema

from pilotzone.portal.api.shapes.basic import Moment


class DepositedOut(Schema):
    """What became of a deposit."""

    payments: int = Field(description="存入笔数 / Payments kept")
    replaced: int = Field(description="其中替换已有的 / Of them, replaced")


class RequestOut(Schema):
    """One request of customs (platDataOpen) and where it stands."""

    id: int
    order_no: str
    session: str = Field(description="海关给的 sessionID / Customs' sessionID")
    asked_at: Moment
    due_at: Moment | None = Field(
        description="提示时限（平台建议值） / Shown as late from here on (the platform's proposal)"
    )
    age_s: int = Field(description="已过秒数 / Seconds since it was asked")
    late: bool
    state: str = Field(
        description="open 待签名，queued 上传中，accepted 海关已收，refused 海关未接受 / open, queued, accepted, refused"
    )
    has_data: bool = Field(description="该订单的数据已存入 / The order's data are here")
    differs: bool = Field(description="金额与订单实付不一致 / The amount is not what the orders say")
    uploads: int
    answer_code: str = Field(description="海关应答代码 / Customs' answer: 10000, 20000 …")
    answer_message: str
    answered_at: Moment | None


class RequestsOut(Schema):
    """A page of requests."""

    rows: list[RequestOut]
    total: int
    page: int


class ToSignOut(Schema):
    """What has to be signed."""

    session: str
    service_time: str
    string: str = Field(description="待签名字符串 / The string to sign")


class SignedIn(Schema):
    """A signature over that string."""

    certNo: str = Field("", max_length=64, description="证书编号，可空 / Serial of the certificate, may be empty")
    signValue: str = Field(max_length=4096, description="Base64 签名 / Signature, Base64")
    certificate: str = Field(max_length=20_000, description="证书 PEM 或 Base64 / The certificate, PEM or Base64")
