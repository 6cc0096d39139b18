"""The menus of the portal and of each workbench, in the words officials and firms know (information architecture)."""

from __future__ import annotations

from pilotzone.ui.menus.entries import DEMONSTRATION, Entry, shown, stands
from pilotzone.ui.menus.public import PUBLIC_MENU
from pilotzone.ui.menus.workbenches import workbench

__all__ = ["DEMONSTRATION", "PUBLIC_MENU", "Entry", "shown", "stands", "workbench"]
