"""One line of a timeline, and the whole of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Line:
    """What happened: when (zone time), a dotted code, both sentences, its source, and who holds the trade from then on."""

    at: datetime
    code: str
    zh: str
    en: str
    source: str = ""
    holder: str = ""
    state: str = ""


@dataclass(frozen=True)
class Timeline:
    """The life of one trade. `full` says whether the caller sees details or only stages."""

    trade: int
    flow: str
    mode: str
    state: str
    holder: str
    since: datetime
    full: bool
    numbers: dict[str, str] = field(default_factory=dict)
    lines: tuple[Line, ...] = ()


HOLDERS: dict[str, tuple[str, str]] = {
    "ebp": ("电商平台", "platform"),
    "ebc": ("电商企业", "e-commerce enterprise"),
    "pay": ("支付企业", "payment enterprise"),
    "logi": ("物流企业", "carrier"),
    "declarant": ("报关企业", "declarant"),
    "agent": ("报关企业", "declarant"),
    "area": ("区内企业", "area enterprise"),
    "buyer": ("订购人", "buyer"),
    "platform": ("线上综合服务平台", "this platform"),
    "customs": ("海关", "customs"),
    "zone": ("综试办", "zone office"),
    "bank": ("银行", "bank"),
    "": ("已办结", "done"),
}


def holder_name(code: str, language: str) -> str:
    """Who holds it, in words; a list of holders separated by commas becomes a list of names."""
    index = 1 if language.startswith("en") else 0
    joint = ", " if index else "、"
    return joint.join(HOLDERS.get(part, (part, part))[index] for part in code.split(","))
