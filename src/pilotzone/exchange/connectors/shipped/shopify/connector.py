"""Shopify Admin REST orders: pages by the Link header, money from the order's own totals.

Source: the order resource as the published samples show it (MIT). Prices are before order discounts.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from pilotzone.exchange.connectors.asking import Answer, Request
from pilotzone.exchange.connectors.contract import Setting
from pilotzone.exchange.connectors.sale import ZERO, Line, Sale, amount, moment

NEXT = re.compile(r'<([^>]+)>;\s*rel="?next"?')
SETTINGS = (
    Setting("url", "接口地址", "https://SHOP.myshopify.com/admin/api/VERSION"),
    Setting("access_token", "访问令牌", "access token of the app", secret=True),
    Setting("page_size", "每页条数", "orders a page", default="250"),
)


def first(settings: dict[str, str], since: datetime) -> Request:
    """By updated_at_min, oldest change first, closed and cancelled ones too."""
    asked = Request(f"{settings['url']}/orders.json").asking(status="any", limit=settings["page_size"])
    return asked.asking(order="updated_at asc", updated_at_min=since.isoformat())


def following(request: Request, answer: Answer) -> Request | None:
    """The address the Link header calls next, on the same host only."""
    found = NEXT.search(answer.headers.get("link", ""))
    if not found:
        return None
    asked = Request(found[1])
    if asked.url.split("/")[2:3] != request.url.split("/")[2:3]:
        raise ValueError("the next page lies on another host")
    return asked


def orders(answer: Answer) -> list[Any]:
    """`orders`."""
    return list(answer.json()["orders"])


def key(order: Any) -> str:
    """The id: the name #1001 can be given anew by the shop."""
    return str(order["id"])


def parse(order: Any) -> Sale:
    """Status is cancelled, else financial_status. Refunds of money leave the order's own totals as they were."""
    lines = tuple(
        Line(
            str(one.get("sku") or one["id"]), str(one.get("name") or one["title"]), Decimal(one["quantity"]),
            amount(one["price"]), amount(one["price"]) * Decimal(one["quantity"]),
        )
        for one in order.get("line_items", [])
    )  # fmt: skip
    shipped = order.get("total_shipping_price_set", {}).get("shop_money", {}).get("amount")
    freight = sum((amount(one["price"]) for one in order.get("shipping_lines", [])), ZERO)
    duties = (order.get("current_total_duties_set") or {}).get("shop_money", {}).get("amount")
    address = order.get("shipping_address") or order.get("billing_address") or {}
    return Sale(
        platform="shopify", number=key(order),
        status="cancelled" if order.get("cancelled_at") else str(order["financial_status"]),
        created=moment(order["created_at"]), updated=moment(order["updated_at"]), currency=str(order["currency"]),
        buyer=str(address.get("name") or ""), country=str(address.get("country_code") or ""), lines=lines,
        total=amount(order["total_price"]), freight=amount(shipped) if shipped is not None else freight,
        discount=amount(order["total_discounts"]), tax=amount(order["total_tax"]),
        fees=amount(order.get("total_tip_received")) + amount(duties), tax_included=order["taxes_included"] is True,
        goods=amount(order["total_line_items_price"]), other={"name": str(order.get("name", ""))},
    )  # fmt: skip


def authorised(settings: dict[str, str], request: Request) -> Request:
    """X-Shopify-Access-Token."""
    return request.showing(X_Shopify_Access_Token=settings["access_token"])


def created_on(settings: dict[str, str], day: date) -> Request:
    """By created_at_min and created_at_max."""
    asked = Request(f"{settings['url']}/orders.json").asking(status="any", limit=settings["page_size"])
    return asked.asking(**_day(day))


def figures(settings: dict[str, str], day: date) -> Request:
    """count.json of the same day."""
    return Request(f"{settings['url']}/orders/count.json").asking(status="any", **_day(day))


def figures_of(answer: Answer) -> tuple[int, Decimal | None]:
    """Shopify counts orders, not their money."""
    return int(answer.json()["count"]), None


def _day(day: date) -> dict[str, str]:
    began = datetime.combine(day, time(), UTC)
    return {"created_at_min": began.isoformat(), "created_at_max": (began + timedelta(days=1, seconds=-1)).isoformat()}
