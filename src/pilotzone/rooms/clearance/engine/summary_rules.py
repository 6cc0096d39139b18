"""What stands against a summary application (CEB701): its period, its parts, each list it names.

Sources: 海关总署公告2018年第194号, spec §3 CEB701. The message is judged as it arrives, under the batch lock, and before a
draft of it is kept.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from pilotzone.base.days import day_of, parse_stamp
from pilotzone.base.errors import Refused
from pilotzone.rooms.clearance.engine import states, summary
from pilotzone.rooms.clearance.engine.case import Head
from pilotzone.rooms.clearance.errors import Fault, Rule

LAW = "海关总署公告2018年第194号"
SPEC = "海关跨境统一版规范 ceb §3 CEB701"
OFFICIAL = "-703001"  # of exports only ranges are published: business errors of the summary

PERIOD = Rule(
    "rule.summary.period", whose="declarant", official=OFFICIAL, tag="A",
    zh="汇总起止时间不成立：{why}", en="the period of the summary does not hold: {why_en}",
    source=f"{LAW}；{SPEC}",
    mend_zh="起止时间须成对填写、先后有序并在同一自然月内；或只列清单编号",
    mend_en="Give both ends, in order, within one calendar month; or name the lists only.",
)  # fmt: skip
EARLY = Rule(
    "rule.summary.early", whose="declarant", official=OFFICIAL, tag="A",
    zh="{month}尚未结束，该月结关的清单从{first}起汇总", en="{month} is not over: its lists are summed up from {first} on",
    source=LAW,
    mend_zh="请于次月15日前汇总（遇节假日顺延）", mend_en="Sum up by the 15th of the next month (rolled to a working day).",
)  # fmt: skip
REPEATED = Rule(
    "rule.summary.repeated", whose="declarant", official=OFFICIAL, tag="B",
    zh="清单{list}在同一申请中重复", en="list {list} is named twice", source=SPEC,
    mend_zh="每份清单只列一次", mend_en="Name each list once.",
)  # fmt: skip
UNKNOWN_LIST = Rule(
    "rule.summary.list_unknown", whose="declarant", official=OFFICIAL, tag="B",
    zh="没有找到清单{list}", en="there is no list {list}", source=SPEC,
    mend_zh="请核对海关清单编号", mend_en="Check customs' list number.",
)  # fmt: skip
FOREIGN_LIST = Rule(
    "rule.summary.list_foreign", whose="declarant", official=OFFICIAL, tag="A",
    zh="清单{list}的收发货人或申报地海关与本申请不同", en="list {list} has another consignor or declaring customs than this application",
    source=LAW,
    mend_zh="按收发货人、申报地海关分别申请", mend_en="Apply by consignor and declaring customs.",
)  # fmt: skip
LIST_STATE = Rule(
    "rule.summary.list_state", whose="declarant", official=OFFICIAL, tag="A",
    zh="清单{list}当前状态“{state}”，结关后才能汇总", en="list {list} is “{state_en}”: it is summed up after it is closed",
    source=LAW,
    mend_zh="请等待海关放行结关", mend_en="Wait until customs has released and closed it.",
)  # fmt: skip
LIST_EXEMPT = Rule(
    "rule.summary.list_exempt", whose="declarant", official=OFFICIAL, tag="A",
    zh="清单{list}按汇总统计申报（业务类型A），无需汇总", en="list {list} was declared for statistics only (flag A): it is not summed up",
    source=f"{LAW}；handbook §1.6",
    mend_zh="请从申请中去掉该清单", mend_en="Leave it out.",
)  # fmt: skip
LIST_DONE = Rule(
    "rule.summary.list_done", whose="declarant", official=OFFICIAL, tag="A",
    zh="清单{list}已申请汇总或已汇总", en="list {list} is in another application or summed up already",
    source=LAW,
    mend_zh="请查看该清单的汇总情况", mend_en="See where it stands.",
)  # fmt: skip
LIST_MONTH = Rule(
    "rule.summary.list_month", whose="declarant", official=OFFICIAL, tag="B",
    zh="清单{list}于{day}结关，不在本申请的{month}", en="list {list} was closed on {day}, not in {month} as the others",
    source=LAW,
    mend_zh="每月结关的清单分别汇总", mend_en="Sum up the lists of each month by themselves.",
)  # fmt: skip
NOTHING = Rule(
    "rule.summary.nothing", whose="declarant", official=OFFICIAL, tag="B",
    zh="该期间没有可汇总的清单", en="no list of that time is to be summed up", source=SPEC,
    mend_zh="请核对期间、收发货人和申报地海关", mend_en="Check period, consignor and declaring customs.",
)  # fmt: skip
ANSWERED = Rule(
    "rule.summary.answered", whose="declarant", official=OFFICIAL, tag="B",
    zh="汇总申请{key}海关已审结，不能变更或删除", en="customs has closed summary application {key}: it is neither changed nor deleted",
    source=f"{SPEC}；§6.4",
    mend_zh="如需更正请联系海关处理报关单", mend_en="Ask customs to correct the declaration.",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Known:
    """A list as it is known when an application names it."""

    number: str
    seller: str
    customs: str
    state: str
    history: bool
    flag: str
    closed: date | None
    standing: str = summary.OPEN


def period(head: Head, on: date) -> tuple[tuple[date, date] | None, list[Fault]]:
    """The days an application spans, None where it names its lists; and what is wrong with them."""
    start, end = head.get("startTime", "").strip(), head.get("endTime", "").strip()
    if not start and not end:
        return None, []
    if not start or not end:
        return None, [_period("只填了一端", "only one end is given")]
    try:
        first, last = parse_stamp(start), parse_stamp(end)
    except Refused:
        return None, [_period("不是有效时间", "they are no times")]
    if last < first:
        return None, [_period("结束早于开始", "it ends before it begins")]
    days = day_of(first), day_of(last)
    if summary.month_of(days[0]) != summary.month_of(days[1]):
        return days, [_period("跨了自然月", "it spans more than one calendar month")]
    return days, early(days[0], on)


def early(day: date, on: date) -> list[Fault]:
    """What stands against summing up a month that is not over on the day `on`."""
    month = summary.month_of(day)
    if on > summary.last_day(month):
        return []
    return [EARLY.fault(month=f"{month:%Y-%m}", first=summary.next_month(month))]


def named(head: Head, asked: Collection[str], known: Mapping[str, Known], on: date) -> list[Fault]:
    """What is wrong with the lists an application names, list by list; `asked` in its order."""
    if not asked:
        return [NOTHING.fault()]
    found: list[Fault] = []
    seen: set[str] = set()
    month: date | None = None
    for text in asked:
        if text in seen:
            found.append(REPEATED.fault(list=text))
            continue
        seen.add(text)
        one = known.get(text)
        fault = UNKNOWN_LIST.fault(list=text) if one is None else against(one, head)
        if fault is None and one is not None and one.closed is not None:
            month = month or summary.month_of(one.closed)
            if summary.month_of(one.closed) != month:
                fault = LIST_MONTH.fault(list=text, day=one.closed, month=f"{month:%Y-%m}")
        if fault is not None:
            found.append(fault)
    if month is not None and not found:
        found += early(month, on)
    return found


def against(one: Known, head: Head) -> Fault | None:
    """Why one list may not be summed up by an application with this head; None where it may."""
    if one.seller != head.get("ebcCode", "").strip() or one.customs != head.get("customsCode", "").strip():
        return FOREIGN_LIST.fault(list=one.number)
    if one.history or one.state not in summary.RELEASED or one.closed is None:
        zh, en = states.words(one.state)
        return LIST_STATE.fault(list=one.number, state=zh, state_en=en)
    if one.flag == summary.SIMPLIFIED:
        return LIST_EXEMPT.fault(list=one.number)
    return LIST_DONE.fault(list=one.number) if one.standing != summary.OPEN else None


def _period(zh: str, en: str) -> Fault:
    return PERIOD.fault(why=zh, why_en=en)
