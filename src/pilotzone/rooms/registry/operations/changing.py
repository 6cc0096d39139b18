"""A filing in force changes: what is light at once, the rest after a review. Both keep before, after and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pilotzone.kernel import clock
from pilotzone.reference.calendar import add_working_days
from pilotzone.reference.filing import form
from pilotzone.reference.rates import rate
from pilotzone.rooms.registry.errors import REFUSES, refused
from pilotzone.rooms.registry.operations.filling import cleaned, difference, findings, place
from pilotzone.rooms.registry.operations.holding import held
from pilotzone.rooms.registry.queries.filings import access_filing, proof_of


def change(
    number: int, *, version: int | None, roles: Sequence[str], values: Mapping[str, str],
    licences: Sequence[Mapping[str, str]], reason: str,
) -> str:  # fmt: skip
    """Ask for a change, or, where it touches light fields only, make it; answers the verb that was done.

    Refused `registry.filing.no_change`, `registry.filing.findings` (as it would be after the change),
    `rule.filing.not_verified` for more than light fields.
    """
    seen = access_filing(number)
    new = cleaned(seen, roles, values, licences)
    before, after = difference(
        {"roles": seen.roles, "licences": seen.licences} | seen.values, {"roles": new[0], "licences": new[2]} | new[1]
    )
    if not after:
        raise refused("registry.filing.no_change")
    asked = form(new[0]).by_key
    verb = "note" if all(name in asked and asked[name].light for name in after) else "change"
    with held(number, verb, version=version, reason=reason) as holding:
        filing, today = holding.filing, clock.today()
        kept = filing.roles, filing.values, filing.licences, filing.unit, filing.unit_path, filing.name
        filing.roles, filing.values, filing.licences = new
        place(filing, filing.values.get("unit", ""))
        wrong = [one for one in findings(filing) if one.weight == REFUSES]
        if wrong:
            fields = {one.field: f"{one.zh} {one.en} [{one.code}]" for one in wrong}
            raise refused("registry.filing.findings", count=len(wrong), by_field=fields)
        holding.before, holding.after = before, after
        if verb == "change":
            if proof_of(filing, on=today, person=holding.actor.person) is None:
                raise refused("rule.filing.not_verified")
            filing.roles, filing.values, filing.licences, filing.unit, filing.unit_path, filing.name = kept
            filing.pending = {"roles": new[0], "values": new[1], "licences": new[2], "reason": holding.reason}
            filing.due_on = add_working_days(today, int(rate("filing.decide_days", on=today).number)).day
            filing.filled_by_id = filing.confirmed_by_id = holding.actor.person
    return verb


def ask_cancel(number: int, *, version: int | None, reason: str) -> None:
    """申请注销: the firm wants to leave; the zone decides."""
    with held(number, "ask_cancel", version=version, reason=reason) as holding:
        holding.filing.cancel_asked = holding.reason
