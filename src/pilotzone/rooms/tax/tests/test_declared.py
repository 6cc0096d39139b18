"""A declared list is taxed by its statutory quantities: sheets and not boxes, grams and not bottles."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from pilotzone.rooms.tax import api

DAY = date(2021, 6, 18)
MASK, CREAM, WHISKY = "3304990049", "3304990029", "2208300000"


def line(hs: str, price: str, **measures: str) -> dict[str, str]:
    return {"gcode": hs, "qty": "1", "price": price, **measures}


@pytest.mark.parametrize(
    ("sheets", "consumption_tax"),
    [("10", "0.00"), ("1", "12.35")],  # ten sheets at 10 yuan: below 15; one "box": 100 yuan a piece
)
def test_masks_are_counted_in_sheets(sheets: str, consumption_tax: str) -> None:
    box = line(MASK, "100.00", qty1="0.25", unit1="035", qty2=sheets, unit2="011")
    assessed = api.assess(api.declared({}, [box], on=DAY), on=DAY)
    assert str(assessed.items[0].consumption_tax) == consumption_tax


@pytest.mark.parametrize(("kilograms", "taxed"), [("0.05", True), ("0.0835", False)])
def test_cream_is_judged_by_the_gram_and_not_by_the_bottle(kilograms: str, taxed: bool) -> None:
    cream = line(CREAM, "700.00", qty1=kilograms, unit1="035", qty2="1", unit2="011")
    assessed = api.assess(api.declared({}, [cream], on=DAY), on=DAY)
    assert (assessed.items[0].consumption_tax > 0) is taxed


def test_whisky_tells_its_litres_and_freight_counts() -> None:
    bottle = line(WHISKY, "330.00", qty1="0.7", unit1="095", qty2="0.7", unit2="035")
    order = api.declared({"freight": "15.00", "insuredFee": "5"}, [bottle], on=DAY)
    assert (order.freight, order.insurance, order.items[0].litres) == (Decimal("15.00"), Decimal(5), Decimal("0.7"))
    assert str(api.assess(order, on=DAY).total) == "101.70"  # handbook §2.5: P = 350


def test_before_the_mark_for_sheets_existed_there_are_none() -> None:
    box = line(MASK, "100.00", qty1="0.25", unit1="035", qty2="10", unit2="011")
    assert api.declared({}, [box], on=date(2016, 9, 30)).items[0].pieces is None
