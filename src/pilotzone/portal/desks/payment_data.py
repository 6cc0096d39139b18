"""支付原始数据: customs' requests to a platform enterprise with their age, what it keeps here, and the page that signs the answer."""

from __future__ import annotations

import csv
import io
from typing import Any

from csp.decorators import csp_update
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pilotzone.base.errors import Gap, Problem, Refused
from pilotzone.kernel import clock
from pilotzone.kernel.access.doors import require
from pilotzone.portal.desks import signing
from pilotzone.reference import rates
from pilotzone.rooms.clearance import api as clearance
from pilotzone.ui import listing as lists
from pilotzone.ui import sheets
from pilotzone.ui.templatetags.pz import moment

STATES = {
    "open": noop("待签名"), "queued": noop("上传中"), "accepted": noop("海关已收"), "refused": noop("海关未接受"),
}  # fmt: skip
WAITING = ("open", "refused")
YEARS, HOURS = "import.payment_raw.keep_years", "import.payment_raw.answer_hours"
LARGEST = 10 * 1024 * 1024


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Customs' requests, those that wait for us first."""
    require("declare.submit")
    page = lists.page_number(request.GET.get("page"))
    state = request.GET.get("state", "")
    state = state if state in STATES or state == "waiting" else ""
    found = clearance.payment_requests(page, lists.PAGE_SIZE, state=state)
    choices = [("waiting", _("待我方办理")), *((key, _(word)) for key, word in STATES.items())]
    listing = lists.Listing(
        columns=[
            lists.Column("order_no", _("订单编号"), lists.CODE),
            lists.Column("lamp", _("时限"), lists.LIGHT),
            lists.Column("age", _("已过")),
            lists.Column("status", _("状态")),
            lists.Column("data", _("支付原始数据")),
            lists.Column("answer", _("海关应答")),
            lists.Column("asked_at", _("海关请求时间"), lists.TIME),
        ],
        rows=[_request(row) for row in found["rows"]],
        filters=[lists.Filter("state", _("状态"), "select", choices, state)],
        actions=[lists.Action("sign", _("签名并上传海关"))],
        action_url=reverse("payment_sign"),
        total=found["total"],
        page=page,
        query=request.GET,
        export_url=reverse("payment_requests_export"),
        empty=_("海关还没有要求开放支付原始数据。"),
        empty_help=_("海关按订单抽取（公告2018年第165号）；请求到达后在此显示，签名后由平台上传。"),
    )
    return render(request, "desks/payment_data.html", {"here": "requests", "listing": listing, "law": _law(HOURS)})


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The requests with the same filter as CSV."""
    require("declare.submit")
    state = request.GET.get("state", "")
    asked = state if state in STATES or state == "waiting" else ""
    rows = sheets.every(lambda page, size: clearance.payment_requests(page, size, state=asked))
    target = io.StringIO()
    writer = csv.writer(target)
    writer.writerow([_("订单编号"), "sessionID", _("海关请求时间"), _("状态"), _("支付原始数据"), _("海关应答")])
    for row in map(_request, rows):
        cells = [row["order_no"], row["session"], moment(row["asked_at"]), row["status"], row["data"], row["answer"]]
        writer.writerow([f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell for cell in cells])
    answer = HttpResponse("\ufeff" + target.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="pilotzone-payment-requests.csv"'
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
def kept(request: HttpRequest) -> HttpResponse:
    """What we keep here; a POST lays JSON files down. A file is taken whole or not at all."""
    require("declare.submit")
    done: list[dict[str, Any]] = []
    refused: list[dict[str, Any]] = []
    for file in request.FILES.getlist("files") if request.method == "POST" else ():
        name = (file.name or "").replace("\0", "")[:120]
        try:
            if (file.size or 0) > LARGEST:
                raise Refused(code="desk.file.too_large", zh="文件超过10 MB。", en="The file is larger than 10 MB.")
            done.append({"name": name, **clearance.deposit_payment_data(file.read(), channel="desk")})
        except Refused as problem:
            refused.append({"name": name, "findings": _findings(problem)})
    page = lists.page_number(request.GET.get("page"))
    found = clearance.kept_payment_data(page, lists.PAGE_SIZE)
    listing = lists.Listing(
        columns=_kept_columns(),
        rows=[_kept(row) for row in found["rows"]],
        total=found["total"],
        page=page,
        query=request.GET,
        export_url=reverse("payment_data_export"),
        empty=_("还没有存入支付原始数据。"),
        empty_help=_("用 JSON 文件或接口 POST /api/v1/payment-data 存入；密封保存，只在贵单位签名后交给海关。"),
    )
    context = {"here": "kept", "listing": listing, "done": done, "refused": refused, "law": _law(YEARS)}
    return render(request, "desks/payment_data.html", context, status=422 if refused else 200)


@require_safe
def kept_export(request: HttpRequest) -> HttpResponseBase:
    """What we keep here as CSV, all of it, receivers masked as on the page."""
    require("declare.submit")
    return sheets.csv_whole(
        "payment-data", _kept_columns(), action="payment-data.export",
        read=lambda before: [_kept(row) for row in clearance.kept_payment_data_before(before, sheets.STEP)],
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@csp_update({"connect-src": settings.UKEY_CONTROL})
def sign(request: HttpRequest) -> HttpResponse:
    """The page that signs the answers to the chosen requests (posted by the list, or in `?d=`)."""
    require("declare.submit")
    if request.method == "POST":
        ids = signing.numbers(request.POST.getlist("chosen"))
        return redirect(f"{reverse('payment_sign')}?d={','.join(map(str, ids))}")
    ids = signing.numbers(request.GET.get("d", "").split(","))
    found = [row for number in ids if (row := clearance.payment_request(number)) is not None]
    ready = [row for row in found if row["state"] in WAITING and row["has_data"]]
    back = reverse("payment_requests")
    context = signing.card(reverse("payment_sign_prepare"), reverse("payment_sign_finish"), back) | {
        "rows": [_request(row) for row in ready],
        "left_out": len(set(ids)) - len(ready),
    }
    return render(request, "desks/payment_sign.html", context)


@require_POST
def prepare(request: HttpRequest) -> HttpResponse:
    """The strings to sign for the chosen requests."""
    require("declare.submit")
    asked = signing.body_of(request, signing.Prepare)
    if isinstance(asked, HttpResponse):
        return asked
    return JsonResponse(clearance.compose_payment_data(requests=asked.chosen))


@require_POST
def finish(request: HttpRequest) -> HttpResponse:
    """The card's signatures: verified, then queued for customs."""
    require("declare.submit")
    given = signing.body_of(request, signing.Finish)
    if isinstance(given, HttpResponse):
        return given
    told = clearance.hand_in_payment_data(batch=given.batch, certificate=given.certificate, signatures=given.signatures)
    return JsonResponse({**told, "href": reverse("payment_requests")})


def _findings(problem: Problem) -> list[dict[str, Any]]:
    """Everything wrong with a file, place by place where the problem says so."""
    if problem.code != "format.payment_raw":
        return [problem.as_dict()]
    return [
        {"code": problem.code, "zh": said, "en": said, "path": path, "source": problem.source}
        for path, said in problem.fields.items()
    ]


def _request(row: dict[str, Any]) -> dict[str, Any]:
    answer = f"{row['answer_code']} {row['answer_message']}".strip()
    lamp = _lamp(row)
    data = _("金额与订单不一致") if row["differs"] else _("已存入") if row["has_data"] else _("缺，待存入")
    return row | {
        "lamp": lamp, "age": _age(row["age_s"]), "status": _(STATES[row["state"]]), "data": data, "answer": answer or "—",
    }  # fmt: skip


def _lamp(row: dict[str, Any]) -> str:
    """Red when it is late or customs refused it, yellow in the second half of its time, else green."""
    if row["late"] or row["state"] == "refused":
        return "red"
    due = row["due_at"]
    soon = due is not None and row["age_s"] * 2 >= (due - row["asked_at"]).total_seconds()
    return "yellow" if row["state"] == "open" and soon else "green"


def _law(key: str) -> rates.Rate | None:
    """A parameter of today with its document and tag; None where the zone has none."""
    try:
        return rates.rate(key, on=clock.today())
    except Gap:
        return None


def _kept_columns() -> list[lists.Column]:
    return [
        lists.Column("pay_transaction", _("支付交易编号"), lists.CODE),
        lists.Column("order_list", _("订单编号"), lists.CODE),
        lists.Column("amount", _("交易金额"), lists.MONEY),
        lists.Column("check", _("与订单核对")),
        lists.Column("receiver", _("收款方（脱敏）")),
        lists.Column("account", _("收款账号（脱敏）"), lists.CODE),
        lists.Column("sizes", _("原始请求/响应字符数")),
        lists.Column("deposited_at", _("存入"), lists.TIME),
        lists.Column("keep_until", _("保存至"), lists.DAY),
    ]


def _kept(row: dict[str, Any]) -> dict[str, Any]:
    return row | {
        "order_list": " ".join(row["orders"]),
        "check": _("金额与订单不一致") if row["differs"] else _("未见差异"),
        "sizes": f"{row['request_size']} / {row['response_size']}",
    }


def _age(seconds: int) -> str:
    """How long ago, in the largest unit that fits."""
    if seconds < 3600:
        return _("%(n)s 分钟") % {"n": seconds // 60}
    if seconds < 86_400:
        return _("%(n)s 小时") % {"n": seconds // 3600}
    return _("%(n)s 天") % {"n": seconds // 86_400}
