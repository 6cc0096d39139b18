"""Why a trade's tax is what it is survives being packed."""

from __future__ import annotations

from decimal import Decimal

from pilotzone.rooms.clearance.queries import contents


def test_an_assessment_is_read_as_it_was_packed_and_as_it_was_kept_before() -> None:
    record = {"total": "7.10", "items": [{"why_zh": "不属于消费税税目", "vat": "7.10"}], "parameters": []}
    packed = contents.pack_assessment(record)
    assert contents.assessment(packed) == contents.assessment(memoryview(packed)) == record
    assert contents.assessment(b'{"total": "7.10", "items": []}') == {"total": "7.10", "items": []}
    assert contents.assessment(None) is None
    assert contents.assessment(contents.pack_assessment({"total": Decimal("1.20")})) == {"total": "1.20"}
