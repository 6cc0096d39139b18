"""What pages and programs ask of payment raw data: requests with their age, what is kept, personal parts masked."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import QuerySet

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
LARGEST = 500  # rows of one reading


def requests(page: int = 1, size: int = 50, *, state: str = "") -> dict[str, Any]:
    """Customs' requests to the caller's firm, those that wait for it first: {rows, total, page}."""
    found = PaymentRequest.objects.filter(organisation_id=current().organisation or 0)
    if state:
        found = found.filter(state__in=WAITING if state == "waiting" else [state])
    total = found.count()
    size = max(1, min(size, LARGEST))
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
    found = _own_data()
    size = max(1, min(size, LARGEST))
    return {"rows": _data(found[(page - 1) * size : page * size]), "total": found.count(), "page": page}


def kept_before(before: int | None, most: int) -> list[dict[str, Any]]:
    """The same rows, `most` at most and never more than LARGEST, of those below the number `before` (None: of all)."""
    found = _own_data()
    return _data((found if before is None else found.filter(pk__lt=before))[: min(most, LARGEST)])


def _own_data() -> QuerySet[PaymentData]:
    return PaymentData.objects.filter(organisation_id=current().organisation or 0).order_by("-pk")


def _request(row: PaymentRequest) -> dict[str, Any]:
    now = clock.now()
    last = data_for(row.organisation_id, row.order_no)
    return {
        "id": row.pk, "order_no": row.order_no, "session": row.session, "asked_at": row.asked_at, "due_at": row.due_at,
        "age_s": max(0, int((now - row.asked_at).total_seconds())), "state": row.state, "has_data": last is not None,
        "late": row.state in WAITING and row.due_at is not None and row.due_at <= now, "uploads": row.uploads,
        "differs": last is not None and last.pk in differing([last]), "answer_code": row.answer_code,
        "answer_message": row.answer_message, "answered_at": row.answered_at,
    }  # fmt: skip


def differing(rows: Sequence[PaymentData]) -> set[int]:
    """The numbers of those, of one firm's, whose amount is not what their orders say was paid; of none where an order is not here."""
    heads = _orders({order for row in rows for order in row.orders}, rows[0].organisation_id) if rows else {}
    return {
        row.pk
        for row in rows
        if all(order in heads for order in row.orders)
        and row.amount != sum((Decimal(heads[order].get("acturalPaid") or 0) for order in row.orders), Decimal())
    }


def _orders(numbers: Collection[str], organisation: int) -> dict[str, Head]:
    """The heads of the orders a platform knows under one of its codes, by their numbers; those that are not here are left out."""
    firm = Organisation.objects.filter(pk=organisation).first()
    codes = [code for code in (firm.customs_code, firm.uscc) if code] if firm else []
    named = {keys.key_text(ORDER, {"ebpCode": code, "orderNo": one}): one for code in codes for one in numbers}
    with connection.cursor() as cursor:
        found = lookups.trades_named(cursor, {keys.trade_hash(ORDER.flow, text): text for text in named})
        trades = Trade.objects.filter(id__in=list(found), parties__contains=[organisation]).order_by("id")
        newest = {named[found[pk]]: order for pk, order in trades.values_list("id", "order_id")}
        said = contents.parts(cursor, [order for order in newest.values() if order is not None])
    return {one: said[order].head for one, order in newest.items() if order in said}


def _data(found: Iterable[PaymentData]) -> list[dict[str, Any]]:
    rows = list(found)
    differ = differing(rows)
    return [_told(row, row.pk in differ) for row in rows]


def _told(row: PaymentData, differs: bool) -> dict[str, Any]:
    head, orders = deposits.read_one(unpack(bytes(row.body), SEALED).decode())
    return {
        "id": row.pk, "pay_transaction": row.pay_transaction, "pay_code": row.pay_code, "orders": list(row.orders),
        "amount": row.amount, "currency": row.currency, "traded": row.traded, "deposited_at": row.deposited_at,
        "keep_until": row.keep_until, "channel": row.channel, "differs": differs,
        "receiver": "、".join(dict.fromkeys(mask_name(one.recpName) for one in orders)),
        "account": "、".join(dict.fromkeys(mask_id(one.recpAccount) for one in orders)),
        "request_size": len(head.initalRequest), "response_size": len(head.initalResponse),
    }  # fmt: skip
