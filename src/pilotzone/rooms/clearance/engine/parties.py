"""Enterprises as the checks see them: registered under a code, in roles, acting for others on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Protocol

# what a sentence calls an enterprise by its role in a document
ROLE_WORDS = {
    "ebp": ("电商平台企业", "platform"), "ebc": ("电商企业", "e-commerce enterprise"),
    "pay": ("支付企业", "payment enterprise"), "logi": ("物流企业", "carrier"), "agent": ("报关企业", "declarant"),
    "area": ("区内企业", "area enterprise"), "site": ("监管场所经营人", "site operator"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Firm:
    """An enterprise as the batch needs it. `units` is the path of its district."""

    id: int
    roles: frozenset[str]
    suspended: bool = False
    unit: str = ""


class Directory(Protocol):
    """Who is registered: by customs code or USCC, who may act for whom on a day, and who ever named somebody for a kind."""

    def firm(self, code: str) -> Firm | None: ...
    def mandated(self, principal: int, agent: int, kind: str, on: date) -> bool: ...
    def manages(self, principal: int, kind: str) -> bool: ...
