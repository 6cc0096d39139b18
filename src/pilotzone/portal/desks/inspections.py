"""布控与查验: the queue of joint inspection orders and one order with its verbs, for officers, joined agencies and the firm."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from pilotzone.base.days import SHANGHAI
from pilotzone.base.errors import Denied, Refused
from pilotzone.kernel import clock
from pilotzone.kernel.access import actor
from pilotzone.kernel.access.doors import may, require
from pilotzone.kernel.access.scope import current
from pilotzone.portal.desks import typed
from pilotzone.rooms.clearance import api as clearance
from pilotzone.ui import listing as lists
from pilotzone.ui import sheets

desk = clearance.inspections
CHECK, CONTROL, OBJECT = "inspection.check", "control.order", "declare.mend"
OFFICERS = (actor.AGENCY, actor.ZONE)
FREE_SHOWN = 40
DWELL_LATE_S = 2 * 24 * 3600  # an order that waits longer is marked


def entered() -> None:
    """Officers, joined agencies and firms; row-level security decides which orders each sees."""
    if current().kind not in (*OFFICERS, actor.ENTERPRISE):
        require("trade.see")
    if current().kind != actor.AGENCY:
        require("trade.see")


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """The orders, what is to be done first; a firm sees its own."""
    entered()
    asked, given, page = _asked(request)
    found = desk.listed(asked, page, lists.PAGE_SIZE)
    listing = lists.Listing(
        columns=_columns(), rows=[_row(one) for one in found["rows"]], filters=_filters(given), total=found["total"], page=page,
        query=request.GET, export_url=reverse("inspections_export"), actions=lists.printing("inspection", _("打印通知单")), empty=_("没有符合条件的查验单。"),
        empty_help=_("海关回执为“查验”的清单自动列入查检合一，出现在这里。"),
    )  # fmt: skip
    counted = desk.counts()
    context = {
        "listing": listing, "officer": current().kind in OFFICERS, "controls": may(CONTROL), "checks": may(CHECK),
        "covers": may("trade.see"),
        "counters": [(said_of(words), counted.get(key, 0), f"?state={key}") for key, words in desk.STATES.items()],
    }  # fmt: skip
    return render(request, "desks/inspections.html", context)


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The list with the same filter as CSV."""
    entered()
    asked = _asked(request)[0]
    rows = [_row(one) for one in sheets.every(lambda page, size: desk.listed(asked, page, size))]
    return sheets.csv_answer("inspections", _columns(), rows, action="inspections.export")


@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, number: int) -> HttpResponse:
    """One order; a POST with `verb` does one thing to it. What is refused is said on the page with what now stands."""
    entered()
    problem: Refused | None = None
    if request.method == "POST":
        try:
            VERBS.get(request.POST.get("verb", ""), _no_verb)(request, number)
            return redirect("inspection", number)
        except Refused as refused:
            problem = refused
    found = desk.told(number)
    context = {
        "one": found, "problem": problem, "typed": request.POST if problem else {}, "facts": _facts(found),
        "verbs": set(found["verbs"]) if may(CHECK) else set(), "slots": _slots(found, request) if may(CHECK) else [],
        "day": _slot_day(found, request), "checks": may(CHECK), "objects": may(OBJECT) and found["state"] in ("held", "done"),
        "outcomes": [(key, said_of(words)) for key, words in desk.OUTCOMES.items()],
        "verdicts": [(key, said_of(words)) for key, words in desk.VERDICTS.items()],
        "agencies": [(code, said(row)) for code, row in desk.texts("agencies").items() if code not in found["agencies"]],
        "officer": current().kind in OFFICERS, "pictures": current().unit_path == "zone.customs" or current().role == "auditor",
    }  # fmt: skip
    return render(request, "desks/inspection.html", context, status=422 if problem else 200)


@require_safe
def notice(request: HttpRequest, number: int) -> HttpResponse:
    """The notice's former address: it is a paper like the others (inspection_paper.py)."""
    entered()
    return redirect("paper", "inspection", str(number))


def said(row: Any, name: str = "") -> str:
    """A row's words in the reader's language: `zh` and `en`, or NAME_zh and NAME_en."""
    language = "en" if (get_language() or "").startswith("en") else "zh"
    return str(row[f"{name}_{language}" if name else language])


def said_of(words: tuple[str, ...]) -> str:
    """Of two words the one in the reader's language."""
    return words[1] if (get_language() or "").startswith("en") else words[0]


def spoken(seconds: float | None) -> str:
    """Seconds as days, hours and minutes."""
    if seconds is None:
        return "—"
    minutes = int(seconds // 60)
    days, rest = divmod(minutes, 24 * 60)
    told = f"{rest // 60}:{rest % 60:02d}"
    return _("%(days)d天 %(rest)s") % {"days": days, "rest": told} if days else told


def _schedule(request: HttpRequest, number: int) -> None:
    bay, begins, ends = _slot_asked(request, number)
    desk.schedule(
        number=number, version=_version(request), bay=bay, begins=begins, ends=ends, reason=_text(request, "reason")
    )


def _slot_asked(request: HttpRequest, number: int) -> tuple[int, datetime, datetime]:
    """BAY@MOMENT as the form sends it; what cannot be read is a slot of no bay and no length, which the room refuses."""
    bay, _at, begins = request.POST.get("slot", "").partition("@")
    try:
        start = datetime.fromisoformat(begins)
        start = start if start.tzinfo else start.replace(tzinfo=SHANGHAI)
        length = timedelta(minutes=min(int(request.POST.get("minutes") or _minutes(number)), 1440))
        place = int(bay)
        return (place if 0 <= place < 10_000 else 0), start, start + length
    except (ValueError, OverflowError):
        now = clock.now()
        return 0, now, now


def _minutes(number: int) -> int:
    found = next((one for one in desk.sites() if one.code == desk.told(number)["site"]), None)
    return found.minutes if found else 0


def _join(request: HttpRequest, number: int) -> None:
    desk.join(number=number, version=_version(request), agency=request.POST.get("agency", "")[:20])


def _open(request: HttpRequest, number: int) -> None:
    desk.open_goods(number=number, version=_version(request), reason=_text(request, "reason"))


def _conclude(request: HttpRequest, number: int) -> None:
    asked: dict[str, Any] = {name: request.POST.get(name, "")[:20] for name in ("supervision", "quarantine", "outcome")}
    desk.conclude(number=number, version=_version(request), findings=_text(request, "findings"), **asked)


def _reopen(request: HttpRequest, number: int) -> None:
    desk.reopen(number=number, version=_version(request), reason=_text(request, "reason"))


def _object(request: HttpRequest, number: int) -> None:
    desk.object_to(number=number, words=_text(request, "words"))


def _answer(request: HttpRequest, number: int) -> None:
    desk.answer_objection(
        number=typed.number(request.POST.get("objection")) or 0, upheld=request.POST.get("upheld") == "1", words=_text(request, "words"),
    )  # fmt: skip


def _no_verb(request: HttpRequest, number: int) -> None:
    raise Denied(code="desk.verb", zh="没有这项操作。", en="There is no such action.")


VERBS: dict[str, Callable[[HttpRequest, int], None]] = {
    "schedule": _schedule, "join": _join, "open": _open, "conclude": _conclude, "reopen": _reopen, "object": _object, "answer": _answer,
}  # fmt: skip


def _version(request: HttpRequest) -> int:
    return typed.number(request.POST.get("version", "")[:9]) or 0


def _text(request: HttpRequest, name: str) -> str:
    return request.POST.get(name, "").replace("\0", "").strip()


def _asked(request: HttpRequest) -> tuple[dict[str, Any], dict[str, str], int]:
    given = {name: typed.clean(request.GET.get(name)) for name in ("state", "site", "number", "day", "mark")}
    asked: dict[str, Any] = {"number": given["number"]}
    if given["state"] in (*desk.STATES, "todo"):
        asked["state"] = given["state"]
    if given["site"] in {one.code for one in desk.sites()}:
        asked["site"] = given["site"]
    asked["day"] = typed.day(given["day"], [])
    if given["mark"] in ("second", "objected"):
        asked[given["mark"]] = True
    return asked, given, lists.page_number(request.GET.get("page"))


def _filters(given: dict[str, str]) -> list[lists.Filter]:
    states = [("todo", _("全部待办")), *((key, said_of(words)) for key, words in desk.STATES.items())]
    return [
        lists.Filter("number", _("单号"), "search", value=given["number"]),
        lists.Filter("state", _("状态"), "select", states, given["state"]),
        lists.Filter("site", _("监管场所"), "select", [(one.code, said({"zh": one.zh, "en": one.en})) for one in desk.sites()], given["site"]),
        lists.Filter("day", _("查验日期"), "date", value=given["day"]),
        lists.Filter("mark", _("只看"), "select", [("second", _("再次开箱")), ("objected", _("有异议待答复"))], given["mark"]),
    ]  # fmt: skip


def _columns() -> list[lists.Column]:
    return [
        lists.Column("name", _("查验单"), lists.CODE, href="href"),
        lists.Column("word", _("状态")),
        lists.Column("where", _("监管场所")),
        lists.Column("slot_from", _("查验时段"), lists.TIME),
        lists.Column("why", _("布控来源")),
        lists.Column("openings", _("开箱次数"), lists.NUMBER),
        lists.Column("result", _("结果")),
        lists.Column("dwell", _("停留时长")),
    ]


def _row(found: dict[str, Any]) -> dict[str, Any]:
    late = not found["ended_at"] and found["dwell_s"] > DWELL_LATE_S
    return found | {
        "href": reverse("inspection", args=[found["id"]]), "name": found["waybill"] or (found["numbers"] or [found["id"]])[0],
        "word": said(found), "where": said(found, "site"), "why": _why(found), "result": said(found, "outcome") or None,
        "dwell": spoken(found["dwell_s"]) + (f" {_('（超过两天）')}" if late else ""),
    }  # fmt: skip


def _why(found: dict[str, Any]) -> str:
    if found["control"]:
        return _("随机对照样本")
    words = {"customs": _("海关布控"), "own": _("规则命中"), "officer": _("关员布控")}
    return words.get(found["source"], found["source"])


def _facts(found: dict[str, Any]) -> list[tuple[str, Any]]:
    begins, ends = found["slot_from"], found["slot_to"]
    slot = "—"
    if begins is not None:
        slot = f"{begins.astimezone(SHANGHAI):%Y-%m-%d %H:%M}–{ends.astimezone(SHANGHAI):%H:%M} · {_('%(bay)s号查验位') % {'bay': found['bay']}}"
    return [
        (_("状态"), said(found)), (_("监管场所"), said(found, "site")), (_("查验时段"), slot), (_("运单编号"), found["waybill"] or "—"),
        (_("清单"), "、".join(row["invt_no"] or row["order_no"] for row in found["lists"])),
        (_("查验队伍（一次到场）"), "、".join(said(row) for row in found["team"])), (_("布控来源"), _why(found)),
        (_("开箱次数"), found["openings"]), (_("停留时长"), spoken(found["dwell_s"])),
    ]  # fmt: skip


def _slot_day(found: dict[str, Any], request: HttpRequest) -> Any:
    return typed.day(request.GET.get("on", ""), []) or clock.today()


def _slots(found: dict[str, Any], request: HttpRequest) -> list[tuple[str, str]]:
    free = desk.free_slots(found["site"], _slot_day(found, request))[:FREE_SHOWN]
    return [
        (
            f"{one.bay}@{one.begins.isoformat()}",
            f"{one.begins:%m-%d %H:%M}–{one.ends:%H:%M} · {_('%(bay)s号查验位') % {'bay': one.bay}}",
        )
        for one in free
    ]
