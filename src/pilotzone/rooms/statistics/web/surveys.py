"""抽样调查: what was drawn and how, who has answered, the estimates with their errors; a firm's own answer."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pilotzone.base.errors import Denied, Refused
from pilotzone.kernel import clock
from pilotzone.kernel.access.doors import may, require
from pilotzone.kernel.access.scope import current
from pilotzone.rooms.statistics import api
from pilotzone.rooms.statistics.web import months, words
from pilotzone.ui import listing as lists
from pilotzone.ui.sheets import csv_answer


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """The surveys: everybody sees those that are published, a statistician all, with the form of the next draw."""
    return _page(request, None)


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The same list as CSV."""
    return csv_answer("surveys", _columns(), _rows(), action="statistics.survey.export")


@require_POST
def draw(request: HttpRequest) -> HttpResponse:
    """Draw a survey with its seed."""
    try:
        number = api.design(
            title=_typed(request, "title"), month=months.month_posted(request),
            size=_whole(_typed(request, "size")), seed=_typed(request, "seed"), due_on=_day(_typed(request, "due")), at=clock.now(),
        )  # fmt: skip
    except (Refused, Denied) as refused:
        return _page(request, refused)
    return redirect("statistics_survey", number)


@require_safe
def one(request: HttpRequest, number: int) -> HttpResponse:
    """One survey: design, estimates; for a statistician also who has answered."""
    return _one(request, number, None)


@require_POST
def publish(request: HttpRequest, number: int) -> HttpResponse:
    """Publish the estimates."""
    try:
        api.publish_survey(number=number, at=clock.now(), on=clock.today())
    except Refused as refused:
        return _one(request, number, refused)
    messages.success(request, _("已公布"))
    return redirect("statistics_survey", number)


@require_safe
def units_export(request: HttpRequest, number: int) -> HttpResponse:
    """Who was drawn, as CSV."""
    return csv_answer("survey-units", _unit_columns(), _unit_rows(number), action="statistics.survey.units")


@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, number: int) -> HttpResponse:
    """The firm's own answer."""
    require("statistics.report")
    problem = None
    if request.method == "POST":
        try:
            api.answer(number=number, exports=_typed(request, "exports"), own=_typed(request, "own"), at=clock.now())
        except Refused as refused:
            problem = refused
        else:
            messages.success(request, _("已报送"))
            return redirect("statistics_survey_answer", number)
    unit = api.own_unit(number, current().organisation or 0)
    if unit is None:
        raise Http404
    values = request.POST if request.method == "POST" else unit.answers
    context = {
        "problem": problem,
        "survey": api.survey(number),
        "unit": unit,
        "exports": values.get("exports", ""),
        "own": values.get("own", ""),
    }
    return render(request, "statistics/survey_answer.html", context, status=422 if problem else 200)


def _page(request: HttpRequest, problem: Refused | Denied | None) -> HttpResponse:
    rows, today = _rows(), clock.today()
    listing = lists.Listing(
        columns=_columns(), rows=rows, total=len(rows), page_size=max(1, len(rows)), query=request.GET,
        export_url=reverse("statistics_surveys_export"), empty=_("还没有公布过抽样调查。"),
    )  # fmt: skip
    context = {
        "listing": listing, "problem": problem, "work": may("statistics.work"), "typed": request.POST, "month": f"{months.before(today):%Y-%m}",
    }  # fmt: skip
    return render(request, "statistics/surveys.html", context, status=422 if problem else 200)


def _one(request: HttpRequest, number: int, problem: Refused | None) -> HttpResponse:
    try:
        found = api.survey(number)
    except Refused:
        raise Http404 from None
    work, today = may("statistics.work"), clock.today()
    told = found.result if found.published_at is not None else api.estimates(number, today) if work else {}
    rows = _unit_rows(number) if work else []
    listing = lists.Listing(
        columns=_unit_columns(), rows=rows, total=len(rows), page_size=max(1, len(rows)), query=request.GET,
        export_url=reverse("statistics_survey_units", args=[number]), empty=_("没有样本企业。"),
    )  # fmt: skip
    context = {
        "survey": found, "told": told, "lines": _lines(told), "work": work, "listing": listing, "problem": problem,
        "open": work and found.published_at is None and today > found.due_on,
    }  # fmt: skip
    return render(request, "statistics/survey.html", context, status=422 if problem else 200)


def _lines(told: dict[str, Any]) -> list[dict[str, Any]]:
    """The two estimates as they are shown."""
    if not told:
        return []
    grades = {"good": _("可靠"), "careful": _("谨慎使用"), "withheld": _("不公布")}
    names = {"total": (_("自主品牌出口额"), _("元"), 2), "share": (_("自主品牌出口占比"), _("比率"), 4)}
    lines = []
    for key, (name, unit, places) in names.items():
        found = told[key]
        numbers = {
            part: None if found[part] is None else f"{found[part]:,.{places}f}"
            for part in ("value", "error", "low", "high")
        }
        lines.append(
            numbers
            | {
                "name": name,
                "unit": unit,
                "cv": None if found["cv"] is None else f"{found['cv']:.1%}",
                "grade": grades[found["grade"]],
            }
        )
    return lines


def _columns() -> list[lists.Column]:
    return [
        lists.Column("title", _("调查名称"), href="href"), lists.Column("month", _("报告期")), lists.Column("frame", _("抽样框（家）"), lists.NUMBER),
        lists.Column("due", _("报送截止日"), lists.DAY), lists.Column("state", _("状态")), lists.Column("share", _("自主品牌出口占比")), lists.Column("cv", _("变异系数")),
    ]  # fmt: skip


def _rows() -> list[dict[str, Any]]:
    rows = []
    for one in api.surveys():
        share = one.result.get("share", {}) if one.published_at else {}
        rows.append({
            "id": one.pk, "title": one.title, "href": reverse("statistics_survey", args=[one.pk]), "month": f"{one.month:%Y-%m}", "frame": one.frame,
            "due": one.due_on, "state": words.states()["published"] if one.published_at else _("填报中"),
            "share": "—" if share.get("value") is None else f"{share['value']:.2%}", "cv": "—" if share.get("cv") is None else f"{share['cv']:.1%}",
        })  # fmt: skip
    return rows


def _unit_columns() -> list[lists.Column]:
    return [
        lists.Column("name", _("企业")), lists.Column("stratum_word", _("层")), lists.Column("chance", _("入样概率"), lists.NUMBER),
        lists.Column("filed_at", _("报送时间"), lists.TIME),
    ]  # fmt: skip


def _unit_rows(number: int) -> list[dict[str, Any]]:
    strata = {"certain": _("全查"), "middle": _("较大"), "small": _("较小")}
    return [
        row | {"stratum_word": strata.get(row["stratum"], row["stratum"]), "chance": round(row["probability"], 4)} for row in api.units(number)
    ]  # fmt: skip


def _typed(request: HttpRequest, name: str) -> str:
    return request.POST.get(name, "").replace("\0", "").strip()


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else 0


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return date.min
