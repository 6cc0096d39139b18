"""购买人核验: a platform or payment firm has a list of buyers checked by the authorised body, and sees row by row how it came out."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from pilotzone.base.errors import Problem, Refused, Unavailable
from pilotzone.kernel.access.doors import require
from pilotzone.portal.desks import authority
from pilotzone.rooms.clearance import api as clearance
from pilotzone.ui import listing as lists
from pilotzone.ui import sheets
from pilotzone.ui.wording import said

ACTION = "buyer.verify"
LARGEST = 1024 * 1024
# a column by its name in either language
COLUMNS = {
    "ref": ("ref", "序号"),
    "id_type": ("id_type", "证件类型"),
    "id_number": ("id_number", "证件号码"),
    "name": ("name", "姓名"),
}
OUTCOMES = ("matches", "mismatch", "refused")
EXPORT_PAGE = 1000


def _columns() -> list[lists.Column]:
    return [
        lists.Column("asked_at", _("送核时间"), lists.TIME, href="href"),
        lists.Column("by", _("送核人")),
        lists.Column("way", _("途径")),
        lists.Column("authority", _("核验机构")),
        lists.Column("total", _("人数"), lists.NUMBER),
        lists.Column("matched", _("一致"), lists.NUMBER),
        lists.Column("mismatched", _("不一致"), lists.NUMBER),
        lists.Column("refused", _("未送核"), lists.NUMBER),
        lists.Column("valid_to", _("有效至"), lists.DAY),
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest) -> HttpResponse:
    """The lists that were checked; a POST with a file has another one checked. What is refused is said on the form."""
    require(ACTION)
    problem: Problem | None = None
    if request.method == "POST":
        file = request.FILES.get("buyers")
        try:
            rows = read(file.read(LARGEST + 1) if file else b"")
            made = clearance.check_buyers(
                rows=rows, ask=authority.ask, authority=authority.NAME, consented=request.POST.get("consent") == "1",
                channel="page",
            )  # fmt: skip
            return redirect("enterprise_buyer_check", made)
        except (Refused, Unavailable) as refused:
            problem = refused
    page = lists.page_number(request.GET.get("page"))
    found = clearance.buyer_checks(page, lists.PAGE_SIZE)
    listing = lists.Listing(
        columns=_columns(),
        rows=[_check(one) for one in found["rows"]],
        total=found["total"],
        page=page,
        query=request.GET,
        export_url=reverse("enterprise_buyers_export"),
        empty=_("贵单位还没有送核过购买人名单。"),
    )
    status = 503 if isinstance(problem, Unavailable) else 422 if problem else 200
    return render(request, "desks/buyers.html", {"listing": listing, "problem": problem}, status=status)


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """The lists that were checked as CSV. Refused `desk.export.too_many`."""
    require(ACTION)
    rows = [_check(one) for one in sheets.every(clearance.buyer_checks)]
    return sheets.csv_answer("buyer-checks", _columns(), rows, action="buyer.checks.export")


@require_safe
def one(request: HttpRequest, number: int) -> HttpResponse:
    """One list, row by row; of the buyers only the firm's own numbers of the rows."""
    require(ACTION)
    told, outcome = clearance.access_buyer_check(number), _outcome(request)
    page = lists.page_number(request.GET.get("page"))
    found = clearance.buyer_answers(number, outcome, page, lists.PAGE_SIZE)
    listing = lists.Listing(
        columns=[
            lists.Column("position", _("行"), lists.NUMBER),
            lists.Column("ref", _("序号"), lists.CODE),
            lists.Column("word", _("核验结果")),
            lists.Column("why", _("原因")),
        ],
        rows=[_row(row) for row in found["rows"]],
        filters=[
            lists.Filter(
                "outcome", _("核验结果"), "select", choices=[(key, _word(key)) for key in OUTCOMES], value=outcome
            )
        ],
        total=found["total"],
        page=page,
        query=request.GET,
        export_url=reverse("enterprise_buyer_export", args=[number]),
    )
    facts = [
        (_("送核企业"), told["organisation"]), (_("送核人"), told["by"] or _("接口")), (_("核验机构"), told["authority"]),
        (_("有效至"), told["valid_to"]), (_("人数"), told["total"]), (_("一致"), told["matched"]),
        (_("不一致"), told["mismatched"]), (_("未送核"), told["refused"]),
    ]  # fmt: skip
    return render(request, "desks/buyer_check.html", {"told": told, "facts": facts, "listing": listing})


@require_safe
def export(request: HttpRequest, number: int) -> HttpResponseBase:
    """The rows with the same filter as CSV."""
    require(ACTION)
    clearance.access_buyer_check(number)
    lines = _lines(number, _outcome(request), get_language() or "zh-hans")
    return _csv(sheets.csv_of(lines), f"pilotzone-buyers-{number}.csv")


@require_safe
def template(request: HttpRequest) -> HttpResponseBase:
    """An empty list with its headings, and one synthetic row that shows how."""
    require(ACTION)
    headings = [names[1] for names in COLUMNS.values()]
    return _csv(
        sheets.csv_of([headings, ["A-0001", "1", "（请填写18位号码，单元格设为文本）", "（请填写姓名）"]]),
        "pilotzone-buyers.csv",
    )


def read(raw: bytes) -> list[tuple[str, str, str, str]]:
    """The rows of a CSV file: UTF-8 or GB 18030, headings in either language, in any order.

    Refused `desk.buyers.file`: too large, not text, or without one of the four columns.
    """
    text = _text(raw)
    try:
        reader = csv.reader(io.StringIO(text), strict=True)
        headings = [cell.strip().lstrip("\ufeff").lower() for cell in next(reader, [])]
        places = [next((at for at, cell in enumerate(headings) if cell in names), None) for names in COLUMNS.values()]
        if None in places:
            raise _file(
                "第一行须有列名：序号、证件类型、证件号码、姓名。",
                "The first line names the columns ref, id_type, id_number, name.",
            )
        rows = [[row[at] if at is not None and at < len(row) else "" for at in places] for row in reader if any(row)]
    except csv.Error as failure:
        raise _file("文件不是可读取的CSV。", "The file is no readable CSV.") from failure
    return [(row[0], row[1], row[2], row[3]) for row in rows]


def _text(raw: bytes) -> str:
    if not raw.strip():
        raise _file("请选择名单文件。", "Choose the file with the list.")
    if len(raw) > LARGEST:
        raise _file("文件超过1 MB。", "The file is larger than 1 MB.")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _file("文件不是文本。", "The file is not text.")


def _file(zh: str, en: str) -> Refused:
    return Refused(
        code="desk.buyers.file", zh=zh, en=en, mend_zh="请使用本页提供的模板。", mend_en="Use the template of this page.",
    )  # fmt: skip


def _check(one: dict[str, Any]) -> dict[str, Any]:
    channels = {"page": _("页面"), "api": _("接口")}
    return one | {"href": reverse("enterprise_buyer_check", args=[one["id"]]), "way": channels.get(one["channel"], "")}


def _outcome(request: HttpRequest) -> str:
    asked = request.GET.get("outcome", "")
    return asked if asked in OUTCOMES else ""


def _word(outcome: str) -> str:
    return {"matches": _("一致"), "mismatch": _("不一致"), "refused": _("未送核")}[outcome]


def _row(row: dict[str, Any]) -> dict[str, Any]:
    language = get_language() or "zh-hans"
    why = " ".join(
        f"{said(one, '', language)} {said(one, 'mend', language)} [{one['code']}]" for one in row["findings"]
    )
    return {"position": row["position"], "ref": row["ref"] or None, "word": _word(row["outcome"]), "why": why or None}


def _lines(number: int, outcome: str, language: str) -> Iterator[list[str]]:
    with override(language):
        yield [_("行"), _("序号"), _("核验结果"), _("原因")]
        page = 1
        while rows := clearance.buyer_answers(number, outcome, page, EXPORT_PAGE)["rows"]:
            for row in map(_row, rows):
                yield [sheets.cell(row[key]) for key in ("position", "ref", "word", "why")]
            page += 1


def _csv(content: Iterator[str], name: str) -> StreamingHttpResponse:
    answer = StreamingHttpResponse(content, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
