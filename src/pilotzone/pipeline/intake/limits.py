"""How much the intake takes, of whom, and how long it waits. A zone changes them by PILOTZONE_INTAKE_*."""

from __future__ import annotations

import os
from dataclasses import dataclass, fields

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """Bytes, messages and seconds.

    `message_bytes`: one message, unpacked. `memory_bytes`: all messages being received or waiting. `waiting`: messages
    waiting to be written, `waiting_per_sender` of one sender. `per_second`: messages of one sender a second, over ten
    seconds; 0 is no limit. `patience_s`: how long a sender waits for its answer. `body_s`: how long it may take to send.
    """

    message_bytes: int = 10 * MEGABYTE
    memory_bytes: int = 256 * MEGABYTE
    waiting: int = 4000
    waiting_per_sender: int = 1000
    per_second: int = 0
    group_messages: int = 500
    group_bytes: int = 32 * MEGABYTE
    patience_s: int = 15
    body_s: int = 60


def from_environment() -> Limits:
    """The limits with what the zone changed, e.g. PILOTZONE_INTAKE_PER_SECOND=50."""
    changed = {field.name: os.environ.get(f"PILOTZONE_INTAKE_{field.name.upper()}") for field in fields(Limits)}
    return Limits(**{name: int(value) for name, value in changed.items() if value})
