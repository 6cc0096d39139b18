"""Firms are registered, changed and cancelled by who manages organisations. Nothing is removed: it ends on a day."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q

from pilotzone.base.errors import Refused
from pilotzone.base.ids import customs_code, uscc
from pilotzone.base.texts import whole
from pilotzone.kernel import audit, clock
from pilotzone.kernel.access.doors import access_organisation, require
from pilotzone.kernel.access.models import Organisation, Unit, UnitLink
from pilotzone.kernel.access.roles import roles
from pilotzone.kernel.access.suspensions import settle

ACTION = "access.manage"
LINKS = ("registered", "park", "clearance")
_DXP = re.compile(r"DXP[0-9A-Z]{3,27}", re.ASCII)
_NOT_A_TRADE = "firm_admin"  # a person's office in a firm, not what the firm is


@dataclass(frozen=True)
class Filing:
    """What is registered of a firm; `roles` are codes of data/units/roles.yaml on the side of organisations."""

    name: str
    name_en: str = ""
    uscc: str = ""
    customs_code: str = ""
    dxp_id: str = ""
    roles: tuple[str, ...] = ()


@dataclass(frozen=True)
class Link:
    """To which unit (its code) a firm belongs, in what sense (one of LINKS) and from when to when, both included."""

    kind: str
    unit: str
    since: date
    until: date | None = None


def trades() -> tuple[str, ...]:
    """The codes of what a firm can be registered as."""
    return tuple(each.code for each in roles() if each.side == "organisation" and each.code != _NOT_A_TRADE)


@transaction.atomic
def register(filing: Filing, links: Sequence[Link] = (), *, evidence: str = "") -> Organisation:
    """Take a firm in. Refused `rule.id.…` for a wrong code, `kernel.firm.…` as `checked` and `link` say."""
    require(ACTION)
    evidence = whole(evidence, 300, "依据", "The evidence", field="evidence")
    good = checked(filing, evidence)
    made = Organisation(**_columns(good), synthetic=clock.is_demo(), created_at=clock.now())
    _save(made)
    audit.record(
        "firm.register", object_kind="organisation", object_id=made.pk, after=asdict(good),
        reason=evidence,
    )  # fmt: skip
    for one in links:
        link(made.pk, one)
    return made


@transaction.atomic
def change(number: int, filing: Filing, *, reason: str, evidence: str = "") -> Organisation:
    """Register a firm's new particulars; the former ones stay in its history. Refused without a reason, or as above."""
    require(ACTION)
    firm, good = _running(number), checked(filing, evidence)
    reason = _said(reason)
    before = {name: getattr(firm, name) for name in _columns(good)}
    after = {name: value for name, value in _columns(good).items() if before[name] != value}
    if not after:
        return firm
    for name, value in after.items():
        setattr(firm, name, value)
    _save(firm)
    audit.record(
        "firm.change", object_kind="organisation", object_id=firm.pk, before={name: before[name] for name in after},
        after=after, reason=reason,
    )  # fmt: skip
    return firm


@transaction.atomic
def link(number: int, asked: Link) -> UnitLink:
    """Tie a firm to a unit. Another running link of the same kind ends the day before, but for parks.

    Refused `kernel.firm.link`: an unknown kind or unit, an end before the beginning, or a beginning that is not after
    that of the running link.
    """
    require(ACTION)
    firm, unit = _running(number), Unit.objects.filter(code=asked.unit).first()
    running = UnitLink.objects.filter(organisation=firm, kind=asked.kind, valid_to=None).exclude(kind="park")
    wrong = asked.kind not in LINKS or (asked.until is not None and asked.until < asked.since)
    if unit is None or wrong or running.filter(valid_from__gte=asked.since).exists():
        raise Refused(
            code="kernel.firm.link", zh="单位代码、关系种类或起止日有误；新的关系须晚于现有关系开始。",
            en="The unit, the kind or the days are wrong; a new link begins after the running one.",
            fields={asked.kind: asked.unit[:40]},
        )  # fmt: skip
    running.update(valid_to=date.fromordinal(asked.since.toordinal() - 1))
    made = UnitLink.objects.create(
        organisation=firm, unit=unit, kind=asked.kind, valid_from=asked.since, valid_to=asked.until
    )
    audit.record(
        "firm.link", object_kind="organisation", object_id=firm.pk,
        after={"kind": asked.kind, "unit": asked.unit, "since": asked.since, "until": asked.until},
    )  # fmt: skip
    return made


@transaction.atomic
def cancel(number: int, *, on: date, reason: str, successor: str = "") -> Organisation:
    """注销: from that day (today or later) the firm does not act; `successor` is the code of who takes its place.

    Refused `kernel.firm.cancelled` (done already), `kernel.firm.day`, `kernel.firm.reason`, `kernel.firm.successor`.
    """
    require(ACTION)
    firm = _running(number)
    reason = _said(reason)
    if on < clock.today():
        raise Refused(code="kernel.firm.day", zh="注销日不得早于今天。", en="It is cancelled today or later.")
    heir = coded(successor) if successor else None
    if successor and (heir is None or heir.pk == firm.pk or heir.cancelled_on is not None):
        raise Refused(
            code="kernel.firm.successor", zh="没有这一承继单位，或其已注销。", en="There is no such running successor."
        )
    firm.cancelled_on, firm.successor = on, heir
    firm.save(update_fields=["cancelled_on", "successor"])
    settle(firm)
    audit.record(
        "firm.cancel", object_kind="organisation", object_id=firm.pk, after={"on": on, "successor": successor},
        reason=reason,
    )  # fmt: skip
    return firm


def coded(code: str) -> Organisation | None:
    """The firm of this customs code or credit code."""
    return Organisation.objects.filter(Q(customs_code=code) | Q(uscc=code)).first() if code else None


def history(number: int) -> list[dict[str, Any]]:
    """What was registered, changed, linked and cancelled, newest first; the columns of `audit.trail`."""
    require(ACTION)
    return [
        line | {side: _data(line[side]) for side in ("before", "after")}
        for line in audit.trail("organisation", number)
        if line["action"].startswith("firm.")
    ]


def checked(filing: Filing, evidence: str = "") -> Filing:
    """The filing with compact codes; `evidence` lets an early credit code pass whose check fails. Refused `rule.id.uscc`, `rule.id.customs_code`, `kernel.firm.dxp`,
    `kernel.firm.name` (name or both codes missing), `kernel.firm.roles`."""
    name, code, customs = filing.name.strip(), filing.uscc.strip(), filing.customs_code.strip()
    if not 2 <= len(name) <= 160 or len(filing.name_en.strip()) > 160 or not (code or customs):
        raise Refused(
            code="kernel.firm.name", zh="请填写单位名称，并至少填写统一社会信用代码或海关10位编码。",
            en="Give the name, and the credit code or the customs code at least.",
        )  # fmt: skip
    dxp = filing.dxp_id.strip().upper()
    if dxp and not _DXP.fullmatch(dxp):
        raise Refused(
            code="kernel.firm.dxp", zh="报文传输编号以DXP开头，由大写字母和数字组成，至多30位。",
            en="A DXP number begins with DXP and has capitals and digits, at most 30.",
            source="海关跨境统一版规范 ceb BaseTransfer dxpId",
        )  # fmt: skip
    if not filing.roles or set(filing.roles) - set(trades()):
        raise Refused(
            code="kernel.firm.roles", zh="请选择企业类型。", en="Choose what the firm is.",
            source="data/units/roles.yaml", fields={"roles": "、".join(trades())},
        )  # fmt: skip
    return replace(
        filing, name=name, name_en=filing.name_en.strip(), uscc=_credit_code(code, evidence),
        customs_code=customs_code.validate(customs) if customs else "", dxp_id=dxp,
        roles=tuple(sorted(set(filing.roles))),
    )  # fmt: skip


def _credit_code(code: str, evidence: str) -> str:
    """Early real codes fail the check (handbook §5.7): with evidence their form suffices."""
    if evidence.strip() and uscc.is_well_formed(uscc.compact(code)):
        return uscc.compact(code)
    return uscc.validate(code) if code else ""


def _data(kept: Any) -> Any:
    return json.loads(kept) if isinstance(kept, str) else kept or {}


def _columns(filing: Filing) -> dict[str, Any]:
    return asdict(filing) | {"roles": list(filing.roles)}


def _running(number: int) -> Organisation:
    firm = access_organisation(number)
    if firm.cancelled_on is not None:
        raise Refused(code="kernel.firm.cancelled", zh="该单位已注销。", en="This firm was cancelled already.")
    return firm


def _said(reason: str) -> str:
    told = whole(reason, 300, "事由", "The reason", field="reason")
    if not told:
        raise Refused(code="kernel.firm.reason", zh="请写明事由。", en="Say why.")
    return told


def _save(firm: Organisation) -> None:
    try:
        with transaction.atomic():
            firm.save()
    except IntegrityError as twice:
        raise Refused(
            code="kernel.firm.taken", zh="该统一社会信用代码、海关编码或报文传输编号已登记在另一单位名下。",
            en="The credit code, customs code or DXP number is registered for another firm.",
        ) from twice  # fmt: skip
