"""变更撤销退货: drafts filled from a trade's record, saved as they are typed, kept among the drafts and signed there."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pilotzone.base.errors import Refused
from pilotzone.kernel import audit, clock, seen
from pilotzone.kernel.access.doors import may, require
from pilotzone.portal.desks import changing_fields
from pilotzone.rooms.clearance import api as clearance
from pilotzone.rooms.tax import api as tax
from pilotzone.ui import listing as lists
from pilotzone.ui import sheets
from pilotzone.ui.templatetags.pz import moment
from pilotzone.ui.wording import said

ACTION = "declare.mend"
LARGEST = 2**63 - 1
VERBS, STATES = ("change", "delete", "cancel", "return"), ("open", "kept", "discarded")
STALE = "clearance.change.stale"
WAITS = ("processing", "underway")  # the page asks again


def offered(trade: int) -> list[dict[str, Any]]:
    """What may be done on a trade's page, and what not and why; nothing for who may not mend."""
    return clearance.change_offers(trade) if may(ACTION) else []


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """The firm's changes with what became of each."""
    require(ACTION)
    filters, page = _filters(request), lists.page_number(request.GET.get("page"))
    found = clearance.changes(filters, page, lists.PAGE_SIZE)
    listing = lists.Listing(
        columns=_columns(),
        rows=[_row(one) for one in found["rows"]],
        filters=[
            lists.Filter("number", _("订单编号"), "search", value=filters["number"]),
            lists.Filter(
                "verb", _("事项"), "select", choices=[(key, _verb_word(key)) for key in VERBS], value=filters["verb"]
            ),
            lists.Filter(
                "state", _("进展"), "select", value=filters["state"],
                choices=[("open", _("填写中")), ("kept", _("已转入暂存或申报")), ("discarded", _("已放弃"))],
            ),
        ],
        total=found["total"],
        page=page,
        query=request.GET,
        export_url=reverse("changes_export"),
        empty=_("没有变更、撤销或退货的草稿。"),
        empty_help=_("在一票的页面上点“变更撤销退货”，按记录填好的草稿会出现在这里。"),
    )  # fmt: skip
    return render(request, "desks/changes.html", {"listing": listing})


@require_safe
def export(request: HttpRequest) -> HttpResponseBase:
    """The list with the same filters as CSV."""
    require(ACTION)
    columns, filters = _columns(), _filters(request)
    rows = sheets.every(lambda page, size: clearance.changes(filters, page, size))
    lines = [[sheets.cell(_row(one)[column.key]) for column in columns] for one in rows]
    audit.record("changes.export", object_kind="list", object_id="changes", after={"rows": len(lines)})
    answer = StreamingHttpResponse(
        sheets.csv_of([[one.title for one in columns], *lines]), content_type="text/csv; charset=utf-8"
    )
    answer["Content-Disposition"] = 'attachment; filename="pilotzone-changes.csv"'
    return answer


@require_POST
def begin(request: HttpRequest, trade: int) -> HttpResponse:
    """Fill a draft from the record and go to it; what is not lawful is said on the trade's page."""
    require(ACTION)
    if trade > LARGEST:
        raise Http404
    try:
        number = clearance.begin_change(
            trade=trade, verb=request.POST.get("verb", "")[:20], kind=request.POST.get("kind", "")[:20]
        )
    except Refused as problem:
        if problem.code == "clearance.unknown":
            raise Http404 from problem
        messages.error(request, _problem(problem))
        return redirect(f"{reverse('enterprise_trade', args=[trade])}#changes")
    return redirect("change", number)


@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, number: int) -> HttpResponse:
    """The draft: its form while it is written, else what became of it. A POST saves what was typed."""
    require(ACTION)
    problem = _save(request, number) if request.method == "POST" else None
    if request.method == "POST" and problem is None:
        messages.success(request, _("已保存"))
        return redirect("change", number)
    return render(request, "desks/change.html", _context(number, problem), status=422 if problem else 200)


@require_POST
def autosave(request: HttpRequest, number: int) -> HttpResponse:
    """Save as it is typed: what is wrong yet and what follows, to stand beside the form."""
    require(ACTION)
    problem = _save(request, number)
    return render(request, "desks/change_state.html", _context(number, problem))


@require_POST
def act(request: HttpRequest, number: int, verb: str) -> HttpResponse:
    """keep (saves first), reopen, discard; what is refused is said on the draft's page."""
    require(ACTION)
    try:
        if verb == "keep":
            problem = _save(request, number)
            if problem is not None:
                raise problem
            with transaction.atomic():
                clearance.keep_change(number=_bounded(number))
        elif verb == "reopen":
            clearance.reopen_change(number=_bounded(number), revision=_shown(request))
        elif verb == "discard":
            clearance.discard_change(number=_bounded(number), revision=_shown(request), writer=_writer(request))
            messages.success(request, _("已放弃"))
            return redirect("changes")
        else:
            raise Http404
    except Refused as refused:
        return render(request, "desks/change.html", _context(number, refused), status=422)
    return redirect("change", number)


def _save(request: HttpRequest, number: int) -> Refused | None:
    """What was typed, written; or why not."""
    head, lines, off = _typed(request.POST)
    try:
        with transaction.atomic():
            clearance.save_change(
                number=_bounded(number),
                revision=_shown(request) or 0,
                head=head,
                lines=lines,
                off=off,
                writer=_writer(request),
            )
    except Refused as problem:
        return problem
    return None


def _shown(request: HttpRequest) -> int | None:
    """The revision the page showed; None where it says none."""
    return seen.mark_typed(request.POST.get("revision", ""))


def _writer(request: HttpRequest) -> str:
    """The page that asks, by the mark it was given."""
    return request.POST.get("writer", "").replace("\0", "")[:36]


def _typed(form: QueryDict) -> tuple[dict[str, str], dict[int, dict[str, str]], list[int] | None]:
    """Head, lines by place and the lines left out, as the form names them: h.<element>, l.<place>.<element>, keep."""
    head: dict[str, str] = {}
    lines: dict[int, dict[str, str]] = {}
    for name in form:
        kind, _dot, rest = name.partition(".")
        text = str(form[name]).replace("\0", "")
        if kind == "h":
            head[rest] = text
        elif kind == "l":
            place, _dot, element = rest.partition(".")
            if place.isascii() and place.isdigit() and len(place) < 4:
                lines.setdefault(int(place), {})[element] = text
    shown = {int(text) for text in form.getlist("shown") if text.isascii() and text.isdigit() and len(text) < 4}
    kept = {int(text) for text in form.getlist("keep") if text.isascii() and text.isdigit() and len(text) < 4}
    return head, lines, sorted(shown - kept) if shown else None


def _context(number: int, problem: Refused | None) -> dict[str, Any]:
    told = clearance.access_change(_bounded(number))
    on = clock.today()
    fields, facts = changing_fields.of_head(told, on=on) if told["state"] == "open" else ([], _facts(told, on))
    columns, lines = changing_fields.of_lines(told, on=on)
    return {
        "one": told, "fields": fields, "facts": facts, "columns": columns, "lines": lines, "problem": problem,
        "overtaken": problem is not None and problem.code == STALE,
        "writer": str(uuid.uuid4()), "follows": follows(told), "at": clock.now(), "stands": stands_word(told),
        "waits": told["stands"] in WAITS, "may_leave_out": told["verb"] in ("change", "return"),
        "undo": told["stands"] in ("draft", "refused"), "title": said(told, "", _language()),
        "document": f"{told['kind_en'] if _english() else told['kind_zh']} {told['message']}",
    }  # fmt: skip


def _facts(told: Mapping[str, Any], on: date) -> list[tuple[str, str]]:
    return changing_fields.of_head({**told, "editable": ()}, on=on)[1]


def follows(told: Mapping[str, Any]) -> list[str]:
    """What customs' yes will undo, and until when, in words."""
    undoes, verb = told["undoes"], told["verb"]
    if not undoes:
        return []
    if verb == "change":
        return [_("平台受理后按新内容重新核对；清单核对通过才转发海关。")]
    if verb == "delete":
        return [_("平台受理后本单证不再参加核对，这一票回到等待单证；需要时以新增再报。")]
    if undoes["flow"] != "I":
        return _export_follows(verb, undoes)
    quota, freed = _amounts(told)
    lines = []
    if quota is not None:
        word = _("海关审结撤销后") if verb == "cancel" else _("海关审结退货后")
        lines.append(_("%(when)s恢复订购人年度额度 %(amount)s 元。") % {"when": word, "amount": f"{quota:,.2f}"})
        lines.append(
            _("相应税款 %(amount)s 元不予征收（已缴的由海关退还），同额税款担保释放。") % {"amount": f"{freed:,.2f}"}
        )
    if verb == "return":
        if undoes["apply_until"]:
            lines.append(_("退货申请最迟 %(day)s 提交。") % {"day": moment(undoes["apply_until"])})
        if undoes["arrive_until"]:
            lines.append(_("商品须最迟 %(day)s 运抵原监管场所，逾期不恢复。") % {"day": moment(undoes["arrive_until"])})
    return lines


def _export_follows(verb: str, undoes: Mapping[str, Any]) -> list[str]:
    if verb == "cancel":
        return [_("海关审结后本清单作废；出口不占用个人额度。")]
    lines = [_("已办出口退（免）税的，先向税务机关补缴已退税款或取得未退税证明。")]
    if undoes["apply_until"]:
        lines.append(_("商品须最迟 %(day)s 退运进境。") % {"day": moment(undoes["apply_until"])})
    return lines


def _amounts(told: Mapping[str, Any]) -> tuple[Any, Any]:
    """(quota, tax) a cancellation or return gives back by the platform's own figure; None where it is not known."""
    undoes = told["undoes"]
    if not undoes["booked"] or undoes["value"] is None:
        return None, None
    if told["verb"] == "cancel":
        return undoes["value"], undoes["tax"] or 0
    try:
        share = tax.return_share(
            undoes["assessment"], *({int(place): qty for place, qty in undoes[name].items()} for name in ("returned", "before"))
        )  # fmt: skip
    except (Refused, ValueError, KeyError, TypeError):
        return None, None  # what is wrong with the lines is told beside them
    return share.quota, share.tax


def stands_word(told: Mapping[str, Any]) -> str:
    """What became of a change, in words; customs' own where it answered."""
    words = {
        "open": _("填写中"), "processing": _("正在处理"), "draft": _("暂存，待签名"), "underway": _("已签名，正在处理"),
        "refused": _("平台未受理"), "declared": _("已申报"), "discarded": _("已放弃"),
    }  # fmt: skip
    word = words[told["stands"]]
    answer = told["customs_en"] if _english() else told["customs_zh"]
    return f"{word} · {answer}" if answer else word


def _columns() -> list[lists.Column]:
    return [
        lists.Column("order_no", _("订单编号"), lists.CODE, href="href"),
        lists.Column("what", _("事项")),
        lists.Column("document", _("单证")),
        lists.Column("stands_word", _("进展")),
        lists.Column("saved_at", _("最后保存"), lists.TIME),
        lists.Column("kept_at", _("转入暂存"), lists.TIME),
    ]


def _row(one: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **one, "href": reverse("change", args=[one["id"]]), "what": said(one, "", _language()),
        "document": f"{one['kind_en'] if _english() else one['kind_zh']} {one['message']}",
        "stands_word": stands_word(one),
    }  # fmt: skip


def _filters(request: HttpRequest) -> dict[str, str]:
    verb, state = request.GET.get("verb", ""), request.GET.get("state", "")
    return {
        "verb": verb if verb in VERBS else "", "state": state if state in STATES else "",
        "number": request.GET.get("number", "").replace("\0", "").strip()[:60],
    }  # fmt: skip


def _verb_word(verb: str) -> str:
    return {"change": _("变更"), "delete": _("删除"), "cancel": _("撤销申请"), "return": _("退货申请")}[verb]


def _bounded(number: int) -> int:
    if number > LARGEST:
        raise Http404
    return number


def _problem(problem: Refused) -> str:
    return f"{said(problem, '', _language())} {said(problem, 'mend', _language())} ({problem.code})"


def _language() -> str:
    return get_language() or "zh-hans"


def _english() -> bool:
    return _language().startswith("en")
