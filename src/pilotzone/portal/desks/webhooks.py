"""回执推送: a firm's subscriptions, their secrets, tests and switches, and what was delivered, failed or waits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from pilotzone.base.errors import Problem
from pilotzone.exchange.webhooks import ledger, subscriptions
from pilotzone.exchange.webhooks.subscriptions import Hook
from pilotzone.ui import listing as lists
from pilotzone.ui import sheets

STATES = {"queued": noop("待推送"), "sent": noop("已送达"), "dead": noop("死信")}
SWITCH = {"on": noop("启用"), "off": noop("停用"), "gone": noop("对方已关闭")}
WANTED = {ledger.CREATED: noop("回执"), ledger.PAYMENT: noop("付汇进度")}
KINDS = {**WANTED, ledger.PING: noop("测试")}
MOST_EXPORTED, EXPORT_PAGE = 10_000, 500
NUMBER = 18  # digits a number may have


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest) -> HttpResponse:
    """All subscriptions and the form for a new one; the fresh secret stands on the answer and nowhere else."""
    typed = _typed(request)
    problem: Problem | None = None
    fresh: tuple[Hook, str] | None = None
    if request.method == "POST":
        try:
            after = 0 if request.POST.get("start") == "all" else None
            fresh = subscriptions.create(
                url=typed["url"], description=typed["description"], kinds=typed["kinds"], after=after
            )
        except Problem as refused:
            problem = refused
    context = {
        "hooks": [_card(hook) for hook in subscriptions.listed()],
        "typed": {} if fresh else typed,
        "kinds": _choices([ledger.CREATED] if fresh or request.method != "POST" else typed["kinds"]),
        "problem": problem,
        "fresh": {"hook": fresh[0], "secret": fresh[1]} if fresh else None,
        "most": subscriptions.MOST,
    }
    return render(request, "desks/webhooks.html", context, status=422 if problem else 200)


@require_safe
def one(request: HttpRequest, hook: int) -> HttpResponse:
    """One subscription and its delivery log."""
    return _page(request, hook)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def act(request: HttpRequest, hook: int, verb: str) -> HttpResponse:
    """Change, switch, test, renew the secret, replay. Asked for again without a form it is the subscription's page."""
    if request.method != "POST":
        return redirect(f"{reverse('enterprise_webhook', args=[hook])}?{request.GET.urlencode()}")
    if verb == "secret":
        try:
            return _page(request, hook, secret=subscriptions.rotate(hook))
        except Problem as refused:
            return _page(request, hook, problem=refused)
    done = _VERBS.get(verb)
    if done is None:
        raise Http404
    try:
        messages.success(request, done(request, hook))
    except Problem as refused:
        return _page(request, hook, problem=refused, typed=_typed(request) if verb == "change" else None)
    return redirect("enterprise_webhook", hook)


@require_safe
def export(request: HttpRequest, hook: int) -> HttpResponse:
    """The delivery log with the same filters as CSV. Refused `desk.export.too_many` beyond ten thousand lines."""
    asked = _asked(request)
    beyond = subscriptions.deliveries(hook, state=asked["state"], kind=asked["kind"], limit=1, skip=MOST_EXPORTED)
    sheets.refuse_beyond(MOST_EXPORTED + len(beyond), MOST_EXPORTED)
    return sheets.csv_answer(f"webhook-{hook}", _file_columns(), list(_lines(hook, asked)), action="webhook.export")


def _file_columns() -> list[lists.Column]:
    return [
        lists.Column("id", _("序号")), lists.Column("message_id", "webhook-id"), lists.Column("kind_word", _("内容")),
        lists.Column("first", _("首条回执")), lists.Column("last", _("末条回执")), lists.Column("receipts", _("条数")),
        lists.Column("state_word", _("状态")), lists.Column("attempts", _("次数")), lists.Column("last_status", _("最近应答")),
        lists.Column("last_error", _("原因")), lists.Column("created_at", _("生成时间")), lists.Column("settled_at", _("完成时间")),
    ]  # fmt: skip


def _delivery_columns() -> list[lists.Column]:
    return [
        lists.Column("id", _("序号"), lists.NUMBER),
        lists.Column("kind_word", _("内容")),
        lists.Column("span", _("回执序号")),
        lists.Column("receipts", _("条数"), lists.NUMBER),
        lists.Column("state", _("状态"), lists.STATE),
        lists.Column("attempts", _("次数"), lists.NUMBER),
        lists.Column("said", _("最近应答")),
        lists.Column("next", _("下次尝试"), lists.TIME),
        lists.Column("created_at", _("生成时间"), lists.TIME),
    ]


def _typed(request: HttpRequest) -> dict[str, Any]:
    """A subscription as the form says it."""
    told = {name: request.POST.get(name, "") for name in ("url", "description", "start")}
    return told | {"kinds": request.POST.getlist("kinds")}


def _choices(chosen: list[str]) -> list[dict[str, Any]]:
    return [{"key": key, "word": _(word), "chosen": key in chosen} for key, word in WANTED.items()]


def _page(
    request: HttpRequest, number: int, *, secret: str = "", problem: Problem | None = None,
    typed: dict[str, Any] | None = None,
) -> HttpResponse:  # fmt: skip
    hook = subscriptions.one(number)
    asked = _asked(request)
    page = lists.page_number(request.GET.get("page"))
    found = subscriptions.deliveries(
        number, state=asked["state"], kind=asked["kind"], limit=lists.PAGE_SIZE + 1, skip=(page - 1) * lists.PAGE_SIZE
    )  # fmt: skip
    rows = found[: lists.PAGE_SIZE]
    listing = lists.Listing(
        columns=_delivery_columns(),
        rows=[_row(one) for one in rows],
        filters=[
            lists.Filter(
                "state", _("状态"), "select", [(key, _(word)) for key, word in STATES.items()], asked["state"]
            ),
            lists.Filter("kind", _("内容"), "select", [(key, _(word)) for key, word in KINDS.items()], asked["kind"]),
        ],
        actions=[lists.Action("replay", _("重放所选"))],
        action_url=reverse("enterprise_webhook_act", args=[number, "replay"]),
        page=page,
        has_next=len(found) > lists.PAGE_SIZE,
        query=request.GET,
        export_url=reverse("enterprise_webhook_export", args=[number]),
        empty=_("还没有推送。"),
        empty_help=_("贵单位有新回执时自动推送；也可先发一次测试推送。"),
    )
    context = {
        "hook": _card(hook), "listing": listing, "secret": secret, "problem": problem,
        "typed": typed or {"url": hook.url, "description": hook.description},
        "kinds": _choices(typed["kinds"] if typed else hook.kinds),
        "tried": [one | {"word": _(STATES[one["state"]])} for one in rows if one["tries"]][:10],
    }  # fmt: skip
    return render(request, "desks/webhook.html", context, status=422 if problem else 200)


def _change(request: HttpRequest, hook: int) -> str:
    typed = _typed(request)
    subscriptions.change(hook, url=typed["url"], description=typed["description"], kinds=typed["kinds"])
    return _("已保存。")


def _on(request: HttpRequest, hook: int) -> str:
    subscriptions.change(hook, enabled=True)
    return _("已启用，从停下的地方继续推送。")


def _off(request: HttpRequest, hook: int) -> str:
    subscriptions.change(hook, enabled=False)
    return _("已停用，此后的回执留待启用时推送。")


def _retire(request: HttpRequest, hook: int) -> str:
    subscriptions.retire(hook)
    return _("旧密钥已作废。")


def _ping(request: HttpRequest, hook: int) -> str:
    subscriptions.ping(hook, _("PilotZone 测试推送"))
    return _("测试推送已发出，结果见投递记录。")


def _replay(request: HttpRequest, hook: int) -> str:
    """The chosen rows of the list, a range, or all dead letters."""
    chosen = [int(text) for text in request.POST.getlist("chosen")[: lists.PAGE_SIZE] if _is_number(text)]
    if chosen:
        count = sum(subscriptions.replay(hook, first=number, last=number) for number in sorted(chosen))
    elif request.POST.get("state") == "dead":
        count = subscriptions.replay(hook, state="dead")
    else:
        first, last = (request.POST.get(name, "") for name in ("first", "last"))
        count = subscriptions.replay(
            hook, first=int(first) if _is_number(first) else None, last=int(last) if _is_number(last) else None
        )
    return _("将重新推送 %(count)d 次投递。") % {"count": count}


_VERBS: dict[str, Callable[[HttpRequest, int], str]] = {
    "change": _change, "on": _on, "off": _off, "ping": _ping, "retire": _retire, "replay": _replay,
}  # fmt: skip


def _asked(request: HttpRequest) -> dict[str, str]:
    """The filters as far as they are known."""
    state, kind = request.GET.get("state", ""), request.GET.get("kind", "")
    return {"state": state if state in STATES else "", "kind": kind if kind in KINDS else ""}


def _card(hook: Hook) -> dict[str, Any]:
    return {
        "id": hook.id, "url": hook.url, "description": hook.description, "state": SWITCH[hook.state], "on": hook.state == "on",
        "gone": hook.state == "gone",
        "waiting": hook.waiting, "dead": hook.dead, "last_at": hook.last_at, "last": _answered(hook.last_status, hook.last_error),
        "old_until": hook.old_until, "created_at": hook.created_at, "position": hook.position,
    }  # fmt: skip


def _row(one: dict[str, Any]) -> dict[str, Any]:
    span = "—" if one["first"] is None else f"{one['first']}–{one['last']}"
    return one | {
        "state": STATES[one["state"]],
        "kind_word": _(KINDS.get(one["kind"], one["kind"])),
        "span": span,
        "said": _answered(one["last_status"], one["last_error"]) if one["attempts"] else "—",
        "next": one["next_try_at"] if one["state"] == "queued" else None,
    }


def _answered(status: int, error: str) -> str:
    return " ".join(filter(None, [f"HTTP {status}" if status else "", error])) or "—"


def _lines(hook: int, asked: dict[str, str]) -> Iterator[dict[str, Any]]:
    for skip in range(0, MOST_EXPORTED, EXPORT_PAGE):
        found = subscriptions.deliveries(hook, state=asked["state"], kind=asked["kind"], limit=EXPORT_PAGE, skip=skip)
        for one in found:
            yield one | {
                "kind_word": _(KINDS.get(one["kind"], one["kind"])), "state_word": _(STATES[one["state"]]),
                "last_status": one["last_status"] or None,
            }  # fmt: skip
        if len(found) < EXPORT_PAGE:
            return


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and 0 < len(text) <= NUMBER
