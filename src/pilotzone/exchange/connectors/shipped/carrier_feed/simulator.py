"""The waybills of a synthetic carrier 合成数据: one parcel of every order of the world, charged what the order costs."""

from __future__ import annotations

from datetime import date
from typing import Any

from pilotzone.exchange.connectors.asking import Answer, Request
from pilotzone.exchange.connectors.sale import Sale, moment
from pilotzone.exchange.connectors.simulated import World

PAID = "in_transit"


def answer(request: Request, world: World) -> Answer:
    """/waybills by change or day, /figures by day, and a token."""
    if request.path.endswith("/token"):
        return Answer.of({"access_token": world.token})
    if request.headers.get("Authorization") != f"Bearer {world.token}":
        return Answer.of({"error": "token"}, status=401)
    asked = request.query
    if request.path.endswith("/figures"):
        count, charged = world.figures(date.fromisoformat(asked["day"]))
        return Answer.of({"count": count, "charged": str(charged)})
    if "created_on" in asked:
        found = world.created_on(date.fromisoformat(asked["created_on"]))
    else:
        found = world.changed_since(moment(asked["updated_since"]))
    page, more = world.page(found, int(asked["page"]))
    return Answer.of({"waybills": [_waybill(one) for one in page], "more": more})


def _waybill(sale: Sale) -> dict[str, Any]:
    events = [{"state": "accepted", "at": sale.created.isoformat(), "place": "南昌"}]
    if sale.status != "accepted":
        events.append({"state": sale.status, "at": sale.updated.isoformat(), "place": "南昌"})
    return {
        "waybill_no": sale.number, "state": sale.status, "direction": "import", "order_no": f"O{sale.number}",
        "bill_no": "", "created": sale.created.isoformat(), "updated": sale.updated.isoformat(), "currency": "CNY",
        "freight": str(sale.total - sale.tax - sale.fees), "insurance": str(sale.tax), "surcharge": str(sale.fees),
        "charged": str(sale.total), "weight_kg": "1.250", "pieces": 1,
        "goods": sale.lines[0].name if sale.lines else "", "events": events,
        "consignee": {"name": sale.buyer, "address": "江西省南昌市合成路1号", "telephone": "13800000000"},
    }  # fmt: skip
