"""Goods of an import list: 正面清单 on the acceptance day, its remarks, legal units (handbook §1.3 M8, §2.7)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from decimal import Decimal

from pilotzone.base.errors import Gap
from pilotzone.reference.goods import Goods, goods
from pilotzone.rooms.clearance.engine.case import Head, number, same
from pilotzone.rooms.clearance.errors import WAITS, WARNS, Fault, Rule

LIST = "跨境电子商务零售进口商品清单 (handbook §2.7)"

UNKNOWN = Rule(
    "gap.goods.unknown", whose="zone", weight=WAITS,
    zh="第{gnum}项商品编码{hs}尚未收录，等待补充商品资料：{why}",
    en="line {gnum}: code {hs} is not in the goods reference yet; the trade waits ({why_en})",
    source="PilotZone reference.goods",
    mend_zh="请申报企业核对编码，或由综试区导入该商品资料",
    mend_en="Declarant: check the code; or the zone loads the goods data.",
)  # fmt: skip
NOT_LISTED = Rule(
    "rule.goods.not_listed", whose="declarant", tag="A",
    zh="第{gnum}项{hs}当日不在零售进口商品清单内", en="line {gnum}: {hs} is not on the positive list that day",
    source=LIST,
    mend_zh="不能按跨境电商零售进口申报，请改按一般贸易", mend_en="Not for this channel: declare as general trade.",
)  # fmt: skip
BONDED_ONLY = Rule(
    "rule.goods.bonded_only", whose="declarant", tag="A",
    zh="第{gnum}项{hs}仅限网购保税(1210)", en="line {gnum}: {hs} only under 1210",
    source=LIST,
    mend_zh="请改按1210申报", mend_en="Declare under 1210.",
)  # fmt: skip
WEIGHT = Rule(
    "rule.goods.weight_quota", whose="buyer", tag="A",
    zh="{hs}每人每年限{limit}千克，含本单已达{sum}千克", en="{hs}: {limit} kg a person a year, with this {sum} kg",
    source=LIST,
    mend_zh="请减少数量；退货办结后恢复", mend_en="Reduce the quantity; a closed return gives its kilograms back.",
)  # fmt: skip
REMARK = Rule(
    "rule.goods.remark", whose="declarant", weight=WARNS, tag="A",
    zh="第{gnum}项{hs}备注：{text}", en="line {gnum}: {hs} carries the remark: {text_en}",
    source=LIST,
    mend_zh="请核对商品是否符合备注", mend_en="Check the goods against the remark.",
)  # fmt: skip
UNIT = Rule(
    "rule.goods.unit", whose="declarant", official="-625012", tag="A",
    zh="第{gnum}项法定计量单位{given}与商品编码{hs}的{wanted}不一致",
    en="line {gnum}: legal unit {given} is not {wanted} as {hs} asks",
    source="海关跨境统一版规范 ceb §6.1 #15",
    mend_zh="请按税则法定单位填报", mend_en="Give the legal units of the tariff.",
)  # fmt: skip
KG = {"035": Decimal(1), "036": Decimal("0.001"), "070": Decimal(1000)}


def judge_goods(
    lines: Iterable[Head], *, mode: str, on: date, used_kg: Mapping[str, Decimal] | None = None
) -> list[Fault]:
    """Faults, warnings and gaps of an import list's lines; `used_kg`: this year's kilograms by 8-digit line."""
    found: list[Fault] = []
    weights: dict[str, list[Decimal]] = {}
    for line in lines:
        hs, gnum = line.get("gcode", "").strip(), line.get("gnum", "")
        try:
            entry = goods(hs, on=on)
        except Gap as gap:
            found.append(UNKNOWN.fault(gnum=gnum, hs=hs, why=gap.zh, why_en=gap.en))
            continue
        found += _judge_line(entry, line, gnum=gnum, hs=hs, mode=mode, weights=weights)
    for hs8, amounts in weights.items():
        limit, total = amounts[0], sum(amounts[1:], (used_kg or {}).get(hs8, Decimal(0)))
        if total > limit:
            found.append(WEIGHT.fault(hs=hs8, limit=limit, sum=f"{total.normalize():f}"))
    return found


def limited(lines: Iterable[Head], *, on: date) -> frozenset[str]:
    """The 8-digit lines among these that carry a weight limit a person and year on a day; unknown codes have none."""
    found = set()
    for line in lines:
        hs = line.get("gcode", "").strip()
        try:
            remarks = goods(hs, on=on).remarks
        except Gap:
            continue
        if any(one.kind == "personal_weight_quota" and one.quantity is not None for one in remarks):
            found.add(hs[:8])
    return frozenset(found)


def weight_of(lines: Iterable[Head], wanted: Collection[str]) -> dict[str, Decimal]:
    """Kilograms of a list by the wanted 8-digit lines."""
    sums: dict[str, Decimal] = {}
    for line in lines:
        hs8 = line.get("gcode", "").strip()[:8]
        if hs8 in wanted:
            sums[hs8] = sums.get(hs8, Decimal(0)) + kilograms(line)
    return sums


def weight_back(lines: Iterable[Head], returned: Iterable[Head], wanted: Collection[str]) -> dict[str, Decimal]:
    """Kilograms that came back: of each line of the list (by gnum) the part of its quantity, never more than the line.

    A returned line that cannot be read or is not on the list gives nothing back.
    """
    back: dict[str, Decimal] = {}
    for line in returned:
        gnum = line.get("gnum", "").strip()
        back[gnum] = back.get(gnum, Decimal(0)) + number(line.get("qty", ""))
    sums: dict[str, Decimal] = {}
    for line in lines:
        hs8, whole = line.get("gcode", "").strip()[:8], number(line.get("qty", ""))
        came = min(max(back.get(line.get("gnum", "").strip(), Decimal(0)), Decimal(0)), whole)
        if hs8 in wanted and whole > 0:
            sums[hs8] = sums.get(hs8, Decimal(0)) + kilograms(line) * came / whole
    return sums


def _judge_line(
    entry: Goods, line: Head, *, gnum: str, hs: str, mode: str, weights: dict[str, list[Decimal]]
) -> list[Fault]:
    if not entry.positive_list:
        return [NOT_LISTED.fault(gnum=gnum, hs=hs)]
    found: list[Fault] = []
    for remark in entry.remarks:
        if remark.kind == "mode_only_1210":
            if mode != "1210":
                found.append(BONDED_ONLY.fault(gnum=gnum, hs=hs))
        elif remark.kind == "personal_weight_quota" and remark.quantity is not None:
            kg = kilograms(line)
            weights.setdefault(hs[:8], [remark.quantity]).append(kg)
        else:
            found.append(REMARK.fault(gnum=gnum, hs=hs, text=remark.zh, text_en=remark.en))
    for given, wanted in ((line.get("unit1"), entry.unit1), (line.get("unit2"), entry.unit2)):
        if wanted and not same(given, wanted):
            found.append(UNIT.fault(gnum=gnum, hs=hs, given=given or "—", wanted=wanted))
    return found


def kilograms(line: Head) -> Decimal:
    """The line's weight by its legal units; zero where neither is one of weight."""
    for unit, quantity in (("unit1", "qty1"), ("unit2", "qty2"), ("unit", "qty")):
        factor = KG.get(line.get(unit, ""))
        if factor is not None:
            return number(line.get(quantity, "")) * factor
    return Decimal(0)
