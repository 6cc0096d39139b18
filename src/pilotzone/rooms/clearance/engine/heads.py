"""What the platform writes into messages it composes for a firm: the head of a draft, and who transmits it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from pilotzone.rooms.clearance.engine.arrival import DRAFT, NEW


class Transmitter(Protocol):
    """A firm as BaseTransfer names it."""

    @property
    def name(self) -> str: ...
    @property
    def customs_code(self) -> str | None: ...
    @property
    def uscc(self) -> str | None: ...
    @property
    def dxp_id(self) -> str: ...


def draft_head(head: Mapping[str, str], *, at: str, guid: str) -> dict[str, str]:
    """A head as it is kept for a draft: what is empty left out; guid, kind of declaration and time given where they lack."""
    given = {name: value for name, value in head.items() if value}
    return {"guid": guid, "appType": NEW, "appTime": at, **given, "appStatus": DRAFT}


def transfer_of(firm: Transmitter) -> dict[str, str]:
    """BaseTransfer of the messages the platform composes for a firm."""
    return {
        "copCode": firm.customs_code or firm.uscc or "", "copName": firm.name, "dxpMode": "DXP", "dxpId": firm.dxp_id or "DXP",
    }  # fmt: skip
