"""By which keys our own providers are asked for what a peer is told: the firms of the peer's district."""

from __future__ import annotations

from pilotzone.exchange.hub import federation
from pilotzone.kernel import clock
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.models import UnitLink
from pilotzone.kernel.access.scope import scope

BY_FIRM = ("samr.enterprise_registration",)


def keys_of(code: str) -> dict[str, list[str]]:
    """Keys by resource, of those that are asked by key; credit codes of the firms registered in the peer's unit or below, all without one."""
    unit = next((one["unit"] for one in federation.peers() if one["code"] == code), "")
    today = clock.today()
    with scope(PLATFORM):
        links = UnitLink.objects.filter(
            kind="registered", valid_from__lte=today, organisation__cancelled_on=None
        ).exclude(organisation__uscc="")
        links = links.exclude(valid_to__lt=today)
        found = sorted(
            {
                link.organisation.uscc
                for link in links.select_related("organisation", "unit")
                if not unit or link.unit.path == unit or link.unit.path.startswith(f"{unit}.")
            }
        )
    return dict.fromkeys(BY_FIRM, found)
