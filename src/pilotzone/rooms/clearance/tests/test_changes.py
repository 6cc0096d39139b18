"""What each verb makes of a record: which fields it takes over, which may be edited, how much comes back."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pilotzone.exchange.formats.definitions import message
from pilotzone.rooms.clearance.engine import changes
from pilotzone.rooms.clearance.engine.case import Part
from pilotzone.rooms.clearance.engine.kinds import BY_MESSAGE

LIST = Part(
    {
        "guid": "G", "appType": "1", "appTime": "20210301100000", "appStatus": "2", "orderNo": "O1", "ebpCode": "P",
        "ebcCode": "C", "copNo": "COP1", "buyerName": "测试", "agentCode": "A", "note": "旧备注", "grossWeight": "1",
    },
    [
        {"gnum": "1", "gcode": "3924100000", "gname": "杯", "qty": "3", "unit": "011", "price": "1", "note": "x"},
        {"gnum": "2", "gcode": "1701991000", "gname": "糖", "qty": "1", "unit": "035", "price": "2"},
    ],
)  # fmt: skip


@pytest.mark.parametrize(("verb", "app_type"), [("change", "2"), ("delete", "3")])
def test_a_change_and_a_deletion_are_the_document_itself(verb: str, app_type: str) -> None:
    made = changes.filled(verb, LIST, fields=LIST.head)
    assert made.head["appType"] == app_type and made.lines == LIST.lines
    assert not {"guid", "appTime", "appStatus"} & made.head.keys(), "given anew when it is sent"
    assert made.head["grossWeight"] == "1" and made.head["copNo"] == "COP1"


@pytest.mark.parametrize(("verb", "name"), [("cancel", "CEB623Message"), ("return", "CEB625Message")])
def test_an_application_takes_over_what_its_message_knows(verb: str, name: str) -> None:
    shape = message(name)
    made = changes.filled(
        verb, LIST, fields=shape.head.by_name, line_fields=shape.lines.by_name if shape.lines else (), invt_no="I1",
        number="N1", left={"1": Decimal("2.50000")},
    )  # fmt: skip
    assert set(made.head) <= set(shape.head.by_name)
    assert (made.head["copNo"], made.head["invtNo"], made.head["buyerName"]) == ("N1", "I1", "测试")
    assert (made.head["reason"], "note" in made.head) == ("", False)
    expected = [{"gnum": "1", "gcode": "3924100000", "gname": "杯", "qty": "2.5", "unit": "011"}]
    assert list(made.lines) == (expected if verb == "return" else [])


def test_keys_senders_and_what_others_give_are_never_edited() -> None:
    order = BY_MESSAGE["CEB311Message"]
    for name in ("guid", "appType", "appTime", "appStatus", "orderNo", "ebpCode", "ebcCode"):
        assert not changes.editable("change", order, name), name
    assert changes.editable("change", order, "consigneeTelephone")
    assert not changes.editable("delete", order, "consigneeTelephone")
    back = BY_MESSAGE["CEB625Message"]
    assert [name for name in message("CEB625Message").head.by_name if changes.editable("return", back, name)] == [
        "reason",
        "note",
    ]
    assert changes.editable_line("return", "qty") and not changes.editable_line("return", "gcode")
    assert not changes.editable_line("change", "gnum") and changes.editable_line("change", "price")


def test_exports_come_back_by_their_own_message_and_numbers_fit_their_field() -> None:
    back = changes.made_by("return", "E")
    assert back is not None and back.message == "CEB213Message" and changes.editable("return", back, "trafName")
    cancel = changes.made_by("cancel", "E")
    assert cancel is not None and cancel.message == "CEB605Message"
    for verb in ("cancel", "return"):
        number = changes.own_number(verb, "210301", "0123456789abcdef")
        high = message("CEB625Message").head.by_name["copNo"].facets.high
        assert high is not None and len(number) <= high and number == number.upper()
