"""联系协调: contacts and cases with the customs of Shenzhen, Ningbo, Shanghai and Xiamen, as offices see them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Count, Q

from pilotzone.kernel import clock
from pilotzone.rooms.clearance.models import LiaisonCase, LiaisonContact
from pilotzone.rooms.clearance.queries import inspection_settings as settings

OPEN, ANSWERED, CLOSED = "open", "answered", "closed"
STATES = {OPEN: ("待答复", "open"), ANSWERED: ("已答复", "answered"), CLOSED: ("已办结", "closed")}


def contacts(port: str = "") -> list[dict[str, Any]]:
    """Contacts in force today, by port."""
    today = clock.today()
    found = LiaisonContact.objects.filter(Q(until=None) | Q(until__gt=today), since__lte=today)
    if port:
        found = found.filter(port=port)
    return [
        {
            "id": one.pk,
            "port": one.port,
            **_port(one.port),
            "name": one.name,
            "post": one.post,
            "phone": one.phone,
            "since": one.since,
        }
        for one in found.order_by("port", "pk")
    ]


def cases(filters: Mapping[str, Any] | None = None, page: int = 1, size: int = 50) -> dict[str, Any]:
    """Cases, the one due first at the top while open: {rows, total, page, overdue}. Filters: state, port."""
    asked, found, today = filters or {}, LiaisonCase.objects.all(), clock.today()
    for name in ("state", "port"):
        if asked.get(name):
            found = found.filter(**{name: asked[name]})
    rows = found.select_related("opened_by").order_by("closed_at", "due_on", "pk")[(page - 1) * size : page * size]
    return {
        "rows": [case_row(one) for one in rows], "total": found.count(), "page": page,
        "overdue": LiaisonCase.objects.filter(state=OPEN, due_on__lt=today).count(),
    }  # fmt: skip


def case(number: int) -> dict[str, Any] | None:
    """One case; None where the caller sees none."""
    found = LiaisonCase.objects.select_related("opened_by").filter(pk=number).first()
    return case_row(found) if found is not None else None


def ports() -> list[dict[str, Any]]:
    """The ports with how many cases are open, answered, closed."""
    counted: dict[str, dict[str, int]] = {}
    for port, state, n in (
        LiaisonCase.objects.values_list("port", "state").annotate(n=Count("pk")).order_by("port", "state")
    ):
        counted.setdefault(port, {})[state] = n
    return [
        {"port": code, **_port(code), **{state: counted.get(code, {}).get(state, 0) for state in STATES}}
        for code in settings.texts("ports")
    ]


def case_row(one: LiaisonCase) -> dict[str, Any]:
    """A case as plain data; `late`: still open after its day."""
    zh, en = STATES[one.state]
    port = _port(one.port)
    return {
        "id": one.pk, "port": one.port, "port_zh": port["zh"], "port_en": port["en"], "subject": one.subject, "words": one.words,
        "number": one.number, "state": one.state, "zh": zh, "en": en, "opened_at": one.opened_at, "opened_by": str(one.opened_by or ""),
        "due_on": one.due_on, "late": one.state == OPEN and one.due_on < clock.today(), "answer": one.answer,
        "answered_at": one.answered_at, "closed_at": one.closed_at,
    }  # fmt: skip


def _port(code: str) -> dict[str, str]:
    known = settings.texts("ports").get(code, {})
    return {"zh": str(known.get("zh", code)), "en": str(known.get("en", code))}
