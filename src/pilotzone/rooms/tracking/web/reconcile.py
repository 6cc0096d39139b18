"""日对账: runs, what is not settled by kind, the trend, and the list of residuals; a firm sees its own list alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from pilotzone.base.errors import Refused
from pilotzone.kernel import clock
from pilotzone.kernel.access.actor import ENTERPRISE
from pilotzone.kernel.access.doors import may, require
from pilotzone.kernel.access.scope import current
from pilotzone.rooms.tracking import api
from pilotzone.rooms.tracking.web import reconcile_words as words
from pilotzone.ui import listing as lists
from pilotzone.ui.charts import Chart, Series
from pilotzone.ui.sheets import MOST, csv_answer, refuse_beyond

NAMES = ("kind", "state", "owner", "number", "since", "until")
HAND = "hand:"
TREND_DAYS, RUNS_SHOWN = 30, 5


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """The page; `problem` stands above it where something just asked for was refused."""
    return _page(request, None)


@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Ask for a run over the days typed."""
    try:
        first, last = (_day(request.POST.get(name, "")) for name in ("first", "last"))
        number = api.ask_reconciliation(first or date.max, last or date.min)
    except Refused as refused:
        return _page(request, refused)
    return redirect("reconciliation_run", number)


@require_POST
def hand(request: HttpRequest) -> HttpResponse:
    """Hand the chosen residuals to the owner named by the button."""
    chosen = [int(text) for text in request.POST.getlist("chosen")[: lists.PAGE_SIZE] if _number(text)]
    owner = request.POST.get("action", "").removeprefix(HAND)
    if not chosen:
        return redirect("reconciliation")
    try:
        n = api.hand_residuals(residuals=chosen, owner=owner, at=clock.now())
    except Refused as refused:
        return _page(request, refused)
    messages.success(request, _("已移交 %(n)s 条") % {"n": n})
    return redirect("reconciliation")


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The list with the same filters as CSV."""
    require("recon.see")
    filters = _filters(_asked(request))
    refuse_beyond(api.residuals(filters, 1, 1)["total"], MOST)
    rows = _rows(api.residuals(filters, 1, MOST)["rows"])
    return csv_answer("residuals", _columns(), rows, action="tracking.reconcile.export")


@require_safe
def run(request: HttpRequest, number: int) -> HttpResponse:
    """One run: how far it is, and the sums of every side."""
    require("recon.see")
    found = api.reconcile_run(number) if number < 2**63 else None
    if found is None:
        raise Http404
    sums = [
        row | {
            "left_word": words.pair(api.RECONCILE_PAIRS[row["pair"]][0]),
            "right_word": words.pair(api.RECONCILE_PAIRS[row["pair"]][1]),
        }
        for row in api.reconcile_sums(number)
    ]  # fmt: skip
    return render(request, "tracking/reconcile_run.html", {"one": _run(found), "sums": sums})


def _page(request: HttpRequest, problem: Refused | None) -> HttpResponse:
    require("recon.see")
    officer = current().kind != ENTERPRISE
    asked = _asked(request)
    found = api.residuals(_filters(asked), lists.page_number(request.GET.get("page")), lists.PAGE_SIZE)
    owners = words.owners()
    listing = lists.Listing(
        columns=_columns(),
        rows=_rows(found["rows"]),
        filters=[
            lists.Filter("kind", _("差异种类"), "select", list(words.kinds().items()), asked["kind"]),
            lists.Filter("state", _("状态"), "select", list(words.states().items()), asked["state"]),
            lists.Filter("owner", _("责任单位"), "select", list(owners.items()), asked["owner"]),
            lists.Filter("number", _("清单、收汇编号或企业"), "search", value=asked["number"]),
            lists.Filter("since", _("期限起"), "date", value=asked["since"]),
            lists.Filter("until", _("期限止"), "date", value=asked["until"]),
        ],
        actions=_hands(owners) if may("recon.close") else [],
        action_url=reverse("reconciliation_hand"),
        page=found["page"],
        total=found["total"],
        query=request.GET,
        export_url=reverse("reconciliation_export"),
        caption=_("对账差异"),
        empty=_("没有差异。"),
        empty_help=_("每夜逐单核对清单、税款、收汇与签收；不一致的记录列在这里。"),
    )  # fmt: skip
    context: dict[str, Any] = {"listing": listing, "problem": problem, "officer": officer, "kinds": _kinds()}
    if officer:
        yesterday = clock.today() - timedelta(days=1)
        typed = {name: request.POST.get(name, "")[:10] or yesterday.isoformat() for name in ("first", "last")}
        context |= {
            "runs": [_run(row) for row in api.reconcile_runs(1, RUNS_SHOWN)["rows"]], "chart": _chart(), "typed": typed,
            "may_run": may("recon.run"),
        }  # fmt: skip
    return render(request, "tracking/reconcile.html", context, status=422 if problem else 200)


def _hands(owners: Mapping[str, str]) -> list[lists.Action]:
    to = _("移交给")
    return [lists.Action(HAND + name, f"{to} {word}") for name, word in owners.items()]


def _columns() -> list[lists.Column]:
    return [
        lists.Column("light", _("亮灯"), lists.LIGHT),
        lists.Column("kind_word", _("差异种类"), href="href"),
        lists.Column("number", _("清单编号"), lists.CODE),
        lists.Column("subject", _("项号或单号"), lists.CODE),
        lists.Column("firm_name", _("企业")),
        lists.Column("left", _("一方")),
        lists.Column("right", _("另一方")),
        lists.Column("difference", _("差额"), lists.MONEY),
        lists.Column("currency", _("币制"), lists.CODE),
        lists.Column("owner_word", _("责任单位")),
        lists.Column("due_on", _("期限"), lists.DAY),
        lists.Column("age", _("逾期天数"), lists.NUMBER),
        lists.Column("state_word", _("状态")),
    ]


def _rows(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    kinds, states, owners = words.kinds(), words.states(), words.owners()
    return [
        row | {
            "href": reverse("residual", args=[row["id"]]), "kind_word": kinds[row["kind"]], "light": words.light(row),
            "state_word": states[row["state"]], "owner_word": owners[row["owner"]],
        }
        for row in found
    ]  # fmt: skip


def _kinds() -> list[dict[str, Any]]:
    names = words.kinds()
    return [row | {"word": names[row["kind"]]} for row in api.residual_kinds_now()]


def _run(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **row, "channel_word": words.channels().get(row["channel"], row["channel"]),
        "state_word": words.run_states()[row["state"]], "going": row["state"] in ("waiting", "running"),
        "light": {"done": "green", "failed": "red"}.get(row["state"], "yellow") if not row["unexplained"] else "red",
    }  # fmt: skip


def _chart() -> Chart | None:
    passes = api.reconcile_trend(TREND_DAYS)
    if not passes:
        return None
    days = [row["day"].isoformat() for row in passes]
    return Chart(_("每日差异条数"), days, [Series(_("差异"), [row["found"] for row in passes])], kind="bar")


def _asked(request: HttpRequest) -> dict[str, str]:
    asked = {name: request.GET.get(name, "").replace("\0", "").strip()[:60] for name in NAMES}
    for name, known in (("kind", words.kinds()), ("state", words.states()), ("owner", words.owners())):
        asked[name] = asked[name] if asked[name] in known else ""
    if "state" not in request.GET:
        asked["state"] = "open"
    return asked


def _filters(asked: dict[str, str]) -> dict[str, Any]:
    return asked | {name: _day(asked[name]) for name in ("since", "until")}


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 18
