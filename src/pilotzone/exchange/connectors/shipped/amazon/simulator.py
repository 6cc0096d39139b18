"""Orders v0 of a synthetic seller."""

from __future__ import annotations

from typing import Any

from pilotzone.exchange.connectors.asking import Answer, Request
from pilotzone.exchange.connectors.sale import Sale, moment
from pilotzone.exchange.connectors.simulated import World

PAID = "Unshipped"


def answer(request: Request, world: World) -> Answer:
    """The orders, the items of one, and a token where the right refresh token is shown."""
    if request.method == "POST":
        return Answer.of({"access_token": world.token, "expires_in": 3600, "token_type": "bearer"})
    if request.headers.get("x-amz-access-token") != world.token:
        return Answer.of({"errors": [{"code": "Unauthorized", "message": "expired"}]}, status=403)
    if request.path.endswith("/orderItems"):
        return Answer.of({"payload": _items(world.orders[request.path.split("/")[-2]])})
    asked = request.query
    if "CreatedAfter" in asked:
        found = world.created_on(moment(asked["CreatedAfter"]).date())
    else:
        found = world.changed_since(moment(asked["LastUpdatedAfter"]))
    number = int(asked.get("NextToken", "1"))
    page, more = world.page(found, number)
    told: dict[str, Any] = {"Orders": [_order(one) for one in page]}
    return Answer.of({"payload": told | ({"NextToken": str(number + 1)} if more else {})})


def _order(sale: Sale) -> dict[str, Any]:
    return {
        "AmazonOrderId": sale.number, "OrderStatus": sale.status, "PurchaseDate": sale.created.isoformat(),
        "LastUpdateDate": sale.updated.isoformat(), "SalesChannel": "Amazon.com",
        "OrderTotal": {"CurrencyCode": sale.currency, "Amount": str(sale.total)},
        "ShippingAddress": {"Name": sale.buyer, "CountryCode": sale.country},
    }  # fmt: skip


def _items(sale: Sale) -> dict[str, Any]:
    def money(value: object) -> dict[str, str]:
        return {"CurrencyCode": sale.currency, "Amount": str(value)}

    items = [
        {"SellerSKU": one.sku, "Title": one.name, "QuantityOrdered": int(one.quantity), "ItemPrice": money(one.amount)}
        for one in sale.lines
    ]
    whole = {"ShippingPrice": sale.freight, "PromotionDiscount": sale.discount, "ItemTax": sale.tax}
    items[0] |= {name: money(value) for name, value in (whole | {"GiftWrapPrice": sale.fees}).items()}
    return {"AmazonOrderId": sale.number, "OrderItems": items}
