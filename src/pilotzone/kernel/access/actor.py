"""On whose behalf the database is asked: the one value row-level security knows of the caller."""

from __future__ import annotations

from dataclasses import dataclass

PUBLIC, CONSUMER, ENTERPRISE, DISTRICT, AGENCY, ZONE, SYSTEM = (
    "public",
    "consumer",
    "enterprise",
    "district",
    "agency",
    "zone",
    "system",
)


@dataclass(frozen=True)
class Actor:
    """The caller. `kind` says which policy branch applies; the ids narrow it.

    enterprise: rows of `organisation`; district: protected aggregates of `unit_path`; agency: an officer of the
    department `unit_path` (for example zone.customs); zone: the zone office; consumer: rows of `buyer` (the keyed
    hash of the person's document); system: the platform itself, for jobs. `deputy_of` is the person a deputy stands
    in for; `reason` goes into every audit line of the scope; `grants` are actions beyond the role's own.
    """

    kind: str = PUBLIC
    person: int | None = None
    organisation: int | None = None
    unit_path: str = ""
    buyer: str = ""
    role: str = ""
    reason: str = ""
    deputy_of: int | None = None
    membership: int | None = None
    grants: frozenset[str] = frozenset()


NOBODY = Actor()
PLATFORM = Actor(kind=SYSTEM, role="platform")
