"""Asking the registers, and keeping what they said. A register that is away never costs the draft."""

from __future__ import annotations

import os
from dataclasses import dataclass

from pilotzone.base.errors import Refused, Unavailable
from pilotzone.exchange.channels import registers as channel
from pilotzone.kernel import clock, vault
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.doors import require
from pilotzone.kernel.access.scope import scope
from pilotzone.reference.filing import form
from pilotzone.rooms.registry.engine import states
from pilotzone.rooms.registry.engine.differences import REGISTERS, settled
from pilotzone.rooms.registry.models import Answer, Filing
from pilotzone.rooms.registry.operations.holding import held
from pilotzone.rooms.registry.queries.filings import access_filing, answers, proof_of, told_by

SEALED = "registry.proof"
OPEN = ("samr",)


@dataclass(frozen=True, slots=True)
class Said:
    """One register's answer, or why there is none (`state` told, unknown or away, `code` of the failure)."""

    register: str
    state: str
    code: str = ""
    answer: channel.Answer | None = None


def address() -> str:
    """Where the registers are; empty where none is connected."""
    return os.environ.get("PILOTZONE_REGISTERS_URL", "")


def collect(uscc: str, ticket: str) -> list[Said]:
    """Ask every register that answers this caller: without a ticket the open part of market regulation only."""
    return [_one(name, uscc, ticket) for name in (REGISTERS if ticket else OPEN)]


def keep(filing: Filing, said: list[Said]) -> dict[str, str]:
    """Write down what was said; the values it settles for the form, put into a filing that is still being filled in."""
    now, rows = clock.now(), {row.register: row for row in answers(filing)}
    for one in said:
        row = rows.setdefault(one.register, Answer(filing=filing, register=one.register))
        row.state, row.code, row.asked_at = one.state, one.code, now
        if one.answer is not None:
            row.facts, row.serial, row.told_at = one.answer.facts, one.answer.serial, now
        elif one.state == "unknown":
            row.facts, row.serial, row.told_at = {}, "", now
    fresh = [rows[one.register] for one in said if rows[one.register].pk is None]
    known = [rows[one.register] for one in said if rows[one.register].pk is not None]
    Answer.objects.bulk_create(fresh)
    if known:
        Answer.objects.bulk_update(known, ("state", "code", "asked_at", "facts", "serial", "told_at"))
    asked = form(filing.roles)
    values = settled(asked, told_by(rows[name] for name in sorted(rows)))
    if filing.state not in (states.DRAFT, states.RETURNED):
        return {}
    changed = {name: text for name, text in values.items() if filing.values.get(name) != text}
    filing.values = {**filing.values, **values}
    filing.name = str(filing.values.get("name", ""))[:160]
    return changed


def ask(number: int, *, version: int | None) -> list[Said]:
    """重新核对: ask the registers anew and keep what they say. Who is away is told in the answer, not raised."""
    require(states.VERBS["ask"].action)
    seen = access_filing(number)
    said = collect(seen.uscc, ticket_of(seen))  # before the row is held: a register may take its time
    with held(number, "ask", version=version) as holding:
        before = dict(holding.filing.values)
        changed = keep(holding.filing, said)
        holding.before = {name: before.get(name, "") for name in changed}
        holding.after = changed | {f"@{one.register}": one.state for one in said}
    return said


def ticket_of(filing: Filing) -> str:
    """The ticket of the last verification that holds; empty without one."""
    with scope(PLATFORM):
        found = proof_of(filing, on=clock.today())
    return bytes(vault.open_(bytes(found.ticket), SEALED)).decode() if found is not None and found.ticket else ""


def _one(name: str, uscc: str, ticket: str) -> Said:
    try:
        return Said(name, "told", "", channel.look_up(address(), name, uscc, ticket))
    except Unavailable as away:
        return Said(name, "away", away.code)
    except Refused as no:
        return Said(name, "unknown" if no.code.endswith("unknown") else "away", no.code)
