"""A door's functions that are loaded when first asked for, so that who only passes by does not pay for the ORM behind them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any


def later(door: str, table: Mapping[str, str]) -> Callable[[str], Any]:
    """The `__getattr__` of the module `door`.

    `table`: module below the door's package → names apart by blanks; `name=function` where the door's name is another, `name=`
    for the module itself. AttributeError for a name that is not in it.
    """
    package = door.rpartition(".")[0]
    where = {
        name: (module, function if renamed else name)
        for module, names in table.items()
        for name, renamed, function in (told.partition("=") for told in names.split())
    }

    def find(name: str) -> Any:
        """A function found when first asked for, and kept."""
        if name not in where:
            raise AttributeError(f"module {door} has no attribute {name}")
        module, function = where[name]
        there = import_module(f"{package}.{module}")
        found = getattr(there, function) if function else there
        setattr(sys.modules[door], name, found)
        return found

    return find
