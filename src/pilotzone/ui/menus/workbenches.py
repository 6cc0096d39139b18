"""Whose workbench is which."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from pilotzone.kernel.access.actor import AGENCY, CONSUMER, DISTRICT, ENTERPRISE, ZONE
from pilotzone.ui.menus.departments import AGENCY_MENU, CUSTOMS_MENU, SAFE_MENU, TAX_MENU
from pilotzone.ui.menus.entries import Entry
from pilotzone.ui.menus.firms import BANK_MENU, ENTERPRISE_MENU
from pilotzone.ui.menus.public import CONSUMER_MENU
from pilotzone.ui.menus.zone import DISTRICT_MENU, ZONE_MENU

# workbench by kind of actor: its name and menu; anonymous visitors have none
WORKBENCHES: dict[str, tuple[str, tuple[Entry, ...]]] = {
    ENTERPRISE: (_("企业工作台"), ENTERPRISE_MENU),
    AGENCY: (_("监管/部门工作台"), AGENCY_MENU),
    DISTRICT: (_("分平台"), DISTRICT_MENU),
    ZONE: (_("综试办（指挥）工作台"), ZONE_MENU),
    CONSUMER: (_("个人中心"), CONSUMER_MENU),
}
# departments whose desk is their own, by the unit's place in the tree
_DEPARTMENTS = {
    "zone.customs": (_("海关工作台"), CUSTOMS_MENU),
    "zone.tax": (_("税务工作台"), TAX_MENU),
    "zone.safe": (_("外汇工作台"), SAFE_MENU),
}


def workbench(kind: str, unit: str, role: str = "") -> tuple[str, tuple[Entry, ...]]:
    """The workbench of a kind of actor at a unit: its name (a Chinese msgid, empty for none) and its menu."""
    if kind == ENTERPRISE and role == "bank":
        return _("银行工作台"), BANK_MENU
    if kind == AGENCY:
        for path, found in _DEPARTMENTS.items():
            if unit == path or unit.startswith(path + "."):
                return found
    return WORKBENCHES.get(kind, ("", ()))
