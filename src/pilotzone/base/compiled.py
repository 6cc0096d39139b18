"""Optional compiled parts: used where they were built at the install, left out where PILOTZONE_PURE asks to."""

from __future__ import annotations

import importlib
import os
from typing import Any


def part(name: str) -> Any:
    """The compiled module of this full name; None where it was not built or PILOTZONE_PURE asks to do without it."""
    if os.environ.get("PILOTZONE_PURE"):
        return None
    try:
        return importlib.import_module(name)
    except ImportError:
        return None
