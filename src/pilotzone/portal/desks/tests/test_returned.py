"""Who refunds the tax of a return and when: from the list and the buyer's statement alone."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from pilotzone.base.days import SHANGHAI
from pilotzone.portal.desks.returned import given_back_at, withholder

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


def test_the_last_entry_that_gave_back_tells_the_day() -> None:
    first, last = datetime(2021, 3, 1, tzinfo=SHANGHAI), datetime(2021, 3, 2, tzinfo=SHANGHAI)
    told = [("a", "RESERVE", first), ("a", "RESTORE", first), ("a", "RESTORE", last), ("b", "COMMIT", last)]
    statement = [{"list_key": key, "event": event, "at": at} for key, event, at in told]
    assert given_back_at(statement) == {"a": last}
    assert given_back_at([]) == {}
