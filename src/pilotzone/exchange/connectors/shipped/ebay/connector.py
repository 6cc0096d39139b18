"""eBay-style orders: offset pages, amounts as value and currency, discounts written as negative amounts.

The shape is made after public descriptions, not from a vendor's sample (P): check it with the marketplace before use.
"""

from __future__ import annotations

import base64
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from pilotzone.exchange.connectors.asking import Answer, Request
from pilotzone.exchange.connectors.contract import Setting
from pilotzone.exchange.connectors.sale import ZERO, Line, Sale, amount, moment, price_of

SETTINGS = (
    Setting("url", "接口地址", "address of the API", default="https://api.ebay.com"),
    Setting("access_token", "访问令牌", "access token; renewed by itself", default="", secret=True),
    Setting("refresh_token", "刷新令牌", "refresh token", secret=True),
    Setting("client_id", "应用标识", "client id", secret=True),
    Setting("client_secret", "应用密钥", "client secret", secret=True),
    Setting("page_size", "每页条数", "orders a page", default="200"),
)
COSTS = ("deliveryCost", "deliveryDiscount")
FEES = ("fee", "adjustment")


def first(settings: dict[str, str], since: datetime) -> Request:
    """filter=lastmodifieddate:[since..]."""
    return _asked(settings, f"lastmodifieddate:[{_stamp(since)}..]")


def following(request: Request, answer: Answer) -> Request | None:
    """By offset, while there are more."""
    told, asked = answer.json(), request.query
    offset = int(asked["offset"]) + int(asked["limit"])
    return request.asking(offset=offset) if offset < int(told["total"]) else None


def orders(answer: Answer) -> list[Any]:
    """`orders`."""
    return list(answer.json()["orders"])


def key(order: Any) -> str:
    """orderId."""
    return str(order["orderId"])


def parse(order: Any) -> Sale:
    """Status is CANCELED where the whole order was, else orderPaymentStatus."""
    summary = order["pricingSummary"]
    currency = str(summary["total"]["currency"])

    def money(told: Any) -> Decimal:
        if told and told["currency"] != currency:
            raise ValueError(f"{told['currency']} within an order in {currency}")
        return amount(told["value"] if told else None)

    lines = []
    for one in order["lineItems"]:
        quantity, whole = Decimal(one["quantity"]), money(one["lineItemCost"])
        sku = str(one.get("sku") or one["lineItemId"])
        lines.append(Line(sku, str(one["title"]), quantity, price_of(whole, quantity), whole))
    steps = order.get("fulfillmentStartInstructions") or [{}]
    receiver = steps[0].get("shippingStep", {}).get("shipTo", {})
    cancelled = order.get("cancelStatus", {}).get("cancelState") == "CANCELED"
    return Sale(
        platform="ebay", number=key(order), status="CANCELED" if cancelled else str(order["orderPaymentStatus"]),
        created=moment(order["creationDate"]), updated=moment(order["lastModifiedDate"]), currency=currency,
        buyer=str(receiver.get("fullName", "")), country=str(receiver.get("contactAddress", {}).get("countryCode", "")),
        lines=tuple(lines), total=money(summary["total"]), goods=money(summary["priceSubtotal"]),
        freight=sum((money(summary.get(name)) for name in COSTS), ZERO), discount=-money(summary.get("priceDiscount")),
        tax=money(summary.get("tax")), fees=sum((money(summary.get(name)) for name in FEES), ZERO),
    )  # fmt: skip


def authorised(settings: dict[str, str], request: Request) -> Request:
    """A bearer token."""
    return request.showing(Authorization=f"Bearer {settings['access_token']}")


def renewal(settings: dict[str, str]) -> Request:
    """OAuth grant refresh_token."""
    pair = base64.b64encode(f"{settings['client_id']}:{settings['client_secret']}".encode()).decode()
    body = urlencode({"grant_type": "refresh_token", "refresh_token": settings["refresh_token"]})
    shown = {"Content-Type": "application/x-www-form-urlencoded", "Authorization": f"Basic {pair}"}
    return Request(f"{settings['url']}/identity/v1/oauth2/token", "POST", shown, body)


def renewed(answer: Answer) -> dict[str, str]:
    """The new access token."""
    return {"access_token": answer.json()["access_token"]}


def created_on(settings: dict[str, str], day: date) -> Request:
    """filter=creationdate of the day; its `total` counts."""
    began = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return _asked(settings, f"creationdate:[{_stamp(began)}..{_stamp(began + timedelta(days=1, milliseconds=-1))}]")


def figures(settings: dict[str, str], day: date) -> Request:
    """The same list, one order a page."""
    return created_on(settings, day).asking(limit=1)


def figures_of(answer: Answer) -> tuple[int, Decimal | None]:
    """`total`; no money."""
    return int(answer.json()["total"]), None


def _asked(settings: dict[str, str], wanted: str) -> Request:
    return Request(f"{settings['url']}/sell/fulfillment/v1/order").asking(
        filter=wanted, limit=settings["page_size"], offset=0
    )


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"
