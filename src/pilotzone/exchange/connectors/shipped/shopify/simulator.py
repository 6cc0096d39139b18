"""The orders of a synthetic Shopify shop."""

from __future__ import annotations

from typing import Any

from pilotzone.exchange.connectors.asking import Answer, Request
from pilotzone.exchange.connectors.sale import Sale, moment
from pilotzone.exchange.connectors.simulated import World

PAID = "paid"


def answer(request: Request, world: World) -> Answer:
    """orders.json with its Link header, and count.json."""
    asked = request.query
    if "created_at_min" in asked:
        found = world.created_on(moment(asked["created_at_min"]).date())
    else:
        found = world.changed_since(moment(asked["updated_at_min"]))
    if request.path.endswith("/count.json"):
        return Answer.of({"count": len(found)})
    number = int(asked.get("page_info", "1"))
    page, more = world.page(found, number)
    link = f'<{request.asking(page_info=number + 1).url}>; rel="next"' if more else ""
    return Answer.of({"orders": [_order(one) for one in page]}, link=link)


def _order(sale: Sale) -> dict[str, Any]:
    return {
        "id": sale.number, "name": f"#{sale.number}", "created_at": sale.created.isoformat(),
        "updated_at": sale.updated.isoformat(), "cancelled_at": None, "financial_status": sale.status,
        "currency": sale.currency, "taxes_included": False, "total_price": str(sale.total),
        "total_line_items_price": str(sale.lines_total), "total_discounts": str(sale.discount),
        "total_tax": str(sale.tax), "total_tip_received": str(sale.fees),
        "shipping_lines": [{"price": str(sale.freight)}],
        "shipping_address": {"name": sale.buyer, "country_code": sale.country},
        "line_items": [
            {"id": n, "sku": one.sku, "name": one.name, "quantity": int(one.quantity), "price": str(one.price)}
            for n, one in enumerate(sale.lines, start=1)
        ],
    }  # fmt: skip
