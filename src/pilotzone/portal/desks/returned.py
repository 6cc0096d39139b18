"""On a return: who refunds the buyer's tax and when, by what the list itself says and the buyer's own statement.

Whoever pays the tax for the buyer 代收代缴义务人 lodges its guarantee (海关总署公告2018年第194号): the list names it by `assureCode`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

LIST, RESTORED = "CEB621Message", "RESTORE"
_NAMED = ("ebc", "ebp", "logistics", "agent", "area")


def withholder(documents: Iterable[Mapping[str, Any] | None]) -> str:
    """Who pays the tax for the buyer, by the name the list gives the firm, else by its code; empty without a list."""
    head: Mapping[str, str] = next((one["head"] for one in documents if one is not None and one["message"] == LIST), {})
    code = head.get("assureCode", "").strip()
    named = next(
        (head.get(f"{part}Name", "") for part in _NAMED if code and head.get(f"{part}Code", "").strip() == code), ""
    )
    return named.strip() or code


def given_back_at(statement: Iterable[Mapping[str, Any]]) -> dict[str, datetime]:
    """When the amount of each list was last given back, by the buyer's own statement: the day customs' agreement came."""
    return {one["list_key"]: one["at"] for one in statement if one["event"] == RESTORED}
