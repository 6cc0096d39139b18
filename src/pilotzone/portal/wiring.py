"""What is plugged in where: the addresses of rooms and wings. One line each; what is not built does not exist."""

from __future__ import annotations

from importlib.util import find_spec

from django.urls import URLResolver, include, path

PAGES = (
    ("", "pilotzone.portal.pages.urls"),
    ("", "pilotzone.portal.health_urls"),
    ("accounts/", "pilotzone.portal.accounts.urls"),
    ("", "pilotzone.portal.desks.urls"),
    ("api/v1/", "pilotzone.portal.api.urls"),
    ("ebp/", "pilotzone.portal.api.opening"),
    ("registry/", "pilotzone.rooms.registry.web.urls"),
    ("clearance/", "pilotzone.rooms.clearance.web.urls"),
    ("tax/", "pilotzone.rooms.tax.web.urls"),
    ("fx/", "pilotzone.rooms.fx.web.urls"),
    ("track/", "pilotzone.rooms.tracking.web.urls"),
    ("plan/", "pilotzone.rooms.plan.web.urls"),
    ("services/", "pilotzone.rooms.services.web.urls"),
    ("help/", "pilotzone.rooms.services.web.help_urls"),
    ("reconciliation/", "pilotzone.rooms.tracking.web.reconcile_urls"),
    ("statistics/", "pilotzone.rooms.statistics.web.urls"),
    ("sites/", "pilotzone.portal.sites.urls"),
    ("", "pilotzone.portal.exchange_pages.urls"),
    ("", "pilotzone.portal.papers.urls"),
    ("protection/", "pilotzone.portal.protection.urls"),
)
# who prints what: each module holds KINDS (ui/paper/kinds.py)
PAPERS = (
    "pilotzone.rooms.registry.web.paper",
    "pilotzone.portal.desks.paper",
    "pilotzone.rooms.tax.web.paper",
    "pilotzone.rooms.fx.web.paper",
    "pilotzone.portal.desks.inspection_paper",
)


def addresses() -> list[URLResolver]:
    """The addresses of every wing that is there."""
    return [path(prefix, include(module)) for prefix, module in PAGES if _built(module)]


def plug_in() -> None:
    """Let the rooms answer for the resources of the catalogue that the zone itself holds."""
    from pilotzone.portal.exchange_pages.providers import plug_in as providers

    providers()


def _built(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:  # not even its package
        return False
