"""How a department's simulated system behaves, whatever it is asked: its register and what it shares through the hub alike."""

from __future__ import annotations

from typing import Any

import msgspec
import psycopg

from pilotzone.simulators import settings

Connection = psycopg.Connection[Any]
PREFIX = "register:"


class Conduct(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a department's system behaves.

    down: it answers 503; delay_ms: before each answer; cycle: its register refers every code to another that refers back;
    garbled: its answers cannot be read; unknown: it knows nobody.
    """

    down: bool = False
    delay_ms: int = 0
    cycle: bool = False
    garbled: bool = False
    unknown: bool = False


def read(connection: Connection, name: str) -> Conduct:
    """The behaviour in force of a department's system."""
    return settings.read(connection, PREFIX + name, Conduct)


def change(connection: Connection, name: str, changes: dict[str, Any]) -> Conduct:
    """Set the named fields and keep the others. Raises msgspec.ValidationError for an unknown or wrong one."""
    return settings.change(connection, PREFIX + name, Conduct, changes)
