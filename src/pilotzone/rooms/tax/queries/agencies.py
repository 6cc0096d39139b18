"""代办退税协议 as pages show them: a service enterprise's and a producer's own, the tax office all."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from pilotzone.kernel.access.models import Organisation
from pilotzone.rooms.tax.models import RefundAgency

PAGE, LARGEST = 50, 20_000
STATES = ("proposed", "confirmed", "filed", "ended")


def agencies(
    filters: Mapping[str, Any] | None = None, page: int = 1, size: int = PAGE, *, on: date
) -> dict[str, Any]:  # fmt: skip
    """A page of at most LARGEST agreements the caller sees, newest first, each with its state: {rows, total, page}.

    Filters: state (of STATES; an unknown one finds nothing), number (of an agreement, exact, or a firm: part of its name,
    its USCC or customs code).
    """
    asked, found = filters or {}, RefundAgency.objects.all()
    if state := str(asked.get("state") or ""):
        found = _in(found, state, on)
    if text := str(asked.get("number") or "").strip():
        firms = Organisation.objects.filter(Q(name__icontains=text) | Q(uscc=text) | Q(customs_code=text)).values("pk")
        found = found.filter(Q(number=text) | Q(service_id__in=firms) | Q(producer_id__in=firms))
    size, total = max(1, min(size, LARGEST)), found.count()
    page = max(1, min(page, -(-total // size) or 1))
    return {
        "rows": _told(list(found.order_by("-id")[(page - 1) * size : page * size]), on),
        "total": total,
        "page": page,
    }


def agency(number: int, *, on: date) -> dict[str, Any] | None:
    """One agreement the caller sees; None for what is not there or not his, alike."""
    found = _told(list(RefundAgency.objects.filter(pk=number)), on)
    return found[0] if found else None


def _in(found: QuerySet[RefundAgency], state: str, on: date) -> QuerySet[RefundAgency]:
    """The same states as `_state`, for the database."""
    if state not in STATES:
        return found.none()
    ended = Q(ended_on__isnull=False) | Q(valid_to__lt=on)
    if state == "ended":
        return found.filter(ended)
    found = found.exclude(ended)
    if state == "filed":
        return found.filter(filed_on__isnull=False)
    return found.filter(filed_on=None, confirmed_at__isnull=state == "proposed")


def _told(rows: list[RefundAgency], on: date) -> list[dict[str, Any]]:
    ids = {number for row in rows for number in (row.service_id, row.producer_id)}
    firms = Organisation.objects.in_bulk(ids)
    names = {pk: one.name for pk, one in firms.items()}
    english = {pk: one.name_en or one.name for pk, one in firms.items()}
    columns = ("number", "valid_from", "valid_to", "own_goods", "contract_abroad", "controls", "filed_on", "ended_on")
    return [
        {
            "id": row.pk, "service": row.service_id, "service_name": names.get(row.service_id, ""),
            "producer": row.producer_id, "producer_name": names.get(row.producer_id, ""), "state": _state(row, on),
            "service_name_en": english.get(row.service_id, ""), "producer_name_en": english.get(row.producer_id, ""),
            "account": bool(row.account), "confirmed_at": row.confirmed_at,
            **{name: getattr(row, name) for name in columns},
        }
        for row in rows
    ]  # fmt: skip


def _state(row: RefundAgency, on: date) -> str:
    if row.ended_on is not None or row.valid_to < on:
        return "ended"
    if row.filed_on is not None:
        return "filed"
    return "confirmed" if row.confirmed_at is not None else "proposed"
