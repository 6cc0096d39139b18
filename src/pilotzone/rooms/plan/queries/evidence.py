"""What the platform's own records prove: one function a query of data/plan/evidence.yaml. Never a declared figure, never a seed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from pilotzone.exchange.hub import uses
from pilotzone.kernel.access import sites
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.scope import scope
from pilotzone.reference.rates import rate
from pilotzone.rooms.clearance import api as clearance
from pilotzone.rooms.fx import api as fx
from pilotzone.rooms.plan.engine.bindings import lacking
from pilotzone.rooms.plan.errors import refused
from pilotzone.rooms.plan.queries.plans import plan_of, work_rule
from pilotzone.rooms.plan.queries.reports import unit_names
from pilotzone.rooms.plan.queries.training import trained
from pilotzone.rooms.plan.queries.worked import final_scores, led, seated
from pilotzone.rooms.registry import api as registry
from pilotzone.rooms.statistics import api as statistics
from pilotzone.rooms.tax import api as tax
from pilotzone.rooms.tracking import api as tracking

RECORDS, DECLARED, NONE = "records", "declared", "none"
MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Evidence:
    """`value` the figure (None where there is none), `count` how many records or reports stand behind it, `done` whether it
    proves the task; the sentence says how it was found, `page` where it opens, `needs` the permission that page asks for (empty: the plan's own)."""

    kind: str
    value: Decimal | None
    count: int
    done: bool
    zh: str
    en: str
    page: str = ""
    needs: str = ""


NOTHING = Evidence(NONE, None, 0, False, "没有记录，也没有经核实的填报", "no records and no verified report")


def of_records(binding: Mapping[str, Any], on: date) -> Evidence:
    """What the bound query finds up to that day. Refused `plan.file` where a zone's own file names a query there is none of, or lacks its words."""
    if wrong := lacking(binding):
        raise refused("plan.file", what=f"evidence.yaml: {wrong}")
    return QUERIES[binding["query"]](binding, on)


def _releases(binding: Mapping[str, Any], on: date) -> Evidence:
    """Released trades, of one mode or of all, in each of the last `months` whole months and the running one."""
    mode, months, least = binding.get("mode", ""), int(binding["months"]), int(binding["least"])
    first = on.replace(day=1)
    for _ in range(months - 1):
        first = (first - timedelta(days=1)).replace(day=1)
    with scope(PLATFORM):
        counted = tracking.released_by_month(first, on, mode=mode)
    value = Decimal(sum(counted.values()))
    done = len(counted) >= months and all(n >= least for n in counted.values())
    named = f"监管方式{mode}" if mode else "全部监管方式"
    return Evidence(
        RECORDS, value, int(value), done,
        f"{named}自{first:%Y年%m月}起放行{value}票，{len(counted)}个月有放行，要求{months}个月每月不少于{least}票",
        f"{value} trades released since {first:%Y-%m} ({mode or 'all modes'}), in {len(counted)} months; asked: {months} months"
        f" with at least {least} each",
        f"/officer/trades/?state=released{'&mode=' + mode if mode else ''}", "trade.see",
    )  # fmt: skip


def _filings(binding: Mapping[str, Any], on: date) -> Evidence:
    """Filings in force at the end of that day: confirmed by the firm and accepted by the zone."""
    value = Decimal(registry.in_force_on(on))
    return Evidence(
        RECORDS, value, int(value), False, f"{on}有效备案{value}家（企业确认并经受理）",
        f"{value} filings in force on {on} (confirmed by the firm, accepted by the zone)", f"/registry/filings/?in_force_on={on}",
        "filing.see",
    )  # fmt: skip


def _settled_directly(binding: Mapping[str, Any], on: date) -> Evidence:
    """US dollars settled directly in the year: the measure is carried out where there are any."""
    told = fx.figures(on=on)
    value = Decimal(told["direct"])
    return Evidence(
        RECORDS, value, int(told["firms"]), value > 0, f"{on.year}年直接结汇{value}美元，有收汇的企业{told['firms']}家",
        f"{value} USD settled directly in {on.year}; {told['firms']} firms with receipts", "/fx/",
    )  # fmt: skip


def _sub_platforms(binding: Mapping[str, Any], on: date) -> Evidence:
    """Counties and development zones of that day that had their platform open, in percent."""
    told = sites.coverage(on)
    absent = ("，未开通：" + "、".join(told.missing[:6])) if told.missing else ""
    return Evidence(
        RECORDS, Decimal(told.percent), told.open, told.districts > 0 and not told.missing,
        f"{on} {told.districts}个县区、开发区中{told.open}个已开通分平台{absent}",
        f"{told.open} of {told.districts} counties and zones had their platform open on {on}", "/sites/",
    )  # fmt: skip


def _departments_connected(binding: Mapping[str, Any], on: date) -> Evidence:
    """Departments that exchanged data under an agreement within a year (handbook §11)."""
    bodies = uses.connected(on)
    zh, en = unit_names(set(bodies)), unit_names(set(bodies), "name_en")
    least, value = int(binding["least"]), Decimal(len(bodies))
    told = "：" + "、".join(zh.get(one, one) for one in bodies) if bodies else ""
    named = ": " + ", ".join(en.get(one, one) for one in bodies) if bodies else ""
    return Evidence(
        RECORDS, value, len(bodies), value >= least,
        f"{on}前一年内按共享授权交换过数据的部门{value}个（要求{least}个）{told}",
        f"{value} departments exchanged data under an agreement within a year up to {on} (asked: {least}){named}",
        "/catalogue/",
    )  # fmt: skip


def _joint_inspection(binding: Mapping[str, Any], on: date) -> Evidence:
    """Supervised sites where goods are opened once by one team, in per cent of all (handbook §1.5)."""
    told = clearance.inspections.coverage(on)
    share, second = told["share"], told["second_openings"]
    return Evidence(
        RECORDS, share, int(told["inspected"]), told["sites"] > 0 and share >= Decimal(binding["least"]),
        f"{told['sites']}个监管场所中{told['covered']}个实现查检合一（{share}%）；已查验{told['inspected']}批，其中一次开箱两项结论的{told['once']}批，"
        f"再次开箱{second}次",
        f"{told['covered']} of {told['sites']} supervised sites inspect jointly ({share} %); {told['inspected']} consignments inspected,"
        f" {told['once']} of them opened once with both results, {second} second openings",
        "/release-times/#coverage",
    )  # fmt: skip


def _government_training(binding: Mapping[str, Any], on: date) -> Evidence:
    """Person-times of verified courses for government units; the task is done when they exceed `least` and every body of the plan came."""
    told = trained(plan_of(str(binding["plan"])), work_rule(), on)
    value, absent = Decimal(told.persons), len(told.missing)
    return Evidence(
        RECORDS, value, told.courses, told.persons > int(binding["least"]) and not absent,
        f"{on}前核实培训{told.courses}期、{told.persons}人次，{told.units}个单位参训，{absent}个单位还没有人参训",
        f"{told.courses} verified courses up to {on}, {told.persons} person-times from {told.units} units; {absent} units have not come yet",
        "/plan/trainings/",
    )  # fmt: skip


def _published_trade(binding: Mapping[str, Any], on: date) -> Evidence:
    """Million US dollars of the year's published months in one coverage, each in its latest vintage; nothing before the first is published."""
    coverage = str(binding["coverage"])
    ones = statistics.latest(date(on.year, 1, 1), on)
    rows = statistics.figures(ones, coverage=coverage, indicator="trade_usd", dimension="")
    values = [row.value for row in rows if row.value is not None]
    zh, en = {
        "port": ("口岸口径", "port coverage"),
        "registered": ("属地口径", "registered coverage"),
        "platform": ("平台口径", "platform coverage"),
    }[coverage]
    if not values:
        return Evidence(
            NONE,
            None,
            0,
            False,
            f"{on.year}年没有已公布的进出口额（{zh}）",
            f"no trade of {on.year} is published ({en})",
            "/statistics/",
        )
    months = f"{ones[0].month:%Y-%m}—{ones[-1].month:%Y-%m}"
    value = (sum(values, Decimal(0)) / MILLION).quantize(Decimal("0.0001"))
    return Evidence(
        RECORDS, value, len(values), False, f"{months}已公布{len(values)}个月进出口额合计{value}百万美元（{zh}，各月最新修订；只计已公布的月份）",
        f"{value} million US dollars in {len(values)} published months, {months} ({en}, each in its latest vintage; months not yet published are left out)",
        f"/statistics/explore/?by=month&coverage={coverage}&first={on.year}-01&last={on:%Y-%m}",
    )  # fmt: skip


def _seated(binding: Mapping[str, Any], on: date) -> Evidence:
    """Persons sent to the zone office that day; the task is done while every unit the plan names has somebody there."""
    with scope(PLATFORM):
        told = seated(plan_of(str(binding["plan"])), work_rule(), on)
    absent = ("，没有人在岗：" + "、".join(told.missing)) if told.missing else ""
    return Evidence(
        RECORDS, Decimal(told.persons), told.persons, told.asked > 0 and not told.missing,
        f"{on}集中办公{told.persons}人，应派{told.asked}个单位中{told.asked - len(told.missing)}个有人在岗{absent}",
        f"{told.persons} persons sat in the zone office on {on}, from {told.asked - len(told.missing)} of the {told.asked} units that send one",
        "/plan/liaisons/",
    )  # fmt: skip


def _leading_group(binding: Mapping[str, Any], on: date) -> Evidence:
    """Liaisons, reports in time and quarterly meetings; done where all bodies have a liaison, `in_time` per cent of the reports of twelve
    months came in time and as many meetings were held as a year asks for. The value is the share in time."""
    work = work_rule()
    with scope(PLATFORM):
        told = led(plan_of(str(binding["plan"])), work, on)
    share = Decimal(told.in_time * 100) / told.due if told.due else Decimal(0)
    done = (
        told.bodies > 0
        and told.liaisons == told.bodies
        and share >= Decimal(binding["in_time"])
        and told.meetings >= work.meetings_a_year
    )
    return Evidence(
        RECORDS, share.quantize(Decimal("0.1")), told.liaisons + told.in_time + told.meetings, done,
        f"联络员{told.liaisons}/{told.bodies}个单位；近12个月工作月报应报{told.due}份、按时{told.in_time}份（{share:.1f}%，要求{binding['in_time']}%）；"
        f"一年内季度例会{told.meetings}次（要求{work.meetings_a_year}次）；议定事项{told.actions}项、销号{told.closed}项",
        f"liaisons of {told.liaisons} of {told.bodies} bodies; {told.in_time} of {told.due} monthly reports of twelve months in time ({share:.1f} %, asked:"
        f" {binding['in_time']} %); {told.meetings} quarterly meetings within a year (asked: {work.meetings_a_year}); {told.closed} of {told.actions} decisions closed",
        "/plan/monthly/",
    )  # fmt: skip


def _scorecards(binding: Mapping[str, Any], on: date) -> Evidence:
    """Final scores of the last year of the plan that is over; the task is done where all announced ones are final."""
    plan = plan_of(str(binding["plan"]))
    year = min(on.year - 1, plan.end.year)
    with scope(PLATFORM):
        bodies, final = final_scores(plan, year)
    return Evidence(
        RECORDS, Decimal(final), final, 0 < bodies == final, f"{year}年度考核评分{bodies}个单位，其中{final}个已定",
        f"{bodies} bodies scored for {year}, {final} of the scores final", f"/plan/assessment/?year={year}",
    )  # fmt: skip


def _monthly_figures(binding: Mapping[str, Any], on: date) -> Evidence:
    """Months of the last twelve due whose statistics were published by the day told for them; done where `least` were."""
    calendar = statistics.calendar(until=on)
    days = {one.month: one.due_on for one in calendar if one.stage == "preliminary"}
    asked = sorted(days)[-12:]
    out: dict[date, date] = {}
    for one in calendar:
        if one.published_on is not None and one.published_on <= on:
            out[one.month] = min(out.get(one.month, one.published_on), one.published_on)
    published = [month for month in asked if month in out]
    prompt = sum(out[month] <= days[month] for month in published)
    span = f"{asked[0]:%Y-%m}—{asked[-1]:%Y-%m}" if asked else f"{on:%Y-%m}"
    return Evidence(
        RECORDS, Decimal(prompt), len(published), prompt >= int(binding["least"]),
        f"{span}预告公布{len(asked)}个月的统计，已公布{len(published)}个月，其中按预告日公布{prompt}个月（要求{binding['least']}个月）",
        f"{span}: statistics of {len(asked)} months were announced, {len(published)} are published, {prompt} of them by the day told (asked: {binding['least']})",
        "/statistics/",
    )  # fmt: skip


def _matched_exports(binding: Mapping[str, Any], on: date) -> Evidence:
    """Exports registered for the exemption without invoices that match what customs released: the task is done where each of the last `months`
    whole months has matched lines and reaches the target of the tax room's data. The value is the lines that match."""
    names, first = [], on.replace(day=1)
    for _ in range(int(binding["months"])):
        first = (first - timedelta(days=1)).replace(day=1)
        names.append(f"{first:%Y-%m}")
    with scope(PLATFORM):
        rows = tax.export_months(names=names, until=on)
    target = rate("export.noinvoice.match_target", on=on).number
    matched, out = (sum((row[name] for row in rows), 0) for name in ("matched", "released"))
    done = len(rows) == len(names) and all(row["matched"] > 0 and (row["share"] or 0) >= target for row in rows)
    told = f"{Decimal(matched * 100) / out:.2f}%" if out else "—"
    return Evidence(
        RECORDS, Decimal(matched), int(matched), done,
        f"{names[-1]}—{names[0]}出口登记与放行匹配：{len(rows)}个月做过匹配，一致{matched}项、放行{out}项（{told}），要求每月有业务且匹配率不低于{target * 100:f}%",
        f"exports registered and released, {names[-1]} to {names[0]}: {len(rows)} months matched, {matched} of {out} lines agree ({told}); asked: some in every"
        f" month and at least {target * 100:f} %",
        "/tax/exemption/", "refund.decide",
    )  # fmt: skip


QUERIES: dict[str, Callable[[Mapping[str, Any], date], Evidence]] = {
    "releases": _releases, "filings": _filings, "settled_directly": _settled_directly,
    "sub_platforms": _sub_platforms,
    "departments_connected": _departments_connected,
    "joint_inspection": _joint_inspection,
    "government_training": _government_training,
    "published_trade": _published_trade,
    "seated": _seated,
    "matched_exports": _matched_exports,
    "leading_group": _leading_group,
    "scorecards": _scorecards,
    "monthly_figures": _monthly_figures,
}  # fmt: skip
