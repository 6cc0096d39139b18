"""退（免）税申报签名: the page where a firm signs its drafted refund filings with its own card."""

from __future__ import annotations

from csp.decorators import csp_update
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from pilotzone.kernel import clock
from pilotzone.kernel.access.doors import require
from pilotzone.portal.desks import signing
from pilotzone.rooms.tax import api as tax

FILE = "refund.file"
READY = ("draft", "returned")


@require_http_methods(["GET", "HEAD", "POST"])
@csp_update({"connect-src": settings.UKEY_CONTROL})
def sign(request: HttpRequest) -> HttpResponse:
    """The filings chosen in the list (`chosen`, their numbers or keys) or in `?d=`."""
    require(FILE)
    if request.method == "POST":
        ids = _chosen(request.POST.getlist("chosen"))
        return redirect(f"{reverse('refund_sign')}?d={','.join(map(str, ids))}")
    ids = signing.numbers(request.GET.get("d", "").split(","))[:50]
    found = tax.refund_filings({"ids": ids}, 1, 50, on=clock.today())["rows"]
    ready = [row for row in found if row["state"] in READY]
    context = signing.card(reverse("refund_sign_prepare"), reverse("refund_sign_finish"), reverse("tax_refunds")) | {
        "rows": ready, "left_out": len(set(ids)) - len(ready),
    }  # fmt: skip
    return render(request, "desks/refund_sign.html", context)


@require_POST
def prepare(request: HttpRequest) -> HttpResponse:
    """The strings to sign for the chosen filings."""
    require(FILE)
    asked = signing.body_of(request, signing.Prepare)
    if isinstance(asked, HttpResponse):
        return asked
    return JsonResponse(tax.compose_refunds(filings=asked.chosen))


@require_POST
def finish(request: HttpRequest) -> HttpResponse:
    """The card's signatures: verified, then queued for the tax authority."""
    require(FILE)
    given = signing.body_of(request, signing.Finish)
    if isinstance(given, HttpResponse):
        return given
    told = tax.hand_in_refunds(
        batch=given.batch, certificate=given.certificate, signatures=given.signatures, at=clock.now()
    )
    return JsonResponse({**told, "href": reverse("tax_refunds")})


def _chosen(texts: list[str]) -> list[int]:
    """Filings by their numbers, as the list names them, or by their keys; what nobody knows is left out."""
    told = {text.strip()[:30] for text in texts[:50]}
    named = [tax.refund_filing(text, on=clock.today()) for text in sorted(told) if not text.isdigit()]
    return list(dict.fromkeys([*signing.numbers(sorted(told)), *(row["id"] for row in named if row)]))
