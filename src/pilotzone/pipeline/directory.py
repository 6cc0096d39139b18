"""Who is registered, who holds a certificate, who may act for whom: read at once, kept a few seconds."""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from pilotzone.kernel.access import certificates
from pilotzone.kernel.access.certificates import Holder
from pilotzone.rooms.clearance.api import Firm, Mandated, mandates

FRESH_SECONDS = 5.0


class Registry:
    """Firms by customs code or USCC, mandates, and certificates; reloaded when stale or when a code is not known."""

    def __init__(self) -> None:
        self._firms: dict[str, Firm] = {}
        self._mandates: Mandated = {}
        self._managed: frozenset[tuple[int, str]] = frozenset()
        self._holders: dict[str, Holder] = {}
        self._read_at = float("-inf")

    def refresh(self, cursor: Any, *, force: bool = False) -> None:
        """Read firms and mandates again when they are older than a few seconds."""
        if not force and time.monotonic() - self._read_at < FRESH_SECONDS:
            return
        cursor.execute(_FIRMS)
        firms: dict[str, Firm] = {}
        for id_, uscc, customs_code, roles, suspended, unit in cursor.fetchall():
            firm = Firm(id_, frozenset(roles), suspended, unit)
            firms.update({code: firm for code in (uscc, customs_code) if code})
        self._firms, self._mandates = firms, mandates(cursor)
        self._managed = frozenset((principal, kind) for principal, _, kind in self._mandates)
        self._holders = {}
        self._read_at = time.monotonic()

    def firm(self, code: str) -> Firm | None:
        """The enterprise registered under a customs code or USCC."""
        return self._firms.get(code)

    def mandated(self, principal: int, agent: int, kind: str, on: date) -> bool:
        """Whether `agent` may send documents of `kind` for `principal` on that day."""
        spans = self._mandates.get((principal, agent, kind), ())
        return any(first <= on and (last is None or on <= last) for first, last in spans)

    def manages(self, principal: int, kind: str) -> bool:
        """Whether the firm ever named somebody to send documents of `kind` for it."""
        return (principal, kind) in self._managed

    def learn_certificates(self, cursor: Any, sha256s: Iterable[str]) -> None:
        """Read the holders of these certificates, for every batch anew: one may just have been registered, or lost."""
        wanted = {sha256.lower() for sha256 in sha256s if sha256}
        self._holders = certificates.holders(wanted, cursor=cursor)

    def holder(self, sha256: str, at: datetime) -> int | None:
        """The organisation a certificate counts for at a wall time."""
        found = self._holders.get(sha256.lower())
        return found.organisation if found is not None and found.trusted(at) else None


_FIRMS = """
SELECT o.id, o.uscc, o.customs_code, o.roles, coalesce(o.suspended_on <= (pz_now() AT TIME ZONE 'Asia/Shanghai')::date, false), coalesce(u.path, '')
FROM kernel_organisation o
LEFT JOIN LATERAL (
    SELECT unit.path FROM kernel_unitlink link JOIN kernel_unit unit ON unit.id = link.unit_id
    WHERE link.organisation_id = o.id AND link.kind = 'registered'
      AND (pz_now() AT TIME ZONE 'Asia/Shanghai')::date BETWEEN link.valid_from AND coalesce(link.valid_to, 'infinity')
    ORDER BY link.valid_from DESC LIMIT 1
) u ON true
"""
