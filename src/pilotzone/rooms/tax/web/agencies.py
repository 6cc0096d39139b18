"""代办退税: the agreements the caller sees, and what each side does with them; what is refused is said above."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from pilotzone.base.errors import Refused
from pilotzone.kernel import clock
from pilotzone.kernel.access.doors import may, require
from pilotzone.kernel.access.scope import current
from pilotzone.rooms.tax import api
from pilotzone.rooms.tax.web import fields, words
from pilotzone.rooms.tax.web.export_lines import DECIDE, FILE, either
from pilotzone.ui import listing as lists
from pilotzone.ui import sheets

NAMES = (
    "verb",
    "producer",
    "number",
    "valid_from",
    "valid_to",
    "controls",
    "agreement",
    "own_goods",
    "contract_abroad",
    "account",
)


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest, csv: bool = False) -> HttpResponse:
    """The list with its forms; POST `verb`: propose, confirm, file, end."""
    either()
    problem: Refused | None = None
    typed = fields.typed(request, *NAMES)
    if request.method == "POST":
        try:
            _do(typed)
            messages.success(request, _("已办理。"))
            return redirect("tax_agencies")
        except Refused as refusal:
            problem = refusal
    asked = {name: request.GET.get(name, "").replace("\0", "").strip() for name in ("find", "state")}
    wanted = {"number": asked["find"], "state": asked["state"] if asked["state"] in words.AGENCY_STATES else ""}
    today = clock.today()
    if csv:
        rows = [_row(row) for row in sheets.every(lambda page, size: api.refund_agencies(wanted, page, size, on=today))]
        return sheets.csv_answer("refund-agencies", _columns(), rows, action="tax.agencies.export")
    found = api.refund_agencies(wanted, lists.page_number(request.GET.get("page")), lists.PAGE_SIZE, on=today)
    shown = [_row(row) for row in found["rows"]]
    me, files, decides = current().organisation, may(FILE), may(DECIDE)
    profile = api.export_profile(me, on=today) if files and me else None
    listing = lists.Listing(
        columns=[one for one in _columns() if one.key != "state_word"], rows=shown, total=found["total"],
        page=found["page"], query=request.GET,
        filters=[
            lists.Filter("find", _("协议编号或企业"), "search", value=asked["find"]),
            lists.Filter(
                "state", _("状态"), "select", [(one, words.word(words.AGENCY_STATES, one)) for one in words.AGENCY_STATES],
                wanted["state"],
            ),
        ],
        export_url=reverse("tax_agencies_csv"), empty=_("没有代办退税协议。"),
        empty_help=_("外综服企业提出协议，生产企业确认，税务机关备案后方可代办退税。"),
    )  # fmt: skip
    context = {
        "listing": listing, "problem": problem, "here": "agencies",
        "form": _form(typed) if profile is not None and profile["kind"] == "service" else None,
        "confirm": [row for row in shown if files and row["producer"] == me and row["state"] == "proposed"],
        "file": [row for row in shown if decides and row["state"] == "confirmed"],
        "end": [row for row in shown if files and me in (row["producer"], row["service"]) and row["state"] != "ended"],
        "typed": typed,
    }  # fmt: skip
    return render(request, "tax/export/agencies.html", context, status=422 if problem else 200)


def _do(typed: dict[str, str]) -> None:
    at, verb = clock.now(), typed["verb"]
    number = int(typed["agreement"]) if typed["agreement"].isascii() and typed["agreement"].isdigit() else 0
    if verb == "file":
        require(DECIDE)
        api.file_agency(number, at=at)
        return
    require(FILE)
    if verb == "confirm":
        yes = lambda name: typed[name] == "1"  # noqa: E731
        api.confirm_agency(
            number, own_goods=yes("own_goods"), contract_abroad=yes("contract_abroad"), account=typed["account"], at=at
        )
    elif verb == "end":
        api.end_agency(number, at=at)
    else:
        api.propose_agency(
            producer=typed["producer"], number=typed["number"], valid_from=fields.day(typed["valid_from"], _("起始日")),
            valid_to=fields.day(typed["valid_to"], _("终止日")), controls=typed["controls"] == "1", at=at,
        )  # fmt: skip


def _columns() -> list[lists.Column]:
    return [
        lists.Column("number", _("协议编号"), lists.CODE),
        lists.Column("service_name", _("外综服企业")),
        lists.Column("producer_name", _("生产企业")),
        lists.Column("valid_from", _("起始日"), lists.DAY),
        lists.Column("valid_to", _("终止日"), lists.DAY),
        lists.Column("light", _("协议灯"), lists.LIGHT),
        lists.Column("state_word", _("状态")),
        lists.Column("filed_on", _("税务备案日"), lists.DAY),
        lists.Column("lacks", _("还缺")),
    ]


def _row(row: dict[str, Any]) -> dict[str, Any]:
    names = {
        "own_goods": _("自产货物"), "contract_abroad": _("出口合同由生产企业签订"), "account": _("代办退税账号"), "controls": _("风险管控制度已备案"),
    }  # fmt: skip
    state = words.word(words.AGENCY_STATES, row["state"])
    english = (get_language() or "").startswith("en")
    return row | {
        **({name: row[f"{name}_en"] for name in ("service_name", "producer_name")} if english else {}),
        "state_word": state, "light_says": state, "light": words.AGENCY_LIGHTS[row["state"]],
        "lacks": (", " if english else "、").join(word for name, word in names.items() if not row[name]) or "—",
    }  # fmt: skip


def _form(typed: dict[str, str]) -> list[fields.Field]:
    f = fields.Field
    return [
        f("producer", _("生产企业统一社会信用代码或海关编码"), value=typed["producer"], most=18),
        f("number", _("协议编号"), value=typed["number"], most=40),
        f("valid_from", _("起始日"), "date", typed["valid_from"]), f("valid_to", _("终止日"), "date", typed["valid_to"]),
        f("controls", _("风险管控制度已备案"), "check", typed["controls"]),
    ]  # fmt: skip
