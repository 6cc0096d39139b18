"""What everybody reads of the rules, and what a person or a firm does about its own data."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages as said
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from pilotzone.base.errors import Refused
from pilotzone.kernel import clock
from pilotzone.kernel.access.doors import may
from pilotzone.kernel.access.roles import roles
from pilotzone.kernel.access.scope import current
from pilotzone.portal.protection import rights, takeaway, wording
from pilotzone.reference.protection import rules
from pilotzone.ui import listing as lists


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Who runs the platform has requests to decide; everybody else reads the rules."""
    return redirect("protection_requests" if may(rights.DECIDE) else "protection_rules")


@require_safe
def rules_page(request: HttpRequest) -> HttpResponse:
    """数据管理制度与应用规范, from the files the code obeys."""
    today, known = clock.today(), rules()
    context = {
        "classes": wording.plain([("class", _("分级")), ("treated", _("页面、文件与日志"))], wording.class_rows()),
        "terms": lists.Listing(
            columns=wording.term_columns(), rows=[wording.term_row(one, today) for one in known.retention], total=len(known.retention), empty=_("暂无内容"),
        ),
        "roles": wording.plain([("what", _("岗位")), ("may", _("权限项数"))], _roles(), {"may": lists.NUMBER}),
        "rights": wording.plain([("what", _("权利")), ("days", _("办理天数")), ("basis", _("规则依据"))], [wording.right_row(one, today) for one in known.rights], {"days": lists.NUMBER}),
        "refusals": wording.plain([("what", _("不予删除的情形")), ("basis", _("规则依据"))], [wording.right_row(one, today) for one in known.refusals]),
        "steps": wording.plain(
            [("step", _("步骤")), ("what", _("做什么")), ("hours", _("小时内")), ("who", _("负责岗位")), ("basis", _("规则依据"))], wording.step_rows(),
            {"step": lists.NUMBER, "hours": lists.NUMBER},
        ),
        "assessments": wording.plain(
            [("made_on", _("评估日")), ("what", _("内容")), ("purpose", _("目的")), ("risk", _("风险与措施")), ("outcome", _("结论")), ("until", _("至少保存至"))],
            wording.assessment_rows(today), {"made_on": lists.DAY},
        ),
    }  # fmt: skip
    return render(request, "protection/rules.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: HttpRequest) -> HttpResponse:
    """My rights: see, copy, correct, delete; of a firm also: take everything away."""
    problem: Refused | None = None
    if request.method == "POST":
        try:
            _asked(request)
            return redirect("protection_mine")
        except Refused as refusal:
            problem = refusal
    asked, own = rights.mine(), _packages()
    rows = wording.request_rows(asked)
    listing = lists.Listing(
        columns=wording.request_columns(),
        rows=rows,
        total=len(rows),
        page_size=max(1, len(rows)),
        empty=_("还没有提出过申请。"),
    )
    today = clock.today()
    context = {
        "requests": listing, "packages": own, "firm": own is not None, "busy": any(one.state in ("waiting", "working") for one in own or ()),
        "rights": wording.plain([("what", _("权利")), ("days", _("办理天数")), ("basis", _("规则依据"))], [wording.right_row(one, today) for one in rules().rights], {"days": lists.NUMBER}),
        "uses": may("share.mine"), "problem": problem, "typed": request.POST.get("words", "") if problem else "", "most": rights.MOST_WORDS,
    }  # fmt: skip
    return render(request, "protection/mine.html", context, status=422 if problem else 200)


@require_safe
def copy(request: HttpRequest) -> HttpResponse:
    """Everything about the person who asks, as JSON."""
    body = json.dumps(rights.about_me(), ensure_ascii=False, indent=1, default=str)
    answer = HttpResponse(body, content_type="application/json; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="pilotzone-me.json"'
    answer["Cache-Control"] = "no-store"
    return answer


@require_safe
def takeaway_file(request: HttpRequest, number: int) -> HttpResponseBase:
    """The file of a package of one's own firm."""
    place = takeaway.file_of(number)
    answer = FileResponse(
        place.open("rb"), as_attachment=True, filename=f"pilotzone-data-{number}.zip", content_type="application/zip"
    )
    answer["Cache-Control"] = "no-store"
    return answer


def _asked(request: HttpRequest) -> None:
    if request.POST.get("verb") == "takeaway":
        takeaway.ask()
        said.success(request, _("已开始打包，完成后可在本页下载。"))
        return
    told = rights.ask(kind=request.POST.get("kind", ""), words=request.POST.get("words", ""))
    if told.state == rights.REFUSED:
        said.warning(request, _("依法不予删除：%(basis)s") % {"basis": told.basis})
    else:
        said.success(request, _("申请已提交，将在期限内答复。"))


def _packages() -> list[takeaway.Package] | None:
    return takeaway.packages() if may(takeaway.ACTION) and current().organisation is not None else None


def _roles() -> list[dict[str, Any]]:
    return [{"what": wording.named(one), "may": len(one.may)} for one in roles()]
