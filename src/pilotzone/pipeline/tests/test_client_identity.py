"""Whose connection it was and whose message it says it is must agree, or the message is refused by name."""

from __future__ import annotations

from pilotzone.pipeline.tests.papers import Bench, Trade


def test_a_message_of_another_enterprise_than_the_client_is_refused(bench: Bench) -> None:
    (receipt,) = bench.send(bench.paper(Trade(), "order"), client="stranger")
    ((state, findings),) = bench.results(receipt)
    assert state == "refused"
    found = {finding["code"]: finding for finding in findings}
    assert found["rule.sender.client"]["official"] == "-621015"
    assert found["rule.sender.client"]["zh"]
    assert found["rule.sender.client"]["en"]


def test_a_message_of_the_client_itself_is_taken(bench: Bench) -> None:
    (receipt,) = bench.send(bench.paper(Trade(), "order"), client="ebp")
    assert bench.results(receipt) == [("accepted", [])]


def test_a_client_without_the_right_is_refused(bench: Bench) -> None:
    (receipt,) = bench.send(bench.paper(Trade(), "order", sender="stranger"), client="stranger")
    ((state, findings),) = bench.results(receipt)
    assert state == "refused"
    assert "rule.sender.right" in {finding["code"] for finding in findings}
