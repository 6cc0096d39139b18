"""WooCommerce REST v3 orders: pages by X-WP-TotalPages, money from line subtotals before coupons.

Source: the published order resource (MIT). Line totals never hold the tax, whatever prices_include_tax says.
"""

from __future__ import annotations

import base64
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from pilotzone.exchange.connectors.asking import Answer, Request
from pilotzone.exchange.connectors.contract import Setting
from pilotzone.exchange.connectors.sale import ZERO, Line, Sale, amount, moment, price_of

SETTINGS = (
    Setting("url", "接口地址", "https://SHOP/wp-json/wc/v3"),
    Setting("consumer_key", "用户键", "consumer key", secret=True),
    Setting("consumer_secret", "密钥", "consumer secret", secret=True),
    Setting("page_size", "每页条数", "orders a page", default="100"),
)


def first(settings: dict[str, str], since: datetime) -> Request:
    """By modified_after, oldest change first."""
    asked = Request(f"{settings['url']}/orders").asking(per_page=settings["page_size"], page=1, dates_are_gmt="true")
    return asked.asking(orderby="modified", order="asc", modified_after=_stamp(since))


def following(request: Request, answer: Answer) -> Request | None:
    """The next page number while there are more."""
    page = int(request.query["page"])
    return request.asking(page=page + 1) if page < int(answer.headers.get("x-wp-totalpages", "0")) else None


def orders(answer: Answer) -> list[Any]:
    """The list itself."""
    told = answer.json()
    if not isinstance(told, list):
        raise TypeError("no list of orders")
    return told


def key(order: Any) -> str:
    """The id: plug-ins give `number` their own form."""
    return str(order["id"])


def parse(order: Any) -> Sale:
    """Goods at their subtotal; coupons are the discount; refunds leave the order's own total as it was."""
    lines = []
    for one in order["line_items"]:
        quantity, whole = amount(one["quantity"]), amount(one["subtotal"])
        sku = str(one.get("sku") or f"{one['product_id']}-{one['variation_id']}")
        lines.append(Line(sku, str(one["name"]), quantity, price_of(whole, quantity), whole))
    shipping, billing = order.get("shipping", {}), order.get("billing", {})
    address = shipping if shipping.get("country") else billing
    return Sale(
        platform="woocommerce", number=key(order), status=str(order["status"]),
        created=moment(order["date_created_gmt"]), updated=moment(order["date_modified_gmt"]),
        currency=str(order["currency"]),
        buyer=f"{address.get('first_name', '')} {address.get('last_name', '')}".strip(),
        country=str(address.get("country", "")), lines=tuple(lines), total=amount(order["total"]),
        freight=amount(order["shipping_total"]), discount=amount(order["discount_total"]),
        tax=amount(order["total_tax"]),
        fees=sum((amount(one["total"]) for one in order.get("fee_lines", [])), ZERO),
        other={"order_number": str(order.get("number", ""))},
    )  # fmt: skip


def authorised(settings: dict[str, str], request: Request) -> Request:
    """Basic authentication with the consumer key."""
    pair = f"{settings['consumer_key']}:{settings['consumer_secret']}".encode()
    return request.showing(Authorization=f"Basic {base64.b64encode(pair).decode()}")


def created_on(settings: dict[str, str], day: date) -> Request:
    """By after and before."""
    began = datetime.combine(day, time(), UTC)
    asked = Request(f"{settings['url']}/orders").asking(per_page=settings["page_size"], page=1, dates_are_gmt="true")
    return asked.asking(after=_stamp(began - timedelta(seconds=1)), before=_stamp(began + timedelta(days=1)))


def figures(settings: dict[str, str], day: date) -> Request:
    """The same list, one order a page: its head tells how many there are."""
    return created_on(settings, day).asking(per_page=1)


def figures_of(answer: Answer) -> tuple[int, Decimal | None]:
    """X-WP-Total; no money."""
    return int(answer.headers["x-wp-total"]), None


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
