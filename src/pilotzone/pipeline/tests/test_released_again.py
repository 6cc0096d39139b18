"""A list that customs releases, cancels and releases again (ADR 17): the same books as if it had never been cancelled, in any order."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from itertools import permutations
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from pilotzone.exchange.formats.build import build
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.scope import scope
from pilotzone.pipeline.tests.exports import Export, cancel_receipt, export_return, return_receipt, state
from pilotzone.pipeline.tests.papers import Bench, Trade
from pilotzone.pipeline.tests.test_crossings import HS, INVT, answer, application, quota, reasons
from pilotzone.pipeline.tests.test_export_returns import AT
from pilotzone.rooms.tax import api as tax
from pilotzone.rooms.tracking import api as tracking

HELD = "SELECT held FROM tax_guarantee"
BACK = {"gnum": "1", "gcode": HS, "gname": "测试商品", "qty": "1", "unit": "011"}


def lodge(bench: Bench, amount: str, reference: str) -> None:
    with bench.connection.cursor() as cursor:
        (told,) = tax.guarantee(cursor, [tax.Deposit(bench.firms["ebp"], Decimal(amount), reference)], at=AT)
        assert told.ok


def held(bench: Bench) -> Decimal:
    ((amount,),) = bench.rows(HELD)
    assert isinstance(amount, Decimal)
    return amount


def at_customs(bench: Bench, trade: Trade) -> None:
    bench.send(*bench.all_four(trade))
    bench.send(bench.receipt(trade, "120", "20210301100000000", invt_no=INVT), channel="customs")


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_amount_and_guarantee_stand_as_after_the_first_release(bench: Bench, order: tuple[int, ...]) -> None:
    lodge(bench, "500.00", "P1")
    trade = Trade()
    at_customs(bench, trade)
    before = held(bench)
    assert before > 0
    words = [
        bench.receipt(trade, "800", "20210301120000000", "放行", invt_no=INVT),
        answer("CEB624Message", "C1", "399", "20210301130000000"),
        bench.receipt(trade, "800", "20210301140000000", "放行", invt_no=INVT),
    ]
    for place in (*order, *order):  # everything is told twice
        bench.send(words[place], channel="customs")
    assert bench.trade(trade)["state"] == "released" and quota(bench) == (0, Decimal("100.00"))
    assert held(bench) == before and reasons(bench) == []
    bench.send(answer("CEB624Message", "C2", "399", "20210301150000000"), channel="customs")
    assert quota(bench) == (0, 0) and held(bench) == 0


def test_what_had_come_back_of_it_is_not_held_again(bench: Bench) -> None:
    lodge(bench, "500.00", "P1")
    trade = Trade(qty="2")
    at_customs(bench, trade)
    bench.send(bench.receipt(trade, "800", "20210301110000000", "放行", invt_no=INVT), channel="customs")
    bench.send(application(bench, "CEB625Message", "R1", BACK))
    bench.send(answer("CEB626Message", "R1", "399", "20210301113000000"), channel="customs")
    before = held(bench), quota(bench)
    assert before[0] > 0
    bench.send(answer("CEB624Message", "C9", "399", "20210301120000000"), channel="customs")
    assert (held(bench), quota(bench)) == (0, (0, 0))
    bench.send(bench.receipt(trade, "800", "20210301130000000", "放行", invt_no=INVT), channel="customs")
    assert (held(bench), quota(bench)) == before


def test_a_guarantee_that_is_too_small_by_now_is_said(bench: Bench) -> None:
    lodge(bench, "500.00", "P1")
    trade = Trade()
    at_customs(bench, trade)
    bench.send(bench.receipt(trade, "800", "20210301110000000", "放行", invt_no=INVT), channel="customs")
    bench.send(answer("CEB624Message", "C9", "399", "20210301120000000"), channel="customs")
    lodge(bench, "-500.00", "P1-back")
    bench.send(bench.receipt(trade, "800", "20210301130000000", "放行", invt_no=INVT), channel="customs")
    assert bench.trade(trade)["state"] == "released" and quota(bench) == (0, Decimal("100.00")) and held(bench) == 0
    (why,) = reasons(bench)
    assert why["code"] == "rule.cancel.not_held_again" and why["weight"] == "warns"
    bench.send(bench.receipt(trade, "899", "20210301140000000", "结关", invt_no=INVT), channel="customs")
    assert bench.trade(trade)["state"] == "closed"


def standing(bench: Bench) -> Decimal:
    """What of the export list's line counts as come back, by the two events the tax room follows."""
    back: dict[int, tuple[str, Decimal]] = {}
    for row in bench.events("clearance.export_returned"):
        back.setdefault(
            row["document"], (row["cancelled"], sum((Decimal(one["quantity"]) for one in row["lines"]), Decimal(0)))
        )
    for row in bench.events("clearance.export_restored"):
        back = {document: one for document, one in back.items() if not one[0] or one[0] > row["released"]}
    return sum((quantity for _, quantity in back.values()), Decimal(0))


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_an_export_released_again_has_not_come_back(bench: Bench, order: tuple[int, ...]) -> None:
    one = Export()
    one.send(bench)
    bench.send(one.receipt("120", one.at), channel="customs")
    words = [
        one.receipt("800", one.at + timedelta(minutes=1)),
        cancel_receipt("C9", one, "399", AT + timedelta(minutes=9)),
        one.receipt("800", AT + timedelta(minutes=12)),
    ]
    for place in (*order, *order):
        bench.send(words[place], channel="customs")
    assert state(bench)["state"] == "released" and standing(bench) == 0
    restored = bench.events("clearance.export_restored")
    assert len(restored) == len(bench.events("clearance.export_returned")), (
        "each cancellation is undone as often as it was told"
    )


@pytest.mark.django_db
def test_a_published_month_counts_a_list_released_again_no_more_as_returned(bench: Bench) -> None:
    """The rows the pipeline tells, followed by the room that counts months: cancelled, published, released again, revised."""
    one = Export()
    one.send(bench)
    told: list[dict[str, Any]] = []
    words = [
        one.receipt("800", one.at + timedelta(minutes=1)), cancel_receipt("C9", one, "399", AT + timedelta(minutes=9)),
        one.receipt("800", AT + timedelta(minutes=12)),
    ]  # fmt: skip
    bench.send(one.receipt("120", one.at), channel="customs")
    counts = []
    for place, word in enumerate(words):
        bench.send(word, channel="customs")
        rows = bench.events("clearance.trade_changed")[len(told) :]
        told += rows
        with scope(PLATFORM):
            on = datetime.fromisoformat(rows[-1]["at"]) + timedelta(days=70 if place == 2 else 0)
            tracking.count_in([(row, on) for row in rows])
            with connection.cursor() as cursor:
                cursor.execute("SELECT returned, released FROM tracking_fact WHERE trade_id = %s", [rows[-1]["trade"]])
                returned, released = cursor.fetchone()
            counts.append(returned is not None)
            month = released
            tracking.publish(on + timedelta(days=70))
    assert counts == [False, True, False]
    with scope(PLATFORM):
        rule = tracking.month_rule(month)
        assert rule is not None and len(rule.revisions) == 1


def test_of_an_export_released_again_only_the_goods_that_were_returned_stay_back(bench: Bench) -> None:
    one = Export()
    one.release(bench)
    bench.send(export_return(bench, "R1", one, "1", at=AT))
    bench.send(return_receipt("R1", one, "399", AT), channel="customs")
    bench.send(cancel_receipt("C9", one, "399", AT + timedelta(minutes=9)), channel="customs")
    assert standing(bench) == 2
    bench.send(one.receipt("899", AT), channel="customs")  # the closing stands over the cancellation, whatever its time
    assert state(bench)["state"] == "closed" and standing(bench) == 1


def word_of_bill(number: str, status: str, time: str) -> bytes:
    """818: what became of a tax bill."""
    head = {"guid": str(uuid4()).upper(), "returnTime": time, "invtNo": INVT, "taxNo": number, "status": status}
    return build("CEB818Message", [(head, [])], edition="2018", guid=head["guid"], default_namespace=True)


@pytest.mark.parametrize("arrives", ["before the release", "after it"])
def test_the_cancellation_of_the_first_bill_sets_nothing_free_of_what_is_held_again(bench: Bench, arrives: str) -> None:
    """Its new bill has not come yet: the list owes its tax, whenever and however often the old bill's end is told."""
    lodge(bench, "500.00", "P1")
    trade = Trade()
    at_customs(bench, trade)
    before = held(bench)
    gone = word_of_bill("TAX1", "3", "20210301123000000")
    last = [gone, bench.receipt(trade, "800", "20210301130000000", "放行", invt_no=INVT)]
    for word in (
        bench.receipt(trade, "800", "20210301110000000", "放行", invt_no=INVT), word_of_bill("TAX1", "1", "20210301113000000"),
        answer("CEB624Message", "C9", "399", "20210301120000000"), *(last if arrives == "before the release" else last[::-1]),
    ):  # fmt: skip
        bench.send(word, channel="customs")
    assert held(bench) == before > 0
    bench.send(gone, word_of_bill("TAX1", "3", "20210301123000000"), channel="customs")
    assert held(bench) == before
    bench.send(
        word_of_bill("TAX2", "1", "20210301133000000"),
        word_of_bill("TAX2", "3", "20210301140000000"),
        channel="customs",
    )
    assert held(bench) == 0, "what customs cancels of its new bill is owed no more"
