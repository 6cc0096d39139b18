"""Amazon SP-API orders v0: orders by last update, the items of each apart, tokens by Login with Amazon.

Source: ordersV0.json of the published models (Apache-2.0). Item amounts are of the whole quantity.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from pilotzone.exchange.connectors.asking import Answer, Request
from pilotzone.exchange.connectors.contract import Setting
from pilotzone.exchange.connectors.sale import ZERO, Line, Sale, amount, moment, price_of

ORDERS = "/orders/v0/orders"
SETTINGS = (
    Setting("url", "接口地址", "endpoint of the region", default="https://sellingpartnerapi-na.amazon.com"),
    Setting("marketplaces", "站点", "marketplace ids, comma between", default="ATVPDKIKX0DER"),
    Setting("access_token", "访问令牌", "access token; renewed by itself", default="", secret=True),
    Setting("refresh_token", "刷新令牌", "refresh token", secret=True),
    Setting("client_id", "应用标识", "client id of the application", secret=True),
    Setting("client_secret", "应用密钥", "client secret", secret=True),
    Setting("login_url", "令牌地址", "where tokens are renewed", default="https://api.amazon.com/auth/o2/token"),
)


def first(settings: dict[str, str], since: datetime) -> Request:
    """By LastUpdatedAfter."""
    asked = Request(settings["url"] + ORDERS).asking(MarketplaceIds=settings["marketplaces"])
    return asked.asking(LastUpdatedAfter=_stamp(since))


def following(request: Request, answer: Answer) -> Request | None:
    """By NextToken, of orders and of items alike."""
    token = answer.json()["payload"].get("NextToken")
    return request.asking(NextToken=token) if token else None


def orders(answer: Answer) -> list[Any]:
    """payload.Orders."""
    return list(answer.json()["payload"]["Orders"])


def key(order: Any) -> str:
    """AmazonOrderId."""
    return str(order["AmazonOrderId"])


def details(settings: dict[str, str], order: Any) -> Request | None:
    """The items; an order that is Pending has no prices yet, a cancelled one never has."""
    if order["OrderStatus"] in ("Pending", "PendingAvailability", "Canceled"):
        return None
    return Request(f"{settings['url']}{ORDERS}/{key(order)}/orderItems")


def with_details(order: Any, answers: list[Answer]) -> Any:
    """The order with its items of all pages."""
    return {**order, "OrderItems": [one for answer in answers for one in answer.json()["payload"]["OrderItems"]]}


def parse(order: Any) -> Sale:
    """Money as the items tell it; amounts in another currency than the order's are refused."""
    total = order.get("OrderTotal") or {}
    currency = str(total.get("CurrencyCode", ""))

    def money(item: Any, *names: str) -> Decimal:
        told = [item[name] for name in names if item.get(name)]
        foreign = [one["CurrencyCode"] for one in told if currency and one["CurrencyCode"] != currency]
        if foreign:
            raise ValueError(f"{foreign[0]} within an order in {currency}")
        return sum((amount(one["Amount"]) for one in told), ZERO)

    items = [{**one, **one.get("BuyerInfo", {})} for one in order.get("OrderItems", [])]
    lines = []
    for item in items:
        quantity, whole = Decimal(item["QuantityOrdered"]), money(item, "ItemPrice")
        if quantity:  # a cancelled item stays in the list with nothing ordered
            lines.append(Line(item["SellerSKU"], item["Title"], quantity, price_of(whole, quantity), whole))

    def over(*names: str) -> Decimal:
        return sum((money(item, *names) for item in items), ZERO)

    address = order.get("ShippingAddress", {})
    return Sale(
        platform="amazon", number=key(order), status=str(order["OrderStatus"]), created=moment(order["PurchaseDate"]),
        updated=moment(order["LastUpdateDate"]), currency=currency,
        buyer=order.get("BuyerInfo", {}).get("BuyerName", "") or address.get("Name", ""),
        country=address.get("CountryCode", ""), lines=tuple(lines), total=amount(total.get("Amount")),
        freight=over("ShippingPrice") - over("ShippingDiscount"),
        discount=over("PromotionDiscount", "CODFeeDiscount"),
        tax=over("ItemTax", "ShippingTax", "GiftWrapTax") - over("PromotionDiscountTax", "ShippingDiscountTax"),
        fees=over("GiftWrapPrice", "CODFee"), other={"channel": str(order.get("SalesChannel", ""))},
    )  # fmt: skip


def authorised(settings: dict[str, str], request: Request) -> Request:
    """x-amz-access-token."""
    return request.showing(x_amz_access_token=settings["access_token"])


def renewal(settings: dict[str, str]) -> Request:
    """Login with Amazon, grant refresh_token."""
    told = {name: settings[name] for name in ("refresh_token", "client_id", "client_secret")}
    body = json.dumps({"grant_type": "refresh_token", **told})
    return Request(settings["login_url"], "POST", {"Content-Type": "application/json"}, body)


def renewed(answer: Answer) -> dict[str, str]:
    """The new access token."""
    return {"access_token": answer.json()["access_token"]}


def created_on(settings: dict[str, str], day: date) -> Request:
    """By CreatedAfter and CreatedBefore; Amazon counts nothing itself."""
    began = datetime.combine(day, time(), UTC)
    asked = Request(settings["url"] + ORDERS).asking(MarketplaceIds=settings["marketplaces"])
    return asked.asking(CreatedAfter=_stamp(began), CreatedBefore=_stamp(began + timedelta(days=1, seconds=-1)))


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
