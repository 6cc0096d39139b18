"""The generic JSON feed of a synthetic shop."""

from __future__ import annotations

from datetime import date

from pilotzone.exchange.connectors.asking import Answer, Request
from pilotzone.exchange.connectors.sale import moment
from pilotzone.exchange.connectors.simulated import World

PAID = "paid"


def answer(request: Request, world: World) -> Answer:
    """/orders by change or day, /figures by day."""
    asked = request.query
    if request.path.endswith("/figures"):
        count, total = world.figures(date.fromisoformat(asked["day"]))
        return Answer.of({"count": count, "total": str(total)})
    if "created_on" in asked:
        found = world.created_on(date.fromisoformat(asked["created_on"]))
    else:
        found = world.changed_since(moment(asked["updated_since"]))
    page, more = world.page(found, int(asked["page"]))
    return Answer.of({"orders": [one.as_dict() for one in page], "more": more})
