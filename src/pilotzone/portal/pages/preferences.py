"""What a reader may choose for the look."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

A_YEAR = 365 * 24 * 3600


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Keep light or dark in a cookie and go back; anything else forgets the choice. No other site is ever gone to."""
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}):
        target = "/"
    answer = HttpResponseRedirect(target)
    chosen = request.POST.get("theme", "")
    if chosen in {"light", "dark"}:
        answer.set_cookie("pz_theme", chosen, max_age=A_YEAR, samesite="Lax", httponly=True, secure=request.is_secure())
    else:
        answer.delete_cookie("pz_theme")
    return answer
