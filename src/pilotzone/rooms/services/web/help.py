"""帮助与留言: public answers, one's own questions, answering, and replays with four eyes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pilotzone.base.errors import Denied, Refused
from pilotzone.kernel.access.doors import may, require
from pilotzone.rooms.services import api
from pilotzone.rooms.services.web import words
from pilotzone.ui import listing as lists
from pilotzone.ui import sheets

TONES = {"open": "wait", "answered": "good", "closed": "plain"}


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What was answered for everybody, and how many questions there were."""
    query = words.asked(request, "q")
    found = api.published(query, lists.page_number(request.GET.get("page")))
    listing = lists.Listing(
        columns=[], rows=found["rows"], total=found["total"], page=found["page"], query=request.GET,
        caption=_("公开答复"),
    )  # fmt: skip
    context = {
        "rows": found["rows"], "listing": listing, "query": query, "counts": api.counts(), "may_ask": may("help.ask"),
        "may_answer": may("help.answer"), "may_replay": may("document.replay"),
    }  # fmt: skip
    return render(request, "services/help.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Ask the platform, about a record where there is one (`?record_kind=case&record=FW…`)."""
    require("help.ask")
    names = ("kind", "title", "body", "record_kind", "record")
    typed = {name: words.typed(request, name) or words.asked(request, name) for name in names}
    problem: Refused | None = None
    if request.method == "POST":
        try:
            return redirect("help_question", api.ask(**typed))
        except Refused as refused:
            problem = refused
    context = {
        "typed": typed, "problem": problem, "kinds": [(key, words.pair(word)) for key, word in api.KINDS.items()],
        "records": [(key, words.pair(word)) for key, word in api.RECORDS.items()],
    }  # fmt: skip
    return render(request, "services/ask.html", context, status=422 if problem else 200)


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The questions of the caller's firm, or all for who answers."""
    state, query = words.asked(request, "state"), words.asked(request, "q")
    found = api.questions(state=state, query=query, page=lists.page_number(request.GET.get("page")))
    listing = lists.Listing(
        columns=_columns(), rows=[_row(one) for one in found["rows"]],
        filters=[
            lists.Filter("q", _("标题或记录编号"), "search", value=query),
            lists.Filter("state", _("状态"), "select", list(_states().items()), state),
        ],
        page=found["page"], total=found["total"], query=request.GET, export_url=reverse("help_export"), caption=_("留言"),
        empty=_("还没有留言。"), empty_help=_("在办件页或本页提出。"),
    )  # fmt: skip
    return render(request, "services/questions.html", {"listing": listing, "may_ask": may("help.ask")})


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The same list as CSV."""
    state, query = words.asked(request, "state"), words.asked(request, "q")
    every = sheets.at_once(lambda page, size: api.questions(state=state, query=query, page=page, size=size))
    rows = [_row(one) for one in every]
    return sheets.csv_answer("questions", _columns(), rows, action="help.export")


@require_safe
def question(request: HttpRequest, number: int) -> HttpResponse:
    """One question with its answers."""
    return _page(request, number, None)


@require_POST
def act(request: HttpRequest, number: int, verb: str) -> HttpResponse:
    """Reply, publish or close. Denied `service.verb` for another."""
    done = VERBS.get(verb)
    if done is None:
        raise Denied(code="service.verb", zh="没有这一操作。", en="There is no such verb.")
    try:
        done(request, number)
    except Refused as problem:
        return _page(request, number, problem)
    return redirect("help_question", number)


@require_http_methods(["GET", "HEAD", "POST"])
def replays(request: HttpRequest) -> HttpResponse:
    """报文重放: ask for one; the list of all requests."""
    require("document.replay")
    problem: Refused | None = None
    if request.method == "POST":
        try:
            api.replay(receipt_id=words.typed(request, "receipt_id", 40), reason=words.typed(request, "reason", 500))
            messages.success(request, _("已申请，等待另一人批准。"))
            return redirect("help_replays")
        except Refused as refused:
            problem = refused
    typed = {name: words.typed(request, name, 500) for name in ("receipt_id", "reason")}
    return _replays(request, problem, typed)


@require_safe
def replays_export(request: HttpRequest) -> HttpResponse:
    """The requests to replay as CSV."""
    require("document.replay")
    states, state = _replay_states(), _replay_state(request)
    columns = [
        lists.Column("receipt_id", _("回执号")), lists.Column("firm", _("单位")), lists.Column("reason", _("事由")),
        lists.Column("asked_by", _("申请")), lists.Column("asked_at", _("申请时间"), lists.TIME), lists.Column("state_word", _("状态")),
        lists.Column("decided_by", _("批准人")), lists.Column("decided_at", _("批准时间"), lists.TIME),
        lists.Column("remark", _("意见")), lists.Column("new_receipt", _("新回执号")),
    ]  # fmt: skip
    every = sheets.at_once(lambda page, size: api.replays(state, page, size))
    rows = [one | {"state_word": states.get(one["state"], one["state"])} for one in every]
    return sheets.csv_answer("replays", columns, rows, action="help.replays.export")


@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, number: int) -> HttpResponse:
    """Approve or refuse another's request. Without a form it is the list."""
    require("document.replay")
    if request.method != "POST":
        return redirect(f"{reverse('help_replays')}?{request.GET.urlencode()}")
    try:
        api.decide_replay(number, approved="approve" in request.POST, remark=words.typed(request, "remark", 500))
    except Refused as problem:
        return _replays(request, problem, {})
    return redirect("help_replays")


def _replays(request: HttpRequest, problem: Refused | None, typed: dict[str, str]) -> HttpResponse:
    state = _replay_state(request)
    found = api.replays(state, lists.page_number(request.GET.get("page")))
    listing = lists.Listing(
        columns=[], rows=found["rows"], total=found["total"], page=found["page"], query=request.GET,
        export_url=reverse("help_replays_export"), caption=_("报文重放"),
    )  # fmt: skip
    context = {
        "rows": found["rows"], "listing": listing, "state": state, "states": list(_replay_states().items()),
        "problem": problem, "typed": typed,
    }  # fmt: skip
    return render(request, "services/replays.html", context, status=422 if problem else 200)


def _replay_states() -> dict[str, str]:
    return {"waiting": _("等待批准"), "done": _("已重放"), "refused": _("未批准")}


def _replay_state(request: HttpRequest) -> str:
    state = words.asked(request, "state")
    return state if state in _replay_states() else ""


def _page(request: HttpRequest, number: int, problem: Refused | None) -> HttpResponse:
    told = api.question(number)
    context = {
        "one": told, "problem": problem, "typed": words.typed(request, "body") if problem else "",
        "state_word": _states()[told["state"]], "tone": TONES[told["state"]],
        "may_reply": told["state"] != "closed" and (told["answerer"] or may("help.ask")),
    }  # fmt: skip
    return render(request, "services/question.html", context, status=422 if problem else 200)


def _states() -> dict[str, str]:
    return {"open": _("待答复"), "answered": _("已答复"), "closed": _("办结")}


def _columns() -> list[lists.Column]:
    return [
        lists.Column("title", _("标题"), href="href"),
        lists.Column("kind_word", _("类别")),
        lists.Column("firm", _("单位")),
        lists.Column("record", _("记录编号"), lists.CODE),
        lists.Column("state_word", _("状态")),
        lists.Column("public_word", _("公开")),
        lists.Column("at", _("留言时间"), lists.TIME),
        lists.Column("answered_at", _("首次答复"), lists.TIME),
    ]


def _row(one: dict[str, Any]) -> dict[str, Any]:
    return one | {
        "href": reverse("help_question", args=[one["id"]]), "kind_word": words.text(one, "kind"), "record": one["record"] or "—",
        "state_word": _states()[one["state"]], "firm": one["firm"] or "—", "public_word": _("是") if one["public"] else _("否"),
    }  # fmt: skip


VERBS: dict[str, Callable[[HttpRequest, int], Any]] = {
    "reply": lambda request, number: api.reply(number, body=words.typed(request, "body")),
    "close": lambda request, number: api.finish(number),
    "publish": lambda request, number: api.publish(
        number,
        title=words.typed(request, "title"),
        body=words.typed(request, "body"),
        answer=words.typed(request, "answer"),
    ),
}
