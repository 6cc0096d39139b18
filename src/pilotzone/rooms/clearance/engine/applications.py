"""When a list may be cancelled (623, 605) and what of it may come back (625): one judgement for files, pages and customs' door.

Sources: spec §4 (states), §6.4, error codes of 623 and 625 (data/codes/reason_codes), regulations §1.4 and §1.8.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from pilotzone.base.days import day_of, span_end
from pilotzone.base.errors import Gap
from pilotzone.reference import rates
from pilotzone.rooms.clearance.engine import kinds, states
from pilotzone.rooms.clearance.engine.arrival import SPEC
from pilotzone.rooms.clearance.engine.case import Head, number
from pilotzone.rooms.clearance.errors import Fault, Rule

APPLY_DAYS, ARRIVE_DAYS = "import.return.apply_days", "import.return.arrive_days"
RELEASED = (states.RELEASED, states.CLOSED)
# customs has the list, has not released it, and holds nothing back
CANCELLABLE = frozenset({
    states.SENT, states.DECLARING, states.AT_CUSTOMS, states.SEND_FAILED, states.STORED, states.REVIEW, states.EXAMINED,
    states.SUSPENDED, states.UNKNOWN,
})  # fmt: skip
# the platform refused the list, yet it may have gone to customs in a message beside lists that passed (ADR 4)
REFUSED_HERE = (states.REFUSED, states.EXPIRED)

CANCEL_RELEASED = Rule(
    "rule.cancel.released", whose="declarant", official="-623005", tag="A",
    zh="清单已放行，不能撤销，按退货办理", en="the list is released: it cannot be cancelled, only returned",
    source=f"{SPEC} §6.4 (-623005)",
    mend_zh="请提交退货申请单", mend_en="Apply for a return.",
)  # fmt: skip
CANCEL_STATE = Rule(
    "rule.cancel.state", whose="declarant", official="-623005", tag="A",
    zh="清单当前状态“{state}”不允许撤销", en="the list cannot be cancelled in its state “{state_en}”",
    source=f"{SPEC} §6.4 (-623003, -623005)",
    mend_zh="未向海关申报的清单可直接变更或删除；查验、扣留中的清单等待终态回执",
    mend_en="What customs does not have is changed or deleted; under inspection or detained, wait for the final receipt.",
)  # fmt: skip
CANCEL_UNDERWAY = Rule(
    "rule.cancel.underway", whose="declarant", official="-623009", tag="A",
    zh="该清单已有撤销申请在海关办理中", en="a cancellation of this list is with customs already",
    source=f"{SPEC} §6.4 (-623009)",
    mend_zh="请等待海关对前一份申请的回执", mend_en="Wait for customs' receipt on the first application.",
)  # fmt: skip
RETURN_STATE = Rule(
    "rule.refund.state", whose="declarant", official="-625001", tag="A",
    zh="清单当前状态“{state}”，放行后才能申请退货", en="a return is applied for after release; the list is “{state_en}”",
    source="海关总署公告2020年第45号",
    mend_zh="未放行的清单请变更、删除或撤销", mend_en="Before release change, delete or cancel the list.",
)  # fmt: skip
RETURN_LATE = Rule(
    "rule.refund.days", whose="declarant", official="-625004", tag="A",
    zh="退货申请须在放行之日起{days}日内提出，已于{until}截止",
    en="a return is applied for within {days} days of release; that ended on {until}",
    source="海关总署公告2020年第45号",
    mend_zh="期限外的退货按一般规定办理，不恢复额度和税款", mend_en="Later returns follow the general rules; no amount or tax is restored.",
)  # fmt: skip
RETURN_LINE = Rule(
    "rule.refund.line", whose="declarant", official="-625209", tag="A",
    zh="退货第{line}项与原清单的序号、商品编码或计量单位不符",
    en="line {line} of the return is not in the list with this number, goods code and unit",
    source=f"{SPEC} §4 (-625209)",
    mend_zh="按原清单的序号、商品编码和计量单位填写", mend_en="Use line number, goods code and unit of the original list.",
)  # fmt: skip
RETURN_QUANTITY = Rule(
    "rule.refund.quantity", whose="declarant", official="-625001", tag="A",
    zh="第{line}项申请退{qty}，可退{left}（已放行{released}，已申请退货{taken}）",
    en="line {line} returns {qty}, but {left} are left ({released} released, {taken} in other returns)",
    source="海关总署公告2020年第45号；海关跨境统一版规范 ceb §3 CEB625",
    mend_zh="改为不超过可退数量", mend_en="Lower the quantity to what is left.",
)  # fmt: skip
RETURN_CANCELLING = Rule(
    "rule.refund.cancelling", whose="declarant", official="-625001", tag="B",
    zh="该清单的撤销申请正在海关办理，不能同时退货", en="a cancellation of this list is with customs; it cannot be returned meanwhile",
    source=f"{SPEC} §6.4",
    mend_zh="请等待海关对撤销申请的回执", mend_en="Wait for customs' receipt on the cancellation.",
)  # fmt: skip
EXPORT_DAYS, CROSS_DISTRICT = "export.return.days", "export.cross_district_return.nanchang"
EXPORT_MODES = ("9610", "1210", "9810")  # regulations §1.8
EXPORT_LAW = "海关总署公告2020年第44号"
EXPORT_RETURN_EARLY = Rule(
    "rule.export_return.early", whose="declarant", official="-603001", tag="A",
    zh="出口退货自{first}起可按退货申请单办理", en="exports are returned by this application from {first} on",
    source=EXPORT_LAW,
    mend_zh="此前的退运按一般规定办理", mend_en="Before that the general rules of returned goods apply.",
)  # fmt: skip
EXPORT_RETURN_MODE = Rule(
    "rule.export_return.mode", whose="declarant", official="-603001", tag="A",
    zh="监管方式{mode}的出口商品不适用跨境电商出口退货", en="goods exported under mode {mode} are not returned this way",
    source=EXPORT_LAW,
    mend_zh="请按一般退运货物办理", mend_en="Return them under the general rules.",
)  # fmt: skip
EXPORT_RETURN_STATE = Rule(
    "rule.export_return.state", whose="declarant", official="-603001", tag="A",
    zh="清单当前状态“{state}”，出口放行后才能申请退货", en="the list is “{state_en}”; it is returned after its release",
    source=EXPORT_LAW,
    mend_zh="未放行的清单请变更、删除或撤销", mend_en="Before release change, delete or cancel the list.",
)  # fmt: skip
EXPORT_RETURN_LATE = Rule(
    "rule.export_return.days", whose="declarant", official="-603001", tag="A",
    zh="出口商品须在放行之日起一年内退运进境，已于{until}截止", en="exports come back within a year of release; that ended on {until}",
    source=EXPORT_LAW,
    mend_zh="期限外的按一般退运货物办理", mend_en="Later the general rules of returned goods apply.",
)  # fmt: skip
EXPORT_RETURN_DISTRICT = Rule(
    "rule.export_return.district", whose="declarant", official="-603001", tag="A",
    zh="{on}不能跨关区退货：清单由{own}关区放行，退货申报地为{other}（{why}）",
    en="on {on} goods may not come back to another customs district: released in {own}, returned to {other} ({why_en})",
    source="海关总署公告2024年第167号；2026年全国推广公告",
    mend_zh="退回原出口关区，或在跨关区退货开通后办理（仅9610）", mend_en="Return to the district of export, or once cross-district return is open (9610 only).",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a list stands: its trade's state, what happened when, and by line what other returns have taken."""

    state: str
    stages: Mapping[str, str]
    taken: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Window:
    """The days of a return with their law; None where none was published for the day of release."""

    released: date
    days: int | None
    apply_until: date | None
    arrive_until: date | None


def window(stages: Mapping[str, str]) -> Window | None:
    """The days in which goods of a released list may come back; None before its release."""
    told = stages.get(states.RELEASED) or stages.get(states.CLOSED)
    if not told:
        return None
    on = day_of(datetime.fromisoformat(told))
    apply, arrive = _days(APPLY_DAYS, on), _days(ARRIVE_DAYS, on)
    return Window(
        on, apply, None if apply is None else span_end(on, apply), None if arrive is None else span_end(on, arrive)
    )


def cancel_fault(at: Standing) -> Fault | None:
    """Why a list may not be cancelled now; None where it may."""
    if at.state in RELEASED:
        return CANCEL_RELEASED.fault()
    went = at.stages.get("forwarded", "") >= at.stages.get(kinds.LIST, "~")
    if at.state not in CANCELLABLE and not (at.state in REFUSED_HERE and went):
        return CANCEL_STATE.fault(**_state(at.state))
    return CANCEL_UNDERWAY.fault() if cancelling(at.stages) else None


def return_fault(at: Standing, on: date) -> Fault | None:
    """Why nothing of a list may come back on that day; None where something may."""
    if at.state not in RELEASED:
        return RETURN_STATE.fault(**_state(at.state))
    if cancelling(at.stages):
        return RETURN_CANCELLING.fault()
    found = window(at.stages)
    if found is not None and found.apply_until is not None and on > found.apply_until:
        return RETURN_LATE.fault(days=found.days, until=found.apply_until)
    return None


def export_window(stages: Mapping[str, str]) -> Window | None:
    """Until when exported goods of a released list may come back; None before its release."""
    told = stages.get(states.RELEASED) or stages.get(states.CLOSED)
    if not told:
        return None
    on = day_of(datetime.fromisoformat(told))
    days = _days(EXPORT_DAYS, on)
    until = None if days is None else span_end(on, days)
    return Window(on, days, until, until)


def export_return_faults(at: Standing, on: date, *, mode: str, own: str, other: str) -> list[Fault]:
    """Why nothing of an export list may come back on that day by 213; `own` and `other`: customs of release and of return."""
    if at.state not in RELEASED:
        return [EXPORT_RETURN_STATE.fault(**_state(at.state))]
    if mode not in EXPORT_MODES:
        return [EXPORT_RETURN_MODE.fault(mode=mode)]
    first = rates.history(EXPORT_DAYS)[0][0]
    if on < first:
        return [EXPORT_RETURN_EARLY.fault(first=first)]
    found = export_window(at.stages)
    if found is not None and found.apply_until is not None and on > found.apply_until:
        return [EXPORT_RETURN_LATE.fault(until=found.apply_until)]
    return _district(on, mode=mode, own=own, other=other)


def _district(on: date, *, mode: str, own: str, other: str) -> list[Fault]:
    """Cross-district returns: of 9610 only, at customs of the pilot, later everywhere (regulations §1.8)."""
    if not own or not other or own[:2] == other[:2]:
        return []
    why, why_en = "仅9610零售出口", "retail exports 9610 only"
    if mode == "9610":
        try:
            rates.rate(CROSS_DISTRICT, on=on)
            return []
        except Gap as gap:
            why, why_en = gap.zh, gap.en
    return [EXPORT_RETURN_DISTRICT.fault(on=on, own=own, other=other, why=why, why_en=why_en)]


def line_faults(at: Standing, declared: Sequence[Head], returned: Sequence[Head]) -> list[Fault]:
    """What is wrong with the lines of a return of a list whose lines are `declared`."""
    lines = {line.get("gnum", "").strip(): line for line in declared}
    asked: dict[str, Decimal] = {}
    found: list[Fault] = []
    for line in returned:
        place = line.get("gnum", "").strip()
        own = lines.get(place)
        if own is None or any(line.get(one, "").strip() != own.get(one, "").strip() for one in ("gcode", "unit")):
            found.append(RETURN_LINE.fault(line=place or "?"))
            continue
        asked[place] = asked.get(place, Decimal(0)) + number(line.get("qty", ""))
    for place, qty in asked.items():
        released, taken = number(lines[place].get("qty", "")), at.taken.get(place, Decimal(0))
        if qty <= 0 or qty > released - taken:
            found.append(
                RETURN_QUANTITY.fault(
                    line=place,
                    qty=plain(qty),
                    left=plain(released - taken),
                    released=plain(released),
                    taken=plain(taken),
                )
            )
    return found


def left(at: Standing, declared: Sequence[Head]) -> dict[str, Decimal]:
    """By line number how much may still come back; lines of which nothing is left are not named."""
    rest = {
        place: number(line.get("qty", "")) - at.taken.get(place, Decimal(0))
        for line in declared
        if (place := line.get("gnum", "").strip())
    }
    return {place: qty for place, qty in rest.items() if qty > 0}


def taken_by(returns: Sequence[tuple[str, str, Sequence[Head]]]) -> dict[str, Decimal]:
    """By line number what returns (key, latest status, lines), oldest first, have taken.

    A later one of the same key replaces the former; what customs gave back takes nothing.
    """
    latest = {key: (status, lines) for key, status, lines in returns}
    sums: dict[str, Decimal] = {}
    for status, lines in latest.values():
        if gave_back(status):
            continue
        for line in lines:
            place = line.get("gnum", "").strip()
            sums[place] = sums.get(place, Decimal(0)) + number(line.get("qty", ""))
    return sums


def gave_back(status: str) -> bool:
    """Whether customs refused an application: it may be declared again and holds nothing."""
    return bool(status) and status != "1" and states.status(status).again


def cancelling(stages: Mapping[str, str]) -> bool:
    """Whether a cancellation was applied for and customs has neither refused nor closed it since."""
    asked = stages.get(kinds.CANCEL, "")
    return bool(asked) and asked > max(stages.get(refused_stage(kinds.CANCEL), ""), stages.get(CANCEL_ENDED, ""))


CANCELLED_BY = "closed:cancel"  # the stage that keeps the return time of the latest cancellation customs closed

CANCEL_ENDED = "ended:cancel"  # the stage that notes when that receipt came: a list declared anew may be cancelled anew


def refused_stage(kind: str) -> str:
    """The stage that notes when customs refused an application of a kind."""
    return f"refused:{kind}"


def plain(amount: Decimal) -> str:
    """A quantity as people write it: 1.50000 as 1.5, 10 as 10."""
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _days(key: str, on: date) -> int | None:
    try:
        return int(rates.rate(key, on=on).value)
    except Gap:
        return None


def _state(state: str) -> dict[str, str]:
    zh, en = states.words(state)
    return {"state": zh, "state_en": en}
