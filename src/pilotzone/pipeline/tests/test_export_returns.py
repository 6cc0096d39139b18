"""605 and 213/215: a list is cancelled before its release and its goods come back after it; one of two wins."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from pilotzone.pipeline.tests.exports import (
    Export,
    cancel_receipt,
    export_cancel,
    export_return,
    return_receipt,
    state,
    tally,
    told,
)
from pilotzone.pipeline.tests.papers import Bench

AT = datetime(2021, 3, 1, 11, tzinfo=UTC)
SOON = AT + timedelta(minutes=30)


def stages(bench: Bench) -> set[str]:
    found = state(bench)["stages"]
    assert isinstance(found, dict)
    return set(found)


def test_a_list_is_cancelled_by_customs_answer(bench: Bench) -> None:
    one = Export()
    one.send(bench)
    bench.send(one.receipt("120", one.at), channel="customs")
    (first,) = bench.send(export_cancel(bench, "C1", one, at=AT))
    (second,) = bench.send(export_cancel(bench, "C2", one, at=AT))
    assert (told(bench, first)[0], told(bench, second)) == ("accepted", ("refused", ["rule.cancel.underway"]))
    bench.send(cancel_receipt("C1", one, "399", AT), channel="customs")
    assert state(bench)["state"] == "cancelled"


@pytest.mark.parametrize("order", ["cancel first", "release first"])
def test_of_a_cancellation_and_a_release_that_cross_one_wins_and_the_other_is_told(bench: Bench, order: str) -> None:
    one = Export()
    one.send(bench)
    bench.send(one.receipt("120", one.at), channel="customs")
    cancel, release = export_cancel(bench, "C1", one, at=AT), one.receipt("800", one.at + timedelta(minutes=1))
    if order == "release first":
        bench.send(release, channel="customs")
        (receipt,) = bench.send(cancel)
        assert told(bench, receipt) == ("refused", ["rule.cancel.released"])
        assert state(bench)["state"] == "released"
        return
    (receipt,) = bench.send(cancel)
    assert told(bench, receipt)[0] == "accepted"
    # customs released it meanwhile and refuses the cancellation: both words stand in the life of the trade
    bench.send(release, channel="customs")
    bench.send(cancel_receipt("C1", one, "-607001", AT), channel="customs")
    assert state(bench)["state"] == "released" and "refused:cancel" in stages(bench)


def test_goods_come_back_once_and_tally(bench: Bench) -> None:
    one = Export()
    one.release(bench)
    first, second = bench.send(export_return(bench, "R1", one, "2", at=AT), export_return(bench, "R2", one, "1", at=AT))
    assert told(bench, first) == ("accepted", []) and told(bench, second) == ("refused", ["rule.refund.quantity"])
    (counted,) = bench.send(tally(bench, "T1", one, at=AT))
    assert told(bench, counted) == ("accepted", [])
    bench.send(return_receipt("R1", one, "399", AT), channel="customs")
    assert {"refund", "tally", "refunded"} <= stages(bench)
    lines = [line[2] for row in bench.events("clearance.trade_changed") for line in row["lines"]]
    assert any("出口退货已审结" in line for line in lines) and not any("个人额度" in line for line in lines)


def test_what_customs_refused_may_come_back_again(bench: Bench) -> None:
    one = Export()
    one.release(bench)
    bench.send(export_return(bench, "R1", one, "2", at=AT))
    bench.send(return_receipt("R1", one, "100", AT), channel="customs")
    (again,) = bench.send(export_return(bench, "R2", one, "2", at=AT))
    assert told(bench, again) == ("accepted", [])


@pytest.mark.parametrize(
    ("changes", "line", "code"),
    [
        ({"customsCode": "2900"}, {}, "rule.export_return.district"),
        ({}, {"gcode": "3924900000"}, "rule.refund.line"),
        ({}, {"qty": "3"}, "rule.refund.quantity"),
    ],
)
def test_what_is_not_lawful_is_refused(bench: Bench, changes: dict[str, str], line: dict[str, str], code: str) -> None:
    one = Export()
    one.release(bench)
    (receipt,) = bench.send(export_return(bench, "R1", one, "1", at=AT, line=line, **changes))
    assert told(bench, receipt) == ("refused", [code])


def test_nothing_comes_back_before_release(bench: Bench) -> None:
    one = Export()
    one.send(bench)
    bench.send(one.receipt("120", one.at), channel="customs")
    (receipt,) = bench.send(export_return(bench, "R1", one, "1", at=AT))
    assert told(bench, receipt) == ("refused", ["rule.export_return.state"])


@pytest.mark.parametrize(("day", "expected"), [(1, "accepted"), (2, "refused")])
def test_after_a_year_it_is_too_late(bench: Bench, day: int, expected: str) -> None:
    one = Export()
    one.release(bench)
    at = datetime(2022, 3, day, 2, tzinfo=UTC)
    bench.set_clock(at)
    (receipt,) = bench.send(export_return(bench, "R1", one, "1", at=at))
    assert told(bench, receipt)[0] == expected
