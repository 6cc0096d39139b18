"""The one search box: a number of a trade or of a payment abroad, an HS code or goods by name, a parameter of the law, an enterprise by name.

A number that finds a trade or one payment goes straight to its timeline. Everything else is listed by kind, with the day it holds for.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from pilotzone.base.errors import Refused
from pilotzone.kernel import clock
from pilotzone.kernel.access.models import Organisation
from pilotzone.reference import codes, goods, rates
from pilotzone.rooms.fx import api as fx
from pilotzone.rooms.tracking import api as tracking

MOST = 20
VAT = {"standard": "vat.standard", "reduced": "vat.reduced"}


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """`?q=`: found things by kind, or what to try."""
    typed = " ".join(request.GET.get("q", "").replace("\x00", "").split())[:80]
    if typed and _is_trade(typed):
        return redirect("/track/?" + urlencode({"q": typed}))
    paid = fx.payments_numbered(typed) if typed else []
    if len(paid) == 1:
        return redirect("fx_payment", paid[0]["id"])
    day = clock.today()
    found: dict[str, Any] = {"goods": [], "rates": [], "firms": [], "paid": paid}
    if len(typed) >= 2:
        found |= {"goods": _goods(typed, day), "rates": _rates(typed, day), "firms": _firms(typed)}
    empty = bool(typed) and not any(found.values())
    return render(request, "pages/search.html", {"q": typed, "day": day, "empty": empty, **found})


def _is_trade(typed: str) -> bool:
    try:
        return bool(tracking.timelines(typed))
    except Refused:
        return False


def _goods(typed: str, day: date) -> list[dict[str, Any]]:
    """Goods whose number begins so or whose name holds it."""
    digits = typed.replace(".", "")
    wanted = [
        one
        for one in goods.known_goods(on=day)
        if (digits.isdigit() and one.hs.startswith(digits)) or typed in one.zh or typed.lower() in one.en.lower()
    ]
    return [
        {
            "hs": one.hs, "zh": one.zh, "en": one.en, "units": _units(one.unit1, one.unit2, day),
            "vat": f"{rates.rate(VAT[one.vat_class], on=day).number:.0%}", "listed": one.positive_list,
            "remarks": one.remarks, "source": one.source, "tag": one.tag,
        }
        for one in wanted[:MOST]
    ]  # fmt: skip


def _units(first: str, second: str, day: date) -> str:
    return " / ".join(codes.entry("unit", unit, on=day).zh for unit in (first, second) if unit)


def _rates(typed: str, day: date) -> list[dict[str, Any]]:
    """Parameters whose key, name, document or article holds it, as they stand on the day."""
    lower, found = typed.lower(), []
    for one in rates.rates_on("", on=day):
        names = rates.names(one.key)
        if any(lower in text.lower() for text in (one.key, names.zh, names.en, one.document, one.article)):
            found.append({"zh": names.zh, "en": names.en, "rate": one})
    return found[:MOST]


def _firms(typed: str) -> list[Organisation]:
    """Enterprises by name or code: what their registration makes public."""
    by_name = Organisation.objects.filter(name__icontains=typed)
    return list(
        (by_name | Organisation.objects.filter(uscc=typed) | Organisation.objects.filter(customs_code=typed))[:MOST]
    )
