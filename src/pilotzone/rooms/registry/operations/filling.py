"""What a firm does with its own filing: begin, fill in, verify who it is, confirm, withdraw, give up."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction

from pilotzone.base.texts import at_most, whole
from pilotzone.exchange.channels import registers as channel
from pilotzone.exchange.channels import singlewindow
from pilotzone.kernel import clock, vault
from pilotzone.kernel.access import firms
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.doors import access_organisation, require
from pilotzone.kernel.access.models import Organisation, Unit, UnitLink
from pilotzone.kernel.access.scope import scope
from pilotzone.kernel.access.sites import reviews
from pilotzone.reference.calendar import add_working_days
from pilotzone.reference.filing import Commitment as Promise
from pilotzone.reference.filing import form
from pilotzone.reference.rates import rate
from pilotzone.rooms.registry.engine import codes, states
from pilotzone.rooms.registry.engine.differences import REGISTERS, compared, settled
from pilotzone.rooms.registry.engine.judging import Paper, judge
from pilotzone.rooms.registry.errors import REFUSES, Finding, finding, refused
from pilotzone.rooms.registry.models import Commitment, Filing, Proof, Step
from pilotzone.rooms.registry.operations.holding import Held, body_of, held, tell
from pilotzone.rooms.registry.operations.registers import SEALED, Said, address, collect, keep
from pilotzone.rooms.registry.queries.filings import access_filing, answers, own_filing, proof_of, told, told_by

LICENCE = ("kind", "number", "authority", "valid_from", "valid_to", "scope")
MOST_LICENCES, LONGEST = 20, 2000


@transaction.atomic
def start(*, uscc: str, roles: Sequence[str] = (), evidence: str = "") -> tuple[Filing, list[Said]]:
    """Begin a firm's filing by its credit code; what everybody may know of it is filled in at once.

    A draft of the same code (made by its county or park) becomes the firm's. Refused `rule.filing.uscc_form`,
    `registry.filing.exists` (another body's), `kernel.firm.name` (the firm is registered under another code). A register
    that is away leaves the draft without its part: the answer says so.
    """
    actor = require(states.FILL)
    code, owner = codes.credit_code(uscc), access_organisation(actor.organisation or 0)
    if owner.uscc and owner.uscc != code:
        raise refused("registry.filing.exists", by_field={"uscc": code})
    said = collect(code, "")
    with scope(PLATFORM):
        filing = Filing.objects.select_for_update().filter(uscc=code).first()
        if filing is not None and filing.organisation_id not in (None, owner.pk):
            raise refused("registry.filing.exists", by_field={"uscc": code})
        came = filing.state if filing else ""
        if filing is None:
            filing = Filing(
                uscc=code,
                roles=_known(roles or owner.roles),
                evidence=whole(evidence, 300, "依据", "The evidence", field="evidence"),
            )
            filing.values = _of_organisation(owner)
            filing.created_at, filing.synthetic, filing.version = clock.now(), clock.is_demo(), 0
        elif came == states.CANCELLED:
            filing.state = states.move(came, "reopen")
        if came and roles:
            filing.roles = _known(roles)
        filing.organisation, filing.filled_by_id = owner, actor.person
        filing.version, filing.changed_at = filing.version + 1, clock.now()
        place(filing, filing.values.get("unit", "") or _unit_of(owner.pk))
        filing.save()
        keep(filing, said)
        filing.save()
        verb = "reopen" if came == states.CANCELLED else "fill"
        Step.objects.create(
            filing=filing, number=filing.version, verb=verb, came=came, went=filing.state, person_id=actor.person,
            body=body_of(actor), after=dict(filing.values), at=filing.changed_at,
        )  # fmt: skip
    tell(filing, verb, came, filing.values, "")
    return filing, said


def fill(
    number: int, *, version: int | None, roles: Sequence[str], values: Mapping[str, str],
    licences: Sequence[Mapping[str, str]], evidence: str = "",
) -> list[Finding]:  # fmt: skip
    """Keep a draft as it is, complete or not; answers what is still wrong with it. Never loses what was typed.

    What a register told stays as told. Refused `rule.filing.unknown_field` for what is no field of these roles.
    """
    with held(number, "fill", version=version) as holding:
        filing = holding.filing
        filing.evidence, filing.filled_by_id = (
            whole(evidence, 300, "依据", "The evidence", field="evidence"),
            holding.actor.person,
        )
        put(holding, roles, values, licences)
        return findings(filing)


def put(holding: Held, roles: Sequence[str], values: Mapping[str, str], licences: Sequence[Mapping[str, str]]) -> None:
    """Write roles, values and licences into the held filing, with before and after of what they change."""
    filing = holding.filing
    before = {"roles": filing.roles, "licences": filing.licences} | filing.values
    filing.roles, filing.values, filing.licences = cleaned(filing, roles, values, licences)
    filing.name = str(filing.values.get("name", ""))[:160]
    place(filing, filing.values.get("unit", ""))
    holding.before, holding.after = difference(
        before, {"roles": filing.roles, "licences": filing.licences} | filing.values
    )


def cleaned(
    filing: Filing, roles: Sequence[str], values: Mapping[str, str], licences: Sequence[Mapping[str, str]]
) -> tuple[list[str], dict[str, str], list[dict[str, str]]]:
    """Roles, values and licences as they would be kept: known fields, trimmed, what registers told as they told it."""
    chosen = _known(roles)
    asked = form(chosen).by_key
    if strange := set(values) - set(asked):
        raise refused("rule.filing.unknown_field", value=sorted(strange)[0][:40])
    fixed = locked(filing, chosen)
    kept = {name: text for name, text in filing.values.items() if name in asked} | {
        name: whole(str(text), 160 if name == "name" else LONGEST, field=name)
        for name, text in values.items()
        if name not in fixed
    }
    papers = [
        {name: whole(str(one.get(name, "")), 200, "证照内容", "The licence", field=name) for name in LICENCE}
        for one in licences
        if any(one.get(name) for name in LICENCE[1:])
    ]
    at_most(papers, MOST_LICENCES, "证照", "licences", field="licences")
    return chosen, {name: text for name, text in (kept | fixed).items() if text}, papers


def locked(filing: Filing, roles: Sequence[str]) -> dict[str, str]:
    """The values the registers settle for a filing of these roles."""
    with scope(PLATFORM):
        return settled(form(roles), told(filing))


def verify(number: int, *, version: int | None, method: str, account: str, code: str) -> tuple[Proof, list[Said]]:
    """Verify the legal representative or a handler by `licence` or `single_window`; the registers then tell the rest.

    Refused `channel.licence.refused`, `channel.signon.refused`, `rule.filing.proof_other`; Unavailable where the
    sign-on is away (nothing is lost: it is tried again).
    """
    actor = require(states.FILL)
    seen = access_filing(number)
    account = whole(account, 100, "账号", "The account", field="account")
    code = whole(code, 100, "验证码", "The code", field="code")
    if method == "licence":
        who = channel.by_licence(address(), seen.uscc, account, code)
    else:
        who = channel.proven(singlewindow.sign_on(address(), account, code))
    if who.uscc != seen.uscc:
        raise refused("rule.filing.proof_other")
    said = collect(seen.uscc, who.ticket)
    with held(number, "verify", version=version) as holding:
        days = int(rate("filing.proof_days", on=clock.today()).number)
        made = Proof.objects.create(
            filing=holding.filing, person_id=actor.person, method=method, name=who.name, capacity=who.capacity,
            ticket=vault.seal(who.ticket.encode(), SEALED), at=clock.now(), until=clock.today() + timedelta(days=days),
        )  # fmt: skip
        changed = keep(holding.filing, said)
        holding.after = {"capacity": who.capacity, "method": method} | changed
    return made, said


def confirm(number: int, *, version: int | None, commitments: Sequence[str]) -> Filing:
    """企业确认: sign the commitments and send the filing to its county or park and the zone.

    Refused `registry.filing.findings` (fields: each fault), among them that nobody was verified, or not all is signed.
    """
    with held(number, "confirm", version=version) as holding:
        filing, today = holding.filing, clock.today()
        proof = proof_of(filing, on=today, person=holding.actor.person)
        promises = form(filing.roles).commitments
        wrong = [one for one in findings(filing) if one.weight == REFUSES]
        if proof is None:
            wrong.append(finding("proof", "rule.filing.not_verified"))
        if {one.key for one in promises} - set(commitments):
            wrong.append(finding("commitments", "rule.filing.commitment"))
        if wrong or proof is None:
            raise _refusal(wrong)
        _sign(filing, proof, promises)
        filing.confirmed_by_id, filing.confirmed_at, filing.remarks = holding.actor.person, clock.now(), {}
        filing.due_on = add_working_days(today, int(rate("filing.decide_days", on=today).number)).day
        local = filing.unit_path.startswith("zone.districts.") and reviews(filing.unit_path, today)
        days = int(rate("filing.prereview_days", on=today).number)
        filing.prereview_by = add_working_days(today, days).day if local else None
        holding.after = {"commitments": [one.key for one in promises], "by": proof.name, "capacity": proof.capacity}
    return filing


def withdraw(number: int, *, version: int | None) -> None:
    """撤回: take back what is not decided yet; a change under review is given up."""
    with held(number, "withdraw", version=version) as holding:
        holding.filing.pending = None
        holding.filing.due_on = holding.filing.prereview_by = None


def drop(number: int, *, version: int | None, reason: str) -> None:
    """放弃草稿: a filing that was never in force ends; the firm may begin again."""
    with held(number, "drop", version=version, reason=reason):
        pass


def claim() -> Filing | None:
    """The caller's own filing; a draft its county or park made for its credit code becomes its own now."""
    actor = require(states.FILL)
    found = own_filing(actor.organisation or 0)
    if found is not None or not actor.organisation:
        return found
    owner = access_organisation(actor.organisation)
    if not owner.uscc:
        return None
    with scope(PLATFORM):
        Filing.objects.filter(uscc=owner.uscc, organisation=None).update(organisation=owner)
    return own_filing(owner.pk)


def findings(filing: Filing) -> list[Finding]:
    """Everything wrong or odd with a filing today: its fields, its licences, what the registers say."""
    today = clock.today()
    units = frozenset([filing.values["unit"]]) if filing.unit_id and filing.values.get("unit") else frozenset[str]()
    paper = Paper(filing.uscc, tuple(filing.roles), filing.values, filing.licences, filing.evidence, units)
    found = judge(paper, on=today, known_roles=firms.trades())
    found += register_findings(filing)
    code = filing.values.get("customs_code", "")
    with scope(PLATFORM):
        twin = Organisation.objects.filter(customs_code=code).exclude(pk=filing.organisation_id or 0) if code else None
        if twin is not None and twin.exists():
            found.append(finding("customs_code", "rule.filing.taken", value=code))
    return found


def register_findings(filing: Filing) -> list[Finding]:
    """What the registers' answers make doubtful: market regulation knows nobody (refuses), one is away, they differ."""
    found, rows = [], answers(filing)
    for one in rows:
        zh, _en = REGISTERS[one.register]
        if one.state == "unknown":
            weight = {} if one.register == "samr" else {"weight": "warns"}
            found.append(finding(f"@{one.register}", "rule.filing.register_unknown", register=zh, **weight))
        elif one.state == "away":
            found.append(finding(f"@{one.register}", "rule.filing.register_away", weight="warns", register=zh))
    for row in compared(form(filing.roles), told_by(rows)):
        if row.differs:
            found.append(finding(row.field, "rule.filing.differs", weight="warns", zh=row.zh, en=row.en))
    return found


def place(filing: Filing, code: str) -> None:
    """Tie the filing to the county or park of this code; an unknown one leaves it untied, which `judge` then says."""
    unit = Unit.objects.filter(code=code, kind__in=("district", "park")).first() if code else None
    filing.unit, filing.unit_path = unit, unit.path if unit else ""
    if code and "unit" not in filing.values:
        filing.values = {**filing.values, "unit": code}


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What stood there before and what after, of what is not the same."""
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return {name: before.get(name, "") for name in names}, {name: after.get(name, "") for name in names}


def _sign(filing: Filing, proof: Proof, promises: Sequence[Promise]) -> None:
    Commitment.objects.bulk_create(
        Commitment(
            filing=filing, key=one.key, digest=hashlib.sha256(one.zh.encode()).hexdigest(), proof=proof, at=clock.now()
        )
        for one in promises
    )


def _refusal(wrong: list[Finding]) -> Exception:
    fields = {one.field: f"{one.zh} {one.en} [{one.code}]" for one in wrong}
    return refused("registry.filing.findings", count=len(wrong), by_field=fields)


def _known(roles: Sequence[str]) -> list[str]:
    return [one for one in firms.trades() if one in roles]


def _of_organisation(owner: Organisation) -> dict[str, str]:
    told_already = {"name": owner.name, "name_en": owner.name_en, "customs_code": owner.customs_code}
    return {name: text for name, text in told_already.items() if text}


def _unit_of(organisation: int) -> str:
    link = UnitLink.objects.filter(organisation_id=organisation, kind="registered", valid_to=None).first()
    return link.unit.code if link else ""
