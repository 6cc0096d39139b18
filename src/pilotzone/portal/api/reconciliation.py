"""/reconciliation: runs of the daily reconciliation and the residuals the caller sees."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Path, Query, Schema

from pilotzone.kernel import clock
from pilotzone.portal.api.callers import KNOWN
from pilotzone.portal.api.messages import LARGEST_ID
from pilotzone.portal.api.shapes.basic import Day, Router, Text, told
from pilotzone.portal.api.shapes.reconciliation import (
    ReconcileAskIn,
    ReconcileAskOut,
    ReconcileRunsOut,
    ResidualOut,
    ResidualsOut,
    ResidualStepIn,
)
from pilotzone.rooms.tracking import api as tracking

Number = Annotated[int, Field(ge=1, le=LARGEST_ID, description="差异的编号 / Id of the residual")]
router = Router(auth=KNOWN, tags=["officer"])


class Filters(Schema):
    """What narrows the list; everything is optional."""

    kind: Text = Field("", description="差异种类 / Kind of residual")
    state: Text = Field("", description="open opened owned explained closed gone / the same words in English")
    owner: Text = Field("", description="责任单位 / Whose turn it is")
    number: Text = Field("", description="清单、收汇编号或企业 / Number of a list or receipt, or a firm")
    day: Day | None = Field(None, description="对账日 / Day reconciled")
    since: Day | None = Field(None, description="期限起 / Due on or after")
    until: Day | None = Field(None, description="期限止 / Due on or before")
    page: int = Field(1, ge=1, le=10_000_000)
    size: int = Field(50, ge=1, le=500)


class Paging(Schema):
    """Which page."""

    page: int = Field(1, ge=1, le=10_000_000)
    size: int = Field(20, ge=1, le=500)


@router.get("/reconciliation/runs", response=told(ReconcileRunsOut, 401, 403), summary="对账运行 / Reconciliation runs")
def runs(request: HttpRequest, paging: Query[Paging]) -> dict[str, Any]:
    """For officers: the runs, the newest first; a firm sees none."""
    return tracking.reconcile_runs(paging.page, paging.size)


@router.post(
    "/reconciliation/runs", response=told(ReconcileAskOut, 400, 401, 403), summary="立即对账 / Reconcile now"
)  # fmt: skip
def start(request: HttpRequest, body: ReconcileAskIn) -> dict[str, Any]:
    """For officers: ask for a run over days that are over. While one is on its way another is refused and told so."""
    return {"run": tracking.ask_reconciliation(body.first, body.last)}


@router.get("/reconciliation/residuals", response=told(ResidualsOut, 401, 403), summary="对账差异 / Residuals")
def residuals(request: HttpRequest, filters: Query[Filters]) -> dict[str, Any]:
    """The residuals you see: a firm its own, a department what concerns it; those longest due first."""
    asked = filters.model_dump(exclude={"page", "size"})
    return tracking.residuals(asked, filters.page, filters.size)


@router.get(
    "/reconciliation/residuals/{number}", response=told(ResidualOut, 400, 401, 403), summary="一条差异 / One residual"
)  # fmt: skip
def residual(request: HttpRequest, number: Path[Number]) -> dict[str, Any]:
    """The sentence, both sides, and what happened to it."""
    return tracking.residual(number)


@router.post(
    "/reconciliation/residuals/{number}/steps", response=told(ResidualOut, 400, 401, 403),
    summary="办理差异 / Settle a residual",
)  # fmt: skip
def step(request: HttpRequest, number: Path[Number], body: ResidualStepIn) -> dict[str, Any]:
    """Take it up, explain it, close it with evidence (officers; not who explained it), or open it again."""
    tracking.settle_residual(
        residual=number, verb=body.verb, at=clock.now(), reason=body.reason, evidence=body.evidence
    )
    return tracking.residual(number)
