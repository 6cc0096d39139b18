"""What pages and the API ask about lists of checked buyers; row-level security says whose."""

from __future__ import annotations

from typing import Any

from pilotzone.base.errors import Denied
from pilotzone.rooms.clearance.models import BuyerAnswer, BuyerCheck


def checks(page: int, size: int) -> dict[str, Any]:
    """The lists the caller sees, newest first: {rows, total, page}."""
    found = BuyerCheck.objects.select_related("person", "organisation").order_by("-pk")
    return {
        "rows": [_told(one) for one in found[(page - 1) * size : page * size]], "total": found.count(), "page": page,
    }  # fmt: skip


def access_check(number: int) -> dict[str, Any]:
    """One list without its rows; Denied `kernel.access.unknown` for what is not the caller's to see."""
    found = BuyerCheck.objects.select_related("person", "organisation").filter(pk=number).first()
    if found is None:
        raise Denied(
            code="kernel.access.unknown", zh="没有这一对象，或您无权查看。",
            en="There is no such thing, or it is not yours to see.",
        )  # fmt: skip
    return _told(found)


def answers(number: int, outcome: str, page: int, size: int) -> dict[str, Any]:
    """The answers of a list in its order, those of one outcome where one is named: {rows, total, page}."""
    found = BuyerAnswer.objects.filter(check_list=access_check(number)["id"]).order_by("position")
    if outcome:
        found = found.filter(outcome=outcome)
    rows = [
        {"position": one.position, "ref": one.ref, "outcome": one.outcome, "findings": one.findings}
        for one in found[(page - 1) * size : page * size]
    ]
    return {"rows": rows, "total": found.count(), "page": page}


def _told(one: BuyerCheck) -> dict[str, Any]:
    return {
        "id": one.pk, "asked_at": one.asked_at, "by": str(one.person) if one.person else "", "channel": one.channel,
        "organisation": one.organisation.name, "authority": one.authority, "valid_to": one.valid_to, "total": one.total,
        "matched": one.matched, "mismatched": one.mismatched, "refused": one.refused,
    }  # fmt: skip
