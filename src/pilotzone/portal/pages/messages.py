"""The field documentation of the customs messages: the list of all, a page for each, its Excel template."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pilotzone.base.errors import Problem, Refused
from pilotzone.exchange.formats.definitions import full_name
from pilotzone.exchange.formats.document_page import catalogue, fields
from pilotzone.exchange.formats.sheet_template import template
from pilotzone.kernel import clock

SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Every message; `?q=` keeps those whose number, name or sender holds it."""
    typed = " ".join(request.GET.get("q", "").split())[:40]
    lower = typed.lower()
    rows = [
        one | {"short": one["name"].removesuffix("Message"), "receipt": one["receipt"].removesuffix("Message")}
        for one in catalogue()
        if any(lower in one[key].lower() for key in ("name", "zh", "en", "sender_zh", "sender_en"))
    ]
    return render(request, "pages/messages.html", {"rows": rows, "q": typed, "count": len(catalogue())})


@require_safe
def one(request: HttpRequest, message: str) -> HttpResponse:
    """One message, its editions side by side; another spelling of the name leads to the one address."""
    name = _name(message)
    short = name.removesuffix("Message")
    if message != short:
        return redirect("message", message=short)
    told = fields(name)
    needs = {"M": _("必填"), "O": _("选填"), "C": _("条件必填")}
    for part in told["parts"]:
        part["mark"] = part["name"] if part["name"] == told["node"] else f"{told['node']}.{part['name']}"
        part["occurrence"] = _sayings(part["occurs"])
        for field in part["fields"]:
            _lay_out(field, told["editions"], needs)
    context = {
        "told": told, "short": short, "receipt": told["receipt"].removesuffix("Message"),
        "documents": _sayings(told["documents"]),
    }  # fmt: skip
    return render(request, "pages/message.html", context)


@require_safe
def sheet(request: HttpRequest, message: str, edition: str) -> HttpResponse:
    """The Excel template of a message in an edition, with the code lists of the zone's day."""
    name = _name(message)
    try:
        content = template(name, edition, on=clock.today())
    except Problem as unknown:
        raise Http404 from unknown
    answer = HttpResponse(content, content_type=SHEET)
    answer["Content-Disposition"] = f'attachment; filename="{name.removesuffix("Message")}.xlsx"'
    return answer


def _name(message: str) -> str:
    try:
        return full_name(message)
    except Refused as unknown:
        raise Http404 from unknown


def _sayings(by_edition: dict[str, str]) -> str:
    """One saying where the editions agree, else each with its edition."""
    if len(set(by_edition.values())) == 1:
        return next(iter(by_edition.values()))
    return " / ".join(f"{edition}: {saying}" for edition, saying in by_edition.items())


def _lay_out(field: dict[str, Any], editions: list[str], needs: dict[str, str]) -> None:
    """Adds what the page shows: type, need and preset, by edition only where they differ; the edition a field is new in."""
    told = field["editions"]
    absent = [edition for edition in editions if edition not in told]
    field["types"] = _sayings({edition: one["type"] for edition, one in told.items()})
    field["needs"] = _sayings({edition: needs[one["need"]] for edition, one in told.items()})
    field["preset"] = _sayings({edition: one["preset"] or "–" for edition, one in told.items()})
    field["preset"] = "" if field["preset"] == "–" else field["preset"]
    field["only"] = next(iter(told)) if absent else ""
