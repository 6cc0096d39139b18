"""The orders of a synthetic seller in AliExpress' style."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from pilotzone.exchange.connectors.asking import Answer, Request
from pilotzone.exchange.connectors.sale import Sale
from pilotzone.exchange.connectors.simulated import World

PAID = "WAIT_SELLER_SEND_GOODS"
PACIFIC = ZoneInfo("America/Los_Angeles")


def answer(request: Request, world: World) -> Answer:
    """order/list by change or creation."""
    asked = json.loads(request.body)
    if "create_date_start" in asked:
        found = world.created_on(_read(asked["create_date_start"]).date())
    else:
        found = world.changed_since(_read(asked["modified_date_start"]))
    page, _ = world.page(found, asked["current_page"])
    pages = max(-(-len(found) // world.size), 1)
    told = {"current_page": asked["current_page"], "total_page": pages, "target_list": [_order(one) for one in page]}
    return Answer.of({"result": told})


def _order(sale: Sale) -> dict[str, Any]:
    def money(value: object) -> dict[str, str]:
        return {"amount": str(value), "currency_code": sale.currency}

    return {
        "order_id": sale.number, "order_status": sale.status, "gmt_create": _told(sale.created),
        "gmt_update": _told(sale.updated), "receiver_name": sale.buyer, "receiver_country": sale.country,
        "pay_amount": money(sale.total), "logistics_amount": money(sale.freight), "tax_amount": money(sale.tax),
        "discount_amount": money(sale.discount), "other_amount": money(sale.fees),
        "product_list": [
            {
                "sku_code": one.sku, "product_name": one.name, "product_count": int(one.quantity),
                "product_unit_price": money(one.price), "total_product_amount": money(one.amount),
            }
            for one in sale.lines
        ],
    }  # fmt: skip


def _told(at: datetime) -> str:
    return at.astimezone(PACIFIC).strftime("%Y-%m-%d %H:%M:%S")


def _read(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=PACIFIC).astimezone(UTC)
