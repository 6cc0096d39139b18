"""/export-tax/prerefunds, /export-tax/promotions: a firm reads its 9810 pre-refunds and settles them by their sale, and its years of
promotion cost; a tax officer reads the same."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Path

from pilotzone.kernel import clock
from pilotzone.kernel.access.actor import Actor
from pilotzone.kernel.access.doors import may, require
from pilotzone.portal.api.callers import KNOWN
from pilotzone.portal.api.problems import refusal
from pilotzone.portal.api.shapes.basic import Router, Text, told
from pilotzone.portal.api.shapes.prerefunds import PrerefundOut, PrerefundsOut, PromotionsOut, SettlementIn
from pilotzone.rooms.tax import api as tax

Number = Annotated[int, Field(ge=1, le=2**63 - 1, description="预退税记录号 / Number of the pre-refund")]
Page = Annotated[int, Field(ge=1, le=1_000_000, description="页 / Page")]
router = Router(auth=KNOWN, tags=["export tax"])


@router.get("/export-tax/prerefunds", response=told(PrerefundsOut, 401, 403), summary="离境即退 / Pre-refunds")
def prerefunds(request: HttpRequest, state: Text = "", page: Page = 1) -> dict[str, Any]:
    """Pre-refunded 9810 lines, the next to end first. `state`: open, settled, recovered, overdue."""
    _either()
    return tax.prerefunds({"state": state}, page, on=clock.today())


@router.get(
    "/export-tax/prerefunds/{number}", response=told(PrerefundOut, 401, 403, 404), summary="一项预退税 / One pre-refund"
)
def prerefund(request: HttpRequest, number: Path[Number]) -> dict[str, Any]:
    """One line with its window, its settlement step by step, and those that were superseded."""
    _either()
    return _one(number)


@router.post(
    "/export-tax/prerefunds/{number}/settlement", response=told(PrerefundOut, 401, 403, 404),
    summary="销售后核算 / Settle by the sale",
)  # fmt: skip
def settle(request: HttpRequest, number: Path[Number], given: SettlementIn) -> dict[str, Any]:
    """Settle a line by what its sale really gave, once more where things changed while its time runs."""
    require("refund.file")
    _one(number)
    sold = None if given.sold is None else Decimal(given.sold)
    tax.settle_prerefund(number, tax.money(given.actual, "actual"), at=clock.now(), sold=sold)
    return _one(number)


@router.get("/export-tax/promotions", response=told(PromotionsOut, 401, 403), summary="推广费年度 / Promotion years")
def promotions(request: HttpRequest, page: Page = 1) -> dict[str, Any]:
    """Recorded years of promotion cost (pilot) with what is deducted and carried on, the newest first."""
    return tax.promotions(page, firm=_either().organisation)


def _either() -> Actor:
    return require("refund.file" if may("refund.file") else "refund.decide")


def _one(number: int) -> dict[str, Any]:
    found = tax.prerefund(number, on=clock.today())
    if found is None:
        raise refusal("api.not_found")
    return found
