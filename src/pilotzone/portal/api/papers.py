"""/papers: a record's paper as a sealed PDF, and whether an issued paper still holds."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Field, Path, Query

from pilotzone.portal.api.callers import EVERYBODY, KNOWN, charge
from pilotzone.portal.api.shapes.basic import Router, told
from pilotzone.portal.api.shapes.papers import PaperStandingOut
from pilotzone.portal.papers import issuing
from pilotzone.ui.paper.kinds import unknown

COST = 10  # units of the caller's pace: codes are not tried out, and to draw costs more than to ask
PDF = {"responses": {200: {"content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}}}}
Key = Annotated[
    str, Field(max_length=60, pattern=r"^[^\x00-\x1f\x7f/]+$", description="记录的编号 / Key of the record")
]
Code = Annotated[str, Field(max_length=60, pattern=r"^[^\x00-\x1f\x7f/]+$", description="验真码 / Verification code")]
router = Router(auth=KNOWN, tags=["enterprise"])
public = Router(auth=EVERYBODY, tags=["public"])


@public.get("/papers/verify/{code}", response=told(PaperStandingOut, 404), summary="文件验真 / Verify a paper")
def verify(request: HttpRequest, code: Path[Code]) -> dict[str, Any]:
    """Whether the paper of a code was issued here and still holds; no personal data."""
    charge(request, COST)
    found = issuing.standing(code)
    if found["state"] == issuing.UNKNOWN:
        raise unknown()
    return found


@router.get(
    "/papers/{kind}/{key}.pdf",
    response=told(None, 401, 403, 404),
    openapi_extra=PDF,
    summary="文件 PDF / A paper as PDF",
)
def paper(
    request: HttpRequest, kind: Path[Annotated[str, Field(max_length=40, pattern=r"^[a-z-]+$")]], key: Path[Key],
    language: Query[Literal["zh", "en"]] = "zh",
) -> HttpResponse:  # fmt: skip
    """The paper of a record you may see, sealed. The same record gives the same bytes; other content supersedes it."""
    charge(request, COST)
    made = issuing.issue(kind, key, root=request.build_absolute_uri("/"))
    return HttpResponse(issuing.pdf([made], language), content_type="application/pdf")
