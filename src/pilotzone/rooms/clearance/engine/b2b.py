"""9710 and 9810: by list or by customs declaration, from the facts (regulations §1.7); order against declaration, line by line.

Sources: 海关总署公告2020年第75号, 2020年第92号, 2021年第47号, 2024年第167号; spec §6.6.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pilotzone.base.errors import Gap
from pilotzone.reference import rates
from pilotzone.rooms.clearance.engine.case import Head, number, same
from pilotzone.rooms.clearance.engine.channels import source
from pilotzone.rooms.clearance.engine.modes import NANCHANG
from pilotzone.rooms.clearance.errors import SENTENCES, Reason

DIRECT, OVERSEAS = "9710", "9810"
MODES = (DIRECT, OVERSEAS)
MODE_OF_ORDER = {"B": DIRECT, "W": OVERSEAS}
BY_LIST, BY_DECLARATION, NOT_YET = "list", "declaration", "refused"
WORDS = {
    BY_LIST: ("申报清单（出口统一版）", "list (export unified version)"), BY_DECLARATION: ("报关单（H2018）", "customs declaration (H2018)"),
    NOT_YET: ("不能申报", "not possible"),
}  # fmt: skip
ATTACHED = "10000004"  # 跨境B2B出口单证, which the declaration refers to the order by (spec §6.6)
LIMIT, DIGITS, FILING = "export.b2b_list.max_value", "export.b2b_list.hs_digits", "overseas_warehouse.customs_filing"
DISTRICTS = "mode.9710_9810.districts"
NANCHANG_SWITCH = "mode.9710_9810.nanchang"
UNJUDGED = "rule.b2b.value_unjudged"
COMPARED = ("gcode", "qty", "unit", "price", "totalPrice", "currency")


_WAREHOUSE = re.compile(r"海外仓(?:业务模式)?备案(?:编号|号)\s*[:：]\s*([^\s;；,，。]{1,40})")
_FORM = re.compile(r"[0-9A-Z][0-9A-Z-]{3,29}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Deal:
    """The facts: `value` in yuan, None where its currency has no rate; 涉证 `licence`, 涉检 `inspection`, 涉税 `refund` or `duty`.

    `customs`: the declaring customs; `warehouse`: number of the overseas-warehouse filing with customs, for 9810.
    """

    on: date
    mode: str
    customs: str
    value: Decimal | None
    licence: bool = False
    inspection: bool = False
    refund: bool = False
    duty: bool = False
    warehouse: str = ""


@dataclass(frozen=True, slots=True)
class Advice:
    """The channel with every reason; `digits`: how many of the goods code suffice; `both`: a declaration is lawful as well."""

    channel: str
    reasons: tuple[Reason, ...]
    digits: int = 10
    both: bool = False


@dataclass(frozen=True, slots=True)
class Difference:
    """One line that differs: `gnum`, what each side says by field; a side without the line has an empty mapping."""

    gnum: str
    ordered: Mapping[str, str]
    declared: Mapping[str, str]
    fields: tuple[str, ...]


def advise(deal: Deal) -> Advice:
    """The lawful channel of a B2B export on its day. Refused `rule.b2b.mode` for another mode."""
    if deal.mode not in MODES:
        raise SENTENCES.refused("rule.b2b.mode", mode=deal.mode)
    closed = _closed(deal)
    if closed:
        return Advice(NOT_YET, tuple(closed))
    told = [] if deal.customs.startswith(NANCHANG) else [SENTENCES.reason("rule.b2b.elsewhere", customs=deal.customs)]
    needs = needs_declaration(deal)
    if needs:
        return Advice(BY_DECLARATION, (*told, *needs))
    limit, digits = rates.rate(LIMIT, on=deal.on), rates.rate(DIGITS, on=deal.on)
    told.append(SENTENCES.reason("rule.b2b.by_list", source=source(limit), limit=limit.value))
    told.append(SENTENCES.reason("rule.b2b.digits", source=source(digits), digits=digits.value))
    return Advice(BY_LIST, tuple(told), digits=int(digits.value), both=True)


def _closed(deal: Deal) -> list[Reason]:
    """Why the mode is not open at the declaring customs that day, or what it lacks there."""
    found: list[Reason] = []
    if deal.customs.startswith(NANCHANG):
        try:
            rates.rate(NANCHANG_SWITCH, on=deal.on)
        except Gap as gap:
            found.append(
                SENTENCES.reason(
                    "rule.b2b.closed", on=deal.on, mode=deal.mode, customs=deal.customs, why=gap.zh, why_en=gap.en
                )
            )
    else:
        found += _closed_elsewhere(deal)
    if not found and deal.mode == OVERSEAS and not deal.warehouse:
        law = rates.rate(FILING, on=deal.on)
        if law.number:
            found.append(SENTENCES.reason("rule.b2b.warehouse", source=source(law)))
    return found


def _closed_elsewhere(deal: Deal) -> list[Reason]:
    try:
        law = rates.rate(DISTRICTS, on=deal.on)
    except Gap as gap:
        return [
            SENTENCES.reason(
                "rule.b2b.closed", on=deal.on, mode=deal.mode, customs=deal.customs, why=gap.zh, why_en=gap.en
            )
        ]
    if law.value == "*" or deal.customs[:2] in str(law.value).split(","):
        return []
    return [
        SENTENCES.reason(
            "rule.b2b.closed", source=source(law), on=deal.on, mode=deal.mode, customs=deal.customs, why="不在试点海关之列",
            why_en="not among the pilot customs",
        )
    ]  # fmt: skip


def needs_declaration(deal: Deal) -> list[Reason]:
    """What makes a customs declaration necessary; nothing where a list will do. Raises Gap before the modes began."""
    limit = rates.rate(LIMIT, on=deal.on)
    found = []
    if deal.value is None:
        found.append(SENTENCES.reason(UNJUDGED, source=source(limit), limit=limit.value))
    elif deal.value > limit.number:
        found.append(
            SENTENCES.reason("rule.b2b.over", source=source(limit), value=f"{deal.value:f}", limit=limit.value)
        )
    for holds, code in (
        (deal.licence, "rule.b2b.licence"), (deal.inspection, "rule.b2b.inspection"), (deal.refund, "rule.b2b.refund"),
        (deal.duty, "rule.b2b.duty"),
    ):  # fmt: skip
        if holds:
            found.append(SENTENCES.reason(code, source=source(limit)))
    return found


def warehouse_number(*notes: str) -> str:
    """The number of the overseas-warehouse filing, from the remark of a booking order (303, W) or its list; empty where none is named.

    The unified messages have no element for it: 海外仓备案编号:NUMBER in the remark `note` is this platform's own way (P).
    """
    for note in notes:
        found = _WAREHOUSE.search(note or "")
        if found:
            return found[1]
    return ""


def warehouse_faults(on: date, *notes: str) -> list[Reason]:
    """What is wrong with the filing a 9810 export names that day: none named, or no such number. Nothing once it was abolished."""
    try:
        law = rates.rate(FILING, on=on)
    except Gap:
        return []  # the mode is not open yet: told by the rule of modes
    if not law.number:
        return []
    named = warehouse_number(*notes)
    if not named:
        return [SENTENCES.reason("rule.b2b.warehouse", source=source(law))]
    return (
        []
        if _FORM.fullmatch(named)
        else [SENTENCES.reason("rule.b2b.warehouse_form", source=source(law), number=named)]
    )


def differences(ordered: Sequence[Head], declared: Sequence[Head]) -> list[Difference]:
    """Lines of an order (303) against those of a list or declaration, by line number; a field only one side knows is not compared."""
    ours = {line.get("gnum", "").strip(): line for line in ordered}
    theirs = {line.get("gnum", "").strip(): line for line in declared}
    found = []
    for gnum in sorted({*ours, *theirs}, key=lambda text: (len(text), text)):
        one, other = ours.get(gnum), theirs.get(gnum)
        if one is None or other is None:
            found.append(Difference(gnum, _shown(one), _shown(other), ("gnum",)))
            continue
        fields = tuple(name for name in COMPARED if one.get(name) and other.get(name) and not _equal(name, one, other))
        if fields:
            found.append(Difference(gnum, _shown(one), _shown(other), fields))
    return found


def _equal(name: str, one: Head, other: Head) -> bool:
    if name in ("qty", "price", "totalPrice"):
        return number(one[name]) == number(other[name])
    return same(one[name], other[name])


def _shown(line: Head | None) -> dict[str, str]:
    return {name: line[name] for name in COMPARED if line.get(name)} if line else {}
