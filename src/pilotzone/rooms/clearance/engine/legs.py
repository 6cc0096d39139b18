"""The legs of parcels beside their lists: 运抵单 507, 离境单 509, 清单总分单 607, of imports 入库明细单 711 (spec §3, §6.2; regulations §1.3 row 6).

They name waybills; a bill may name the list's number as well. Each is a fact its sender reports: what contradicts the list
is refused where it names the wrong list, and only told where it happened all the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pilotzone.base.days import parse_stamp
from pilotzone.base.errors import Refused
from pilotzone.rooms.clearance.engine import arrival, kinds, states
from pilotzone.rooms.clearance.engine.case import Head
from pilotzone.rooms.clearance.engine.kinds import Kind
from pilotzone.rooms.clearance.errors import WARNS, Fault, Rule

KINDS = (kinds.ARRIVAL, kinds.DEPARTURE, kinds.BILL, kinds.STORE)
_OFFICIAL = {kinds.ARRIVAL: "-803001", kinds.DEPARTURE: "-507001", kinds.BILL: "-903001", kinds.STORE: "-800001"}
SPEC = "海关跨境统一版规范 ceb §3 CEB507, CEB509, CEB607, CEB711"

REPEATED = Rule(
    "rule.leg.repeated", whose="sender", tag="B",
    zh="{what}中运单{waybill}重复", en="the {what_en} names waybill {waybill} twice", source=SPEC,
    mend_zh="每个运单编号只列一次", mend_en="Name each waybill once.",
)  # fmt: skip
IN_FUTURE = Rule(
    "rule.leg.future", whose="sender", tag="B",
    zh="离境时间{time}晚于报送时间", en="it leaves at {time}, after the report was made", source=SPEC,
    mend_zh="离境单在实际离境后报送", mend_en="Report a departure after it happened.",
)  # fmt: skip
OTHER_LIST = Rule(
    "rule.leg.list", whose="sender", tag="B",
    zh="运单{waybill}对应的清单是{own}，不是{list}", en="waybill {waybill} belongs to list {own}, not {list}",
    source=f"{SPEC} (CEB607 invtNo)",
    mend_zh="请按清单更正清单编号或运单编号", mend_en="Correct the list number or the waybill number.",
)  # fmt: skip
UNRELEASED = Rule(
    "rule.leg.unreleased", whose="logi", weight=WARNS, tag="B",
    zh="运单{waybill}已报离境，清单当前状态“{state}”，未放行", en="waybill {waybill} was reported as gone while its list is “{state_en}”, not released",
    source="海关法第二十四条；handbook §1.3",
    mend_zh="请物流企业核对离境单，必要时联系海关", mend_en="Carrier: check the departure; talk to customs where it is right.",
)  # fmt: skip


def judge(kind: Kind, head: Head, lines: Sequence[Head]) -> list[Fault]:
    """What is wrong with a leg by itself; a deletion is not looked at."""
    if head.get("appType") == arrival.DELETE:
        return []
    official, what = _OFFICIAL[kind.name], {"what": kind.zh, "what_en": kind.en}
    found: list[Fault] = []
    seen: set[str] = set()
    for line in lines:
        waybill = line.get("logisticsNo", "").strip()
        if waybill in seen:
            found.append(REPEATED.fault(official=official, waybill=waybill, **what))
        seen.add(waybill)
    left, made = _time(head.get("leaveTime", "")), _time(head.get("appTime", ""))
    if kind.name == kinds.DEPARTURE and left is not None and made is not None and left > made:
        found.append(IN_FUTURE.fault(official=official, time=head["leaveTime"]))
    return found


def other_list(line: Head, own: str) -> Fault | None:
    """Whether a line of a bill names another list than its waybill's; None where it names none or that one."""
    named = line.get("invtNo", "").strip()
    if not named or not own or named == own:
        return None
    waybill = line.get("logisticsNo", "").strip()
    return OTHER_LIST.fault(official=_OFFICIAL[kinds.BILL], waybill=waybill, own=own, list=named)


def unreleased(waybill: str, state: str) -> Fault | None:
    """A parcel gone whose list is not released; None where it is, or no list is there to say so."""
    if state in (states.RELEASED, states.CLOSED, states.PAST):
        return None
    zh, en = states.words(state)
    return UNRELEASED.fault(waybill=waybill, state=zh, state_en=en)


def _time(text: str) -> datetime | None:
    try:
        return parse_stamp(text)
    except Refused:
        return None
