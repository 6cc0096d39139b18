"""The doors of papers: the page for print, its PDF, several at once, and verification for everybody."""

from __future__ import annotations

import base64
import time
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from pilotzone.base.errors import Refused
from pilotzone.kernel import paper_key, papers
from pilotzone.kernel.home import home
from pilotzone.kernel.pace import Pace
from pilotzone.portal.pages import errors
from pilotzone.portal.papers import issuing
from pilotzone.portal.papers.kinds import kind_of
from pilotzone.ui.paper import fonts, qr

PACE = Pace(30)
LONGEST_CODE = 60


@require_safe
@never_cache
def show(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """The paper as a page for print; needs no font, and leads to the PDF."""
    made = issuing.issue(kind, key, root=_root(request))
    papers.printed([made.issued], form="page")
    picture = base64.b64encode(qr.svg(made.address).encode()).decode()
    sheet = made.content["en" if _english() else "zh"]
    context = {
        "kind": made.kind, "key": key, "sheet": sheet, "tables": [_table(part) for part in sheet["tables"]], "issued": made.issued,
        "code": papers.spelt(made.issued.code), "address": made.address, "qr": f"data:image/svg+xml;base64,{picture}",
        "font": fonts.found(home()) is not None,
    }  # fmt: skip
    return render(request, "papers/paper.html", context)


@require_safe
@never_cache
def pdf(request: HttpRequest, kind: str, key: str, language: str) -> HttpResponse:
    """The sealed PDF in zh or en. Unavailable `paper.font` on a machine without a Chinese font."""
    if language not in issuing.TONGUES:
        raise Http404
    made = issuing.issue(kind, key, root=_root(request))
    return _file(issuing.pdf([made], language), f"{made.issued.number}-{language}")


@require_POST
def several(request: HttpRequest, kind: str) -> HttpResponse:
    """The chosen rows of a list (`chosen`, at most 200) as one PDF in the reader's language."""
    kind_of(kind)
    made = issuing.several(kind, request.POST.getlist("chosen"), root=_root(request))
    return _file(issuing.pdf(made, "en" if _english() else "zh"), f"{made[0].issued.number}-{len(made)}")


@require_safe
@never_cache
def verify(request: HttpRequest, code: str = "") -> HttpResponse:
    """Whether a code stands for a paper that still holds; `?code=` leads to its address. No personal data."""
    typed = (code or request.GET.get("code", "")).replace("\0", "").strip()[:LONGEST_CODE]
    if typed and not code:
        return redirect("paper_verify", typed.replace("/", ""))
    context: dict[str, Any] = {
        "typed": typed, "found": None, "key": base64.b64encode(paper_key.public()).decode(),
    }  # fmt: skip
    if typed:
        if not PACE.spend(request.META.get("REMOTE_ADDR", ""), 1, time.monotonic()):
            return _too_often(request)
        context["found"] = issuing.standing(typed)
    missing = typed and context["found"]["state"] == issuing.UNKNOWN
    return render(request, "papers/verify.html", context, status=404 if missing else 200)


def _table(part: dict[str, Any]) -> dict[str, Any]:
    """A table whose cells know on which side they stand."""
    sides = [column["side"] for column in part["columns"]]
    rows = {name: [list(zip(row, sides, strict=True)) for row in part[name]] for name in ("rows", "sums")}
    return {**part, **rows}


def _too_often(request: HttpRequest) -> HttpResponse:
    """Codes are not tried out: `paper.too_often`, 429."""
    problem = Refused(
        code="paper.too_often", zh="查询过于频繁，请稍后再试。", en="Too many questions; please try again soon.",
        mend_zh="十秒后再查。", mend_en="Ask again in ten seconds.",
    )  # fmt: skip
    answer = errors.answer(request, 429, errors.WORDS[400], problem)
    answer["Retry-After"] = "10"
    return answer


def _file(data: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(data, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return answer


def _root(request: HttpRequest) -> str:
    return request.build_absolute_uri("/")


def _english() -> bool:
    return (get_language() or "").startswith("en")
