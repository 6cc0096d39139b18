"""我的备案: a firm begins, fills in, verifies, confirms and changes its own filing on one page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from pilotzone.base.errors import Denied, Problem, Refused, Unavailable
from pilotzone.exchange.channels import register_trials as trials
from pilotzone.kernel import clock
from pilotzone.kernel.access.doors import access_organisation, require
from pilotzone.kernel.access.scope import current
from pilotzone.rooms.registry import api
from pilotzone.rooms.registry.web import words

ACTION = "filing.fill"
FIRST = ("draft", "returned")


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """The firm's filing, or the form to begin it."""
    require(ACTION)
    return _page(request, None)


@require_POST
def act(request: HttpRequest, verb: str) -> HttpResponse:
    """One verb of the page; what is refused is said on the page, which keeps what was typed (ui.keeping). Denied `registry.verb` for another."""
    require(ACTION)
    done = VERBS.get(verb)
    if done is None:
        raise Denied(code="registry.verb", zh="没有这一操作。", en="There is no such verb.")
    try:
        done(request)
    except (Refused, Unavailable) as problem:
        return _page(request, problem)
    return redirect("registry_mine")


@require_safe
def paper(request: HttpRequest) -> HttpResponse:
    """The filing to be printed."""
    require(ACTION)
    told = api.mine()
    if told is None:
        return redirect("registry_mine")
    return render(request, "registry/paper.html", {"one": words.shown(told), "promises": _promises(told)})


def _page(request: HttpRequest, problem: Problem | None) -> HttpResponse:
    told = api.mine()
    status = 200 if problem is None else (503 if isinstance(problem, Unavailable) else 422)
    if told is None:
        firm = access_organisation(current().organisation or 0)
        context: dict[str, Any] = {
            "firm": firm, "problem": problem, "code": words.typed(request, "uscc", 40) or firm.uscc,
            "evidence": words.typed(request, "evidence", 300),
            "roles": words.role_choices(request.POST.getlist("roles") or list(firm.roles)),
        }  # fmt: skip
        return render(request, "registry/start.html", context, status=status)
    one = words.shown(told)
    context = {
        "one": one, "problem": problem, "roles": words.role_choices(one["roles"]), "units": words.units_named(),
        "licence_rows": _licence_rows(one), "promises": _promises(told), "findings": one["findings"],
        "editable": one["state"] in FIRST, "changeable": one["state"] == "valid",
        "trial": (trials.ACCOUNT, trials.code_of(one["uscc"])) if clock.is_demo() else None,
    }  # fmt: skip
    return render(request, "registry/mine.html", context, status=status)


def _licence_rows(one: dict[str, Any]) -> list[dict[str, Any]]:
    """The licences that are filed, and an empty row for each kind that is not."""
    kinds = api.form(one["roles"]).licences
    names = {row["kind"] for row in one["licences"]}
    by_key = {kind.key: kind for kind in kinds}
    rows = [dict(row) | {"asked": by_key.get(row["kind"])} for row in one["licences"]]
    rows += [{"kind": kind.key, "asked": kind} for kind in kinds if kind.key not in names]
    return [row | {"at": f"{number:02d}"} for number, row in enumerate(rows)]


def _promises(told: dict[str, Any]) -> list[Any]:
    return list(api.form(told["roles"]).commitments)


def _number() -> int:
    found = api.claim()
    if found is None:
        raise Denied(code="registry.mine", zh="还没有备案，请先开始。", en="There is no filing yet; begin one.")
    return found


def _start(request: HttpRequest) -> None:
    told = api.start(
        uscc=words.typed(request, "uscc", 40), roles=request.POST.getlist("roles"),
        evidence=words.typed(request, "evidence", 300),
    )  # fmt: skip
    _say_away(request, told["away"])


def _fill(request: HttpRequest, number: int) -> None:
    api.fill(
        number, version=words.version_of(request), roles=request.POST.getlist("roles"),
        values=words.values_typed(request), licences=words.licences_typed(request),
        evidence=words.typed(request, "evidence", 300),
    )  # fmt: skip


def _save(request: HttpRequest) -> None:
    _fill(request, _number())
    messages.success(request, _("已保存。"))


def _confirm(request: HttpRequest) -> None:
    """Saves first: what was typed is not lost where something is still missing."""
    number = _number()
    _fill(request, number)
    api.confirm(number, version=None, commitments=request.POST.getlist("commitments"))
    messages.success(request, _("已确认并提交。办理进度见本页。"))


def _verify(request: HttpRequest) -> None:
    method = "single_window" if request.POST.get("method") == "single_window" else "licence"
    away = api.verify(
        _number(), version=words.version_of(request), method=method, account=words.typed(request, "account", 100),
        code=words.typed(request, "code", 100),
    )  # fmt: skip
    messages.success(request, _("身份已验证，各登记机关的信息已填入。"))
    _say_away(request, away)


def _ask(request: HttpRequest) -> None:
    away = api.ask(_number(), version=words.version_of(request))
    _say_away(request, away)
    if not away:
        messages.success(request, _("已与各登记机关重新核对。"))


def _withdraw(request: HttpRequest) -> None:
    api.withdraw(_number(), version=words.version_of(request))


def _change(request: HttpRequest) -> None:
    verb = api.change(
        _number(), version=words.version_of(request), roles=request.POST.getlist("roles"),
        values=words.values_typed(request), licences=words.licences_typed(request),
        reason=words.typed(request, "reason", 300) or "—",
    )  # fmt: skip
    messages.success(
        request, _("已更新，无需审核。") if verb == "note" else _("变更已提交审核，审核期间原备案继续有效。")
    )


def _ask_cancel(request: HttpRequest) -> None:
    api.ask_cancel(_number(), version=words.version_of(request), reason=words.typed(request, "reason", 300))


def _drop(request: HttpRequest) -> None:
    api.drop(_number(), version=words.version_of(request), reason=words.typed(request, "reason", 300))


def _say_away(request: HttpRequest, away: list[str]) -> None:
    for name in away:
        messages.warning(
            request,
            _("%(register)s登记暂时查不到，草稿已保留，请稍后重新核对。") % {"register": words.register_word(name)},
        )


VERBS: dict[str, Callable[[HttpRequest], None]] = {
    "start": _start, "save": _save, "confirm": _confirm, "verify": _verify, "ask": _ask, "withdraw": _withdraw,
    "change": _change, "ask_cancel": _ask_cancel, "drop": _drop,
}  # fmt: skip
