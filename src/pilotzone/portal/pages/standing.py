"""运行状态 for people: what `/readyz` tells machines, each check with its light and its sentence."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from pilotzone.kernel import health


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Every check of the zone's readiness; 503 where one does not hold, as `/readyz` answers."""
    found = health.checks()
    ready = all(check.ok for check in found)
    rows = [(check, "green" if check.ok else "red") for check in found]
    return render(request, "pages/standing.html", {"rows": rows, "ready": ready}, status=200 if ready else 503)
