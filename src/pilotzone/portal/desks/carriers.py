"""物流企业仿真: the parcels of the simulated carriers – booked, moved and delivered by the operator, for tests and training."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop
from django.views.decorators.http import require_POST, require_safe

from pilotzone.base.errors import Problem
from pilotzone.kernel import audit
from pilotzone.portal.desks.simulators import door_address, entered, switchboard
from pilotzone.portal.desks.typed import clean
from pilotzone.simulators.carrier import books
from pilotzone.simulators.carrier.door import REFRESH
from pilotzone.ui import listing as lists
from pilotzone.ui.sheets import harmless
from pilotzone.ui.templatetags.pz import moment

STATES = {
    books.CREATED: noop("已下单"), books.ACCEPTED: noop("已揽收"), books.TRANSIT: noop("运输中"),
    books.DELIVERY: noop("派送中"), books.SIGNED: noop("已签收"), books.RETURNED: noop("已退回"),
    books.CANCELLED: noop("已撤单"),
}  # fmt: skip
VERBS = {
    books.ACCEPTED: noop("揽收"), books.TRANSIT: noop("发运"), books.DELIVERY: noop("派送"), books.SIGNED: noop("签收"),
    books.RETURNED: noop("退回"), books.CANCELLED: noop("撤单"),
}  # fmt: skip
FIELDS = (
    ("carrier", noop("物流企业代码"), "36019600LG"), ("order_no", noop("订单编号"), ""), ("goods", noop("货物名称"), ""),
    ("freight", noop("运费"), "12.00"), ("insurance", noop("保价费"), "0.00"), ("surcharge", noop("附加费"), "0.00"),
    ("weight_kg", noop("毛重（千克）"), "1.00"), ("pieces", noop("件数"), "1"), ("name", noop("收件人"), ""),
    ("address", noop("收件地址"), ""), ("telephone", noop("收件人电话"), ""),
)  # fmt: skip
DIRECTIONS = {"import": noop("进口"), "export": noop("出口")}
MOST_EXPORTED = 500
CSV = "text/csv; charset=utf-8"


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """The parcels of one carrier, by state and number; CSV with the same filters."""
    entered()
    if request.GET.get("as") == "csv":
        return _export(request)
    return _page(request)


@require_POST
def book(request: HttpRequest) -> HttpResponse:
    """Let a carrier take a parcel."""
    entered()
    typed = {name: clean(request.POST.get(name)) for name, *_rest in FIELDS}
    typed["direction"] = request.POST.get("direction", "import")
    person = {name: typed[name] for name in ("name", "address", "telephone")}
    parcel: dict[str, Any] = {name: text for name, text in typed.items() if name not in (*person, "carrier")}
    try:
        number = switchboard().book(typed["carrier"], parcel | {"consignee": person})
    except Problem as refused:
        return _page(request, problem=refused, typed=typed)
    audit.record(
        "simulator.book", object_kind="simulator", object_id=f"carrier:{typed['carrier']}", after={"parcel": number}
    )
    messages.success(request, _("已下单，运单号 %(number)s。") % {"number": number})
    return redirect(f"{reverse('simulator_carriers')}?carrier={typed['carrier']}")


@require_POST
def move(request: HttpRequest, carrier: str) -> HttpResponse:
    """Let the chosen parcels come into a state; says of which it could not be, and where those are."""
    entered()
    numbers = [clean(one) for one in request.POST.getlist("chosen")[: lists.PAGE_SIZE]]
    state = clean(request.POST.get("action"))
    try:
        moved, left = switchboard().move(carrier, numbers, state, clean(request.POST.get("place")) or _("南昌"))
    except Problem as refused:
        return _page(request, problem=refused, carrier=carrier)
    if not numbers:
        messages.warning(request, _("没有选择运单。"))
    if moved:
        audit.record(
            "simulator.move", object_kind="simulator", object_id=f"carrier:{carrier}",
            after={"state": state, "parcels": moved},
        )  # fmt: skip
        messages.success(request, _("%(count)d 票%(state)s。") % {"count": len(moved), "state": _(STATES[state])})
    for number, stands in left.items():
        told = {"number": number, "state": _(STATES.get(stands, "不存在")), "verb": _(VERBS[state])}
        messages.warning(request, _("运单 %(number)s %(state)s，不能%(verb)s。") % told)
    return redirect(f"{reverse('simulator_carriers')}?carrier={carrier}")


def _page(
    request: HttpRequest, *, problem: Problem | None = None, typed: dict[str, str] | None = None, carrier: str = ""
) -> HttpResponse:
    known: list[str] = []
    listing, refused = None, problem is not None
    try:
        known = switchboard().carriers()
        asked = _asked(request, known, carrier)
        if asked["carrier"]:
            listing = _listing(request, asked, known)
    except Problem as away:
        problem = problem or away
    shown = typed or {name: usual for name, _title, usual in FIELDS} | {"direction": "import"}
    context = {
        "listing": listing, "problem": problem, "door": door_address(), "refresh": REFRESH,
        "fields": [{"name": name, "title": _(title), "value": shown[name]} for name, title, _usual in FIELDS],
        "directions": [(key, _(word), key == shown["direction"]) for key, word in DIRECTIONS.items()],
    }  # fmt: skip
    return render(request, "desks/carriers.html", context, status=422 if refused else 200)


def _asked(request: HttpRequest, known: list[str], carrier: str = "") -> dict[str, str]:
    """The filters as far as they are known, of this carrier; the first carrier where none is named."""
    carrier, state = carrier or request.GET.get("carrier", ""), request.GET.get("state", "")
    return {
        "carrier": carrier if carrier in known else known[0] if known else "",
        "state": state if state in STATES else "", "q": clean(request.GET.get("q"))[:60],
    }  # fmt: skip


def _listing(request: HttpRequest, asked: dict[str, str], known: list[str]) -> lists.Listing:
    page = lists.page_number(request.GET.get("page"))
    found, total = switchboard().parcels(
        asked["carrier"], state=asked["state"], q=asked["q"], page=page, size=lists.PAGE_SIZE
    )
    kept = request.GET.copy()
    kept["as"] = "csv"
    return lists.Listing(
        columns=[
            lists.Column("waybill_no", _("运单编号"), lists.CODE), lists.Column("state_word", _("状态"), lists.STATE),
            lists.Column("order_no", _("订单编号"), lists.CODE), lists.Column("goods", _("货物名称")),
            lists.Column("charged", _("费用合计"), lists.MONEY), lists.Column("last", _("最近轨迹")),
            lists.Column("changed", _("最近变动"), lists.TIME),
        ],
        rows=[_row(one) for one in found],
        filters=[
            lists.Filter("carrier", _("物流企业"), "select", [(code, code) for code in known], asked["carrier"], always=True),
            lists.Filter("state", _("状态"), "select", [(key, _(word)) for key, word in STATES.items()], asked["state"]),
            lists.Filter("q", _("运单或订单编号"), "search", value=asked["q"]),
        ],
        actions=[lists.Action(state, _(verb)) for state, verb in VERBS.items()],
        action_url=reverse("simulator_carrier_move", args=[asked["carrier"]]), page=page, total=total, query=request.GET,
        export_url=f"{reverse('simulator_carriers')}?{kept.urlencode()}", key="waybill_no",
        empty=_("没有运单。"), empty_help=_("请在下方下单。"),
    )  # fmt: skip


def _row(one: dict[str, Any]) -> dict[str, Any]:
    last = one["events"][-1] if one["events"] else None
    return one | {
        "state_word": STATES[one["state"]], "changed": datetime.fromisoformat(one["updated"]),
        "last": f"{_(STATES[last['state']])} {last['place']}".strip() if last else "—",
    }  # fmt: skip


def _export(request: HttpRequest) -> HttpResponse:
    """The newest five hundred parcels of the filters."""
    try:
        asked = _asked(request, switchboard().carriers())
        found = (
            switchboard().parcels(asked["carrier"], state=asked["state"], q=asked["q"], size=MOST_EXPORTED)[0]
            if asked["carrier"]
            else []
        )
    except Problem as away:
        return _page(request, problem=away)
    text = io.StringIO()
    text.write("\ufeff")  # without it Excel reads UTF-8 as GBK
    writer = csv.writer(text)
    writer.writerow(
        [_("运单编号"), _("状态"), _("订单编号"), _("货物名称"), _("费用合计"), _("最近轨迹"), _("最近变动")]
    )
    for one in map(_row, found):
        cells = (one["waybill_no"], _(one["state_word"]), one["order_no"], one["goods"], one["charged"], one["last"])
        writer.writerow([*(harmless(cell) for cell in cells), moment(one["changed"])])
    answer = HttpResponse(text.getvalue(), content_type=CSV)
    answer["Content-Disposition"] = 'attachment; filename="pilotzone-parcels.csv"'
    return answer
