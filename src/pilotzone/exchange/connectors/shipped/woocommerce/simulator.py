"""The orders of a synthetic WooCommerce shop."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from pilotzone.exchange.connectors.asking import Answer, Request
from pilotzone.exchange.connectors.sale import Sale, moment
from pilotzone.exchange.connectors.simulated import World

PAID = "processing"


def answer(request: Request, world: World) -> Answer:
    """/orders by change or day, with the totals in the head."""
    asked = request.query
    if "after" in asked:
        found = world.created_on((moment(asked["after"]) + timedelta(seconds=1)).date())
    else:
        found = world.changed_since(moment(asked["modified_after"]))
    page, _ = world.page(found, int(asked["page"]))
    pages = -(-len(found) // world.size)
    return Answer.of([_order(one) for one in page], x_wp_total=str(len(found)), x_wp_totalpages=str(pages))


def _order(sale: Sale) -> dict[str, Any]:
    first, _, last = sale.buyer.partition(" ")
    return {
        "id": sale.number, "number": sale.number, "status": sale.status, "currency": sale.currency,
        "date_created_gmt": sale.created.replace(tzinfo=None).isoformat(),
        "date_modified_gmt": sale.updated.replace(tzinfo=None).isoformat(),
        "discount_total": str(sale.discount), "shipping_total": str(sale.freight), "total": str(sale.total),
        "total_tax": str(sale.tax), "fee_lines": [{"total": str(sale.fees)}],
        "shipping": {"first_name": first, "last_name": last, "country": sale.country},
        "line_items": [
            {
                "name": one.name, "product_id": n, "variation_id": 0, "quantity": int(one.quantity), "sku": one.sku,
                "subtotal": str(one.amount),
            }
            for n, one in enumerate(sale.lines, start=1)
        ],
    }  # fmt: skip
