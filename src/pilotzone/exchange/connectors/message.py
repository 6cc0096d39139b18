"""What a firm declares, as customs' messages; first a sale as our export order (CEB303): the price really paid, to the cent.

Waybills and payments are made in `waybill` and `payment` with the same parts.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from pilotzone.base.days import SHANGHAI, stamp
from pilotzone.base.money import to_cents
from pilotzone.exchange.connectors.errors import SENTENCES
from pilotzone.exchange.connectors.sale import ZERO, Sale
from pilotzone.exchange.connectors.store import digest_of
from pilotzone.exchange.formats.build import build
from pilotzone.exchange.formats.editions import edition_for
from pilotzone.reference import codes

NAME, MOST = "CEB303Message", 100
_SPACE = uuid.UUID("8d0f2ab4-52a4-5c5e-9a6b-6f1a1f0f7c11")  # ours, for numbers that are the same for the same content
_FIVE = Decimal("0.00001")


@dataclass(frozen=True)
class Firm:
    """What the message says of the firm. `units` maps a SKU to customs' unit code, `unit` stands for all others.

    `names` maps a SKU to the name declared, where the marketplace's own will not do. Which of the codes and names are
    needed beside the first three depends on what is declared: `kinds.Kind.needed`.
    """

    cop_code: str
    cop_name: str
    dxp_id: str
    ebp_code: str = ""
    ebp_name: str = ""
    ebc_code: str = ""
    ebc_name: str = ""
    logistics_code: str = ""
    logistics_name: str = ""
    pay_code: str = ""
    pay_name: str = ""
    order_type: str = "E"
    unit: str = ""
    units: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)


ALWAYS = ("cop_code", "cop_name", "dxp_id")
NEEDED = ("ebp_code", "ebp_name", "ebc_code", "ebc_name")


@dataclass(frozen=True)
class Document:
    """Head and lines of one document of message `name`; `left_out`: what an order's buyer paid that it does not declare."""

    head: dict[str, str]
    lines: tuple[dict[str, str], ...] = ()
    left_out: Decimal = ZERO
    name: str = NAME


def order_of(sale: Sale, firm: Firm, *, at: datetime) -> Document:
    """The order of a sale; goodsValue + freight + left_out = total, the lines add up to goodsValue.

    A discount of the whole order lowers its lines in proportion, to the cent. Tax told apart and fees are left out.
    Refused `message.…`, `connector.no_lines` where something is missing; at is the moment of declaring.
    """
    asked_of(firm, NEEDED)
    if not sale.lines:
        raise SENTENCES.refused("connector.no_lines", number=sale.number)
    day = at.astimezone(SHANGHAI).date()
    currency = customs_currency(sale.currency, day)
    for line in sale.lines:
        if line.quantity <= 0:
            raise SENTENCES.refused("message.quantity", sku=line.sku, quantity=line.quantity)
    amounts = discounted([to_cents(line.amount) for line in sale.lines], to_cents(sale.discount))
    lines = []
    for number, (line, whole) in enumerate(zip(sale.lines, amounts, strict=True), start=1):
        unit = firm.units.get(line.sku) or firm.unit
        if not unit or not codes.known("unit", unit, on=day):
            raise SENTENCES.refused("message.unit", sku=line.sku, by_field={f"units.{line.sku}": unit})
        name = firm.names.get(line.sku, line.name).strip()
        if not name or not line.sku.strip():
            raise SENTENCES.refused("message.name", sku=line.sku or number, by_field={f"names.{line.sku}": "empty"})
        price = (whole / line.quantity).quantize(_FIVE, ROUND_HALF_UP)
        lines.append(
            {
                "gnum": str(number), "itemNo": line.sku.strip()[:30], "itemName": name[:250],
                "unit": unit, "currency": currency, "qty": figure(line.quantity), "price": figure(price),
                "totalPrice": figure(whole),
            }
        )  # fmt: skip
    goods, freight = sum(amounts, ZERO), to_cents(sale.freight)
    head = {
        **opening(guid_of(firm.ebp_code, sale.number, content_of(sale)), at), "orderType": firm.order_type,
        "orderNo": sale.number, "ebpCode": firm.ebp_code, "ebpName": firm.ebp_name, "ebcCode": firm.ebc_code,
        "ebcName": firm.ebc_name, "goodsValue": figure(goods), "freight": figure(freight), "currency": currency,
    }  # fmt: skip
    return Document(head, tuple(lines), to_cents(sale.total) - goods - freight)


def content_of(sale: Sale) -> str:
    """The name of what an order declares: its state on the marketplace may change without changing it."""
    told = sale.as_dict()
    return digest_of({name: told[name] for name in ("number", "currency", "lines", "freight", "discount", "total")})


def message_of(some: Sequence[Document], firm: Firm, *, at: datetime) -> tuple[str, bytes]:
    """(guid, unsigned message) of up to a hundred documents of one name; the same give the same guid. Refused `format.…`."""
    name = some[0].name
    guid = guid_of(*(one.head["guid"] for one in some))
    edition = edition_for(name, at.astimezone(SHANGHAI).date(), mark=firm.order_type if name == NAME else "")
    transfer = {"copCode": firm.cop_code, "copName": firm.cop_name, "dxpMode": "DXP", "dxpId": firm.dxp_id}
    documents = [(one.head, one.lines) for one in some]
    return guid, build(name, documents, edition=edition, guid=guid, transfer=transfer)


def asked_of(firm: Firm, needed: Sequence[str]) -> None:
    """Refused `message.field` for the first thing the firm does not tell."""
    for name in (*ALWAYS, *needed):
        if not getattr(firm, name):
            raise SENTENCES.refused("message.field", field=name, by_field={name: "missing"})


def opening(guid: str, at: datetime) -> dict[str, str]:
    """What every head begins with: a new document, declared at that moment."""
    return {"guid": guid, "appType": "1", "appTime": stamp(at), "appStatus": "2"}


def discounted(amounts: Sequence[Decimal], discount: Decimal) -> list[Decimal]:
    """The amounts less a discount in proportion, each to the cent and none below zero, together exactly goods − discount."""
    goods = sum(amounts, ZERO)
    if not discount:
        return list(amounts)
    if discount > goods or discount < 0:
        raise SENTENCES.refused("message.discount", discount=discount, goods=goods)
    told, taken, before = [], ZERO, ZERO
    for amount in amounts:
        before += amount
        share = to_cents(discount * before / goods) - taken  # of what came so far: nothing is lost by rounding
        taken += share
        told.append(amount - share)
    return told


def customs_currency(iso: str, day: date) -> str:
    """Customs' three digits of an ISO 4217 code; Refused `message.currency`."""
    found = _currencies(day, id(codes.current())).get(iso)
    if found is None:
        raise SENTENCES.refused("message.currency", currency=iso[:10] or "?", by_field={"currency": iso})
    return found


def guid_of(*parts: str) -> str:
    """36 upper-case characters, always the same for the same parts."""
    return str(uuid.uuid5(_SPACE, "\n".join(parts))).upper()


@lru_cache(maxsize=64)
def _currencies(day: date, edition: int) -> dict[str, str]:
    return {one.extra["iso"]: one.code for one in codes.entries("currency", on=day) if one.extra.get("iso")}


def figure(value: Decimal) -> str:
    """An amount as messages write it: no exponent, no needless zero."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
