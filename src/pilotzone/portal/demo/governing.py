"""The demonstration of working by the plan: liaisons, secondments, two months' reports, one meeting with its decisions. Synthetic."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from pilotzone.kernel import clock
from pilotzone.kernel.access.actor import AGENCY, DISTRICT, ZONE, Actor
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.plan import api

OFFICE = Actor(kind=ZONE, unit_path="zone", role="zone_officer", reason="demonstration")
SPEAK = (
    "commerce",
    "tax",
    "samr",
    "investment",
    "finance",
    "post",
    "customs",
    "districts.d360111",
    "districts.d360121",
)
REPORT = ("commerce", "tax", "samr", "districts.d360111")
SENT = ("customs", "eport", "commerce", "investment")  # of the five that should send one; the fifth is missing


def govern() -> int:
    """Fill an empty register of the plan's work; how many things were made. A second call makes nothing."""
    plan, work, on, at = api.plan_in_force(), api.work_rule(), clock.today(), clock.now()
    if not plan.start <= on <= plan.end + timedelta(days=31):
        return 0
    with scope(OFFICE):
        if any(one["name"] for one in api.liaisons(plan, work, on)):
            return 0
        for number, unit in enumerate(SPEAK, 1):
            api.name_liaison(
                plan=plan, work=work, unit=f"zone.{unit}", name=f"（演示）联络员{number}", post="业务处", contact="0791-10000000",
                since=plan.start, at=at,
            )  # fmt: skip
        for number, unit in enumerate(SENT, 1):
            api.second(
                plan=plan,
                work=work,
                unit=f"zone.{unit}",
                name=f"（演示）骨干{number}",
                since=date(on.year - 1, 7, 1),
                at=at,
            )
    made = len(SPEAK) + len(SENT)
    for unit in REPORT:
        made += _report(plan, work, f"zone.{unit}", on, at)
    return made + _meet(plan, work, on, at)


def _report(plan: api.Plan, work: api.Work, path: str, on: date, at: datetime) -> int:
    """The reports of the last two months of one body, every red and yellow task explained."""
    kind, role = (DISTRICT, "district_officer") if ".districts." in path else (AGENCY, "liaison")
    with scope(Actor(kind=kind, unit_path=path, role=role, reason="demonstration")):
        body, seen = api.subject_of(plan, work, on, path), api.overview(plan, on)
        if body is None:
            return 0
        words = {
            one["no"]: "（演示）正在推进，下月报进展。"
            for one in api.facts_of(seen, body)["tasks"]
            if one["leads"] and one["light"] in ("red", "yellow")
        }
        months = list(api.months(plan, on, 2))
        for month in months:
            api.send_monthly(
                plan=plan, work=work, seen=seen, month=month, summary="（演示）本月工作按计划推进。", words=words, at=at
            )
        return len(months)


def _meet(plan: api.Plan, work: api.Work, on: date, at: datetime) -> int:
    """One quarterly meeting held today with two decisions, the first reported done."""
    with scope(OFFICE):
        items = [one.as_dict() for one in api.proposed(plan, work, api.overview(plan, on))[:5]]
        if not items:
            return 0
        number = api.call(
            plan=plan, kind="quarterly", day=on, place="（演示）会议室", chair="（演示）组长", agenda=items, at=at
        )
        api.hold(meeting=number, minutes="（演示）会议听取各单位汇报，逐项研究红灯任务。", at=at)
        first = api.decide(
            plan=plan,
            work=work,
            meeting=number,
            words="（演示）印发园区认定管理办法",
            unit="zone.commerce",
            task=16,
            due=None,
            at=at,
        )
        api.decide(
            plan=plan,
            work=work,
            meeting=number,
            words="（演示）提出信用评价体系方案",
            unit="zone.samr",
            task=27,
            due=None,
            at=at,
        )
    with scope(Actor(kind=AGENCY, unit_path="zone.commerce", role="liaison", reason="demonstration")):
        api.say_done(action=first, words="（演示）已印发。", at=at)
    return 3
