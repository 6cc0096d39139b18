"""Receipts that cross: the table an official reads, and that the outcome does not depend on the order of arrival."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from pilotzone.rooms.clearance.engine import crossings, kinds, states

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "crossings.yaml").read_text(encoding="utf-8"))
CODES = ["2", "3", "120", "300", "399", "500", "501", "700", "800", "899", "100", "-621018", "77"]


def receipt(told: list[Any]) -> tuple[str, str]:
    return (f"202103011200{told[0]:02d}000", told[1])


@pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in CASES["lists"]])
def test_a_receipt_on_a_list(case: dict[str, Any]) -> None:
    stored = receipt(case["stored"]) if "stored" in case else None
    cancelled = receipt([case["cancelled"], "399"])[0] if "cancelled" in case else ""
    found = crossings.of_list(case["state"], stored, receipt(case["receipt"]), cancelled)
    assert (found.what, found.why.key if found.why else None) == (case["does"], case.get("why"))
    assert found.why is None or (found.why.zh and found.why.en and crossings.WHYS[found.why.key] is found.why)


@pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in CASES["applications"]])
def test_a_receipt_on_an_application(case: dict[str, Any]) -> None:
    stands = receipt([case.get("list_at", 1), case["list"]]) if case["list"] else None
    found = crossings.of_application(case["kind"], case["state"], stands, receipt([case.get("at", 2), case["status"]]))
    assert (found.what, found.why.key if found.why else None) == (case["does"], case.get("why"))


def walked(told: list[tuple[str, int, str]]) -> str:
    """The state after receipts (list or cancel, minute, status) in this order; each application answers once."""
    state, stored, cancelled = states.SENT, None, ""
    for what, minute, code in told:
        incoming = receipt([minute, code])
        if what == kinds.LIST:
            does = crossings.of_list(state, stored, incoming, cancelled).what
            if does in (crossings.FOLLOWED, crossings.CANCELLED_SINCE):
                stored, state = incoming, states.status(code).state
            if does == crossings.CANCELLED_SINCE:
                state = states.CANCELLED
            continue
        cancelled = max(cancelled, incoming[0])
        if crossings.of_application(kinds.CANCEL, state, stored, incoming).what == crossings.CANCELS:
            state = states.CANCELLED
    return state


@settings(max_examples=600, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 8), st.sampled_from(CODES)), max_size=6),
    st.lists(st.integers(1, 8), max_size=2),
    st.randoms(use_true_random=False),
)
def test_a_release_and_a_cancellation_end_alike_in_any_order(
    told: list[tuple[int, str]], cancels: list[int], chance: Any
) -> None:
    """The closing stands; of release and cancellation the later, the release at equal times; no order of arrival changes it."""
    all_told = [(kinds.LIST, minute, code) for minute, code in told]
    all_told += [(kinds.CANCEL, minute, "399") for minute in cancels]
    shuffled = list(all_told)
    chance.shuffle(shuffled)
    end = walked(shuffled)
    assert end == walked(all_told)
    codes, released = [code for _, code in told], [minute for minute, code in told if code == "800"]
    if "899" in codes:
        assert end == states.CLOSED
    elif released:
        assert end == (states.CANCELLED if cancels and max(cancels) > max(released) else states.RELEASED)
    elif {"501", "700"} & {*codes}:
        assert end in (states.DETAINED, states.SENT_BACK)
    elif cancels:
        assert end == states.CANCELLED
