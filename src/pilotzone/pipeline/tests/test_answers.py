"""Which messages customs has answered, for whoever looks after the letters and may see no trade."""

from __future__ import annotations

from pilotzone.pipeline.tests.papers import Bench, Trade


def answered(bench: Bench, kind: str = "zone") -> list[str]:
    bench.rows("SELECT set_config('pz.kind', %s, true)", kind)
    letters = bench.rows("SELECT (keys ->> 'message')::bigint, keys ->> 'reference' FROM exchange_outbox")
    told = {row[0] for row in bench.rows("SELECT * FROM clearance_answered(%s)", [row[0] for row in letters])}
    named = {row[0]: row[1] for row in bench.rows("SELECT list_message, order_no FROM clearance_trade")}
    return sorted(named[message] for message in told)


def test_a_message_counts_as_answered_from_the_first_receipt_on(bench: Bench) -> None:
    one, two = Trade("T1"), Trade("T2")
    bench.send(*bench.all_four(one), *bench.all_four(two))
    assert answered(bench) == []
    bench.send(bench.receipt(one, "2", "20210301120001000"), channel="customs")
    assert answered(bench) == [bench.trade(one)["order_no"]]
    assert answered(bench, "district") == []
