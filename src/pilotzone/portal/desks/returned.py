"""On a return: who refunds the buyer's tax and when, by what the list itself says and what customs answered.

Whoever pays the tax for the buyer 代收代缴义务人 lodges its guarantee (海关总署公告2018年第194号): the list names it by `assureCode`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from pilotzone.base.days import parse_stamp
from pilotzone.base.errors import Refused

LIST, ANSWER, AGREED = "CEB621Message", "CEB626Message", ("399", "800")
_NAMED = ("ebc", "ebp", "logistics", "agent", "area")


def withholder(documents: Iterable[Mapping[str, Any] | None]) -> str:
    """Who pays the tax for the buyer, by the name the list gives the firm, else by its code; empty without a list."""
    head: Mapping[str, str] = next((one["head"] for one in documents if one is not None and one["message"] == LIST), {})
    code = head.get("assureCode", "").strip()
    named = next(
        (head.get(f"{part}Name", "") for part in _NAMED if code and head.get(f"{part}Code", "").strip() == code), ""
    )
    return named.strip() or code


def agreed_at(receipts: Iterable[Mapping[str, Any]]) -> datetime | None:
    """When customs last agreed to a return; None where it did not."""
    told = [one["time"] for one in receipts if one["message"] == ANSWER and one["applied"] and one["status"] in AGREED]
    try:
        return parse_stamp(max(told)) if told else None
    except Refused:
        return None
