"""企业备案 for everybody: whether a firm has filed, and the way in for a new one."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from pilotzone.base.errors import Refused, Unavailable
from pilotzone.exchange.channels import register_trials as trials
from pilotzone.kernel import clock
from pilotzone.kernel.access.actor import CONSUMER
from pilotzone.kernel.access.doors import may
from pilotzone.kernel.access.middleware import choose
from pilotzone.kernel.access.scope import current
from pilotzone.rooms.registry import api
from pilotzone.rooms.registry.web import words


@require_safe
def look_up(request: HttpRequest) -> HttpResponse:
    """`?code=` a credit or customs code: the public fields of its filing."""
    code = request.GET.get("code", "").replace("\0", "").strip()[:40]
    found: dict[str, Any] | None = None
    problem: Refused | None = None
    if code:
        try:
            found = api.public(code)
            found |= {"state_tag": words.state_tag(found["state"]), "roles_word": words.role_words(found["roles"])}
        except Refused as refused:
            problem = refused
    counts = api.counts()
    context = {
        "code": code, "found": found, "problem": problem, "counts": counts,
        "kinds": [(words.role_words([one]), counts["roles"].get(one, 0)) for one, _, _ in words.role_choices([])],
        "may_fill": may("filing.fill"), "may_see": may(api.SEE), "may_enter": current().kind == CONSUMER,
    }  # fmt: skip
    return render(request, "registry/look_up.html", context, status=404 if problem else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """A new firm's representative comes in by the electronic licence and goes on to its filing."""
    problem: Refused | Unavailable | None = None
    names = ("uscc", "account", "code", "evidence")
    typed = {name: words.typed(request, name, 300) for name in names}
    if request.method == "POST":
        try:
            made = api.enter(roles=request.POST.getlist("roles"), **typed)
            choose(request, made)
            return redirect("registry_mine")
        except (Refused, Unavailable) as refused:
            problem = refused
    context: dict[str, Any] = {
        "typed": typed | {"code": ""}, "problem": problem, "person": current().kind == CONSUMER,
        "roles": words.role_choices(request.POST.getlist("roles")), "trial": None,
    }  # fmt: skip
    if clock.is_demo():
        context["trial"] = (trials.newcomer(), trials.ACCOUNT, trials.code_of(trials.newcomer()))
    status = 200 if problem is None else (503 if isinstance(problem, Unavailable) else 422)
    return render(request, "registry/enter.html", context, status=status)
