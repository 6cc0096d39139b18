"""简化申报 (statisticsFlag A, 清单核放、汇总统计): the conditions a list fulfils, each on its day (handbook §1.6), code and source with each.

Retail export 9610 at customs of the pilot zone, from the day of the rule on, at most the value of the day, without licence, export
duty and refund; goods at four digits (also padded with zeros) or at ten. A list for summary (flag B) names ten digits.
"""

from __future__ import annotations

from decimal import Decimal

from pilotzone.base.errors import Gap
from pilotzone.reference.rates import Rate, rate
from pilotzone.rooms.clearance.engine.case import Case, Head, number
from pilotzone.rooms.clearance.engine.import_match import CNY
from pilotzone.rooms.clearance.engine.modes import NANCHANG
from pilotzone.rooms.clearance.errors import WARNS, Fault, Rule

FLAG, RETAIL = "A", "9610"
DIGITS, VALUE = "export.simplified_hs.digits", "export.simplified_hs.max_value"
CONTROLLED, DUTIABLE = "export.simplified_hs.controlled", "export.simplified_hs.dutiable"
PADDING = "000000"
MEND, MEND_EN = (
    "请改为汇总申报(statisticsFlag B)并填报10位商品编码",
    "Declare for summary (statisticsFlag B) with 10-digit codes.",
)
SPEC = "handbook §1.6 简化归类"


def _rule(code: str, zh: str, en: str, *, tag: str = "C", mend: tuple[str, str] = (MEND, MEND_EN)) -> Rule:
    return Rule(
        f"rule.simplified.{code}", whose="declarant", official="-603001", tag=tag, zh=zh, en=en, source=SPEC,
        mend_zh=mend[0], mend_en=mend[1],
    )  # fmt: skip


NOT_IN_FORCE = _rule(
    "not_in_force", "{on}尚未实行简化申报(statisticsFlag A)：{why}", "on {on} simplified declaration (statisticsFlag A) was not in force: {why_en}",
)  # fmt: skip
MODE = _rule(
    "mode", "简化申报只适用于零售出口9610，本清单监管方式为{mode}", "simplified declaration is for retail export 9610 only; this list is {mode}",
)  # fmt: skip
PLACE = _rule(
    "place", "简化申报须在综试区所在地海关申报，{customs}不在其内", "simplified declaration is made at customs of the pilot zone; {customs} is not",
)  # fmt: skip
LICENCE = _rule(
    "licence", "简化申报的商品不得涉及许可证件：{what}", "goods under licence may not be declared simplified: {what}"
)
DUTY = _rule(
    "duty", "简化申报的商品不得涉及出口关税：{what}", "goods under export duty may not be declared simplified: {what}"
)
OVER = _rule(
    "value", "简化申报单票货值{value}元超过{limit}元", "value {value} is over the {limit} yuan of a simplified list"
)
CODE = _rule(
    "code", "第{gnum}项商品编码{gcode}既不是{digits}位品目（可补零），也不是10位编码", "line {gnum}: {gcode} is neither a heading of {digits} digits (padded or not) nor a 10-digit code",
    mend=("填报品目的前{digits}位或10位商品编码", "Give the heading or the 10-digit code."),
)  # fmt: skip
VALUE_UNJUDGED = Rule(
    "rule.simplified.value_unjudged", whose="zone", weight=WARNS, tag="C",
    zh="币制{currency}无当日折算率，5000元限额未判断", en="no rate for currency {currency} that day: value limit not judged",
    source=SPEC,
)  # fmt: skip
NEEDS_FULL_CODE = Rule(
    "rule.summary.full_code", whose="declarant", official="-603001",
    zh="汇总申报的第{gnum}项商品编码{gcode}不是完整的10位编码", en="line {gnum}: {gcode} is not a full 10-digit code",
    source="handbook §1.1 (9610: 10位)",
    mend_zh="请填报10位商品编码", mend_en="Give the 10-digit code.",
)  # fmt: skip


def judge(case: Case) -> list[Fault]:
    """Every condition a list with flag A does not fulfil; of any other list its codes. Raises Gap where data of the day are missing."""
    if case.list.head.get("statisticsFlag") != FLAG:
        full = _full_codes(case)
        return [full] if full is not None else []
    head, lines = case.list.head, case.list.lines
    try:
        digits = rate(DIGITS, on=case.on)
    except Gap as gap:
        return [NOT_IN_FORCE.fault(on=case.on, why=gap.zh, why_en=gap.en)]
    found: list[Fault] = []
    if head.get("tradeMode") != RETAIL:
        found.append(MODE.fault(mode=head.get("tradeMode", "")))
    if not head.get("customsCode", "").startswith(NANCHANG):
        found.append(PLACE.fault(customs=head.get("customsCode", "")))
    found += [fault for line in lines if (fault := _code(line, digits)) is not None]
    if head.get("licenseNo"):
        found.append(LICENCE.fault(what=head["licenseNo"]))
    found += _goods(case, CONTROLLED, LICENCE)
    found += _goods(case, DUTIABLE, DUTY)
    return found + _value(case)


def _code(line: Head, digits: Rate) -> Fault | None:
    code, wanted = line.get("gcode", "").strip(), int(digits.value)
    short = code.removesuffix("0" * (10 - wanted)) if len(code) == 10 and code.endswith("0" * (10 - wanted)) else code
    if code.isdigit() and code.isascii() and (len(short) == wanted or len(code) == 10) and short.strip("0"):
        return None
    return CODE.fault(gnum=line.get("gnum", ""), gcode=code or "—", digits=digits.value)


def _goods(case: Case, key: str, rule: Rule) -> list[Fault]:
    """Lines whose heading holds, or whose code is, goods on the day's list: at four digits any candidate counts."""
    listed = [text.strip() for text in str(rate(key, on=case.on).value).split(",") if text.strip()]
    hit = []
    for line in case.list.lines:
        code = line.get("gcode", "").strip()
        heading = code[:4] if len(code) == 4 or code.endswith(PADDING) else ""
        if any(one.startswith(heading) if heading else code.startswith(one) for one in listed):
            hit.append(f"#{line.get('gnum', '')} {code}")
    return [rule.fault(what="；".join(hit))] if hit else []


def _value(case: Case) -> list[Fault]:
    foreign = {line.get("currency", CNY) for line in case.list.lines} - {CNY}
    if foreign:
        return [VALUE_UNJUDGED.fault(currency="、".join(sorted(foreign)))]
    limit = rate(VALUE, on=case.on)
    total = sum((number(line.get("totalPrice", "")) for line in case.list.lines), Decimal(0))
    return [OVER.fault(value=f"{total:f}", limit=limit.value)] if total > limit.number else []


def _full_codes(case: Case) -> Fault | None:
    for line in case.list.lines:
        code = line.get("gcode", "").strip()
        if len(code) != 10 or not code.isdigit() or code.endswith(PADDING):
            return NEEDS_FULL_CODE.fault(gnum=line.get("gnum", ""), gcode=code)
    return None
