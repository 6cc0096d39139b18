"""The inspector's page at the goods, for a phone: what is typed and photographed stays on the device and is sent when there is a network."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from pilotzone.base.errors import Problem, Refused
from pilotzone.kernel.access.doors import require
from pilotzone.portal.desks.inspections import CHECK, desk, said, said_of
from pilotzone.rooms.clearance import api as clearance

WORDS = ("supervision", "quarantine", "outcome", "findings")
CONFLICTS = ("rule.inspection.moved", "rule.inspection.state", "rule.inspection.key")


@require_safe
def show(request: HttpRequest, number: int) -> HttpResponse:
    """The form of one order; its script keeps what is typed (desks/capture.js)."""
    require(CHECK)
    found = desk.told(number)
    context = {
        "one": found, "where": said(found, "site"), "team": [said(row) for row in found["team"]],
        "outcomes": [(key, said_of(words)) for key, words in desk.OUTCOMES.items()],
        "verdicts": [(key, said_of(words)) for key, words in desk.VERDICTS.items()],
        "kinds": [(key, said_of(words)) for key, words in desk.KINDS.items()],
        "images": [(key, said_of(words)) for key, words in desk.XRAY.items()],
        "most": desk.LARGEST_PICTURE,
    }  # fmt: skip
    return render(request, "desks/inspection_capture.html", context)


@require_POST
def sync(request: HttpRequest, number: int) -> JsonResponse:
    """The result as the device kept it: 200 {version, state}; 409 with what stands where somebody was first; 422 where it is
    not in order. The same key again is answered as before."""
    require(CHECK)
    try:
        asked: dict[str, Any] = {name: request.POST.get(name, "").replace("\0", "") for name in WORDS}
        version = desk.conclude(number=number, version=_number(request), key=_key(request), **asked)
    except Refused as refused:
        return _refused(refused, number)
    return JsonResponse({"version": version, "state": desk.told(number)["state"]})


@require_POST
def picture(request: HttpRequest, number: int) -> JsonResponse:
    """One picture as the device kept it, with the SHA-256 it computed: 200 {id, again}."""
    require(CHECK)
    given = request.FILES.get("file")
    content = given.read(desk.LARGEST_PICTURE + 1) if given else b""
    try:
        kept, again = desk.keep_evidence(
            number=number, key=_key(request), kind=request.POST.get("kind", "")[:8], content=content,
            sha256=request.POST.get("sha256", "")[:64], verdict=request.POST.get("verdict", "")[:8],
            name=request.POST.get("name", "").replace("\0", "")[:120], taken_at=_moment(request.POST.get("taken_at", "")),
        )  # fmt: skip
    except Refused as refused:
        return _refused(refused, number)
    return JsonResponse({"id": kept, "again": again})


@require_safe
def evidence(request: HttpRequest, number: int) -> HttpResponse:
    """The bytes of a picture as they were kept; who looks leaves a line of custody."""
    media_type, content, sha256 = clearance.inspections.open_evidence(number=number)
    answer = HttpResponse(content, content_type=media_type)
    answer["Content-Disposition"] = f'inline; filename="evidence-{number}"'
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    answer["X-Evidence-SHA256"] = sha256
    return answer


@require_safe
def custody(request: HttpRequest, number: int) -> HttpResponse:
    """Who kept and who looked at a picture."""
    return render(request, "desks/inspection_custody.html", {"number": number, "lines": desk.custody(number)})


def _refused(refused: Problem, number: int) -> JsonResponse:
    told = refused.as_dict()
    if refused.code in CONFLICTS:
        found = desk.told(number)
        last = found["openings_told"][-1]["result"] if found["openings_told"] else None
        told["stands"] = {
            "state": said(found),
            "version": found["version"],
            "by": last["by"] if last else "",
            "outcome": said(last, "outcome") if last else "",
        }
    return JsonResponse(told, status=409 if refused.code in CONFLICTS else 422)


def _key(request: HttpRequest) -> uuid.UUID:
    try:
        return uuid.UUID(request.POST.get("key", "")[:40])
    except ValueError:
        raise Refused(
            code="desk.key", zh="缺少本机编号。", en="The device's own number is missing.", source="desks/capture.js"
        ) from None


def _number(request: HttpRequest) -> int:
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else 0


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text[:40])
    except ValueError:
        return None
    return found if found.tzinfo else None
