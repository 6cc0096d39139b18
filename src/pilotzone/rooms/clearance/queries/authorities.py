"""代理授权 as both sides see it: what a firm gave and holds, since when, until when, and how it ended."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Q, QuerySet

from pilotzone.base.days import day_of
from pilotzone.base.errors import Denied
from pilotzone.kernel import clock
from pilotzone.kernel.access.models import Organisation
from pilotzone.kernel.access.scope import current
from pilotzone.rooms.clearance.engine import mandates
from pilotzone.rooms.clearance.models import Mandate

GIVEN, HELD, OTHERS = "given", "held", "others"
SOON = 30  # days before its end from which a mandate is shown as ending


def listed(filters: Mapping[str, str] | None = None, page: int = 1, size: int = 50) -> dict[str, Any]:
    """The mandates the caller sees, the newest first: {rows, total, page}. Filters: side (given, held), state, query (a
    name or code of either firm)."""
    asked = filters or {}
    found = _visible().order_by("-pk")
    own = current().organisation or 0
    if asked.get("side") in (GIVEN, HELD):
        found = found.filter(**{"principal" if asked["side"] == GIVEN else "agent": own})
    if asked.get("state"):
        found = found.filter(_in_state(asked["state"]))
    if query := asked.get("query", "").strip():
        found = found.filter(_names("principal", query) | _names("agent", query))
    size = max(1, min(size, 500))
    rows = found[(page - 1) * size : page * size]
    return {"rows": [_row(one) for one in rows], "total": found.count(), "page": page}


def told(number: int) -> dict[str, Any]:
    """One mandate with `history`: [{at or day, what}], oldest first; `others` are those between the same two firms."""
    one = access_mandate(number)
    between = _visible().filter(principal=one.principal_id, agent=one.agent_id).exclude(pk=one.pk).order_by("-pk")[:20]
    return _row(one) | {"history": _history(one), "others": [_row(other) for other in between]}


def access_mandate(number: int) -> Mandate:
    """A mandate the caller is a side of, or sees as an office; Denied `kernel.access.unknown` for any other."""
    found = _visible().filter(pk=number).first()
    if found is None:
        raise Denied(
            code="kernel.access.unknown", zh="没有这一对象，或您无权查看。", en="There is no such thing, or it is not yours to see.",
        )  # fmt: skip
    return found


def agent_of(code: str) -> int | None:
    """The number of the enterprise with a customs code or credit code."""
    code = code.strip()
    found = Organisation.objects.filter(Q(customs_code=code) | Q(uscc=code)).first() if code else None
    return found.pk if found else None


def grantable() -> list[dict[str, str]]:
    """The kinds of documents the caller's firm may entrust: [{name, zh, en}]."""
    own = Organisation.objects.filter(pk=current().organisation or 0).first()
    roles = set(own.roles) if own else set()
    return [{"name": one.name, "zh": one.zh, "en": one.en} for one in mandates.KINDS.values() if one.principals & roles]


def _visible() -> QuerySet[Mandate]:
    return Mandate.objects.select_related("principal", "agent", "given_by", "revoked_by")


def _in_state(state: str) -> Q:
    today = clock.today()
    live = Q(revoked_at=None)
    return {
        mandates.REVOKED: Q(revoked_at__isnull=False),
        mandates.COMING: live & Q(valid_from__gt=today),
        mandates.ENDED: live & Q(valid_to__lt=today),
        mandates.RUNNING: live & Q(valid_from__lte=today) & (Q(valid_to=None) | Q(valid_to__gte=today)),
    }.get(state, Q(pk=None))


def _names(side: str, query: str) -> Q:
    return (
        Q(**{f"{side}__name__icontains": query}) | Q(**{f"{side}__customs_code": query}) | Q(**{f"{side}__uscc": query})
    )


def _row(one: Mandate) -> dict[str, Any]:
    today, own = clock.today(), current().organisation
    state = mandates.state_of(one.valid_from, one.valid_to, revoked=one.revoked_at is not None, on=today)
    zh, en = mandates.words(one.kinds)
    left = (one.valid_to - today).days if one.valid_to is not None and state == mandates.RUNNING else None
    return {
        "id": one.pk, "side": GIVEN if one.principal_id == own else HELD if one.agent_id == own else OTHERS,
        "principal": one.principal_id, "principal_name": one.principal.name, "principal_code": _code(one.principal),
        "agent": one.agent_id, "agent_name": one.agent.name, "agent_code": _code(one.agent), "kinds": list(one.kinds),
        "zh": zh, "en": en, "undertaking": one.undertaking, "valid_from": one.valid_from, "valid_to": one.valid_to,
        "state": state, "days_left": left, "soon": left is not None and left <= SOON, "given_at": one.given_at,
        "revoked_at": one.revoked_at, "revoked_reason": one.revoked_reason,
    }  # fmt: skip


def _history(one: Mandate) -> list[dict[str, Any]]:
    """Of persons only those of the caller's own firm are named."""
    mine = current().organisation == one.principal_id
    told: list[dict[str, Any]] = []
    if one.given_at:
        told.append({"at": one.given_at, "what": "given", "by": str(one.given_by) if mine and one.given_by else ""})
    today = clock.today()
    if one.valid_from <= today and (one.revoked_at is None or one.valid_from <= day_of(one.revoked_at)):
        told.append({"at": one.valid_from, "what": "began", "by": ""})
    if one.revoked_at:
        told.append({
            "at": one.revoked_at, "what": "revoked", "by": str(one.revoked_by) if mine and one.revoked_by else "",
            "reason": one.revoked_reason,
        })  # fmt: skip
    elif one.valid_to is not None and one.valid_to < today:
        told.append({"at": one.valid_to, "what": "ended", "by": ""})
    return told


def _code(firm: Organisation) -> str:
    return firm.customs_code or firm.uscc or ""
