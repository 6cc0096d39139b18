"""/tax: bills of retail imports and the guarantees behind them, as a firm, customs and the tax office see them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Field, Path

from pilotzone.kernel import clock
from pilotzone.kernel.access.doors import access_organisation, require
from pilotzone.portal.api.callers import KNOWN
from pilotzone.portal.api.problems import refusal
from pilotzone.portal.api.shapes.basic import Day, Router, Text, told
from pilotzone.portal.api.shapes.import_tax import BillsOut, GuaranteesOut, StatementOut
from pilotzone.rooms.tax import api as tax

Page = Annotated[int, Field(ge=1, le=1_000_000, description="页 / Page")]
Number = Annotated[int, Field(ge=1, le=2**63 - 1, description="企业 / Number of the firm")]
Standing = Literal["", "open", "overdue", "paid", "cancelled"]
Event = Literal["", "DEPOSIT", "WITHDRAW", "HOLD", "RELEASE"]
SEE = "guarantee.see"
router = Router(auth=KNOWN, tags=["import tax"])


@router.get("/tax/bills", response=told(BillsOut, 401, 403), summary="税费账单 / Tax bills")
def bills(
    request: HttpRequest, number: Text = "", standing: Standing = "", differs: bool = False, due: Day | None = None,
    page: Page = 1,
) -> dict[str, Any]:  # fmt: skip
    """Bills you may see, the newest word first. `number`: of the bill or the list; `due`: a day inside the days to pay."""
    require("tax.see")
    asked = {"number": number, "standing": standing, "differs": differs, "due": due, "on": clock.today()}
    return tax.bills(asked, page)


@router.get("/tax/guarantees", response=told(GuaranteesOut, 401, 403), summary="税款担保 / Guarantees")
def guarantees(request: HttpRequest, query: Text = "", page: Page = 1) -> dict[str, Any]:
    """A firm sees its own, customs and the tax office every firm's, the least free first. `query`: name or code."""
    require(SEE)
    return tax.guarantees(page, query=query, on=clock.today())


@router.get(
    "/tax/guarantees/{organisation}/statement", response=told(StatementOut, 401, 403, 404),
    summary="担保台账 / Statement of a guarantee",
)  # fmt: skip
def statement(
    request: HttpRequest, organisation: Path[Number], event: Event = "", first: Day | None = None,
    last: Day | None = None, page: Page = 1,
) -> dict[str, Any]:  # fmt: skip
    """Every entry of a firm's guarantee, newest first, by event and days."""
    actor = require(SEE)
    if actor.organisation is not None and actor.organisation != organisation:
        raise refusal("api.not_found")
    access_organisation(organisation)
    return tax.guarantee_statement(organisation, page, event=event, first=first, last=last)
