"""Where customs' words cross: a release and a cancellation, a late 399, a return before its release; two officers' answers.

Which word stands: rooms/clearance/engine/crossings.py and its table of cases. Here: trades, amounts, what is told.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from itertools import permutations
from uuid import uuid4

import pytest

from pilotzone.exchange import receipts
from pilotzone.exchange.formats.build import build
from pilotzone.pipeline.tests.exports import (
    Export,
    cancel_receipt,
    export_cancel,
    export_return,
    return_receipt,
    state,
    told,
)
from pilotzone.pipeline.tests.papers import BUYER, FIRMS, Bench, Head, Trade, firm_fields
from pilotzone.pipeline.tests.test_export_returns import AT
from pilotzone.rooms.tax import api as tax

INVT = "40062021I000000001"
HS = "3924100000"


def application(bench: Bench, name: str, number: str, *lines: Head) -> bytes:
    head = {
        "guid": str(uuid4()).upper(), "appType": "1", "appTime": "20210301190000", "appStatus": "2", "customsCode": "4006",
        "orderNo": "ORDER-T1", **firm_fields("ebp", "ebc", "logi"), "logisticsNo": "WB-T1", "copNo": number,
        "invtNo": INVT, **BUYER, **firm_fields("agent"), "reason": "买家不要",
    }  # fmt: skip
    return bench.message(name, [(head, lines)], "agent")


def answer(name: str, number: str, status: str, time: str) -> bytes:
    head = {
        "guid": str(uuid4()).upper(), "customsCode": "4006", "agentCode": FIRMS["agent"], "ebpCode": FIRMS["ebp"],
        "ebcCode": FIRMS["ebc"], "copNo": number, "preNo": "T20210305000000001", "invtNo": INVT,
        "returnStatus": status, "returnTime": time, "returnInfo": "审结",
    }  # fmt: skip
    return build(name, [(head, [])], edition="2018", guid=head["guid"])


def quota(bench: Bench) -> tuple[Decimal, Decimal]:
    ((reserved, used),) = bench.rows("SELECT reserved, used FROM tax_quota")
    return reserved, used


def lines(bench: Bench, code: str) -> list[list[str]]:
    return [line for row in bench.events("clearance.trade_changed") for line in row["lines"] if line[1] == code]


def crossed(bench: Bench) -> list[str]:
    return [line[2] for line in lines(bench, "clearance.crossed")]


def reasons(bench: Bench) -> list[dict[str, str]]:
    ((found,),) = bench.rows("SELECT reasons FROM clearance_trade")
    return [one for one in found if one["code"].startswith("rule.cancel.")]


@pytest.mark.parametrize("cancelled_at", ["11", "12"], ids=["customs cancelled first", "both at once"])
@pytest.mark.parametrize("arrives", ["release", "cancel"])
def test_a_release_stands_over_a_cancellation_that_crosses_it(bench: Bench, cancelled_at: str, arrives: str) -> None:
    trade = Trade()
    bench.send(*bench.all_four(trade))
    bench.send(bench.receipt(trade, "120", "20210301100000000", invt_no=INVT), channel="customs")
    bench.send(application(bench, "CEB623Message", "C1"))
    words = [
        bench.receipt(trade, "800", "20210301120000000", "放行", invt_no=INVT),
        answer("CEB624Message", "C1", "399", f"20210301{cancelled_at}0000000"),
    ]
    for word in words if arrives == "release" else words[::-1]:
        bench.send(word, channel="customs")
    stored = bench.trade(trade)
    assert (stored["state"], stored["customs_status"]) == ("released", "800")
    assert quota(bench) == (0, Decimal("100.00"))
    (line,) = crossed(bench)
    assert "撤销不生效" in line and "refused:cancel" in stored["stages"]
    # the goods may come back as a return now
    back = {"gnum": "1", "gcode": HS, "gname": "测试商品", "qty": "1", "unit": "011"}
    (receipt,) = bench.send(application(bench, "CEB625Message", "R1", back))
    assert told(bench, receipt) == ("accepted", [])
    bench.send(answer("CEB626Message", "R1", "399", "20210301140000000"), channel="customs")
    assert quota(bench) == (0, 0)


@pytest.mark.parametrize("arrives", ["release", "cancel"])
def test_a_cancellation_after_the_release_voids_the_trade(bench: Bench, arrives: str) -> None:
    """GACC 2018-194: amount and guarantee are set free in whatever order the two arrive; customs may release it again (ADR 17)."""
    trade = Trade()
    bench.send(*bench.all_four(trade))
    bench.send(bench.receipt(trade, "120", "20210301100000000", invt_no=INVT), channel="customs")
    bench.send(application(bench, "CEB623Message", "C1"))
    release = bench.receipt(trade, "800", "20210301120000000", "放行", invt_no=INVT)
    words = [release, answer("CEB624Message", "C1", "399", "20210301130000000")]
    for word in words if arrives == "release" else words[::-1]:
        bench.send(word, channel="customs")
    stored = bench.trade(trade)
    assert (stored["state"], stored["customs_status"]) == ("cancelled", "800")
    assert {"released", "cancelled"} <= set(stored["stages"])
    assert quota(bench) == (0, 0)
    assert [one["code"] for one in reasons(bench)] == ["rule.cancel.after_release"] and reasons(bench)[0]["tag"] == "C"
    (said,) = lines(bench, "clearance.cancel.after_release")
    assert "放行之后" in said[2] and "194" in said[4]
    bench.send(release, *words, channel="customs")  # repeated words change nothing
    assert bench.trade(trade)["state"] == "cancelled" and quota(bench) == (0, 0)
    again = application(
        bench, "CEB625Message", "R1", {"gnum": "1", "gcode": HS, "gname": "测试商品", "qty": "1", "unit": "011"}
    )
    assert told(bench, bench.send(again)[0]) == ("refused", ["rule.refund.state"])
    bench.send(bench.receipt(trade, "800", "20210301130000000", "放行", invt_no=INVT), channel="customs")
    assert bench.trade(trade)["state"] == "released" and quota(bench) == (0, Decimal("100.00")) and reasons(bench) == []
    bench.send(answer("CEB624Message", "C2", "399", "20210301133000000"), channel="customs")  # applied for elsewhere
    assert bench.trade(trade)["state"] == "cancelled" and quota(bench) == (0, 0)
    bench.send(bench.receipt(trade, "899", "20210301125000000", "结关", invt_no=INVT), channel="customs")
    assert bench.trade(trade)["state"] == "closed" and quota(bench) == (0, Decimal("100.00"))
    bench.send(answer("CEB624Message", "C3", "399", "20210301150000000"), channel="customs")
    assert bench.trade(trade)["state"] == "closed" and quota(bench) == (0, Decimal("100.00"))


@pytest.mark.parametrize("billed", ["before", "after"])
def test_of_a_bill_of_a_cancelled_list_nothing_is_owed(bench: Bench, billed: str) -> None:
    """The bill stands as customs made it; beside it lies nothing of ours, and who pays reads what to do. A new release owes it."""
    trade = Trade()
    bench.send(*bench.all_four(trade))
    bench.send(bench.receipt(trade, "800", "20210301100000000", "放行", invt_no=INVT), channel="customs")
    head = {
        "guid": str(uuid4()).upper(), "returnTime": "20210301120000000", "invtNo": INVT, "taxNo": "TAX1", "customsTax": "0",
        "valueAddedTax": "9.10", "consumptionTax": "0", "status": "1",
    }  # fmt: skip
    line = {
        "gnum": "1",
        "gcode": HS,
        "taxPrice": "100",
        "customsTax": "0",
        "valueAddedTax": "9.10",
        "consumptionTax": "0",
    }
    bill = build("CEB816Message", [(head, [line])], edition="2018", guid=head["guid"], default_namespace=True)
    words = [bill, answer("CEB624Message", "C9", "399", "20210301130000000")]
    for word in words if billed == "before" else words[::-1]:
        bench.send(word, channel="customs")
    kept = "SELECT customs_vat, our_vat, pay_to IS NULL FROM tax_bill"
    assert bench.rows(kept) == [(Decimal("9.10"), Decimal(0), True)]
    assert [one["code"] for one in reasons(bench)] == ["rule.cancel.after_release", "rule.cancel.billed"]
    assert len(lines(bench, "clearance.cancel.billed")) == 1
    bench.send(bench.receipt(trade, "800", "20210301140000000", "放行", invt_no=INVT), channel="customs")
    assert bench.rows(kept) == [(Decimal("9.10"), Decimal("9.10"), False)] and reasons(bench) == []


@pytest.mark.parametrize("arrives", ["release", "cancel"])
def test_the_guarantee_is_set_free_with_a_cancellation_after_the_release(bench: Bench, arrives: str) -> None:
    with bench.connection.cursor() as cursor:
        tax.guarantee(cursor, [tax.Deposit(bench.firms["ebp"], Decimal("500.00"), "P-ADR17")], at=AT)
    trade = Trade()
    bench.send(*bench.all_four(trade))
    held = "SELECT held, deposited FROM tax_guarantee"
    assert bench.rows(held)[0][0] > 0
    words = [
        bench.receipt(trade, "800", "20210301120000000", "放行", invt_no=INVT),
        answer("CEB624Message", "C1", "399", "20210301130000000"),
    ]
    bench.send(bench.receipt(trade, "120", "20210301100000000", invt_no=INVT), channel="customs")
    for word in words if arrives == "release" else words[::-1]:
        bench.send(word, channel="customs")
    assert bench.trade(trade)["state"] == "cancelled" and bench.rows(held) == [(0, Decimal("500.00"))]


def test_a_list_cancelled_after_its_release_may_be_declared_anew(bench: Bench) -> None:
    trade = Trade()
    bench.send(*bench.all_four(trade))
    bench.send(bench.receipt(trade, "800", "20210301100000000", "放行", invt_no=INVT), channel="customs")
    bench.send(answer("CEB624Message", "C9", "399", "20210301110000000"), channel="customs")
    assert bench.trade(trade)["state"] == "cancelled"
    again = Trade(at=trade.at + timedelta(minutes=20))
    bench.send(bench.paper(again, "list", appType="2"))
    bench.send(bench.receipt(again, "800", "20210301100000000", "放行", invt_no=INVT), channel="customs")  # the old one
    bench.send(bench.receipt(again, "120", "20210301120000000", invt_no=INVT), channel="customs")
    assert bench.trade(trade)["state"] == "stored" and quota(bench) == (Decimal("100.00"), 0)
    bench.send(bench.receipt(again, "800", "20210301130000000", invt_no=INVT), channel="customs")
    assert bench.trade(trade)["state"] == "released" and quota(bench) == (0, Decimal("100.00"))


def test_a_return_before_the_cancellation_is_given_back_again_with_a_new_release(bench: Bench) -> None:
    trade = Trade(qty="2")
    bench.send(*bench.all_four(trade))
    bench.send(bench.receipt(trade, "800", "20210301100000000", "放行", invt_no=INVT), channel="customs")
    back = {"gnum": "1", "gcode": HS, "gname": "测试商品", "qty": "1", "unit": "011"}
    bench.send(application(bench, "CEB625Message", "R1", back))
    bench.send(answer("CEB626Message", "R1", "399", "20210301110000000"), channel="customs")
    assert quota(bench) == (0, Decimal("100.00"))
    bench.send(answer("CEB624Message", "C9", "399", "20210301120000000"), channel="customs")
    assert quota(bench) == (0, 0)
    bench.send(bench.receipt(trade, "800", "20210301123000000", "放行", invt_no=INVT), channel="customs")
    assert quota(bench) == (0, Decimal("100.00"))


@pytest.mark.parametrize("code", ["120", "300", "399", "500", "100", "501"])
def test_after_a_release_only_the_closing_moves_the_list(bench: Bench, code: str) -> None:
    trade = Trade()
    bench.send(*bench.all_four(trade))
    bench.send(bench.receipt(trade, "800", "20210301120000000", "放行", invt_no=INVT), channel="customs")
    late = bench.receipt(trade, code, "20210301130000000", invt_no=INVT)
    bench.send(late, late, channel="customs")
    assert bench.trade(trade)["state"] == "released" and quota(bench) == (0, Decimal("100.00"))
    assert len(crossed(bench)) == 1, "customs repeats itself; the firms read it once"
    kept = bench.rows("SELECT applied, why FROM clearance_receipt WHERE return_status = %s", code)
    assert kept == [(False, "after the release")] * 2
    with bench.connection.cursor() as cursor:
        found = [
            one.return_status
            for _, one in receipts.after(cursor, bench.firms["agent"])
            if one.message == "CEB622Message"
        ]
    assert found.count(code) == 1, "it is pushed to the firms as customs said it"
    bench.send(bench.receipt(trade, "899", "20210301140000000", invt_no=INVT), channel="customs")
    assert bench.trade(trade)["state"] == "closed"


def test_a_cancelled_list_is_not_brought_back_by_a_late_word_and_may_be_declared_again(bench: Bench) -> None:
    trade = Trade()
    bench.send(*bench.all_four(trade))
    bench.send(bench.receipt(trade, "120", "20210301100000000", invt_no=INVT), channel="customs")
    bench.send(application(bench, "CEB623Message", "C1"))
    bench.send(answer("CEB624Message", "C1", "399", "20210301110000000"), channel="customs")
    bench.send(bench.receipt(trade, "500", "20210301113000000", invt_no=INVT), channel="customs")
    assert bench.trade(trade)["state"] == "cancelled" and quota(bench) == (0, 0)
    again = Trade(at=trade.at + timedelta(minutes=20))
    bench.send(bench.paper(again, "list", appType="2"))
    bench.send(bench.receipt(again, "120", "20210301120000000", invt_no=INVT), channel="customs")
    bench.send(bench.receipt(again, "800", "20210301130000000", invt_no=INVT), channel="customs")
    assert bench.trade(trade)["state"] == "released" and quota(bench) == (0, Decimal("100.00"))


def test_a_return_closed_before_its_release_is_told_gives_back_with_the_release(bench: Bench) -> None:
    """Customs' two receipts overtake each other: the amount comes back once both are here."""
    trade = Trade(qty="2")
    back = {"gnum": "1", "gcode": HS, "gname": "测试商品", "qty": "1", "unit": "011"}
    bench.send(application(bench, "CEB625Message", "R1", back))  # of a list not known here yet customs judges alone
    bench.send(*bench.all_four(trade))
    bench.send(answer("CEB626Message", "R1", "399", "20210301130000000"), channel="customs")
    assert quota(bench) == (Decimal("200.00"), 0)
    bench.send(bench.receipt(trade, "800", "20210301123000000", invt_no=INVT), channel="customs")
    assert quota(bench) == (0, Decimal("100.00"))


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_of_an_export_the_release_stands_in_any_order(bench: Bench, order: tuple[int, ...]) -> None:
    one = Export()
    one.send(bench)
    bench.send(one.receipt("120", one.at), channel="customs")
    bench.send(export_cancel(bench, "C1", one, at=AT))
    words = [
        one.receipt("800", one.at + timedelta(minutes=1)),
        one.receipt("399", one.at + timedelta(minutes=2)),  # 出口清单审结, told after the release
        cancel_receipt("C1", one, "399", one.at + timedelta(minutes=1)),  # by customs' time at once: the release stands
    ]
    for place in order:
        bench.send(words[place], channel="customs")
    assert state(bench)["state"] == "released"
    (receipt,) = bench.send(export_return(bench, "R1", one, "2", at=AT))
    assert told(bench, receipt)[0] == "accepted"
    bench.send(return_receipt("R1", one, "399", AT), channel="customs")
    assert "refunded" in state(bench)["stages"]  # type: ignore[operator]
    (told_,) = bench.events("clearance.export_returned")
    assert (told_["list_no"], told_["seller"]) == (one.list_no, bench.firms["ebc"])
    assert [(line["line_no"], Decimal(line["quantity"]), Decimal(line["declared"])) for line in told_["lines"]] == [
        (1, 2, 2)
    ]


@pytest.mark.parametrize("arrives", ["release", "cancel"])
def test_an_export_cancelled_after_its_release_comes_back_whole(bench: Bench, arrives: str) -> None:
    """What is told to the tax room is what a return of the rest would be told as: its refund is settled there, once."""
    one = Export()
    one.send(bench)
    bench.send(one.receipt("120", one.at), channel="customs")
    bench.send(export_cancel(bench, "C1", one, at=AT))
    words = [
        one.receipt("800", one.at + timedelta(minutes=1)),
        cancel_receipt("C1", one, "399", AT + timedelta(minutes=9)),
    ]
    for word in words if arrives == "release" else words[::-1]:
        bench.send(word, channel="customs")
    assert state(bench)["state"] == "cancelled"
    (told_,) = bench.events("clearance.export_returned")
    assert (told_["list_no"], told_["seller"]) == (one.list_no, bench.firms["ebc"])
    assert [(line["line_no"], Decimal(line["quantity"]), Decimal(line["declared"])) for line in told_["lines"]] == [
        (1, 2, 2)
    ]


def test_of_an_export_only_what_had_not_come_back_comes_back_with_the_cancellation(bench: Bench) -> None:
    one = Export()
    one.release(bench)
    bench.send(export_return(bench, "R1", one, "1", at=AT))
    bench.send(return_receipt("R1", one, "399", AT), channel="customs")
    bench.send(cancel_receipt("C9", one, "399", AT + timedelta(minutes=9)), channel="customs")
    assert state(bench)["state"] == "cancelled"
    told_ = bench.events("clearance.export_returned")
    assert [Decimal(line["quantity"]) for row in told_ for line in row["lines"]] == [1, 1]


@pytest.mark.parametrize("together", [True, False], ids=["one batch", "one after the other"])
def test_of_two_returns_of_one_export_list_one_wins(bench: Bench, together: bool) -> None:
    one = Export()
    one.release(bench)
    papers = [export_return(bench, "R1", one, "2", at=AT), export_return(bench, "R2", one, "1", at=AT)]
    sent = bench.send(*papers) if together else [receipt for paper in papers for receipt in bench.send(paper)]
    assert sorted(told(bench, receipt) for receipt in sent) == [("accepted", []), ("refused", ["rule.refund.quantity"])]
