"""The doors of papers: the page for print, its PDF, several at once, and verification for everybody."""

from __future__ import annotations

import base64
import time
from io import BytesIO
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pilotzone.base.errors import Refused
from pilotzone.kernel import paper_key, papers
from pilotzone.kernel.home import home
from pilotzone.kernel.pace import Pace
from pilotzone.portal.pages import errors
from pilotzone.portal.papers import issuing, tasks
from pilotzone.portal.papers.kinds import kind_of
from pilotzone.ui import listing as lists
from pilotzone.ui.paper import fonts, qr, seal
from pilotzone.ui.wording import said

PACE = Pace(30)
LARGEST = 2**62
MOST_FILE, FILE_COSTS, MOST_SHOWN = 20 * 1024 * 1024, 5, 50
LONGEST_CODE = 60


@require_safe
@never_cache
def show(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """The paper as a page for print; needs no font, and leads to the PDF."""
    made = issuing.issue(kind, key, root=_root(request))
    papers.printed([made.issued], form="page")
    picture = base64.b64encode(qr.svg(made.address).encode()).decode()
    sheet = made.content["en" if _english() else "zh"]
    context = {
        "kind": made.kind, "key": key, "sheet": sheet, "tables": [_table(part) for part in sheet["tables"]], "issued": made.issued,
        "code": papers.spelt(made.issued.code), "address": made.address, "qr": f"data:image/svg+xml;base64,{picture}",
        "font": fonts.found(home()) is not None,
    }  # fmt: skip
    return render(request, "papers/paper.html", context)


@require_safe
@never_cache
def pdf(request: HttpRequest, kind: str, key: str, language: str) -> HttpResponse:
    """The sealed PDF in zh or en. Unavailable `paper.font` on a machine without a Chinese font."""
    if language not in issuing.TONGUES:
        raise Http404
    made = issuing.issue(kind, key, root=_root(request))
    return _file(issuing.pdf([made], language), f"{made.issued.number}-{language}")


@require_POST
def several(request: HttpRequest, kind: str) -> HttpResponse:
    """The chosen rows of a list (`chosen`), with `?every=1` all that its filters find, as a task whose page says how far it is."""
    keys, found = request.POST.getlist("chosen"), kind_of(kind).found
    if request.GET.get("every") and found is not None:
        keys = found(request.GET, tasks.MOST)
    number = tasks.ask(kind, keys, language="en" if _english() else "zh", root=_root(request))
    return redirect("paper_task", number)


@require_safe
@never_cache
def mine(request: HttpRequest) -> HttpResponse:
    """The caller's own printing tasks."""
    rows = [_task(row) for row in tasks.mine()]
    listing = lists.Listing(
        columns=[
            lists.Column("id", _("编号"), lists.CODE, href="href"), lists.Column("word", _("文件种类")),
            lists.Column("total", _("份数"), lists.NUMBER), lists.Column("state_word", _("状态")),
            lists.Column("asked_at", _("提交时间"), lists.TIME), lists.Column("kept_until", _("保留至"), lists.DAY),
        ],
        rows=rows, total=len(rows), page_size=max(1, len(rows)), query=request.GET, caption=_("打印任务"),
        empty=_("还没有打印任务。"), empty_help=_("在列表中勾选多行后选择打印，任务在后台办理，完成后在这里下载。"),
    )  # fmt: skip
    return render(request, "papers/tasks.html", {"listing": listing})


@require_safe
@never_cache
def task(request: HttpRequest, number: int) -> HttpResponse:
    """One printing task: how far it is, its file, or why there is none."""
    one = _task(tasks.told(min(number, LARGEST)))
    return render(request, "papers/task.html", {"one": one})


@require_safe
@never_cache
def task_file(request: HttpRequest, number: int) -> HttpResponseBase:
    """The file of a finished task."""
    name, content = tasks.file(min(number, LARGEST))
    kind = "application/zip" if name.endswith(".zip") else "application/pdf"
    return FileResponse(BytesIO(content), as_attachment=True, filename=name, content_type=kind)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def verify(request: HttpRequest, code: str = "") -> HttpResponse:
    """Whether a code stands for a paper that still holds; `?code=` leads to its address; a POST with `file` looks at every
    byte of a sealed PDF, which is not kept. No personal data."""
    if request.method == "POST":
        return _looked_at(request)
    typed = (code or request.GET.get("code", "")).replace("\0", "").strip()[:LONGEST_CODE]
    if typed and not code:
        return redirect("paper_verify", typed.replace("/", ""))
    context: dict[str, Any] = {
        "typed": typed, "found": None, "key": base64.b64encode(paper_key.public()).decode(),
    }  # fmt: skip
    if typed:
        if not PACE.spend(request.META.get("REMOTE_ADDR", ""), 1, time.monotonic()):
            return _too_often(request)
        context["found"] = issuing.standing(typed)
    missing = typed and context["found"]["state"] == issuing.UNKNOWN
    return render(request, "papers/verify.html", context, status=404 if missing else 200)


def _looked_at(request: HttpRequest) -> HttpResponse:
    """A PDF somebody holds: whole, changed (which byte), another's or unsealed; and whether its papers still hold."""
    if not PACE.spend(request.META.get("REMOTE_ADDR", ""), FILE_COSTS, time.monotonic()):
        return _too_often(request)
    context: dict[str, Any] = {"typed": "", "found": None, "key": base64.b64encode(paper_key.public()).decode()}
    file = request.FILES.get("file")
    if file is None or not file.size or file.size > MOST_FILE:
        context["problem"] = Refused(
            code="paper.verify.file", zh=f"请选择一个不超过{MOST_FILE // 1024 // 1024}MB的PDF文件。",
            en=f"Choose one PDF file of at most {MOST_FILE // 1024 // 1024} MB.",
        )  # fmt: skip
        return render(request, "papers/verify.html", context, status=422)
    verdict = seal.verify(file.read(), paper_key.public())
    papers_on = verdict.statement.get("papers", []) if verdict.state == seal.SOUND else []
    context |= {
        "verdict": verdict, "light": "green" if verdict.state == seal.SOUND else "red",
        "papers": [issuing.standing(str(one["code"])) for one in papers_on[:MOST_SHOWN]], "more": max(0, len(papers_on) - MOST_SHOWN),
    }  # fmt: skip
    return render(request, "papers/verify.html", context)


def _task(row: dict[str, Any]) -> dict[str, Any]:
    states = {
        tasks.WAITING: (_("排队中"), "blue"), tasks.RUNNING: (_("正在打印"), "blue"), tasks.DONE: (_("已完成"), "green"),
        tasks.FAILED: (_("打印失败"), "red"),
    }  # fmt: skip
    word, light = states[row["state"]]
    return row | {
        "href": reverse("paper_task", args=[row["id"]]), "state_word": word, "light": light, "going": not row["finished_at"],
        "word": said(row, "", get_language() or "zh-hans"),
    }  # fmt: skip


def _table(part: dict[str, Any]) -> dict[str, Any]:
    """A table whose cells know on which side they stand."""
    sides = [column["side"] for column in part["columns"]]
    rows = {name: [list(zip(row, sides, strict=True)) for row in part[name]] for name in ("rows", "sums")}
    return {**part, **rows}


def _too_often(request: HttpRequest) -> HttpResponse:
    """Codes are not tried out: `paper.too_often`, 429."""
    problem = Refused(
        code="paper.too_often", zh="查询过于频繁，请稍后再试。", en="Too many questions; please try again soon.",
        mend_zh="十秒后再查。", mend_en="Ask again in ten seconds.",
    )  # fmt: skip
    answer = errors.answer(request, 429, errors.WORDS[400], problem)
    answer["Retry-After"] = "10"
    return answer


def _file(data: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(data, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return answer


def _root(request: HttpRequest) -> str:
    return request.build_absolute_uri("/")


def _english() -> bool:
    return (get_language() or "").startswith("en")
