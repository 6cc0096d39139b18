"""A firm that sends to customs itself and lets the platform read along: checked and counted as usual, never sent again."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pilotzone.exchange.formats.envelope import CUSTOMS_IMPORT, DxpMsg, wrap
from pilotzone.exchange.inbox import SUBSCRIPTION
from pilotzone.pipeline.tests.papers import FIRMS, Bench, Trade

INVT = "40062021I000000001"
RELEASED = ("800", "20210301120003000", "[Code:2600;Desc:放行]")


def copy(bench: Bench, trade: Trade, data: bytes, sender: str) -> bytes:
    """What the exchange node lays into the platform's box when a firm subscribed it."""
    return wrap(
        DxpMsg(
            message_id=f"N{abs(hash(data))}", sender=f"DXPENT{FIRMS[sender]}", receivers=["DXPENT0036000000"],
            created=trade.at, message_type="CEB", data=data,
        )
    )  # fmt: skip


def copies(bench: Bench, trade: Trade) -> list[bytes]:
    senders = ("ebp", "pay", "logi", "agent")
    return [copy(bench, trade, raw, sender) for raw, sender in zip(bench.all_four(trade), senders, strict=True)]


def sent(bench: Bench) -> int:
    return int(bench.rows("SELECT count(*) FROM exchange_outbox")[0][0])


def quota(bench: Bench) -> list[tuple[Decimal, Decimal]]:
    return bench.rows("SELECT reserved, used FROM tax_quota")


def test_what_customs_has_already_is_matched_and_booked_but_not_sent(bench: Bench) -> None:
    trade = Trade()
    receipts = bench.send(*copies(bench, trade), channel=SUBSCRIPTION)
    assert [bench.results(one) for one in receipts] == [[("accepted", [])]] * 4
    assert bench.trade(trade)["state"] == "sent"
    assert quota(bench) == [(Decimal("100.00"), 0)]
    assert sent(bench) == 0


def test_the_receipts_of_customs_are_applied(bench: Bench) -> None:
    trade = Trade()
    bench.send(*copies(bench, trade), channel=SUBSCRIPTION)
    answer = bench.receipt(trade, *RELEASED, invt_no=INVT)
    bench.send(
        wrap(DxpMsg(
            message_id="R1", sender=CUSTOMS_IMPORT, receivers=["DXPENT0036000000"], created=trade.at,
            message_type="CEB622Message", data=answer,
        )), channel="customs",
    )  # fmt: skip
    assert bench.trade(trade)["state"] == "released"
    assert quota(bench) == [(0, Decimal("100.00"))]


@pytest.mark.parametrize("first", [SUBSCRIPTION, "http"])
def test_the_same_papers_by_both_ways_count_once(bench: Bench, first: str) -> None:
    trade = Trade()
    ways = {SUBSCRIPTION: copies(bench, trade), "http": bench.all_four(trade)}
    second = "http" if first == SUBSCRIPTION else SUBSCRIPTION
    bench.send(*ways[first], channel=first)
    receipts = bench.send(*ways[second], channel=second)
    assert [bench.results(one)[0][0] for one in receipts] == ["duplicate"] * 4
    assert quota(bench) == [(Decimal("100.00"), 0)]
    assert sent(bench) == (0 if first == SUBSCRIPTION else 4)


def test_only_the_read_along_part_of_a_set_is_not_sent(bench: Bench) -> None:
    trade = Trade()
    bench.send(copies(bench, trade)[3], channel=SUBSCRIPTION)
    bench.send(*bench.all_four(trade)[:3])
    assert bench.trade(trade)["state"] == "sent"
    assert bench.rows("SELECT DISTINCT kind FROM exchange_outbox ORDER BY 1") == [
        ("CEB311Message",), ("CEB411Message",), ("CEB511Message",),
    ]  # fmt: skip


@pytest.mark.parametrize("channel", [SUBSCRIPTION, "http"])
def test_a_wrong_line_refuses_no_document_and_is_told_on_the_receipt(bench: Bench, channel: str) -> None:
    trade = Trade()
    paper = bench.message(
        "CEB311Message", [(trade.head("order"), trade.lines("order"))], "ebp",
        subscribes=[{"status": "all", "dxpMode": "DXP", "dxpAddress": "DXPENT0036000000"}],
    )  # fmt: skip
    receipts = bench.send(paper, paper, channel=channel)
    told = [bench.results(one)[0] for one in receipts]
    assert [state for state, _ in told] == ["accepted", "duplicate"]
    for _, findings in told:
        assert [(one["code"], one["weight"]) for one in findings] == [("code.subscribe_status", "warns")]


def test_a_copy_is_checked_like_anything_else(bench: Bench) -> None:
    trade = Trade()
    unsigned = bench.paper(trade, "order", signed=False)
    foreign = bench.message("CEB411Message", [(trade.head("payment"), [])], "stranger")
    spoken = bench.receipt(trade, *RELEASED)
    papers = [copy(bench, trade, raw, "ebp") for raw in (unsigned, foreign, spoken)]
    receipts = bench.send(*papers, b"<DxpMsg>broken", channel=SUBSCRIPTION)
    assert [bench.results(one)[0][0] for one in receipts] == ["refused"] * 4
    assert bench.trade(trade) == {}
