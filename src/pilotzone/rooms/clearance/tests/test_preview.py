"""核对预览: the match's checks on papers that are not all here."""

from __future__ import annotations

import datetime

import pytest

from pilotzone.pipeline.tests.papers import Trade
from pilotzone.rooms.clearance.engine import import_match, kinds
from pilotzone.rooms.clearance.engine.case import Part
from pilotzone.rooms.clearance.engine.kinds import BY_MESSAGE
from pilotzone.rooms.clearance.engine.preview import preview
from pilotzone.rooms.clearance.engine.writing import copied, numbered, patterned

ON = datetime.date(2021, 3, 1)
ALL = (kinds.ORDER, kinds.PAYMENT, kinds.WAYBILL, kinds.LIST)


def papers(*names: str, trade: Trade | None = None) -> dict[str, Part]:
    told = trade or Trade()
    return {name: Part(told.head(name), told.lines(name)) for name in names}


@pytest.mark.parametrize("name", ALL)
def test_every_check_runs_or_waits_for_a_named_paper(name: str) -> None:
    found = preview(kinds.IMPORT, papers(*(one for one in ALL if one != name)), on=ON)
    assert found.ran + sum(found.waiting.values()) == len(import_match.CHECKS)
    assert found.missing == [(name, {"order": "ebp", "payment": "pay", "waybill": "logi", "list": "declarant"}[name])]
    assert found.waiting and set(found.waiting) == {name} and not found.faults


def test_the_whole_set_is_judged_as_the_match_judges_it() -> None:
    found = preview(kinds.IMPORT, papers(*ALL), on=ON)
    assert (found.ran, found.waiting, found.missing) == (len(import_match.CHECKS), {}, [])
    assert [fault.code for fault in found.faults] == []


def test_what_can_be_told_is_told_although_papers_lack() -> None:
    broken = papers(kinds.ORDER, kinds.LIST, trade=Trade(changes={"list": {"buyerTelephone": "1"}}))
    assert [fault.code for fault in preview(kinds.IMPORT, broken, on=ON).faults] == ["rule.match.buyer_phone"]
    goods = preview(kinds.IMPORT, papers(kinds.LIST, trade=Trade(hs="9999999999")), on=ON)
    assert "gap.goods.unknown" in [fault.code for fault in goods.faults]


def test_a_copy_takes_no_number_and_a_template_no_person() -> None:
    trade = Trade()
    source = Part(trade.head("list"), [*trade.lines("list"), {"gnum": "7", "gcode": "1", "odd": "x"}])
    copy = copied(source, fields=source.head, line_fields=("gcode", "gnum"))
    assert not {"guid", "orderNo", "copNo", "logisticsNo"} & set(copy.head) and copy.head["buyerName"]
    assert [line["gnum"] for line in copy.lines] == ["1", "2"] and "odd" not in copy.lines[1]
    pattern = patterned(BY_MESSAGE["CEB621Message"], copy)
    assert not [name for name in pattern.head if name.startswith(("buyer", "consignee"))]
    assert numbered([{}, {}]) == [{"gnum": "1"}, {"gnum": "2"}]
