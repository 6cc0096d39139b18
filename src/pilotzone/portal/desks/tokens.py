"""接入令牌: the firm's administrator sees, issues and revokes what the firm's own systems send with."""

from __future__ import annotations

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from pilotzone.base.errors import Refused
from pilotzone.exchange import tokens
from pilotzone.kernel.access.doors import require


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest) -> HttpResponse:
    """The list; a POST issues a token and shows it, this once: the answer is never kept by a cache."""
    require(tokens.ACTION)
    label, fresh, problem = request.POST.get("label", ""), "", None
    with connection.cursor() as cursor:
        if request.method == "POST":
            try:
                fresh = tokens.issue(cursor, label)
            except Refused as refused:
                problem = refused
        listed = tokens.tokens(cursor)
    running = [one for one in listed if one.revoked_at is None]
    context = {
        "running": running, "ended": [one for one in listed if one.revoked_at is not None], "fresh": fresh,
        "label": "" if fresh else label, "problem": problem,
    }  # fmt: skip
    answer = render(request, "desks/tokens.html", context, status=422 if problem else 200)
    answer["Cache-Control"] = "no-store"
    return answer


@require_POST
def revoke(request: HttpRequest, number: int) -> HttpResponse:
    """End one, at once."""
    with connection.cursor() as cursor:
        tokens.revoke(cursor, number)
    return redirect("enterprise_tokens")
