"""A payment firm's settlement report: every payment with gross, fee, refunds and net, by cursor (docs/connectors.md, Payment firm).

The shape is ours and synthetic (合成), after no vendor's sample.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from pilotzone.exchange.connectors.asking import Answer, Request
from pilotzone.exchange.connectors.contract import Setting
from pilotzone.exchange.connectors.payment import Payment, Refund
from pilotzone.exchange.connectors.sale import amount, moment

KIND = "payment"
SETTINGS = (
    Setting("url", "接口地址", "address, e.g. https://pay.example/api"),
    Setting("access_token", "访问令牌", "access token; renewed by itself", default="", secret=True),
    Setting("refresh_token", "刷新令牌", "refresh token", secret=True),
    Setting("page_size", "每页条数", "payments a page", default="200"),
)


def first(settings: dict[str, str], since: datetime) -> Request:
    """GET {url}/settlements/entries?changed_since&limit."""
    return _asked(settings, changed_since=since.isoformat())


def following(request: Request, answer: Answer) -> Request | None:
    """By the cursor `next`, until it is null."""
    cursor = answer.json().get("next")
    return request.asking(cursor=cursor) if cursor else None


def orders(answer: Answer) -> list[Any]:
    """`entries` of a page."""
    return list(answer.json()["entries"])


def key(order: Any) -> str:
    """transaction_id."""
    return str(order["transaction_id"])


def parse(order: Any) -> Payment:
    """Refunds are in the currency of the payment or the entry cannot be read."""
    currency, payer, platform = str(order["currency"]), order["payer"], order["platform"]
    refunds = []
    for one in order.get("refunds") or []:
        if one["currency"] != currency:
            raise ValueError(f"{one['currency']} within a payment in {currency}")
        refunds.append(Refund(str(one["refund_id"]), moment(one["at"]), amount(one["amount"])))
    return Payment(
        number=key(order), status=str(order["state"]), created=moment(order["created"]),
        updated=moment(order["changed"]), order_no=str(order["order_no"]), platform_code=str(platform["code"]),
        platform_name=str(platform["name"]), currency=currency, gross=amount(order["gross"]), fee=amount(order["fee"]),
        total=amount(order["net"]), payer_id_type=str(payer["id_type"]), payer_id=str(payer["id_number"]),
        payer=str(payer["name"]), telephone=str(payer.get("telephone") or ""), refunded=amount(order["refunded"]),
        refunds=tuple(refunds), paid=moment(order["paid_at"]) if order.get("paid_at") else None,
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
    """The same entries by day of creation."""
    return _asked(settings, created_on=day)


def figures(settings: dict[str, str], day: date) -> Request:
    """GET {url}/settlements/summary?day."""
    return Request(f"{settings['url']}/settlements/summary").asking(day=day)


def figures_of(answer: Answer) -> tuple[int, Decimal | None]:
    """`count` and `net`, which any change of gross, fee or refunds moves."""
    told = answer.json()
    return int(told["count"]), amount(told["net"])


def _asked(settings: dict[str, str], **wanted: object) -> Request:
    return Request(f"{settings['url']}/settlements/entries").asking(**wanted, limit=settings["page_size"])
