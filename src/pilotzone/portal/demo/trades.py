"""One synthetic trade as its four documents: heads and lines, ready for the builder."""

from __future__ import annotations

import random
import uuid
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from pilotzone.base.days import stamp
from pilotzone.base.money import yuan
from pilotzone.portal.demo.firms import AREA, CARRIER, DECLARANT, PAYMENT, PLATFORM, Firm, of_role, sellers
from pilotzone.portal.demo.people import CONSUMER, Buyer, buyer
from pilotzone.portal.demo.wares import Ware, basket

SUMMED_FROM = date(2021, 11, 1)
HEAVY = 300  # one buyer in so many buys like this
Head = dict[str, str]
Lines = list[Head]
DISTRICT = {"9610": "4006", "1210": "4011"}  # customs districts of the airport and the bonded zone (ceb spec §7)


@dataclass(frozen=True)
class Paper:
    """A document and who sends it."""

    message: str
    sender: Firm
    head: Head
    lines: Lines = field(default_factory=list)


@dataclass(frozen=True)
class Deal:
    """Who trades what, when; everything the four documents are made of."""

    number: str
    mode: str
    at: datetime
    seller: Firm
    platform: Firm
    payment: Firm
    carrier: Firm
    declarant: Firm
    area: Firm
    buyer: Buyer
    basket: list[tuple[Ware, int]]
    freight: Decimal
    guids: tuple[str, str, str, str]

    @property
    def goods_value(self) -> Decimal:
        """The price of the basket in yuan, without freight."""
        return sum((ware.price * n for ware, n in self.basket), Decimal())

    @property
    def weight(self) -> Decimal:
        """The net weight of the basket in kilograms."""
        return sum((ware.kilograms * n for ware, n in self.basket), Decimal())

    @property
    def waybill(self) -> str:
        """The carrier's number of the parcel."""
        return f"GP{self.number[-12:]}"


def deal(number: int, *, flow: str, mode: str, at: datetime, chance: random.Random, people: int) -> Deal:
    """The deal with this number; the same for the same seed."""
    ids = tuple(str(uuid.UUID(int=chance.getrandbits(128), version=4)).upper() for _ in range(4))
    return Deal(
        number=f"{'GJ' if flow == 'I' else 'EX'}{at:%y%m%d}{number:010d}",
        mode=mode,
        at=at,
        seller=chance.choice(sellers()),
        platform=chance.choice(of_role(PLATFORM)),
        payment=chance.choice(of_role(PAYMENT)),
        carrier=chance.choice(of_role(CARRIER)),
        declarant=chance.choice(of_role(DECLARANT)),
        area=of_role(AREA)[0],
        buyer=buyer(_whose(chance.randrange(people * 100), people)),
        basket=basket(flow, chance),
        freight=Decimal(chance.choice((0, 0, 10, 15, 20))),
        guids=(ids[0], ids[1], ids[2], ids[3]),
    )


def _whose(drawn: int, people: int) -> int:
    """The buyer of a deal: three in a hundred deals are those of a few who buy until the year's limit stops them."""
    who, share = divmod(drawn, 100)
    if share >= 3:
        return who
    heavy = who % max(1, people // HEAVY)
    return 0 if heavy == CONSUMER else heavy


def import_papers(d: Deal, tax: Decimal) -> list[Paper]:
    """Order, payment, waybill and list of an import deal with its withheld tax."""
    paid = yuan(d.goods_value + d.freight + tax)
    firms = {"ebpCode": d.platform.customs_code, "ebpName": d.platform.name}
    seller = {"ebcCode": d.seller.customs_code, "ebcName": d.seller.name}
    who = {
        "buyerIdType": "1",
        "buyerIdNumber": d.buyer.document,
        "buyerName": d.buyer.name,
        "buyerTelephone": d.buyer.phone,
    }
    where = {"consignee": d.buyer.name, "consigneeTelephone": d.buyer.phone, "consigneeAddress": d.buyer.address}
    pay = {"payCode": d.payment.customs_code, "payName": d.payment.name}
    carrier = {"logisticsCode": d.carrier.customs_code, "logisticsName": d.carrier.name}
    order = {
        **_declared(d, 0), "orderType": "I", "orderNo": d.number, **firms, **seller, "goodsValue": yuan(d.goods_value),
        "freight": yuan(d.freight), "discount": "0", "taxTotal": yuan(tax), "acturalPaid": paid, "currency": "142",
        "buyerRegNo": d.buyer.account, **who, **pay, "payTransactionId": f"P{d.number}", **where,
        "consigneeDistrict": d.buyer.district,
    }  # fmt: skip
    payment = {
        **_declared(d, 1), **pay, "payTransactionId": f"P{d.number}", "orderNo": d.number, **firms, "payerIdType": "1",
        "payerIdNumber": d.buyer.document, "payerName": d.buyer.name, "telephone": d.buyer.phone, "amountPaid": paid,
        "currency": "142", "payTime": stamp(d.at),
    }  # fmt: skip
    waybill = {
        **_declared(d, 2), **carrier, "logisticsNo": d.waybill, "orderNo": d.number, "freight": yuan(d.freight),
        "insuredFee": "0", "currency": "142", "weight": _number(d.weight + Decimal("0.2")), "packNo": "1",
        "goodsInfo": d.basket[0][0].name, **where,
    }  # fmt: skip
    return [
        Paper("CEB311Message", d.platform, order, _order_lines(d)),
        Paper("CEB411Message", d.payment, payment),
        Paper("CEB511Message", d.carrier, waybill),
        Paper("CEB621Message", d.declarant, _import_list(d, firms, seller, carrier, who), _list_lines(d)),
    ]


def _import_list(d: Deal, firms: Head, seller: Head, carrier: Head, who: Head) -> Head:
    bonded = d.mode == "1210"
    transport = (
        {"trafMode": "Y"}
        if bonded
        else {"trafMode": "5", "trafNo": "RH301", "voyageNo": f"RH301{d.at:%m%d}", "billNo": f"999{d.at:%y%m%d}01"}
    )
    return {
        **_declared(d, 3), "orderNo": d.number, **firms, **seller, "logisticsNo": d.waybill,
        "logisticsCode": carrier["logisticsCode"], "logisticsName": carrier["logisticsName"], "copNo": _cop_no(d),
        "assureCode": d.seller.customs_code, **({"emsNo": "T4011W000001"} if bonded else {}), "ieFlag": "I",
        "declTime": f"{d.at:%Y%m%d}", "customsCode": DISTRICT[d.mode], "portCode": DISTRICT[d.mode],
        **({} if bonded else {"ieDate": f"{d.at:%Y%m%d}"}), **who, "consigneeAddress": d.buyer.address,
        "agentCode": d.declarant.customs_code, "agentName": d.declarant.name,
        **({"areaCode": d.area.customs_code, "areaName": d.area.name} if bonded else {}), "tradeMode": d.mode, **transport,
        "country": "142" if bonded else d.basket[0][0].origin, "freight": yuan(d.freight), "insuredFee": "0",
        "currency": "142", "wrapType": "2", "packNo": "1", "grossWeight": _number(d.weight + Decimal("0.2")),
        "netWeight": _number(d.weight),
    }  # fmt: skip


def _order_lines(d: Deal) -> Lines:
    return [
        {
            "gnum": str(n), "itemNo": ware.sku, "itemName": ware.name, "gmodel": ware.model, "unit": ware.unit,
            "qty": str(count), "price": yuan(ware.price), "totalPrice": yuan(ware.price * count), "currency": "142",
            "country": ware.origin,
        }
        for n, (ware, count) in enumerate(d.basket, start=1)
    ]  # fmt: skip


def _list_lines(d: Deal) -> Lines:
    return [
        {
            "gnum": str(n), **({"itemRecordNo": f"R{ware.sku}"} if d.mode == "1210" else {}), "itemNo": ware.sku,
            "gcode": ware.hs, "gname": ware.name, "gmodel": ware.model, "country": ware.origin, "currency": "142",
            "qty": str(count), "unit": ware.unit, "qty1": _number(ware.first * count), "unit1": ware.unit1,
            **({"qty2": _number(ware.second * count), "unit2": ware.unit2} if ware.second is not None else {}),
            "price": yuan(ware.price), "totalPrice": yuan(ware.price * count),
        }
        for n, (ware, count) in enumerate(d.basket, start=1)
    ]  # fmt: skip


def export_papers(d: Deal) -> list[Paper]:
    """Order, receipt of payment, waybill and list of an export deal."""
    firms = {"ebpCode": d.platform.customs_code, "ebpName": d.platform.name}
    seller = {"ebcCode": d.seller.customs_code, "ebcName": d.seller.name}
    carrier = {"logisticsCode": d.carrier.customs_code, "logisticsName": d.carrier.name}
    order = {
        **_declared(d, 0), "orderType": "E", "orderNo": d.number, **firms, **seller, "goodsValue": yuan(d.goods_value),
        "freight": yuan(d.freight), "currency": "142",
    }  # fmt: skip
    money = {
        **_declared(d, 1), **firms, **seller, "orderNo": d.number, "payCode": d.payment.customs_code,
        "payName": d.payment.name, "payNo": f"P{d.number}", "charge": yuan(d.goods_value + d.freight), "currency": "142",
        "accountingDate": stamp(d.at),
    }  # fmt: skip
    waybill = {
        **_declared(d, 2), **carrier, "logisticsNo": d.waybill, "freight": yuan(d.freight), "insuredFee": "0",
        "currency": "142", "grossWeight": _number(d.weight + Decimal("0.2")), "packNo": "1",
        "goodsInfo": d.basket[0][0].name, **seller,
    }  # fmt: skip
    lines = [
        {k: line[k] for k in ("gnum", "itemNo", "itemName", "unit", "currency", "qty", "price", "totalPrice")}
        for line in _order_lines(d)
    ]
    return [
        Paper("CEB303Message", d.platform, order, lines),
        Paper("CEB403Message", d.payment, money),
        Paper("CEB505Message", d.carrier, waybill),
        Paper("CEB603Message", d.declarant, _export_list(d, firms, seller, carrier), _export_lines(d)),
    ]


def _export_list(d: Deal, firms: Head, seller: Head, carrier: Head) -> Head:
    return {
        **_declared(d, 3), "customsCode": "4006", **firms, "orderNo": d.number, **carrier, "logisticsNo": d.waybill,
        "copNo": _cop_no(d), "ieFlag": "E", "portCode": "4006", "ieDate": f"{d.at:%Y%m%d}", "statisticsFlag": _statistics(d),
        "agentCode": d.declarant.customs_code, "agentName": d.declarant.name, **seller,
        "ownerCode": seller["ebcCode"], "ownerName": seller["ebcName"], "tradeMode": "9610", "trafMode": "5",
        "trafName": "RH302", "voyageNo": f"RH302{d.at:%m%d}", "billNo": f"998{d.at:%y%m%d}01", "country": "502",
        "POD": "502", "freight": yuan(d.freight), "fCurrency": "142", "fFlag": "3", "insuredFee": "0", "iCurrency": "142",
        "iFlag": "3", "wrapType": "2", "packNo": "1", "grossWeight": _number(d.weight + Decimal("0.2")),
        "netWeight": _number(d.weight),
    }  # fmt: skip


def _cop_no(d: Deal) -> str:
    """The declarant's own number of a list: 20 signs at most, and never cut, for two cut alike are one list to customs."""
    told = f"C{d.number}"
    if len(told) > 20:
        raise ValueError(f"a deal's number has 10 digits at most: {d.number}")
    return told


def _statistics(d: Deal) -> str:
    """Of the last weeks a third of the lists is to be summed up (B); November's stand overdue. The others go for statistics (A)."""
    first = d.seller == sellers()[0] and d.declarant == of_role(DECLARANT)[0]
    return "B" if d.at.date() >= SUMMED_FROM and (first or int(d.number[-1]) % 3 == 0) else "A"


def _export_lines(d: Deal) -> Lines:
    return [
        {
            "gnum": str(n), "itemNo": ware.sku, "itemName": ware.name, "gcode": ware.hs, "gname": ware.name,
            "gmodel": ware.model, "barCode": "无", "country": "502", "currency": "142", "qty": str(count),
            "qty1": _number(ware.first * count),
            **({"qty2": _number(ware.second * count)} if ware.second is not None else {}), "unit": ware.unit,
            "unit1": ware.unit1, **({"unit2": ware.unit2} if ware.second is not None else {}), "price": yuan(ware.price),
            "totalPrice": yuan(ware.price * count),
        }
        for n, (ware, count) in enumerate(d.basket, start=1)
    ]  # fmt: skip


def _declared(d: Deal, place: int) -> Head:
    return {"guid": d.guids[place], "appType": "1", "appTime": stamp(d.at), "appStatus": "2"}


def _number(value: Decimal) -> str:
    return format(value.quantize(Decimal("0.00001")).normalize(), "f")
