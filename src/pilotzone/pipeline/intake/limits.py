"""How much the intake takes, of whom, and how long it waits. A zone changes them by PILOTZONE_INTAKE_*."""

from __future__ import annotations

import os
from dataclasses import dataclass, fields

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """Bytes, messages and seconds.

    `message_bytes`: one message, unpacked. `memory_bytes`: all messages being received or waiting. `waiting`: messages
    waiting to be written, `waiting_per_sender` and `sender_bytes` of one sender. `per_second`, `bytes_per_second`: of one
    sender, over ten seconds; 0 is no limit. `group_messages`, `group_bytes`: written at once; `gather_ms`: from one group
    to the next at least, up to four times that where many send at once. `connections`, `connections_per_address`: open at once. `patience_s`: how long a sender waits
    for its answer; `head_s`, `body_s`: how long it may take to send; `idle_s`: how long a connection may be silent.
    """

    message_bytes: int = 10 * MEGABYTE
    memory_bytes: int = 256 * MEGABYTE
    waiting: int = 4000
    waiting_per_sender: int = 1000
    sender_bytes: int = 64 * MEGABYTE
    per_second: int = 0
    bytes_per_second: int = 0
    group_messages: int = 500
    group_bytes: int = 8 * MEGABYTE
    gather_ms: int = 6
    connections: int = 2000
    connections_per_address: int = 600
    patience_s: int = 15
    head_s: int = 15
    body_s: int = 60
    idle_s: int = 75


def from_environment() -> Limits:
    """The limits with what the zone changed, e.g. PILOTZONE_INTAKE_PER_SECOND=50."""
    changed = {field.name: os.environ.get(f"PILOTZONE_INTAKE_{field.name.upper()}") for field in fields(Limits)}
    return Limits(**{name: int(value) for name, value in changed.items() if value})
