"""The small twin: tax on personal articles by post."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from pilotzone.base.errors import Problem
from pilotzone.base.money import yuan
from pilotzone.rooms.tax import api
from pilotzone.rooms.tax.api import parcel_tax

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "parcel.yaml").read_text(encoding="utf-8"))["cases"]


@pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in CASES])
def test_the_parcel_table_says_so(case: dict[str, Any]) -> None:
    articles = tuple((group, Decimal(value)) for group, value in case["articles"])
    more = {name: case[name] for name in ("from_hkmotw", "one_indivisible") if name in case}
    expect = case["expect"]
    if "error" in expect:
        with pytest.raises(Problem) as problem:
            parcel_tax(articles, on=case["day"], **more)
        assert problem.value.code == expect["error"]
        return
    found = parcel_tax(articles, on=case["day"], **more)
    assert found.allowed is ("refused" not in expect)
    assert [told.code for told in found.reasons] == ([expect["refused"]] if "refused" in expect else [])
    told = {"statutory": yuan(found.statutory), "total": yuan(found.total)}
    assert told == told | {name: expect[name] for name in told if name in expect}
    assert found.parameters and all(used.document for used in found.parameters)


@pytest.mark.parametrize(
    ("line", "channel", "total"),
    [
        ('{"id":1,"on":"2020-05-01","articles":[{"group":2,"value":"500.00"}]}', "parcel", "100.00"),
        ('{"id":1,"on":"2020-05-01","articles":[{"group":2,"value":"250.00"}]}', "parcel", "0.00"),
        ('{"id":1,"on":"2020-05-01","articles":[{"group":2,"value":"9999.00"}]}', "refused", "0.00"),
        ('{"id":1,"on":"2020-05-01","articles":[{"group":9,"value":"1"}]}', "refused", None),
        ('{"id":1,"on":"2020-02-30","articles":[{"group":1,"value":"1"}]}', "refused", None),
        ('{"id":1,"on":"2020-05-01","articles":[]}', "refused", None),
        ('{"id":1,"on":"2020-05-01","articles":[{"group":true,"value":"1"}]}', "refused", None),
        ('{"id":1,"on":"2020-05-01","articles":[{"group":1,"value":"NaN"}]}', "refused", None),
        ("nonsense", "refused", None),
    ],
)
def test_a_parcel_as_a_line_is_answered_whatever_it_holds(line: str, channel: str, total: str | None) -> None:
    told = api.parcel_answer(line)
    assert (told["channel"], told["total"]) == (channel, total)
    assert told["reasons"] or channel == "parcel"
    assert all(one["code"] and one["text_zh"] and one["text_en"] for one in told["reasons"])
