"""A suspended enterprise and a lost key: what was accepted stays, what was not is refused with the name of the reason."""

from __future__ import annotations

from pilotzone.pipeline.tests.papers import FIRMS, Bench, Trade


def codes(bench: Bench, receipt: str) -> list[str]:
    return [finding["code"] for _, findings in bench.results(receipt) for finding in findings]


def test_a_lost_key_ends_what_was_not_accepted_yet_and_nothing_before(bench: Bench) -> None:
    before, after = Trade(), Trade("2")
    (accepted,) = bench.send(bench.paper(before, "order"))
    (waiting,) = bench.keep(bench.paper(after, "order"))  # received, not yet accepted
    bench.connection.execute(
        "UPDATE kernel_certificate SET revoked_at = clock_timestamp() WHERE organisation_id = %s", (bench.firms["ebp"],)
    )
    bench.work()
    assert bench.results(accepted)[0][0] == "accepted"
    assert codes(bench, waiting) == ["rule.sender.certificate"]
    for kind in ("payment", "waybill", "list"):
        bench.send(bench.paper(before, kind))
    assert bench.trade(before)["state"] == "sent", "the order signed before stays valid"


def test_a_suspended_enterprise_is_named_by_the_refusal_and_admitted_again_when_it_is_lifted(bench: Bench) -> None:
    trade = Trade()
    suspend = "UPDATE kernel_organisation SET suspended_on = %s WHERE id = %s"
    bench.connection.execute(suspend, ("2021-03-01", bench.firms["ebp"]))
    bench.pipeline.registry.refresh(bench.connection.cursor(), force=True)
    (refused,) = bench.send(bench.paper(trade, "order"))
    found = {one["code"]: one for _, findings in bench.results(refused) for one in findings}
    assert set(found) >= {"rule.sender.suspended"} and FIRMS["ebp"] in found["rule.sender.suspended"]["zh"]
    bench.connection.execute(suspend, (None, bench.firms["ebp"]))
    bench.pipeline.registry.refresh(bench.connection.cursor(), force=True)
    (accepted,) = bench.send(bench.paper(Trade("3"), "order"))
    assert bench.results(accepted)[0][0] == "accepted"


def test_a_suspended_agent_sends_for_nobody(bench: Bench) -> None:
    """The document names the payment firm only; the carrier that holds its mandate is out all the same."""
    bench.connection.execute(
        "INSERT INTO clearance_mandate (principal_id, agent_id, kinds, undertaking, valid_from)"
        " VALUES (%s, %s, '[\"payment\"]', '书面担责', '2021-01-01')",
        (bench.firms["pay"], bench.firms["logi"]),
    )
    bench.connection.execute(
        "UPDATE kernel_organisation SET suspended_on = '2021-03-01' WHERE id = %s", (bench.firms["logi"],)
    )
    (receipt,) = bench.send(bench.paper(Trade(), "payment", sender="logi"))
    assert codes(bench, receipt) == ["rule.sender.suspended"]
