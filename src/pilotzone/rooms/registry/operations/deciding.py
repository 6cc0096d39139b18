"""What offices do with a filing: review, send back with remarks, accept, suspend, resume, cancel. And what follows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from pilotzone.base.texts import whole
from pilotzone.kernel import clock
from pilotzone.kernel.access import firms, suspensions
from pilotzone.kernel.access.models import Membership, Organisation, UnitLink
from pilotzone.kernel.access.scope import scope
from pilotzone.reference.filing import form
from pilotzone.rooms.registry.engine import states
from pilotzone.rooms.registry.errors import REFUSES, denied, refused
from pilotzone.rooms.registry.models import Filing
from pilotzone.rooms.registry.operations.filling import difference, findings, place
from pilotzone.rooms.registry.operations.holding import Held, held

AHEAD = timedelta(days=366)


def prereview(number: int, *, version: int | None, reason: str = "") -> None:
    """初审通过, by the county or park of the filing."""
    with held(number, "prereview", version=version, reason=reason) as holding:
        _another(holding)


def send_back(number: int, *, version: int | None, remarks: Mapping[str, str], reason: str) -> None:
    """初审退回, by the county or park, with remarks field by field."""
    _return(number, "send_back", version, remarks, reason)


def return_(number: int, *, version: int | None, remarks: Mapping[str, str], reason: str) -> None:
    """退回, by the zone, with remarks field by field."""
    _return(number, "return", version, remarks, reason)


def accept(number: int, *, version: int | None, valid_from: date | None = None, reason: str = "") -> Filing:
    """受理: the filing counts from a day on (today or later); its firm is registered with roles and codes as filed.

    Refused `registry.filing.prereview` while its county or park still has time, `registry.filing.findings` where
    something is wrong by now, `registry.filing.day`.
    """
    today = clock.today()
    begins = valid_from or today
    if not today <= begins <= today + AHEAD:
        raise refused("registry.filing.day", by_field={"valid_from": begins.isoformat()})
    with held(number, "accept", version=version, reason=reason) as holding:
        filing = holding.filing
        _another(holding)
        waits = filing.state == states.CONFIRMED and filing.prereview_by is not None and today <= filing.prereview_by
        if waits and filing.unit is not None:
            raise refused("registry.filing.prereview", unit=filing.unit.name_zh, due=filing.prereview_by)
        _in_order(filing)
        _enrol(filing, begins)
        filing.valid_from, filing.decided_at, filing.remarks, filing.due_on = begins, clock.now(), {}, None
        holding.after = {"valid_from": begins.isoformat()}
    if begins <= today:
        with held(number, "take_effect", version=None) as effect:
            filing = effect.filing
    return filing


def accept_change(number: int, *, version: int | None, reason: str = "") -> None:
    """准予变更: what was asked for stands from now on."""
    with held(number, "accept_change", version=version, reason=reason) as holding:
        filing = holding.filing
        _another(holding)
        pending = filing.pending or {}
        before = {"roles": filing.roles, "licences": filing.licences} | filing.values
        filing.roles, filing.values, filing.licences = pending["roles"], pending["values"], pending["licences"]
        filing.name = str(filing.values.get("name", ""))[:160]
        place(filing, filing.values.get("unit", ""))
        _in_order(filing)
        _enrol(filing, clock.today())
        holding.reason = holding.reason or str(pending.get("reason", ""))[:300]
        holding.before, holding.after = difference(
            before, {"roles": filing.roles, "licences": filing.licences} | filing.values
        )
        filing.pending, filing.remarks, filing.due_on = None, {}, None


def return_change(number: int, *, version: int | None, remarks: Mapping[str, str], reason: str) -> None:
    """变更退回: the filing stands as it was."""
    with held(number, "return_change", version=version, reason=reason) as holding:
        _another(holding)
        holding.filing.pending, holding.filing.due_on = None, None
        holding.filing.remarks = holding.after = _said(holding.filing, remarks)


def suspend(number: int, *, version: int | None, since: date, reason: str, legal_basis: str) -> None:
    """暂停: from a day on the firm does not act and its documents are refused at intake (kernel.access.suspensions)."""
    with held(number, "suspend", version=version, reason=reason) as holding:
        filing = holding.filing
        with scope(holding.actor):
            made = suspensions.suspend(
                organisation=filing.organisation_id or 0, since=since, reason=reason, legal_basis=legal_basis
            )
        filing.suspension, filing.pending, filing.due_on = made.pk, None, None
        holding.after = {
            "since": since.isoformat(),
            "legal_basis": whole(legal_basis, 300, "法律依据", "The legal basis", field="legal_basis"),
        }


def resume(number: int, *, version: int | None, reason: str) -> None:
    """恢复: by the office that suspended it."""
    with held(number, "resume", version=version, reason=reason) as holding:
        with scope(holding.actor):
            suspensions.lift(holding.filing.suspension or 0, reason=reason)
        holding.filing.suspension = None


def cancel(number: int, *, version: int | None, reason: str, on: date | None = None) -> None:
    """注销: from a day on (today or later) the firm does not act on the platform; nothing is removed."""
    day = on or clock.today()
    with held(number, "cancel", version=version, reason=reason) as holding:
        filing = holding.filing
        with scope(holding.actor):
            firms.cancel(filing.organisation_id or 0, on=day, reason=reason)
        filing.pending, filing.due_on = None, None
        holding.after = {"on": day.isoformat()}


def _return(number: int, verb: str, version: int | None, remarks: Mapping[str, str], reason: str) -> None:
    with held(number, verb, version=version, reason=reason) as holding:
        _another(holding)
        holding.filing.remarks = holding.after = _said(holding.filing, remarks)
        holding.filing.due_on = holding.filing.prereview_by = None


def _said(filing: Filing, remarks: Mapping[str, str]) -> dict[str, str]:
    known = {*form(filing.roles).by_key, "roles", "licences"}
    return {
        name: whole(text, 300, "意见", "The remark", field=name)
        for name, text in remarks.items()
        if name in known and text.strip()
    }


def _another(holding: Held) -> None:
    """填报人≠审核人: neither who filled or confirmed it, nor anybody who acts for its firm."""
    filing, person = holding.filing, holding.actor.person
    if person is None:
        return
    own = Membership.objects.filter(person_id=person, organisation=filing.organisation_id or 0)
    if person in (filing.filled_by_id, filing.confirmed_by_id) or own.exists():
        raise denied("registry.filing.own")


def _in_order(filing: Filing) -> None:
    wrong = [one for one in findings(filing) if one.weight == REFUSES]
    if wrong:
        fields = {one.field: f"{one.zh} {one.en} [{one.code}]" for one in wrong}
        raise refused("registry.filing.findings", count=len(wrong), by_field=fields)


def _enrol(filing: Filing, since: date) -> None:
    """Bring the register of firms (kernel.access) up to the filing: the firm itself, its codes and kinds, its place."""
    firm = filing.organisation or Organisation.objects.filter(uscc=filing.uscc).first()
    particulars = firms.Filing(
        name=filing.name, name_en=filing.values.get("name_en", ""), uscc=filing.uscc,
        customs_code=filing.values.get("customs_code", "") or (firm.customs_code if firm else ""),
        dxp_id=firm.dxp_id if firm else "", roles=tuple(filing.roles),
    )  # fmt: skip
    why = filing.evidence
    if firm is None:
        firm = firms.register(particulars, evidence=why)
    else:
        firm = firms.change(firm.pk, particulars, reason="平台备案", evidence=why)
    filing.organisation = firm
    running = UnitLink.objects.filter(organisation=firm, kind="registered", valid_to=None).first()
    if filing.unit is not None and (
        running is None or (running.unit_id != filing.unit_id and running.valid_from < since)
    ):
        firms.link(firm.pk, firms.Link("registered", filing.unit.code, since))
