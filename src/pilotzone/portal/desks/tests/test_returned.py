"""Who refunds the tax of a return and when: from the list and customs' answer alone."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from pilotzone.base.days import SHANGHAI
from pilotzone.portal.desks.returned import agreed_at, withholder

HEAD = {
    "ebpCode": "1",
    "ebpName": "甲平台",
    "agentCode": "2",
    "agentName": "乙报关",
    "logisticsCode": "3",
    "logisticsName": "丙速运",
}


def listed(**changed: str) -> dict[str, Any]:
    return {"message": "CEB621Message", "head": HEAD | changed}


@pytest.mark.parametrize(
    ("code", "named"), [("1", "甲平台"), ("2", "乙报关"), (" 3 ", "丙速运"), ("9", "9"), ("", "")],
)  # fmt: skip
def test_the_guarantees_firm_is_called_as_the_list_calls_it(code: str, named: str) -> None:
    order = {"message": "CEB311Message", "head": {"assureCode": "no list"}}
    assert withholder([None, order, listed(assureCode=code)]) == named


def test_without_a_list_nobody_is_named() -> None:
    assert withholder([]) == withholder([listed()]) == ""


def answer(time: str, status: str = "399", *, applied: bool = True, message: str = "CEB626Message") -> dict[str, Any]:
    return {"message": message, "status": status, "time": time, "applied": applied}


def test_the_last_answer_in_favour_tells_the_day() -> None:
    answers = [
        answer("20210301120000000"), answer("20210302120000000", "800"), answer("20210303120000000", "100"),
        answer("20210304120000000", applied=False), answer("20210305120000000", message="CEB622Message"),
    ]  # fmt: skip
    assert agreed_at(answers) == datetime(2021, 3, 2, 12, tzinfo=SHANGHAI)
    assert agreed_at([]) is agreed_at([answer("soon")]) is None
