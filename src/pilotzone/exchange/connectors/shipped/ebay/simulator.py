"""The orders of a synthetic seller in eBay's style."""

from __future__ import annotations

from typing import Any

from pilotzone.exchange.connectors.asking import Answer, Request
from pilotzone.exchange.connectors.sale import Sale, moment
from pilotzone.exchange.connectors.simulated import World

PAID = "PAID"


def answer(request: Request, world: World) -> Answer:
    """The orders by filter, and a token."""
    if request.path.endswith("/token"):
        return Answer.of({"access_token": world.token, "expires_in": 7200})
    if request.headers.get("Authorization") != f"Bearer {world.token}":
        return Answer.of({"errors": [{"message": "Invalid access token"}]}, status=401)
    asked = request.query
    kind, _, span = asked["filter"].partition(":")
    since = moment(span.strip("[]").partition("..")[0])
    found = world.created_on(since.date()) if kind == "creationdate" else world.changed_since(since)
    page, _ = world.page(found, int(asked["offset"]) // int(asked["limit"]) + 1)
    return Answer.of({"total": len(found), "orders": [_order(one) for one in page]})


def _order(sale: Sale) -> dict[str, Any]:
    def money(value: object) -> dict[str, str]:
        return {"value": str(value), "currency": sale.currency}

    receiver = {"fullName": sale.buyer, "contactAddress": {"countryCode": sale.country}}
    return {
        "orderId": sale.number, "creationDate": sale.created.isoformat(), "lastModifiedDate": sale.updated.isoformat(),
        "orderPaymentStatus": sale.status, "cancelStatus": {"cancelState": "NONE_REQUESTED"},
        "pricingSummary": {
            "priceSubtotal": money(sale.lines_total), "deliveryCost": money(sale.freight), "tax": money(sale.tax),
            "priceDiscount": money(-sale.discount), "fee": money(sale.fees), "total": money(sale.total),
        },
        "fulfillmentStartInstructions": [{"shippingStep": {"shipTo": receiver}}],
        "lineItems": [
            {
                "lineItemId": str(n), "sku": one.sku, "title": one.name, "quantity": int(one.quantity),
                "lineItemCost": money(one.amount),
            }
            for n, one in enumerate(sale.lines, start=1)
        ],
    }  # fmt: skip
