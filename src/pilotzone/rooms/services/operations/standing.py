"""Who may apply for an item: a firm that stands, of the right kind, with its filing; an agent with a mandate for that item today."""

from __future__ import annotations

from datetime import date

from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.models import Organisation, UnitLink
from pilotzone.kernel.access.roles import role
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.registry import api as registry
from pilotzone.rooms.services.engine.items import Item
from pilotzone.rooms.services.errors import denied, refused
from pilotzone.rooms.services.models import Case, Mandate

DISTRICT = "district"


def ask(item: Item, firm: Organisation, agent: Organisation | None, *, on: date) -> None:
    """As the platform. Refused `service.firm.suspended`, `service.firm.role`, `service.firm.filing`, `service.firm.licence`,
    `service.agent.never`, `service.agent.mandate`."""
    for one in (firm, agent):
        if one is not None and (one.suspended(on) or (one.cancelled_on is not None and one.cancelled_on <= on)):
            raise refused("service.firm.suspended")
    if item.who and not set(item.who) & set(firm.roles):
        words = [role(code) for code in item.who]
        raise refused(
            "service.firm.role", who="、".join(one.zh for one in words), who_en=", ".join(one.en for one in words)
        )
    if agent is not None:
        if not item.agents:
            raise refused("service.agent.never")
        if not mandated(item.key, firm.pk, agent.pk, on=on):
            raise refused("service.agent.mandate", name=firm.name)
    if item.filing:
        standing = registry.standing(firm.pk, on=on)
        if not standing["in_force"]:
            raise refused("service.firm.filing")
        if standing["ended"]:
            raise refused("service.firm.licence", kinds="、".join(standing["ended"]))


def still(case: Case, *, on: date) -> None:
    """An agent goes on with a case only while its mandate holds; Denied `service.agent.ended`. The principal may always."""
    with scope(PLATFORM):
        holds = mandated(case.item_key, case.organisation_id or 0, case.agent_id or 0, on=on)
    if not holds:
        raise denied("service.agent.ended")


def mandated(key: str, principal: int, agent: int, *, on: date) -> bool:
    """Whether an agent may apply for a principal for this item on that day."""
    found = Mandate.objects.filter(
        principal=principal, agent=agent, valid_from__lte=on, valid_to__gte=on, revoked_at=None, items__contains=[key]
    )
    return found.exists()


def county(firm: Organisation, *, on: date) -> str:
    """The place of the county in which a firm is registered; empty without one."""
    links = UnitLink.objects.filter(organisation=firm, kind="registered", valid_from__lte=on).select_related("unit")
    link = links.filter(valid_to=None).order_by("-pk").first()
    if link is None:
        return ""
    parts = link.unit.path.split(".")
    return ".".join(parts[:3]) if parts[:2] == ["zone", "districts"] else ""
