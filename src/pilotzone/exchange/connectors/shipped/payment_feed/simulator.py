"""The settlement report of a synthetic payment firm 合成数据: a payment of every order, settled at what the order costs."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from pilotzone.base.money import to_cents
from pilotzone.exchange.connectors.asking import Answer, Request
from pilotzone.exchange.connectors.sale import Sale, moment
from pilotzone.exchange.connectors.simulated import World

PAID = "succeeded"
RATE = Decimal("0.006")


def answer(request: Request, world: World) -> Answer:
    """/entries by change or day, /summary by day, and a token. The cursor is the number of the page."""
    if request.path.endswith("/token"):
        return Answer.of({"access_token": world.token})
    if request.headers.get("Authorization") != f"Bearer {world.token}":
        return Answer.of({"error": "token"}, status=401)
    asked = request.query
    if request.path.endswith("/summary"):
        found = [_entry(one) for one in world.created_on(date.fromisoformat(asked["day"]))]
        money = {name: sum((Decimal(one[name]) for one in found), Decimal(0)) for name in ("gross", "fee", "refunded")}
        net = money["gross"] - money["fee"] - money["refunded"]
        return Answer.of({"count": len(found), "net": str(net), **{name: str(told) for name, told in money.items()}})
    if "created_on" in asked:
        sales = world.created_on(date.fromisoformat(asked["created_on"]))
    else:
        sales = world.changed_since(moment(asked["changed_since"]))
    number = int(asked.get("cursor", "1"))
    page, more = world.page(sales, number)
    return Answer.of({"entries": [_entry(one) for one in page], "next": str(number + 1) if more else None})


def _entry(sale: Sale) -> dict[str, Any]:
    """The order's discount went back to the payer after he had paid, as a refund."""
    fee, refunded = to_cents(sale.total * RATE) + sale.fees, sale.discount
    refund = {
        "refund_id": f"R{sale.number}",
        "at": sale.updated.isoformat(),
        "currency": "CNY",
        "amount": str(refunded),
    }
    return {
        "transaction_id": sale.number, "state": sale.status, "order_no": f"O{sale.number}",
        "platform": {"code": "36019600EP", "name": "演示平台有限公司"}, "currency": "CNY",
        "created": sale.created.isoformat(), "paid_at": sale.created.isoformat(), "changed": sale.updated.isoformat(),
        "payer": {"id_type": "1", "id_number": "110101199003070011", "name": sale.buyer, "telephone": "13800000000"},
        "gross": str(sale.total + fee + refunded), "fee": str(fee), "refunded": str(refunded), "net": str(sale.total),
        "refunds": [refund] if refunded else [],
    }  # fmt: skip
