"""What an applicant does: begin, save, hand in, correct, withdraw, urge, receive the notice."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from pilotzone.kernel import audit, clock
from pilotzone.kernel.access.actor import CONSUMER, PLATFORM, Actor
from pilotzone.kernel.access.doors import require
from pilotzone.kernel.access.models import Organisation
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.services.engine import deadlines, items, schema, states
from pilotzone.rooms.services.engine.files import judge_file
from pilotzone.rooms.services.engine.items import Item
from pilotzone.rooms.services.errors import Finding, finding, refused
from pilotzone.rooms.services.models import Case, Material, Version
from pilotzone.rooms.services.operations import desks, standing
from pilotzone.rooms.services.operations.holding import Held, held, keep, tell
from pilotzone.rooms.services.queries import cases
from pilotzone.rooms.services.queries import items as files


@transaction.atomic
def begin(*, key: str, values: Mapping[str, Any], principal: int | None = None) -> tuple[Case, list[Finding]]:
    """Begin a case of an item as a draft; answers it and what is still wrong with it. `principal`: the firm an agent acts for.

    Refused `service.item.unknown`, `service.item.closed`, `service.item.firms` to a person where it is for firms alone, and what `standing.ask` refuses; `rule.form.unknown` for a field the
    form has not.
    """
    one = files.item(key)
    trial = one.status == items.TRIAL
    if one.status == items.ENDED:
        raise refused("service.item.closed")
    actor = require("service.try" if trial else states.FILL)
    person = actor.person if actor.kind == CONSUMER and one.persons and not trial else None
    if not trial and actor.organisation is None and person is None:
        raise refused("service.item.firms" if actor.kind == CONSUMER else "service.item.closed")
    today = clock.today()
    kept, wrong = schema.judge(one.form, values, on=today, whole=False)
    _refuse_unknown(wrong)
    with scope(PLATFORM):
        firm, agent = (None, None) if trial or person else _sides(actor, principal)
        if firm is not None:
            standing.ask(one, firm, agent, on=today)
        case = Case.objects.create(
            item=_version(one), item_key=one.key, organisation=firm, agent=agent, person_id=person, trial=trial,
            applicant_unit=actor.unit_path if trial else "", county=standing.county(firm, on=today) if firm else "",
            values=kept, filled_by_id=actor.person, created_at=clock.now(), changed_at=clock.now(), synthetic=clock.is_demo(),
        )  # fmt: skip
        case.number = f"FW{today:%Y%m%d}{case.pk:06d}"
        case.save(update_fields=["number"])
        holding = Held(case, one, actor, fields=sorted(kept))
        keep(holding, "save", "")
    tell(holding, "save", "")
    return case, wrong


def save(number: int, *, version: int | None, values: Mapping[str, Any]) -> list[Finding]:
    """暂存: keep what is typed, complete or not; answers what is wrong with it so far."""
    with held(number, "save", version=version) as holding:
        return _put(holding, values, whole=False)


def attach(number: int, *, version: int | None, key: str, name: str, body: bytes) -> None:
    """Add a paper; one of the same kind is put out of use. Refused `rule.material.unknown`, `.kind`, `.large`."""
    with held(number, "attach", version=version) as holding:
        asked = {one.key: one for one in holding.item.materials}
        if key not in asked:
            raise refused("rule.material.unknown", value=key[:40])
        shown, kind = (
            name.replace("\0", "").replace("\\", "/").rsplit("/", 1)[-1][:160],
            name.rsplit(".", 1)[-1].lower()[:8],
        )
        if wrong := judge_file(asked[key], shown, body):
            raise refused(wrong.code, by_field={key: wrong.zh}, zh=asked[key].zh, en=asked[key].en,
                          kinds="、".join(asked[key].kinds), most=asked[key].most_mb)  # fmt: skip
        Material.objects.filter(case=holding.case, key=key, in_use=True).update(in_use=False)
        Material.objects.create(
            case=holding.case, key=key, name=shown, kind=kind, size=len(body), sha256=hashlib.sha256(body).hexdigest(),
            body=body, person_id=holding.actor.person, at=clock.now(),
        )  # fmt: skip
        holding.fields = [key]


def submit(number: int, *, version: int | None, values: Mapping[str, Any] | None = None) -> Case:
    """提交: hand the case in to the desk that accepts. Refused `service.case.findings` (fields: each fault); nothing is kept then."""
    with held(number, "submit", version=version) as holding:
        case = holding.case
        _whole(holding, values)
        case.submitted_at, case.submitted_by_id, case.remarks = clock.now(), holding.actor.person, {}
        desks.open_step(case, holding.item, -1)
    return case


def resubmit(number: int, *, version: int | None, values: Mapping[str, Any] | None = None, words: str = "") -> Case:
    """补正后提交: back to where it was returned from; the clocks of its desks run on."""
    with held(number, "resubmit", version=version, reason=words) as holding:
        _whole(holding, values)
        holding.case.remarks = {}
        desks.resume(holding.case)
    return holding.case


def withdraw(number: int, *, version: int | None, reason: str) -> None:
    """撤回: before a decision, with a reason; the case ends."""
    with held(number, "withdraw", version=version, reason=reason) as holding:
        holding.case.reason = holding.reason
        desks.clear(holding.case)


def urge(number: int, *, version: int | None = None) -> None:
    """催办: once a working day. Refused `service.case.urged`."""
    with held(number, "urge", version=version) as holding:
        day = deadlines.urge_day(clock.today())
        if holding.case.urged_for is not None and holding.case.urged_for >= day:
            raise refused("service.case.urged")
        holding.case.urged_for, holding.case.urges = day, holding.case.urges + 1


def close(number: int, *, version: int | None = None) -> None:
    """签收通知书: the applicant has the notice; the case is done."""
    with held(number, "close", version=version):
        pass


def findings(case: Case) -> list[Finding]:
    """What is wrong with a case as it stands: its form and its papers, against the version it began with."""
    one = items.of(case.item.content)
    _kept, wrong = schema.judge(one.form, case.values, on=clock.today())
    return wrong + _missing(one, {each.key for each in cases.materials(case)})


def _whole(holding: Held, values: Mapping[str, Any] | None) -> None:
    wrong = _put(holding, holding.case.values if values is None else values, whole=True)
    present = set(Material.objects.filter(case=holding.case, in_use=True).values_list("key", flat=True))
    wrong = wrong + _missing(holding.item, present)
    if holding.case.organisation is not None:
        agent = holding.case.agent if holding.actor.organisation == holding.case.agent_id else None
        standing.ask(holding.item, holding.case.organisation, agent, on=clock.today())
    if wrong:
        fields = {one.field: f"{one.zh} {one.en} [{one.code}]" for one in wrong}
        raise refused("service.case.findings", count=len(wrong), by_field=fields)


def _put(holding: Held, values: Mapping[str, Any], *, whole: bool) -> list[Finding]:
    case = holding.case
    kept, wrong = schema.judge(holding.item.form, values, on=clock.today(), whole=whole)
    _refuse_unknown(wrong)
    names = {**case.values, **kept}
    holding.fields = [name for name in names if case.values.get(name) != kept.get(name)]
    case.values, case.filled_by_id = kept, holding.actor.person
    return wrong


def _missing(one: Item, present: set[str]) -> list[Finding]:
    return [
        finding(each.key, "rule.material.missing", zh=each.zh, en=each.en)
        for each in one.materials
        if each.must and each.key not in present
    ]


def _refuse_unknown(wrong: list[Finding]) -> None:
    if strange := next((one for one in wrong if one.code == "rule.form.unknown"), None):
        raise refused("rule.form.unknown", value=strange.field[:40], by_field={strange.field: strange.zh})


def _sides(actor: Actor, principal: int | None) -> tuple[Organisation, Organisation | None]:
    """The firm applied for, and the agent where it is another's."""
    own = Organisation.objects.get(pk=actor.organisation or 0)
    if principal is None or principal == own.pk:
        return own, None
    firm = Organisation.objects.filter(pk=principal).first()
    if firm is None:
        raise cases.unknown()
    return firm, own


def _version(one: Item) -> Version:
    made, new = Version.objects.get_or_create(
        digest=one.digest,
        defaults={
            "key": one.key,
            "version": one.version,
            "text": json.dumps(one.content, ensure_ascii=False),
            "kept_at": clock.now(),
        },
    )
    if new:
        audit.record(
            "service.version",
            object_kind="item",
            object_id=one.key,
            after={"version": one.version, "digest": one.digest},
        )
    return made
