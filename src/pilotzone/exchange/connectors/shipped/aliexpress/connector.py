"""AliExpress-style orders: a POST a page, moments in the marketplace's own Pacific time, money as amount and currency.

The shape is made after public descriptions, not from a vendor's sample (P): check it with the marketplace before use.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from pilotzone.exchange.connectors.asking import Answer, Request
from pilotzone.exchange.connectors.contract import Setting
from pilotzone.exchange.connectors.sale import Line, Sale, amount

PACIFIC = ZoneInfo("America/Los_Angeles")
SETTINGS = (
    Setting("url", "接口地址", "address of the gateway"),
    Setting("session", "会话令牌", "session of the seller", secret=True),
    Setting("page_size", "每页条数", "orders a page", default="50"),
)


def first(settings: dict[str, str], since: datetime) -> Request:
    """By modified_date_start."""
    return _asked(settings, modified_date_start=_told(since))


def following(request: Request, answer: Answer) -> Request | None:
    """While current_page is below total_page."""
    told = answer.json()["result"]
    if int(told["current_page"]) >= int(told["total_page"]):
        return None
    body = {**json.loads(request.body), "current_page": int(told["current_page"]) + 1}
    return Request(request.url, request.method, request.headers, json.dumps(body, sort_keys=True))


def orders(answer: Answer) -> list[Any]:
    """result.target_list."""
    return list(answer.json()["result"]["target_list"])


def key(order: Any) -> str:
    """order_id."""
    return str(order["order_id"])


def parse(order: Any) -> Sale:
    """Line totals are before the order's discount; seller discounts are told apart."""
    currency = str(order["pay_amount"]["currency_code"])

    def money(told: Any) -> Any:
        if told and told["currency_code"] != currency:
            raise ValueError(f"{told['currency_code']} within an order in {currency}")
        return amount(told["amount"] if told else None)

    lines = tuple(
        Line(
            str(one.get("sku_code") or one["product_id"]), str(one["product_name"]), amount(one["product_count"]),
            money(one["product_unit_price"]), money(one["total_product_amount"]),
        )
        for one in order["product_list"]
    )  # fmt: skip
    return Sale(
        platform="aliexpress", number=key(order), status=str(order["order_status"]),
        created=_read(order["gmt_create"]), updated=_read(order["gmt_update"]), currency=currency,
        buyer=str(order.get("receiver_name", "")), country=str(order.get("receiver_country", "")), lines=lines,
        total=money(order["pay_amount"]), freight=money(order.get("logistics_amount")),
        discount=money(order.get("discount_amount")), tax=money(order.get("tax_amount")),
        fees=money(order.get("other_amount")),
    )  # fmt: skip


def authorised(settings: dict[str, str], request: Request) -> Request:
    """The session in the head: state files hold no secret."""
    return request.showing(Content_Type="application/json", Session=settings["session"])


def created_on(settings: dict[str, str], day: date) -> Request:
    """By create_date_start and create_date_end."""
    began = datetime(day.year, day.month, day.day, tzinfo=UTC)
    ended = began + timedelta(days=1, seconds=-1)
    return _asked(settings, create_date_start=_told(began), create_date_end=_told(ended))


def _asked(settings: dict[str, str], **asked: str) -> Request:
    body = {**asked, "current_page": 1, "page_size": int(settings["page_size"])}
    return Request(f"{settings['url']}/order/list", "POST", body=json.dumps(body, sort_keys=True))


def _told(at: datetime) -> str:
    return at.astimezone(PACIFIC).strftime("%Y-%m-%d %H:%M:%S")


def _read(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=PACIFIC).astimezone(UTC)
