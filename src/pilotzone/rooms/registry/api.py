"""The door of the room: filing 备案, for the firm itself, for offices, for everybody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from pilotzone.kernel import audit, clock
from pilotzone.kernel.access import firms
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.doors import require
from pilotzone.kernel.access.models import Membership, Unit
from pilotzone.kernel.access.scope import scope
from pilotzone.reference.filing import Form, form
from pilotzone.rooms.registry.engine import sheet, states
from pilotzone.rooms.registry.engine.differences import REGISTERS
from pilotzone.rooms.registry.errors import Finding
from pilotzone.rooms.registry.models import Upload
from pilotzone.rooms.registry.operations import bulk, changing, deciding, entering, filling, registers, ticking
from pilotzone.rooms.registry.queries import details
from pilotzone.rooms.registry.queries import filings as rows
from pilotzone.rooms.registry.queries.filings import Wanted
from pilotzone.rooms.registry.queries.public import counts, public, standing

__all__ = [
    "EVENT",
    "REGISTERS",
    "STATES",
    "Finding",
    "Form",
    "Wanted",
    "accept",
    "accept_change",
    "ask",
    "ask_cancel",
    "before_days",
    "cancel",
    "change",
    "claim",
    "confirm",
    "counts",
    "drop",
    "ending_by",
    "enter",
    "export",
    "filing",
    "filings",
    "fill",
    "findings",
    "form",
    "in_force_on",
    "mine",
    "prereview",
    "public",
    "report",
    "resume",
    "return_",
    "return_change",
    "send_back",
    "standing",
    "start",
    "suspend",
    "template",
    "tick",
    "units",
    "upload",
    "uploaded",
    "uploads",
    "verify",
    "withdraw",
]  # fmt: skip
EVENT = "registry.filing"
STATES = states.STATES
SEE = "filing.see"
in_force_on = rows.count_in_force_on
before_days = rows.before_days
drop, withdraw, confirm, fill = filling.drop, filling.withdraw, filling.confirm, filling.fill
change, ask_cancel = changing.change, changing.ask_cancel
prereview, send_back, return_ = deciding.prereview, deciding.send_back, deciding.return_
accept, accept_change, return_change = deciding.accept, deciding.accept_change, deciding.return_change
suspend, resume, cancel = deciding.suspend, deciding.resume, deciding.cancel


def start(*, uscc: str, roles: Sequence[str] = (), evidence: str = "") -> dict[str, Any]:
    """Begin the caller's filing by its credit code; answers it, and in `away` the registers that did not answer."""
    made, said = filling.start(uscc=uscc, roles=roles, evidence=evidence)
    return details.detail(made, clock.today()) | {"away": [one.register for one in said if one.state == "away"]}


def verify(number: int, *, version: int | None, method: str, account: str, code: str) -> list[str]:
    """Verify who files, then ask every register; answers those that are away for the moment."""
    _, said = filling.verify(number, version=version, method=method, account=account, code=code)
    return [one.register for one in said if one.state == "away"]


def ask(number: int, *, version: int | None) -> list[str]:
    """Ask the registers anew; answers those that are away for the moment."""
    return [one.register for one in registers.ask(number, version=version) if one.state == "away"]


def claim() -> int | None:
    """The number of the caller's own filing, a draft made for it included; None without one."""
    found = filling.claim()
    return found.pk if found else None


def mine() -> dict[str, Any] | None:
    """The caller's own filing as `filing` tells it, with who was verified; None without one."""
    found = filling.claim()
    return None if found is None else _told(found)


def filing(number: int) -> dict[str, Any]:
    """All of one filing the caller sees. Denied `kernel.access.denied` to who may not see filings, `kernel.access.unknown`."""
    require(SEE)
    return _told(rows.access_filing(number))


def filings(wanted: Wanted, *, page: int, size: int) -> dict[str, Any]:
    """A page of the filings the caller sees: rows, total, page, pages."""
    require(SEE)
    found = rows.filings(wanted)
    total = found.count()
    return {
        "rows": [details.summary(one) for one in found[(page - 1) * size : page * size]], "total": total, "page": page,
        "pages": max(1, -(-total // size)),
    }  # fmt: skip


def export(wanted: Wanted) -> bytes:
    """The same filings as a workbook of the form in which they are handed in."""
    require(SEE)
    columns = sheet.columns(firms.trades())
    lines = [details.sheet_row(one, (*columns, "state")) for one in rows.filings(wanted).iterator(chunk_size=500)]
    audit.record("filing.export", object_kind="list", object_id="filings", after={"rows": len(lines)})
    return sheet.write((*columns, "state"), lines)


def findings(number: int) -> list[Finding]:
    """Everything wrong or odd with a filing the caller sees, today."""
    return filling.findings(rows.access_filing(number))


def template() -> bytes:
    """The empty file of filings."""
    require(states.BULK)
    return sheet.write(sheet.columns(firms.trades()), [])


def upload(*, name: str, raw: bytes) -> int:
    """Make drafts of a file; the number of its report."""
    return bulk.upload(name=name, raw=raw).pk


def uploaded(number: int) -> dict[str, Any]:
    """The report of a file: counts, and each row with what became of it."""
    require(states.BULK)
    return _upload(details.access_upload(number), rows_too=True)


def uploads(query: str = "", *, faulty: bool | None = None, page: int = 1, size: int = 50) -> dict[str, Any]:
    """A page of the files the caller sees, newest first: rows, total, page. By a part of their name, with faulty rows or none."""
    require(states.BULK)
    found = details.uploads(query, faulty=faulty)
    total, size = found.count(), max(1, min(size, 500))
    page = max(1, min(page, -(-total // size)))
    rows = [_upload(one, rows_too=False) for one in found[(page - 1) * size : page * size]]
    return {"rows": rows, "total": total, "page": page}


def report(number: int) -> bytes:
    """The file as it came with two columns more: what became of each row, and its problems."""
    require(states.BULK)
    found = details.access_upload(number)
    lines = []
    for row in found.rows:
        said = "；".join(f"{one['zh']} [{one['code']}]" for one in row["problems"])
        lines.append([*(row["cells"].get(name, "") for name in found.columns), row["outcome"], said])
    return sheet.write((*found.columns, *sheet.RESULT), lines)


def enter(*, uscc: str, account: str, code: str, roles: Sequence[str], evidence: str = "") -> Membership:
    """A new firm's representative comes in by the electronic licence; answers what he acts as from now on."""
    return entering.enter(uscc=uscc, account=account, code=code, roles=roles, evidence=evidence)


def tick() -> int:
    """Let begin what begins today, and remind firms of licences that end; answers how much that was."""
    with scope(PLATFORM):
        return ticking.tick(clock.today())


def ending_by() -> date:
    """The day up to which a licence counts as ending soon: the longest reminder from today."""
    today = clock.today()
    return today + timedelta(days=max(before_days(today), default=0))


def units() -> list[tuple[str, str, str]]:
    """Counties, development zones and parks to which a firm can belong today: code, Chinese and English name."""
    today = clock.today()
    return [
        (one.code, one.name_zh, one.name_en)
        for one in Unit.objects.filter(kind__in=("district", "park")).order_by("path")
        if (one.valid_to is None or one.valid_to >= today) and (one.valid_from is None or one.valid_from <= today)
    ]


def _told(found: Any) -> dict[str, Any]:
    today = clock.today()
    proof = rows.proof_of(found, on=today)
    who: Mapping[str, Any] | None = None
    if proof is not None:
        who = {
            "name": proof.name, "capacity": proof.capacity, "method": proof.method, "at": proof.at, "until": proof.until,
            "person": proof.person_id,
        }  # fmt: skip
    return details.detail(found, today) | {
        "proof": who, "findings": [one.as_dict() for one in filling.findings(found)],
    }  # fmt: skip


def _upload(one: Upload, *, rows_too: bool) -> dict[str, Any]:
    told = {
        "id": one.pk, "name": one.name, "at": one.at, "by": str(one.person or ""), "unit": one.unit,
        "drafted": one.drafted, "same": one.same, "wrong": one.wrong, "total": one.drafted + one.same + one.wrong,
    }  # fmt: skip
    return told | ({"rows": one.rows} if rows_too else {})
