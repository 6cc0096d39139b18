"""Which supervision modes are open at the declaring customs on a day (handbook §1.1), and what each asks."""

from __future__ import annotations

from datetime import date

from pilotzone.base.errors import Gap
from pilotzone.reference.rates import rate
from pilotzone.rooms.clearance.engine.case import Head
from pilotzone.rooms.clearance.engine.kinds import EXPORT, IMPORT
from pilotzone.rooms.clearance.errors import Fault, Rule

NANCHANG = "40"  # customs districts 40xx
MODES = {IMPORT: ("9610", "1210", "1239"), EXPORT: ("9610", "1210", "1239", "9710", "9810")}
SWITCH = {
    "9610": "mode.9610.nanchang", "1210": "mode.1210.nanchang", "1239": "mode.1239.nanchang",
    "9710": "mode.9710_9810.nanchang", "9810": "mode.9710_9810.nanchang",
}  # fmt: skip

WRONG = Rule(
    "rule.mode.unknown", whose="declarant", official="-621001", tag="A",
    zh="监管方式{mode}不适用于本清单", en="supervision mode {mode} does not apply to this list",
    source="handbook §1.1",
    mend_zh="请更正贸易方式", mend_en="Correct the trade mode.",
)  # fmt: skip
NOT_OPEN = Rule(
    "rule.mode.not_open", whose="declarant", official="-621001",
    zh="{on}申报地海关{customs}尚未开展监管方式{mode}：{why}", en="mode {mode} is not open at {customs} on {on}: {why_en}",
    source="handbook §1.1 (海关总署公告2020年第75号、第92号，2021年第47号；商财发〔2018〕486号)",
    mend_zh="请在开通之日起申报，或改用其他监管方式", mend_en="Declare from the opening day on, or under another mode.",
)  # fmt: skip
BONDED_FIELDS = Rule(
    "rule.mode.bonded_fields", whose="declarant", official="-621001", tag="A",
    zh="网购保税清单缺少{fields}", en="a bonded list lacks {fields}",
    source="海关跨境统一版规范 ceb §6.7",
    mend_zh="请填写账册编号、区内企业和账册备案料号", mend_en="Give book number, area enterprise and record numbers.",
)  # fmt: skip


def judge_mode(flow: str, head: Head, lines: tuple[Head, ...] | list[Head], *, on: date) -> list[Fault]:
    """Faults of the list's trade mode at its declaring customs on the Shanghai day `on`."""
    mode, customs = head.get("tradeMode", ""), head.get("customsCode", "")
    if mode not in MODES[flow]:
        return [WRONG.fault(mode=mode)]
    found: list[Fault] = []
    if mode in SWITCH and customs.startswith(NANCHANG):
        try:
            rate(SWITCH[mode], on=on)
        except Gap as gap:
            official = "-621001" if flow == IMPORT else "-603001"
            found.append(
                NOT_OPEN.fault(official=official, on=on, customs=customs, mode=mode, why=gap.zh, why_en=gap.en)
            )
    if mode in ("1210", "1239"):
        area = ("areaCode",) if flow == IMPORT else ("iacCode",)
        missing = [name for name in ("emsNo", *area) if not head.get(name)]
        if any(not line.get("itemRecordNo") for line in lines):
            missing.append("itemRecordNo")
        if missing:
            found.append(BONDED_FIELDS.fault(fields="、".join(missing)))
    return found
