"""A carrier's own system: its waybills and what befell them, page by page (docs/connectors.md, Carrier).

The shape is ours and synthetic (合成), after no vendor's sample.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from pilotzone.exchange.connectors.asking import Answer, Request
from pilotzone.exchange.connectors.contract import Setting
from pilotzone.exchange.connectors.sale import amount, moment
from pilotzone.exchange.connectors.waybill import EXPORT, IMPORT, Waybill

KIND = "waybill"
SETTINGS = (
    Setting("url", "接口地址", "address, e.g. https://carrier.example/api"),
    Setting("access_token", "访问令牌", "access token; renewed by itself", default="", secret=True),
    Setting("refresh_token", "刷新令牌", "refresh token", secret=True),
    Setting("page_size", "每页条数", "waybills a page", default="200"),
)
SIGNED = "signed"


def first(settings: dict[str, str], since: datetime) -> Request:
    """GET {url}/waybills?updated_since&page&size."""
    return _asked(settings, updated_since=since.isoformat())


def following(request: Request, answer: Answer) -> Request | None:
    """While `more` is true."""
    return request.asking(page=int(request.query["page"]) + 1) if answer.json().get("more") else None


def orders(answer: Answer) -> list[Any]:
    """`waybills` of a page."""
    return list(answer.json()["waybills"])


def key(order: Any) -> str:
    """waybill_no."""
    return str(order["waybill_no"])


def parse(order: Any) -> Waybill:
    """`signed` is the first event of that state; a waybill said to be signed for without one cannot be read."""
    direction, status = str(order["direction"]), str(order["state"])
    if direction not in (IMPORT, EXPORT):
        raise ValueError(f"direction {direction}")
    signed = [moment(one["at"]) for one in order.get("events") or [] if one["state"] == SIGNED]
    if status == SIGNED and not signed:
        raise ValueError("signed for without the moment")
    receiver, shipper = order.get("consignee") or {}, order.get("shipper") or {}
    return Waybill(
        number=key(order), status=status, created=moment(order["created"]), updated=moment(order["updated"]),
        direction=direction, currency=str(order["currency"]), total=amount(order["charged"]),
        freight=amount(order["freight"]), insured=amount(order.get("insurance")),
        surcharge=amount(order.get("surcharge")), weight=amount(order["weight_kg"]), pieces=int(order["pieces"]),
        goods=str(order.get("goods") or ""), order_no=str(order.get("order_no") or ""),
        bill_no=str(order.get("bill_no") or ""), consignee=str(receiver.get("name") or ""),
        address=str(receiver.get("address") or ""), telephone=str(receiver.get("telephone") or ""),
        shipper_code=str(shipper.get("code") or ""), shipper_name=str(shipper.get("name") or ""),
        shipper_telephone=str(shipper.get("telephone") or ""), signed=min(signed, default=None),
    )  # fmt: skip


def authorised(settings: dict[str, str], request: Request) -> Request:
    """A bearer token."""
    return request.showing(Authorization=f"Bearer {settings['access_token']}")


def renewal(settings: dict[str, str]) -> Request:
    """POST {url}/token, grant refresh_token."""
    body = urlencode({"grant_type": "refresh_token", "refresh_token": settings["refresh_token"]})
    shown = {"Content-Type": "application/x-www-form-urlencoded"}
    return Request(f"{settings['url']}/token", "POST", shown, body)


def renewed(answer: Answer) -> dict[str, str]:
    """The new access token, and a new refresh token where there is one."""
    told = answer.json()
    return {name: told[name] for name in ("access_token", "refresh_token") if told.get(name)}


def created_on(settings: dict[str, str], day: date) -> Request:
    """The same list by day of creation."""
    return _asked(settings, created_on=day)


def figures(settings: dict[str, str], day: date) -> Request:
    """GET {url}/figures?day."""
    return Request(f"{settings['url']}/figures").asking(day=day)


def figures_of(answer: Answer) -> tuple[int, Decimal | None]:
    """`count` and `charged`."""
    told = answer.json()
    return int(told["count"]), amount(told["charged"])


def _asked(settings: dict[str, str], **wanted: object) -> Request:
    return Request(f"{settings['url']}/waybills").asking(**wanted, page=1, size=settings["page_size"])
