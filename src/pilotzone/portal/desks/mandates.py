"""代理授权: what a firm entrusted to others and holds from others; given, revoked, exported; seen by both sides and the offices."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from pilotzone.base.errors import Refused
from pilotzone.kernel import audit, clock
from pilotzone.kernel.access.doors import may, require
from pilotzone.rooms.clearance import api as clearance
from pilotzone.ui import listing as lists
from pilotzone.ui import sheets
from pilotzone.ui.templatetags.pz import moment
from pilotzone.ui.wording import said

SEE, OWN = "trade.see", "mandate.own"
STATES, SIDES = ("running", "coming", "ended", "revoked"), ("given", "held")
ASKED = ("agent", "undertaking", "since", "until")
LARGEST = 2**63 - 1


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest) -> HttpResponse:
    """The list and the form; a POST gives a mandate. What is refused is said on the form, which keeps what was typed."""
    require(SEE)
    typed: dict[str, Any] = {name: request.POST.get(name, "").replace("\0", "").strip() for name in ASKED}
    typed["kinds"] = request.POST.getlist("kinds")
    problem = None
    if request.method == "POST":
        try:
            with transaction.atomic():
                number = _give(typed)
            messages.success(request, _("已授权"))
            return redirect("mandate", number)
        except Refused as refused:
            problem = refused
    context: dict[str, Any] = {
        "listing": _listing(request), "typed": typed, "problem": problem, "may_give": may(OWN), "today": clock.today(),
        "kinds": [(one["name"], said(one, "", _language())) for one in clearance.grantable_kinds()] if may(OWN) else [],
    }  # fmt: skip
    context["declares"] = any(name not in ("order", "payment", "receipts") for name, _word in context["kinds"])
    return render(request, "desks/mandates.html", context, status=422 if problem else 200)


@require_safe
def export(request: HttpRequest) -> HttpResponseBase:
    """The list with the same filters as CSV."""
    require(SEE)
    columns, filters = _columns(), _filters(request)
    rows = sheets.every(lambda page, size: clearance.listed_mandates(filters, page, size))
    lines = [[sheets.cell(_row(one)[column.key]) for column in columns] for one in rows]
    audit.record("mandates.export", object_kind="list", object_id="mandates", after={"rows": len(lines)})
    answer = StreamingHttpResponse(
        sheets.csv_of([[one.title for one in columns], *lines]), content_type="text/csv; charset=utf-8"
    )
    answer["Content-Disposition"] = 'attachment; filename="pilotzone-mandates.csv"'
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, number: int) -> HttpResponse:
    """One mandate with its history; a POST of its principal revokes it with a reason."""
    require(SEE)
    if number > LARGEST:
        raise Http404
    problem = None
    if request.method == "POST":
        require(OWN)
        try:
            with transaction.atomic():
                clearance.revoke_mandate(number=number, reason=request.POST.get("reason", "").replace("\0", ""))
            messages.success(request, _("授权已撤销，立即生效"))
            return redirect("mandate", number)
        except Refused as refused:
            problem = refused
    told = clearance.access_mandate(number)
    words = {"given": _("授予"), "began": _("生效"), "revoked": _("撤销"), "ended": _("到期")}
    context: dict[str, Any] = {
        "one": told, "facts": _facts(told), "problem": problem, "word": _state_word(told),
        "may_revoke": told["side"] == "given" and may(OWN) and told["state"] in ("running", "coming"),
        "history": [line | {"word": words[line["what"]]} for line in told["history"]],
        "others": [_row(other) for other in told["others"]],
    }  # fmt: skip
    return render(request, "desks/mandate.html", context, status=422 if problem else 200)


def _give(typed: Mapping[str, Any]) -> int:
    actor = require(OWN)
    agent = clearance.firm_of_code(typed["agent"])
    if agent is None or actor.organisation is None:
        raise Refused(
            code="clearance.mandate.firm", zh="没有这一编码的企业。", en="There is no enterprise of this code.",
            mend_zh="请填写海关10位编码或统一社会信用代码。", mend_en="Give its customs code or its credit code.",
            fields={"agent": typed["agent"][:40]},
        )  # fmt: skip
    return clearance.give_mandate(
        principal=actor.organisation, agent=agent, kinds=typed["kinds"], undertaking=typed["undertaking"],
        since=_day(typed["since"]), until=_day(typed["until"]) if typed["until"] else None,
    )  # fmt: skip


def _listing(request: HttpRequest) -> lists.Listing:
    filters, page = _filters(request), lists.page_number(request.GET.get("page"))
    found = clearance.listed_mandates(filters, page, lists.PAGE_SIZE)
    return lists.Listing(
        columns=_columns(),
        rows=[_row(one) for one in found["rows"]],
        filters=[
            lists.Filter("q", _("企业名称或编码"), "search", value=filters["query"]),
            lists.Filter(
                "side", _("方向"), "select", choices=[("given", _("我方授予")), ("held", _("我方受托"))],
                value=filters["side"],
            ),
            lists.Filter(
                "state", _("状态"), "select", choices=[(key, _word(key)) for key in STATES], value=filters["state"]
            ),
        ],
        total=found["total"],
        page=page,
        query=request.GET,
        export_url=reverse("mandates_export"),
        empty=_("没有代理授权。"),
        empty_help=_("委托企业在此授予；受托企业在此看到自己可以代谁发送哪些单证。"),
    )  # fmt: skip


def _filters(request: HttpRequest) -> dict[str, str]:
    side, state = request.GET.get("side", ""), request.GET.get("state", "")
    return {
        "side": side if side in SIDES else "", "state": state if state in STATES else "",
        "query": request.GET.get("q", "").replace("\0", "").strip()[:80],
    }  # fmt: skip


def _columns() -> list[lists.Column]:
    return [
        lists.Column("number", _("编号"), lists.CODE, href="href"),
        lists.Column("principal_name", _("委托企业")),
        lists.Column("agent_name", _("受托企业")),
        lists.Column("words", _("可发送的单证")),
        lists.Column("valid_from", _("起始日"), lists.DAY),
        lists.Column("until", _("终止日")),
        lists.Column("word", _("状态")),
        lists.Column("revoked_at", _("撤销时间"), lists.TIME),
    ]


def _row(one: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **one, "number": f"SQ{one['id']:06d}", "href": reverse("mandate", args=[one["id"]]), "words": said(one, "", _language()),
        "until": moment(one["valid_to"]) if one["valid_to"] else _("长期"), "word": _state_word(one),
    }  # fmt: skip


def _state_word(one: Mapping[str, Any]) -> str:
    word = _word(one["state"])
    return _("%(word)s · 还有 %(n)d 天到期") % {"word": word, "n": one["days_left"]} if one["soon"] else word


def _word(state: str) -> str:
    return {
        "running": _("有效"), "coming": _("未到起始日"), "ended": _("已到期"), "revoked": _("已撤销授权"),
    }[state]  # fmt: skip


def _facts(one: Mapping[str, Any]) -> list[tuple[str, object]]:
    row = _row(one)
    told: list[tuple[str, object]] = [
        (_("委托企业"), f"{one['principal_name']} {one['principal_code']}"),
        (_("受托企业"), f"{one['agent_name']} {one['agent_code']}"),
        (_("可发送的单证"), row["words"]), (_("担责承诺或委托协议"), one["undertaking"]), (_("起始日"), moment(one["valid_from"])),
        (_("终止日"), row["until"]), (_("撤销理由"), one["revoked_reason"]),
    ]  # fmt: skip
    return [(word, value) for word, value in told if value]


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused(
            code="clearance.mandate.days", zh="请填写起始日，日期写作 2021-11-11。", en="Name the day it begins, written 2021-11-11.",
            fields={"since": text[:20]},
        ) from None  # fmt: skip


def _language() -> str:
    return get_language() or "zh-hans"
