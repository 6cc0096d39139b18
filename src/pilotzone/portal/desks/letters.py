"""接口监测: the letters to the counterparts – waiting, sent, answered, refused, given up; for the operator, and to read for the auditor."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pilotzone.base.errors import Refused
from pilotzone.exchange import letters
from pilotzone.exchange.letters import Asked
from pilotzone.kernel import audit, clock
from pilotzone.kernel.access.doors import may, require
from pilotzone.portal.desks.typed import LARGEST, clean, day
from pilotzone.portal.desks.typed import number as number_of
from pilotzone.rooms.clearance import api as clearance
from pilotzone.ui import listing as lists
from pilotzone.ui import sheets
from pilotzone.ui.templatetags.pz import moment

WORDS = {
    "queued": noop("待发送"), "sent": noop("已发出"), "answered": noop("已答复"), "failed": noop("被拒收"),
    "dead": noop("死信"), "parked": noop("已搁置"),
}  # fmt: skip
COUNTERPARTS = {"customs": noop("海关")}
OPEN = ("queued", "failed", "dead", "parked")
MOST_EXPORTED = 50_000
MOST_LOOKED, STEP = 5_000, 500  # of sent letters, to find the answered ones


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """The list with its filter bar; above it how many are in which state, and since when the oldest waits."""
    require(letters.SEE)
    asked, typed, wrong = _asked(request)
    before = number_of(request.GET.get("before"))
    rows, older = _page(asked, typed["state"], before)
    total = letters.counted(asked) if typed["state"] not in ("answered", "unanswered") else None
    listing = lists.Listing(
        columns=_columns(),
        rows=[_row(one) for one in rows],
        filters=_bar(typed),
        actions=[lists.Action("retry", _("重新发送所选"), _("确认重新发送所选的报文？"))] if may(letters.RUN) else [],
        action_url=reverse("letters_act"),
        total=None if total is None else min(total, letters.MOST_COUNTED),
        beyond=total is not None and total > letters.MOST_COUNTED,
        before=str(before or ""),
        older=older,
        query=request.GET,
        export_url=reverse("letters_export"),
        empty=_("还没有对外报文。"),
        empty_help=_("清单核对通过并发往海关时，这里出现一封。"),
    )
    context = {"listing": listing, "wrong": wrong, **_summary()}
    return render(request, "desks/letters.html", context)


@require_safe
def export(request: HttpRequest) -> HttpResponseBase:
    """The list with the same filters as CSV; nobody gets a silent part."""
    require(letters.SEE)
    asked, typed, _wrong = _asked(request)
    total = letters.counted(asked, most=MOST_EXPORTED)
    sheets.refuse_beyond(total, MOST_EXPORTED)
    audit.record("letters.export", object_kind="list", object_id="letters", after={"rows": total, "filters": typed})
    answer = StreamingHttpResponse(
        sheets.csv_of(_lines(request, asked, typed["state"])), content_type="text/csv; charset=utf-8"
    )
    answer["Content-Disposition"] = 'attachment; filename="pilotzone-letters.csv"'
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, number: int) -> HttpResponse:
    """One letter with its envelope, what was done about it; the operator sends it again or puts it aside, and says why."""
    number = min(number, LARGEST)
    found, problem = letters.one(number), None
    if request.method == "POST":
        require(letters.RUN)
        try:
            done = _act(request.POST.get("action", ""), [number], request.POST.get("reason", ""))
            _say(request, done)
            return redirect("letter", number)
        except Refused as refused:
            problem = refused
    row = _row(_with_answers([found])[0])
    context = {
        "one": row, "facts": _facts(row), "envelope": _envelope(found["envelope"]), "problem": problem,
        "keys": json.dumps(found["keys"], ensure_ascii=False, indent=2, sort_keys=True),
        "runs": may(letters.RUN) and found["state"] in OPEN, "parks": found["state"] in ("queued", "failed", "dead"),
        "trail": [_step(line) for line in audit.trail("exchange_outbox", number)],
    }  # fmt: skip
    return render(request, "desks/letter.html", context, status=422 if problem else 200)


@require_POST
def act(request: HttpRequest) -> HttpResponse:
    """The chosen letters are sent again."""
    require(letters.RUN)
    chosen = [one for text in request.POST.getlist("chosen")[: lists.PAGE_SIZE] if (one := number_of(text))]
    _say(request, _act(request.POST.get("action", ""), chosen, ""))
    return redirect("letters")


def _act(action: str, numbers: list[int], reason: str) -> int:
    return letters.park(numbers, reason) if action == "park" else letters.retry(numbers, reason)


def _say(request: HttpRequest, done: int) -> None:
    if done:
        messages.success(request, _("已处理 %(count)d 封报文，并留下审计记录。") % {"count": done})
    else:
        messages.warning(request, _("没有可以处理的报文：已发出的不再发送。"))


def _page(asked: Asked, state: str, before: int | None) -> tuple[list[dict[str, Any]], str]:
    """A page and the number the next one begins after; answered ones are looked for among the sent, a bounded way back."""
    if state not in ("answered", "unanswered"):
        found = letters.listed(asked, before=before, limit=lists.PAGE_SIZE + 1)
        rows = found[: lists.PAGE_SIZE]
        return _with_answers(rows), str(rows[-1]["id"]) if len(found) > lists.PAGE_SIZE else ""
    rows, looked = [], 0
    while looked < MOST_LOOKED:
        found = _with_answers(letters.listed(asked, before=before, limit=STEP))
        for one in found:
            if (one["state"] == "answered") is (state == "answered"):
                rows.append(one)
                if len(rows) == lists.PAGE_SIZE:
                    return rows, str(one["id"])
        looked += len(found)
        if len(found) < STEP:
            return rows, ""
        before = found[-1]["id"]
    return rows, str(before)


def _with_answers(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Sent letters that the counterpart has answered say so. An upload of payment data is answered as it is taken."""
    sent = [one for one in rows if one["state"] == "sent"]
    answered = clearance.answered(one["keys"]["message"] for one in sent if "message" in one["keys"])
    return [
        one | {"state": "answered"}
        if one["state"] == "sent" and ("request" in one["keys"] or one["keys"].get("message") in answered)
        else one
        for one in rows
    ]


def _summary() -> dict[str, Any]:
    told = letters.summary()
    recent = _with_answers(letters.listed(Asked(states=("sent",)), limit=STEP))
    oldest = told["oldest"]
    return {
        "counts": [
            {
                "word": WORDS[state], "n": min(n, letters.MOST_COUNTED), "beyond": n > letters.MOST_COUNTED,
                "href": f"{reverse('letters')}?state={state}",
            }
            for state, n in told["states"].items()
        ],
        "recent": len(recent), "recent_answered": sum(one["state"] == "answered" for one in recent),
        "oldest": oldest, "age": _age(oldest) if oldest else "",
    }  # fmt: skip


def _age(since: Any) -> str:
    """How long ago in zone time, in its largest unit."""
    seconds = max(0, int((clock.now() - since).total_seconds()))
    if seconds < 3600:
        return _("%(n)d 分钟") % {"n": seconds // 60}
    if seconds < 2 * 86400:
        return _("%(n)d 小时") % {"n": seconds // 3600}
    return _("%(n)d 天") % {"n": seconds // 86400}


def _asked(request: HttpRequest) -> tuple[Asked, dict[str, str], list[str]]:
    """The filters, the same as typed, and what could not be read."""
    typed = {
        name: clean(request.GET.get(name, "")) for name in ("number", "counterpart", "kind", "state", "since", "until")
    }
    wrong: list[str] = []
    first, last = day(typed["since"], wrong), day(typed["until"], wrong)
    states: tuple[str, ...] = ()
    if typed["state"] in ("answered", "unanswered"):
        states = ("sent",)
    elif typed["state"] in WORDS:
        states = (typed["state"],)
    elif typed["state"]:
        wrong.append(typed["state"])
    return Asked(typed["counterpart"], typed["kind"], states, first, last, typed["number"]), typed, wrong


def _bar(typed: dict[str, str]) -> list[lists.Filter]:
    counterparts, kinds = letters.known()
    for told, name in ((counterparts, "counterpart"), (kinds, "kind")):
        if typed[name] and typed[name] not in told:
            told.append(typed[name])
    states = [(key, _(word)) for key, word in WORDS.items()] + [("unanswered", _("已发出未答复"))]
    return [
        lists.Filter("number", _("序号或报文编号"), "search", value=typed["number"]),
        lists.Filter(
            "counterpart", _("对方"), "select", [(one, _counterpart(one)) for one in counterparts], typed["counterpart"]
        ),
        lists.Filter("kind", _("报文类型"), "select", [(one, one) for one in kinds], typed["kind"]),
        lists.Filter("state", _("状态"), "select", states, typed["state"]),
        lists.Filter("since", _("起始日"), "date", value=typed["since"]),
        lists.Filter("until", _("截止日"), "date", value=typed["until"]),
    ]


def _columns() -> list[lists.Column]:
    return [
        lists.Column("shown", _("序号"), lists.CODE, href="href"),
        lists.Column("counterpart_word", _("对方")),
        lists.Column("kind", _("报文类型"), lists.CODE),
        lists.Column("reference", _("报文编号"), lists.CODE),
        lists.Column("state_word", _("状态"), lists.STATE),
        lists.Column("attempts", _("次数"), lists.NUMBER),
        lists.Column("created_at", _("生成时间"), lists.TIME),
        lists.Column("when", _("发出/下次尝试"), lists.TIME),
        lists.Column("last_error", _("原因")),
    ]


def _row(one: dict[str, Any]) -> dict[str, Any]:
    return one | {
        "shown": str(one["id"]), "href": reverse("letter", args=[one["id"]]),
        "counterpart_word": _counterpart(one["counterpart"]), "reference": one["keys"].get("reference") or None,
        "state_word": WORDS[one["state"]],
        "when": one["next_try_at"] if one["state"] == "queued" else one["settled_at"],
        "last_error": letters.reason(one["last_error"], get_language() or "zh-hans") or None,
    }  # fmt: skip


def _step(line: dict[str, Any]) -> dict[str, Any]:
    """A line of the trail with the states before and after in words."""
    states = (json.loads(line[side] or "{}").get("state", "") for side in ("before", "after"))
    was, now = (_(WORDS[state]) if state in WORDS else state for state in states)
    return line | {"was": was, "is": now}


def _counterpart(code: str) -> str:
    return _(COUNTERPARTS[code]) if code in COUNTERPARTS else code


def _facts(row: dict[str, Any]) -> list[tuple[str, Any]]:
    return [
        (_("对方"), row["counterpart_word"]), (_("报文类型"), row["kind"]), (_("状态"), _(row["state_word"])),
        (_("次数"), row["attempts"]), (_("生成时间"), moment(row["created_at"])),
        (_("下次尝试"), moment(row["next_try_at"]) if row["state"] == "queued" else None),
        (_("了结时间"), moment(row["settled_at"]) if row["settled_at"] else None), (_("原因"), row["last_error"]),
    ]  # fmt: skip


def _envelope(told: dict[str, Any]) -> list[tuple[str, Any]]:
    words = (
        ("message_id", "CopMsgId"), ("sender", "SenderId"), ("receivers", "ReceiverIds"), ("created", "CreatTime"),
        ("message_type", "MsgType"), ("size", _("字节")), ("sha256", "SHA-256"), ("inbox", _("来文序号")), ("problem", _("无法打开")),
    )  # fmt: skip
    shown = [(word, told[key]) for key, word in words if told.get(key) not in (None, "", [])]
    return [(word, "、".join(value) if isinstance(value, list) else value) for word, value in shown] + [("Data", "***")]


def _lines(request: HttpRequest, asked: Asked, state: str) -> Iterator[list[str]]:
    """Made after the view has ended, in the reader's language."""
    with override(getattr(request, "LANGUAGE_CODE", "zh-hans")):
        columns = [one for one in _columns() if one.key != "when"]
        yield [*(one.title for one in columns), _("下次尝试"), _("了结时间")]
        pile: list[dict[str, Any]] = []
        for letter in letters.every(asked, step=STEP):
            pile.append(letter)
            if len(pile) == STEP:
                yield from _cells(pile, columns, state)
                pile = []
        yield from _cells(pile, columns, state)


def _cells(pile: list[dict[str, Any]], columns: list[lists.Column], state: str) -> Iterator[list[str]]:
    for one in _with_answers(pile):
        if state in ("answered", "unanswered") and (one["state"] == "answered") is not (state == "answered"):
            continue
        row = _row(one) | {"state_word": _(WORDS[one["state"]])}
        cells = [moment(row[c.key]) if c.kind == lists.TIME else sheets.cell(row[c.key]) for c in columns]
        waits = moment(one["next_try_at"]) if one["state"] == "queued" else ""
        yield [*cells, waits, moment(one["settled_at"]) if one["settled_at"] else ""]
