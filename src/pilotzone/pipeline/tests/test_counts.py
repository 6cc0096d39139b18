"""Counters of where trades stand agree with the trades after every batch; a search ends in time and can go on."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from pilotzone.exchange import inbox
from pilotzone.kernel.access.actor import ENTERPRISE, ZONE, Actor
from pilotzone.kernel.access.scope import settings_of
from pilotzone.pipeline.tests.papers import Bench, Trade

REFUSES = "refuses"
MENDS = ("refused", "expired", "returned", "error")
ROLES = {"ebp": "ebp", "ebc": "ebc", "pay": "pay", "logi": "logi", "declarant": "agent", "area": "area"}
INVT = "40062021I000000009"
ROLES = {"ebp": "ebp", "ebc": "ebc", "pay": "pay", "logi": "logi", "declarant": "agent", "area": "area"}
MENDS, REFUSES = ("refused", "expired", "returned", "error"), "refuses"
OFFICE = Actor(kind=ZONE, unit_path="zone", role="zone_officer")


def _counted(bench: Bench) -> tuple[list[Any], ...]:
    """The counters, and what they should be: the trades counted one by one."""
    stand = bench.rows(
        "SELECT day::text, customs_code, flow, mode, state, holder, n FROM clearance_stand WHERE n <> 0 ORDER BY 1, 2, 3, 4, 5, 6"
    )
    turn = bench.rows("SELECT firm, state, n FROM clearance_turn WHERE n <> 0 ORDER BY 1, 2")
    reasons = bench.rows("SELECT code, whose, n FROM clearance_reason WHERE n <> 0 ORDER BY 1, 2")
    return stand, turn, reasons


def _recounted(bench: Bench) -> tuple[list[Any], ...]:
    stand = bench.rows(
        "SELECT (date '2000-01-01' + (id >> 38)::int)::text, customs_code, flow, mode, state, holder, count(*)"
        " FROM clearance_trade WHERE NOT history GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 5, 6"
    )
    turns: dict[tuple[int, str], int] = {}
    for state, holder, firms in bench.rows("SELECT state, holder, firms FROM clearance_trade WHERE NOT history"):
        for firm in {firms[role] for word, role in ROLES.items() if word in holder and role in firms}:
            turns[firm, state] = turns.get((firm, state), 0) + 1
    reasons = bench.rows(
        "SELECT r->>'code', r->>'whose', count(DISTINCT id) FROM clearance_trade, jsonb_array_elements(reasons) r"
        " WHERE NOT history AND state = ANY(%s) AND r->>'weight' = %s GROUP BY 1, 2 ORDER BY 1, 2",
        list(MENDS), REFUSES,
    )  # fmt: skip
    return stand, [(firm, state, n) for (firm, state), n in sorted(turns.items())], reasons


def _asked(bench: Bench, actor: Actor, query: str, *words: Any) -> list[Any]:
    names = ("pz.kind", "pz.person", "pz.organisation", "pz.unit", "pz.buyer", "pz.role")
    for name, value in zip(names, settings_of(actor), strict=False):
        bench.connection.execute("SELECT set_config(%s, %s, true)", (name, value))
    found = bench.rows(query, *words)
    for name in names:
        bench.connection.execute("SELECT set_config(%s, '', true)", (name,))
    return found


def _on_three_days(bench: Bench) -> None:
    for days in (80, 40, 0):
        trade = Trade(f"D{days}", at=Trade().at - timedelta(days=days))
        inbox.keep(bench.connection, [inbox.Incoming(raw, "http", "", None, trade.at) for raw in bench.all_four(trade)])
        while bench.work().messages:
            pass


def test_counters_agree_after_every_batch(bench: Bench) -> None:
    waits, sent, bad = Trade("T1"), Trade("T2"), Trade("T3", changes={"waybill": {"consignee": "别人"}})
    steps = [
        lambda: bench.send(bench.paper(waits, "order"), *bench.all_four(sent), *bench.all_four(bad)),
        lambda: bench.send(bench.paper(waits, "payment")),
        lambda: bench.send(bench.receipt(sent, "800", "20210301120003000", "放行", invt_no=INVT), channel="customs"),
        lambda: bench.connection.execute("DELETE FROM clearance_trade WHERE order_no = 'ORDER-T3'"),
    ]
    seen = []
    for step in steps:
        step()
        seen.append(_counted(bench))
        assert seen[-1] == _recounted(bench)
    assert seen[0][2] and not seen[-1][2], "the refused trade is gone"
    assert len({str(one) for one in seen}) == len(steps), "each step moved a counter"
    states = {row[4]: row[6] for row in seen[-1][0]}
    assert states == {"waiting": 1, "released": 1}


def test_a_firm_is_told_what_waits_for_it_and_the_office_where_all_stand(bench: Bench) -> None:
    bench.send(bench.paper(Trade("T1"), "order"), *bench.all_four(Trade("T2")))
    for role, turns in (("pay", [("waiting", 1)]), ("ebp", []), ("stranger", [])):
        actor = Actor(kind=ENTERPRISE, organisation=bench.firms[role])
        assert _asked(bench, actor, "SELECT state, n FROM clearance_turns()") == turns, role
    standing = _asked(bench, OFFICE, "SELECT state, n FROM clearance_standing(%s)", ["waiting", "sent", "released"])
    assert sorted(standing) == [("sent", 1), ("waiting", 1)]


def test_reasons_are_told_to_who_sees_all_trades(bench: Bench) -> None:
    bench.send(*bench.all_four(Trade("T3", changes={"waybill": {"consignee": "别人"}})))
    ((code, n, zh),) = _asked(bench, OFFICE, "SELECT code, n, zh FROM clearance_findings(10)")
    assert code.startswith("rule.") and n == 1 and zh
    firm = Actor(kind=ENTERPRISE, organisation=bench.firms["ebp"])
    assert _asked(bench, firm, "SELECT * FROM clearance_findings(10)") == []


def test_a_search_whose_time_is_over_tells_how_far_it_came_and_goes_on_from_there(bench: Bench) -> None:
    _on_three_days(bench)
    whole = "SELECT told, back FROM clearance_page(%s::jsonb, 10, interval '1 hour')"
    ((every, none),) = _asked(bench, OFFICE, whole, "{}")
    assert (len(every), none) == (3, None)
    found, high, pieces = [], 2**53, 0
    while high is not None:
        at_once = "SELECT told, back FROM clearance_page(%s::jsonb, 10, interval '0')"
        ((told, high),) = _asked(bench, OFFICE, at_once, f'{{"high": {high}}}')
        found, pieces = found + told, pieces + 1
        assert pieces < 500
    assert (found, pieces > 1) == (every, True)


def test_a_search_for_what_stands_nowhere_reads_no_trade(bench: Bench) -> None:
    _on_three_days(bench)
    for asked in ('{"mode": "9810"}', '{"state": ["refused"]}', '{"flow": "E"}', '{"holder": "buyer"}', '{"mine": {}}'):
        page = "SELECT told, back FROM clearance_page(%s::jsonb, 9, interval '0')"
        assert _asked(bench, OFFICE, page, asked) == [([], None)], asked
