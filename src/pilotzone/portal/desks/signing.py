"""签名并申报: the page where a firm signs its drafts with its own card. PIN and key stay on the firm's machine.

The page's script speaks to the card control of the firm's machine (settings.UKEY_CONTROL) and to the two addresses below;
the PIN goes to the control only. Everything that is signed is verified and kept by the clearance room.
"""

from __future__ import annotations

from typing import Any

import msgspec
from csp.decorators import csp_update
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_POST

from pilotzone.base.errors import Problem, Refused
from pilotzone.exchange.signing import control
from pilotzone.kernel import clock
from pilotzone.kernel.access.doors import may, require
from pilotzone.portal.pages import errors
from pilotzone.rooms.clearance import api as clearance
from pilotzone.ui.wording import said

MOST = 1000
LARGEST_BODY = 1024 * 1024
SIMULATED_PIN = "88888888"
METHODS = {
    "sign": control.SIGN, "certificate": control.CERTIFICATE, "number": control.CERTIFICATE_NUMBER,
    "valid": control.VALID_TIME,
}  # fmt: skip


class Prepare(msgspec.Struct):
    """What the page asks to have composed: the numbers chosen, for the card with this certificate."""

    chosen: list[int]
    certificate: str
    algorithm: str = ""


class Finish(msgspec.Struct):
    """What the card signed."""

    batch: str
    certificate: str
    signatures: list[str]


@require_http_methods(["GET", "HEAD", "POST"])
@csp_update({"connect-src": settings.UKEY_CONTROL})
def show(request: HttpRequest) -> HttpResponse:
    """The page for the drafts chosen in the list (`chosen`, posted by the list or in `?d=`)."""
    require("declare.submit")
    if request.method == "POST":
        ids = numbers(request.POST.getlist("chosen"))
        return redirect(f"{reverse('enterprise_sign')}?d={','.join(map(str, ids))}")
    ids = numbers(request.GET.get("d", "").split(","))
    rows = clearance.chosen_drafts(ids)
    underway = clearance.drafts_underway([row["id"] for row in rows])
    context = card(reverse("enterprise_sign_prepare"), reverse("enterprise_sign_finish"), reverse("enterprise_handed")) | {
        "rows": [row | {"kind": f"{said(row, '', _language())} {row['message']}"} for row in rows if row["id"] not in underway],
        "gone": len(set(ids)) - len(rows),
        "underway": len(underway),
    }  # fmt: skip
    return render(request, "desks/sign.html", context)


def card(prepare: str, finish: str, back: str) -> dict[str, Any]:
    """What the form that asks the card (desks/card.html) needs: its addresses, the control's, and how to get help."""
    address = settings.UKEY_CONTROL[0] if settings.UKEY_CONTROL else control.ADDRESS
    return {
        "prepare": prepare,
        "finish": finish,
        "back": back,
        "control": address,
        "methods": METHODS,
        "demo": clock.is_demo(),
        "simulator": address.replace("ws", "http", 1) + "/",
        "pin": SIMULATED_PIN,
        "may_register": may("certificate.own"),
    }


@require_POST
def prepare(request: HttpRequest) -> HttpResponse:
    """Compose the drafts for the card whose certificate the page read: what it has to sign."""
    require("declare.submit")
    asked = body_of(request, Prepare)
    if isinstance(asked, HttpResponse):
        return asked
    told = clearance.compose_drafts(drafts=asked.chosen, certificate=asked.certificate, algorithm=asked.algorithm)
    return JsonResponse(told)


@require_POST
def finish(request: HttpRequest) -> HttpResponse:
    """Take the signatures; answers where the results appear."""
    require("declare.submit")
    given = body_of(request, Finish)
    if isinstance(given, HttpResponse):
        return given
    told = clearance.hand_in_signed(batch=given.batch, certificate=given.certificate, signatures=given.signatures)
    where = f"{reverse('enterprise_results')}?r={','.join(told['receipts'])}"
    return JsonResponse({**told, "href": where})


def body_of(request: HttpRequest, shape: type[Any]) -> Any:
    """The JSON body as `shape`, or the answer to what is none."""
    try:
        return msgspec.json.decode(request.body[:LARGEST_BODY], type=shape)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        problem: Problem = Refused(
            code="desk.sign.body", zh="请求内容无法识别。", en="The request cannot be understood.",
            mend_zh="请刷新页面重试。", mend_en="Load the page again.",
        )  # fmt: skip
        return errors.answer(request, 400, errors.WORDS[400], problem)


def numbers(texts: list[str]) -> list[int]:
    """Draft numbers as typed in an address; nonsense is left out."""
    found = (text.strip() for text in texts)
    return list(dict.fromkeys(int(text) for text in found if text.isascii() and text.isdigit() and len(text) < 19))[
        :MOST
    ]


def _language() -> str:
    return get_language() or "zh-hans"
