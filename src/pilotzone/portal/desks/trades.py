"""The list of trades over all years, the same for a firm and an officer; and the same as a file."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from typing import Any

import xlsxwriter
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_safe

from pilotzone.base.errors import Denied, Refused
from pilotzone.base.money import yuan
from pilotzone.kernel import audit
from pilotzone.kernel.access import actor
from pilotzone.kernel.access.doors import require
from pilotzone.portal.desks import asking
from pilotzone.rooms.clearance import api as clearance
from pilotzone.rooms.tracking import api as tracking
from pilotzone.ui import listing as lists
from pilotzone.ui import sheets
from pilotzone.ui.states import state_of
from pilotzone.ui.templatetags.pz import moment

ENTERPRISE, OFFICER, CONSUMER = "enterprise", "officer", "me"
# who sits at which desk; the zone office looks at trades from the officers'
DESKS = {ENTERPRISE: (actor.ENTERPRISE,), OFFICER: (actor.AGENCY, actor.ZONE), CONSUMER: (actor.CONSUMER,)}
MOST_EXPORTED = 50_000
EXPORT_PAGE = 500


def entered(desk: str) -> None:
    """Refuse whoever may not see trades, or sits at another desk than this one."""
    if require("trade.see").kind not in DESKS[desk]:
        raise Denied(
            code="desk.other",
            zh="这是另一岗位的工作台。",
            en="This is another role's desk.",
            source="data/units/roles.yaml trade.see",
            mend_zh="请从自己的工作台进入。",
            mend_en="Enter by your own desk.",
        )


@require_safe
def show(request: HttpRequest, desk: str) -> HttpResponse:
    """The list with its filter bar."""
    entered(desk)
    asked = asking.read(request.GET)
    page = lists.page_number(request.GET.get("page"))
    found = clearance.trades(searched(asked.filters), page, lists.PAGE_SIZE)
    context = {
        "back": found["back"],
        "go_on": f"?{_going_on(request, found['back'])}" if found["back"] else "",
        "desk": desk,
        "listing": table(request, desk, asked, found),
        "wrong": asked.wrong,
        "excel": f"{reverse(f'{desk}_export', args=['xlsx'])}?{_same_filters(request)}",
    }
    return render(request, "desks/trades.html", context)


def searched(filters: dict[str, Any]) -> dict[str, Any]:
    """The filters with the trades that timelines know by the number: clearance has no index of every number."""
    number = str(filters.get("number") or "").strip()
    return filters | {"found": tracking.numbered(number)} if number else filters


def table(request: HttpRequest, desk: str, asked: asking.Asked, found: dict[str, Any]) -> lists.Listing:
    """The list component for a page of trades."""
    return lists.Listing(
        columns=columns(officer=desk == OFFICER),
        rows=[row(one, desk, request) for one in found["rows"]],
        filters=asking.bar(asked, officer=desk == OFFICER),
        page=found["page"],
        total=found["total"],
        beyond=found["more"],
        has_next=found["page"] < found["pages"] or found["more"],
        query=request.GET,
        export_url=reverse(f"{desk}_export", args=["csv"]),
        actions=[
            *lists.printing("list", _("打印清单"), _("打印全部清单"), request.GET),
            *lists.printing("release", _("打印放行通知"), _("打印全部放行通知"), request.GET),
        ],
        empty=_("还没有票据。"),
        empty_help=_("单号刚提交的，几秒后刷新本页即可查到。")
        if asked.filters.get("number")
        else _("订单、支付单、运单、清单中任何一份到达后，这里就会出现一票。"),
    )


def columns(*, officer: bool) -> list[lists.Column]:
    """What a row shows, narrow enough for fifty rows beside the menu."""
    place = [lists.Column("customs_code", _("关区"))] if officer else []
    return [
        lists.Column("shown", _("订单/单号"), lists.CODE, href="href"),
        lists.Column("state", _("状态"), lists.STATE),
        lists.Column("way", _("监管方式")),
        lists.Column("holder_name", _("现在由谁办理")),
        lists.Column("invt_no", _("清单编号"), lists.CODE),
        *place,
        lists.Column("value", _("申报金额"), lists.MONEY, unit=_("元")),
        lists.Column("tax", _("税款"), lists.MONEY, unit=_("元")),
        lists.Column("changed_at", _("最后变动"), lists.TIME),
    ]


def row(one: dict[str, Any], desk: str, request: HttpRequest) -> dict[str, Any]:
    """A trade as the list shows it."""
    language = getattr(request, "LANGUAGE_CODE", "zh-hans")
    return one | {
        "shown": one["order_no"] or one["cop_no"] or one["logistics_no"] or str(one["id"]),
        "href": reverse(f"{desk}_trade", args=[one["id"]]),
        "way": f"{_('进口') if one['flow'] == 'I' else _('出口')} {one['mode']}",
        "holder_name": tracking.holder_name(one["holder"], language) if one["holder"] else "—",
        "invt_no": one["invt_no"] or one["pre_no"] or None,
    }


@require_safe
def export(request: HttpRequest, desk: str, kind: str) -> HttpResponseBase:
    """The list as CSV or Excel with the same filters, at most fifty thousand rows; nobody gets a silent part."""
    entered(desk)
    asked = asking.read(request.GET)
    total = clearance.trades(searched(asked.filters), MOST_EXPORTED + 1, 1, whole=True)["total"]
    if total > MOST_EXPORTED:
        raise Refused(
            code="desk.export.too_many",
            zh=f"共{total}票，一次最多导出{MOST_EXPORTED}票。",
            en=f"There are {total} trades; at most {MOST_EXPORTED} are exported at once.",
            mend_zh="请用日期或状态缩小范围，分几次导出。",
            mend_en="Narrow the list by date or state and export in parts.",
        )
    audit.record("trades.export", object_kind="list", object_id=desk, after={"rows": total, "kind": kind})
    name = f"pilotzone-trades.{kind}"
    if kind == "xlsx":
        return FileResponse(_workbook(_lines(request, asked)), as_attachment=True, filename=name)
    answer = StreamingHttpResponse(sheets.csv_of(_lines(request, asked)), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _lines(request: HttpRequest, asked: asking.Asked) -> Iterator[list[str]]:
    """Headings and rows as text, in the reader's language; made after the view has ended."""
    with override(getattr(request, "LANGUAGE_CODE", "zh-hans")):
        yield [
            _("订单编号"), _("支付交易编号"), _("运单编号"), _("企业内部编号"), _("预录入编号"), _("清单编号"), _("总运单号"),
            _("进出口"), _("监管方式"), _("关区"), _("状态"), _("现在由谁办理"), _("申报金额"), _("税款"), _("首单到达"),
            _("最后变动"),
        ]  # fmt: skip
        language = getattr(request, "LANGUAGE_CODE", "zh-hans")
        page, filters = 1, searched(asked.filters)
        while True:
            found = clearance.trades(filters, page, EXPORT_PAGE, whole=True)
            yield from (_line(one, language) for one in found["rows"])
            if page >= found["pages"]:
                return
            page += 1


def _line(one: dict[str, Any], language: str) -> list[str]:
    numbers = [one[name] for name in ("order_no", "pay_no", "logistics_no", "cop_no", "pre_no", "invt_no", "bill_no")]
    return [
        *numbers,
        _("进口") if one["flow"] == "I" else _("出口"),
        one["mode"],
        one["customs_code"],
        _(state_of(one["state"]).word),
        tracking.holder_name(one["holder"], language) if one["holder"] else "",
        "" if one["value"] is None else yuan(one["value"]),
        "" if one["tax"] is None else yuan(one["tax"]),
        moment(one["first_at"]),
        moment(one["changed_at"]),
    ]


def _workbook(lines: Iterator[list[str]]) -> io.BytesIO:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "constant_memory": True})
    sheet = book.add_worksheet("PilotZone")
    for number, line in enumerate(lines):
        for place, cell in enumerate(line):
            sheet.write_string(number, place, cell)
    sheet.freeze_panes(1, 1)
    book.close()
    target.seek(0)
    return target


def _going_on(request: HttpRequest, back: date) -> str:
    query = request.GET.copy()
    query.pop("page", None)
    query["back"] = back.isoformat()
    return query.urlencode()


def _same_filters(request: HttpRequest) -> str:
    query = request.GET.copy()
    query.pop("page", None)
    return query.urlencode()
