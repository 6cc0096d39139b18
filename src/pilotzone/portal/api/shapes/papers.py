"""What a verification answers."""

from __future__ import annotations

from typing import Literal

from ninja import Field, Schema

from pilotzone.portal.api.shapes.basic import Moment


class PaperStandingOut(Schema):
    """An issued paper as everybody may know it."""

    state: Literal["valid", "superseded", "changed", "revoked"] = Field(
        description="有效、已被取代、记录已变化、已撤销 / Valid, superseded by a newer one, its record changed, revoked"
    )
    kind: str = Field(description="种类代码 / Code of the kind")
    zh: str = Field(description="种类 / Kind in Chinese")
    en: str = Field(description="种类（英文） / Kind in English")
    number: str = Field(description="编号 / Number on the paper")
    code: str = Field(description="验真码 / Verification code")
    issued_at: Moment = Field(description="签发时间 / Issued at (zone time)")
    ended_at: Moment | None = Field(None, description="失效时间 / When it was superseded or revoked")
    digest: str = Field(description="内容摘要 SHA-256 / Digest of its content")
