"""Generic JSON: a shop system that writes our neutral order, page by page (docs/connectors.md, Generic JSON)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from pilotzone.exchange.connectors.asking import Answer, Request
from pilotzone.exchange.connectors.contract import Setting
from pilotzone.exchange.connectors.sale import Line, Sale, amount, moment

SETTINGS = (
    Setting("url", "接口地址", "address, e.g. https://shop.example/feed"),
    Setting("token", "访问令牌", "access token", default="", secret=True),
    Setting("page_size", "每页条数", "orders a page", default="250"),
)


def first(settings: dict[str, str], since: datetime) -> Request:
    """GET {url}/orders?updated_since&page&size."""
    asked = Request(f"{settings['url']}/orders")
    return asked.asking(updated_since=since.isoformat(), page=1, size=settings["page_size"])


def following(request: Request, answer: Answer) -> Request | None:
    """While `more` is true."""
    return request.asking(page=int(request.query["page"]) + 1) if answer.json().get("more") else None


def orders(answer: Answer) -> list[Any]:
    """`orders` of a page."""
    return list(answer.json()["orders"])


def key(order: Any) -> str:
    """Its number."""
    return str(order["number"])


def parse(order: Any) -> Sale:
    """The neutral order, amounts as text or numbers."""
    lines = tuple(
        Line(
            str(one["sku"]), str(one["name"]), amount(one["quantity"]), amount(one["price"]), amount(one["amount"])
        )
        for one in order["lines"]
    )  # fmt: skip
    return Sale(
        platform=str(order.get("platform", "json")), number=str(order["number"]), status=str(order["status"]),
        created=moment(order["created"]), updated=moment(order["updated"]), currency=str(order["currency"]),
        buyer=str(order.get("buyer", "")), country=str(order.get("country", "")), lines=lines,
        total=amount(order["total"]), freight=amount(order.get("freight")), discount=amount(order.get("discount")),
        tax=amount(order.get("tax")), fees=amount(order.get("fees")),
        tax_included=order.get("tax_included") is True,
    )  # fmt: skip


def authorised(settings: dict[str, str], request: Request) -> Request:
    """A bearer token, where there is one."""
    return request.showing(Authorization=f"Bearer {settings['token']}") if settings["token"] else request


def created_on(settings: dict[str, str], day: date) -> Request:
    """The same list by day of creation."""
    return Request(f"{settings['url']}/orders").asking(created_on=day, page=1, size=settings["page_size"])


def figures(settings: dict[str, str], day: date) -> Request:
    """GET {url}/figures?day."""
    return Request(f"{settings['url']}/figures").asking(day=day)


def figures_of(answer: Answer) -> tuple[int, Decimal | None]:
    """`count` and `total`."""
    told = answer.json()
    return int(told["count"]), amount(told["total"]) if told.get("total") is not None else None
