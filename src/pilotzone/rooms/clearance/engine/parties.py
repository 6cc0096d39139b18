"""Enterprises as the checks see them: registered under a code, in roles, acting for others on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Protocol


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
