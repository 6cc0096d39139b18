"""What a saving changed of a document is named field by field."""

from __future__ import annotations

from pilotzone.rooms.clearance.engine.case import Part
from pilotzone.rooms.clearance.engine.differences import differing, word

WAS = Part({"goodsValue": "10", "note": "x"}, [{"itemName": "奶粉"}, {"itemName": "面膜"}])


def test_only_what_reads_otherwise_is_named() -> None:
    assert differing(WAS, WAS) == []
    now = Part({"goodsValue": "11", "tax": "1"}, [{"itemName": "奶粉", "qty": "2"}])
    assert differing(WAS, now) == ["h.goodsValue", "h.note", "h.tax", "lines", "l.1.qty"]
    assert differing(WAS, WAS, off_was=[], off_now=[1]) == ["off"]


def test_a_field_is_called_as_people_call_it() -> None:
    head, lines = {"goodsValue": ("商品价格", "Value of the goods")}, {"qty": ("数量", "Quantity")}
    assert word("h.goodsValue", head, lines) == ("商品价格", "Value of the goods")
    assert word("l.2.qty", head, lines) == ("第2项数量", "Quantity of line 2")
    assert word("lines", head, lines)[0] == "商品项"
