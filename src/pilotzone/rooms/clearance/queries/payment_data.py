"""What pages and programs ask of payment raw data: requests with their age, what is kept, personal parts masked."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db import connection

from pilotzone.exchange.formats import payment_raw_deposit as deposits
from pilotzone.exchange.sealing import unpack
from pilotzone.kernel import clock
from pilotzone.kernel.access.models import Organisation
from pilotzone.kernel.access.scope import current
from pilotzone.kernel.masking import mask_id, mask_name
from pilotzone.rooms.clearance.engine import keys
from pilotzone.rooms.clearance.engine.case import Head
from pilotzone.rooms.clearance.engine.kinds import BY_MESSAGE
from pilotzone.rooms.clearance.models import PaymentData, PaymentRequest, Trade
from pilotzone.rooms.clearance.queries import contents, lookups

ORDER = BY_MESSAGE["CEB311Message"]
SEALED = "clearance.payment_data"  # seals what is kept and what is to be signed
WAITING = ("open", "refused")


def requests(page: int = 1, size: int = 50, *, state: str = "") -> dict[str, Any]:
    """Customs' requests to the caller's firm, those that wait for it first: {rows, total, page}."""
    found = PaymentRequest.objects.filter(organisation_id=current().organisation or 0)
    if state:
        found = found.filter(state__in=WAITING if state == "waiting" else [state])
    total = found.count()
    size = max(1, min(size, 500))
    ordered = sorted(found.values_list("pk", "state"), key=lambda row: (row[1] not in WAITING, row[0]))
    chosen = [pk for pk, _ in ordered[(page - 1) * size : page * size]]
    rows = PaymentRequest.objects.in_bulk(chosen)
    return {"rows": [_request(rows[pk]) for pk in chosen], "total": total, "page": page}


def request(number: int) -> dict[str, Any] | None:
    """One request of the caller's firm."""
    row = PaymentRequest.objects.filter(organisation_id=current().organisation or 0, pk=number).first()
    return None if row is None else _request(row)


def data_for(organisation: int, order_no: str) -> PaymentData | None:
    """The payment of an order, the last one laid down."""
    found = PaymentData.objects.filter(organisation_id=organisation, orders__contains=[order_no])
    return found.order_by("-deposited_at", "-pk").first()


def waiting() -> int:
    """How many requests wait for the caller's firm."""
    return PaymentRequest.objects.filter(organisation_id=current().organisation or 0, state__in=WAITING).count()


def kept(page: int = 1, size: int = 50) -> dict[str, Any]:
    """The payment data the caller's firm keeps here, the newest first; receivers masked, raw texts only by their size."""
    found = PaymentData.objects.filter(organisation_id=current().organisation or 0).order_by("-pk")
    size = max(1, min(size, 500))
    rows = found[(page - 1) * size : page * size]
    return {"rows": [_data(row) for row in rows], "total": found.count(), "page": page}


def _request(row: PaymentRequest) -> dict[str, Any]:
    now = clock.now()
    last = data_for(row.organisation_id, row.order_no)
    return {
        "id": row.pk, "order_no": row.order_no, "session": row.session, "asked_at": row.asked_at, "due_at": row.due_at,
        "age_s": max(0, int((now - row.asked_at).total_seconds())), "state": row.state, "has_data": last is not None,
        "late": row.state in WAITING and row.due_at is not None and row.due_at <= now, "uploads": row.uploads,
        "differs": last is not None and differs(last), "answer_code": row.answer_code,
        "answer_message": row.answer_message, "answered_at": row.answered_at,
    }  # fmt: skip


def differs(data: PaymentData) -> bool:
    """Whether the amount is not what the orders say was paid; False where an order is not here."""
    firm = Organisation.objects.filter(pk=data.organisation_id).first()
    codes = [code for code in (firm.customs_code, firm.uscc) if code] if firm else []
    paid = Decimal()
    for order in data.orders:
        head = _order(order, codes, data.organisation_id)
        if head is None:
            return False
        paid += Decimal(head.get("acturalPaid") or 0)
    return paid != data.amount


def _order(order: str, codes: Sequence[str], organisation: int) -> Head | None:
    """The head of the order a platform knows under one of its codes; None where it is not here."""
    texts = [keys.key_text(ORDER, {"ebpCode": code, "orderNo": order}) for code in codes]
    with connection.cursor() as cursor:
        numbers = lookups.trades_named(cursor, {keys.trade_hash(ORDER.flow, text): text for text in texts})
        trade = Trade.objects.filter(id__in=numbers, parties__contains=[organisation]).order_by("-id").first()
        if trade is None or trade.order_id is None:
            return None
        said = contents.parts(cursor, [trade.order_id]).get(trade.order_id)
    return said.head if said is not None else None


def _data(row: PaymentData) -> dict[str, Any]:
    head, orders = deposits.read_one(unpack(bytes(row.body), SEALED).decode())
    return {
        "id": row.pk, "pay_transaction": row.pay_transaction, "pay_code": row.pay_code, "orders": list(row.orders),
        "amount": row.amount, "currency": row.currency, "traded": row.traded, "deposited_at": row.deposited_at,
        "keep_until": row.keep_until, "channel": row.channel, "differs": differs(row),
        "receiver": "、".join(dict.fromkeys(mask_name(one.recpName) for one in orders)),
        "account": "、".join(dict.fromkeys(mask_id(one.recpAccount) for one in orders)),
        "request_size": len(head.initalRequest), "response_size": len(head.initalResponse),
    }  # fmt: skip
