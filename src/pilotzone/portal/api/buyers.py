"""/buyers/checks: a platform or payment firm has its buyers' identities checked by the authorised body."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Path

from pilotzone.kernel.access.doors import require
from pilotzone.portal.api.callers import KNOWN, charge, enterprise
from pilotzone.portal.api.messages import LARGEST_ID
from pilotzone.portal.api.shapes.basic import Router, told
from pilotzone.portal.api.shapes.buyers import BuyerCheckOut, BuyersIn
from pilotzone.portal.desks import authority
from pilotzone.rooms.clearance import api as clearance

ROWS_A_UNIT = 10
ALL = 100_000
Number = Annotated[int, Field(ge=1, le=LARGEST_ID, description="名单号 / Number of the list")]
router = Router(auth=KNOWN, tags=["enterprise"])


@router.post(
    "/buyers/checks", response=told(BuyerCheckOut, 400, 401, 403, 413), summary="送核购买人名单 / Have buyers checked"
)
def check(request: HttpRequest, body: BuyersIn) -> dict[str, Any]:
    """Have a list of buyers checked by the authorised body. Rows that cannot be asked are answered `refused` with why;
    the others are checked all the same. Kept are keyed hashes and the answers, which matching check 5 goes by.
    """
    enterprise(request)
    require("buyer.verify")
    charge(request, len(body.buyers) // ROWS_A_UNIT)
    rows = [(one.ref, one.id_type, one.id_number, one.name) for one in body.buyers]
    made = clearance.check_buyers(
        rows=rows, ask=authority.ask, authority=authority.NAME, consented=body.consented, channel="api"
    )
    return _told(made)


@router.get(
    "/buyers/checks/{number}", response=told(BuyerCheckOut, 401, 403, 404), summary="核验结果 / Answers of a list"
)
def answers(request: HttpRequest, number: Path[Number]) -> dict[str, Any]:
    """The answers of a list your organisation had checked, row by row."""
    enterprise(request)
    require("buyer.verify")
    return _told(number)


def _told(number: int) -> dict[str, Any]:
    found = clearance.access_buyer_check(number)
    return found | {"rows": clearance.buyer_answers(number, "", 1, ALL)["rows"]}
