"""月报汇总, 会议纪要 and 督办单 as editable .docx in official layout and as sealed PDF. What stands on them is what the records hold."""

from __future__ import annotations

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from pilotzone.base.days import day_of
from pilotzone.kernel import audit, clock
from pilotzone.kernel.access.doors import require
from pilotzone.rooms.plan import api
from pilotzone.rooms.plan.errors import refused
from pilotzone.rooms.plan.web import asked
from pilotzone.rooms.plan.web.filed import pdf_of
from pilotzone.rooms.plan.web.layout import TYPE, Sheet, docx_of

OFFICE = "综试区工作领导小组办公室"
CORRECTED = "（更正）"
KINDS = {"quarterly": "季度例会", "extraordinary": "临时会议"}


@require_safe
def month(request: HttpRequest) -> HttpResponse:
    """The month's reports of all bodies in one paper (`?month=2021-05`)."""
    require("aggregate.see")
    plan, on = api.plan_in_force(), clock.today()
    wanted = asked.month(request.GET.get("month", ""))
    if wanted not in api.months(plan, on):
        raise refused("plan.month")
    seen, rows = api.overview(plan, on), api.monthly_standing(plan, api.work_rule(), wanted, on)
    counted = {key: sum(one.light.light == key for one in seen.tasks) for key in api.WORDS}
    red = [
        f"任务{one.task.no} {one.task.zh}：{one.light.zh}（牵头：{'、'.join(one.task.lead)}）"
        for one in seen.tasks
        if one.light.light == "red"
    ]
    said = []
    for row in rows:
        if row["sent"] and (found := api.monthly_report(plan, row["body"].path, wanted)) is not None:
            said.append(f"{row['body'].zh}{CORRECTED if row['corrected'] else ''}：{found.summary}")
    late = [
        f"{row['body'].zh}：{row['standing'].zh}"
        for row in rows
        if row["standing"] and row["standing"].state in ("late", "overdue")
    ]
    sheet = Sheet(
        f"{wanted.year}年{wanted.month}月综试区工作月报",
        [
            ("一、任务亮灯", [f"截至{_day(on)}，{len(seen.tasks)}项任务中" + "，".join(f"{api.WORDS[key][0].split()[0]}{n}项" for key, n in counted.items()) + "。灯由证据按规则算出。", *red]),
            ("二、各单位工作", said or ["本月没有单位报送。"]),
            ("三、迟报与未报", late or ["没有迟报、未报的单位。"]),
        ],
        OFFICE, _day(on), note=_note(),
    )  # fmt: skip
    return _answer(request, sheet, f"monthly-{wanted:%Y-%m}")


@require_safe
def own_month(request: HttpRequest, month: str, unit: str) -> HttpResponse:
    """One body's report of a month as it was sent."""
    require("aggregate.see")
    plan, wanted = api.plan_in_force(), asked.month(month)
    found = api.monthly_report(plan, unit.replace("\0", ""), wanted)
    body = api.subject_of(plan, api.work_rule(), found.sent_on, found.unit) if found else None
    if found is None or body is None:
        raise Http404
    table = [
        ["序号", "任务事项", "亮灯", "说明"],
        *(
            [
                str(row["no"]),
                row["zh"],
                api.WORDS[row["light"]][0],
                found.words.get(str(row["no"]), "") or row["why_zh"],
            ]
            for row in found.facts["tasks"]
        ),
    ]
    changes = api.corrections(monthly=found.pk)
    sheet = Sheet(
        f"{wanted.year}年{wanted.month}月工作月报{CORRECTED if changes else ''}",
        [*_corrected(changes), ("一、本月工作小结", found.summary.splitlines()), ("二、任务进展", [f"亮灯由平台按{found.facts['on']}的记录算出，说明由本单位填写。"]), table],
        body.zh, _day(found.sent_on), to=OFFICE, note=_note(),
    )  # fmt: skip
    return _answer(request, sheet, f"monthly-{wanted:%Y-%m}-{unit.rpartition('.')[2]}")


@require_safe
def notice(request: HttpRequest, number: int) -> HttpResponse:
    """The 工作通报 to one body (`?unit=`), or to all of them."""
    require("aggregate.see")
    found = api.notice(api.plan_in_force(), number)
    wanted = request.GET.get("unit", "")
    bodies = [body for path, body in found["facts"]["bodies"].items() if wanted in ("", path)] if found else []
    if found is None or not bodies:
        raise Http404
    counted, held = found["facts"]["counted"], found["facts"]["meetings"]
    blocks: list[str | tuple[str, list[str]] | list[list[str]]] = [
        ("一、任务亮灯", [f"截至{found['facts']['on']}，" + "，".join(f"{words[0].split()[0]}{counted.get(key, 0)}项" for key, words in api.WORDS.items()) + "。灯由证据按规则算出。"]),
        ("二、综试办说明", found["words"].splitlines() or ["无。"]),
        ("三、本月会议", [f"第{row['number']}次会议（{KINDS[row['kind']]}），{row['day']}。" for row in held] or ["本月没有会议。"]),
    ]  # fmt: skip
    for body in bodies:
        asks = [f"议定事项：{row['words']}（时限{row['due']}）。" for row in body["actions"]]
        blocks.append((f"{body['zh']}相关任务", asks or ["没有在办的议定事项。"]))
        blocks.append(
            [
                ["序号", "任务事项", "亮灯"],
                *([str(row["no"]), row["zh"], api.WORDS[row["light"]][0]] for row in body["tasks"]),
            ]
        )
    to = "、".join(body["zh"] for body in bodies)
    sheet = Sheet(
        f"综试区工作通报（第{found['number']}期，{found['month'].year}年{found['month'].month}月）", blocks, OFFICE, _day(day_of(found["issued_at"])), to=to, note=_note()
    )  # fmt: skip
    return _answer(request, sheet, f"notice-{found['number']}")


@require_safe
def minutes(request: HttpRequest, number: int) -> HttpResponse:
    """The minutes of a meeting with what it decided."""
    require("aggregate.see")
    found = api.meeting(api.plan_in_force(), number)
    if found is None or found["state"] != "held":
        raise Http404
    table = [
        ["序号", "议定事项", "责任单位", "时限"],
        *([str(one["number"]), one["words"], one["unit"], _day(one["due"])] for one in found["actions"]),
    ]
    changes = api.corrections(meeting=number)
    sheet = Sheet(
        f"综试区工作领导小组第{found['number']}次会议（{KINDS[found['kind']]}）纪要{CORRECTED if changes else ''}",
        [
            *_corrected(changes),
            f"{_day(found['day'])}，综试区工作领导小组{KINDS[found['kind']]}召开。" + (f"地点：{found['place']}。" if found["place"] else "") + (f"主持：{found['chair']}。" if found["chair"] else ""),
            ("一、议题", [f"（{at}）{one['zh']}" for at, one in enumerate(found["agenda"], 1)]),
            ("二、会议纪要", found["minutes"].splitlines()),
            ("三、议定事项", [] if found["actions"] else ["没有议定事项。"]),
            *([table] if found["actions"] else []),
        ],
        OFFICE, _day(found["day"]), note=_note(),
    )  # fmt: skip
    return _answer(request, sheet, f"minutes-{found['number']}")


@require_safe
def supervision(request: HttpRequest, number: int) -> HttpResponse:
    """督办单 of one decision. Refused `plan.coordinated` for a body the city only coordinates."""
    require("report.review")
    found = next((one for one in api.actions(api.plan_in_force()) if one["id"] == number), None)
    if found is None:
        raise Http404
    plan, on = api.plan_in_force(), clock.today()
    body = api.subject_of(plan, api.work_rule(), on, found["path"])
    if body is not None and body.coordinated:
        raise refused("plan.coordinated")
    left = (found["due"] - on).days
    about = [f"议定事项（第{found['meeting_number']}次会议第{found['number']}项）：{found['words']}"]
    if found["task"]:
        about.append(f"所属任务：责任分工表第{found['task']}项。")
    about.append(f"时限：{_day(found['due'])}，" + (f"还有{left}日。" if left >= 0 else f"已逾期{-left}日。"))
    sheet = Sheet(
        "督办单",
        [("一、督办事项", about), ("二、要求", ["请于收到之日起抓紧办理，办结后在平台提交办结报告和证明，由综试办核实销号。不能按期办结的，请书面说明原因。"])],
        OFFICE, _day(on), to=found["unit"], note=_note(),
    )  # fmt: skip
    return _answer(request, sheet, f"supervision-{number}")


def _answer(request: HttpRequest, sheet: Sheet, name: str) -> HttpResponse:
    """The paper as .docx, or with `?form=pdf` as a sealed PDF of the same words."""
    form = "pdf" if request.GET.get("form") == "pdf" else "docx"
    if form == "pdf":
        made = pdf_of(sheet, name, request.build_absolute_uri(request.path.rpartition("/")[0] + "/"))
    else:
        made = docx_of(sheet)
    audit.record("plan.paper", object_kind="paper", object_id=name)
    answer = HttpResponse(made, content_type="application/pdf" if form == "pdf" else TYPE)
    answer["Content-Disposition"] = f'attachment; filename="pilotzone-{name}.{form}"'
    return answer


def _corrected(changes: list[api.Corrected]) -> list[str]:
    """The line that says which correction this is and why; nothing where there was none."""
    if not changes:
        return []
    last = changes[0]
    return [
        f"更正：本件为第{last.number}次更正后的文本，{_day(day_of(last.at))}更正。理由：{last.reason.rstrip('。')}。以前的文本作废，存平台备查。"
    ]


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _note() -> str:
    return "合成数据：本件由演示综试区生成，不代表任何真实业务。" if clock.is_demo() else ""
