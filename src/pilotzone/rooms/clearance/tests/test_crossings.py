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
    found = crossings.of_list(case["state"], stored, receipt(case["receipt"]))
    assert (found.what, found.why.key if found.why else None) == (case["does"], case.get("why"))
    assert found.why is None or (found.why.zh and found.why.en and crossings.WHYS[found.why.key] is found.why)


@pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in CASES["applications"]])
def test_a_receipt_on_an_application(case: dict[str, Any]) -> None:
    found = crossings.of_application(case["kind"], case["state"], case["list"], case["status"])
    assert (found.what, found.why.key if found.why else None) == (case["does"], case.get("why"))


def walked(told: list[tuple[str, int, str]]) -> str:
    """The state after receipts (list or cancel, minute, status) in this order; each application answers once."""
    state, stored = states.SENT, None
    for what, minute, code in told:
        incoming = receipt([minute, code])
        if what == kinds.LIST:
            if crossings.of_list(state, stored, incoming).what == crossings.FOLLOWED:
                stored, state = incoming, states.status(code).state
        elif crossings.of_application(kinds.CANCEL, state, stored[1] if stored else "", code).what == crossings.CANCELS:
            state = states.CANCELLED
    return state


@settings(max_examples=400, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 8), st.sampled_from(CODES)), max_size=6),
    st.booleans(),
    st.randoms(use_true_random=False),
)
def test_a_release_and_a_cancellation_end_alike_in_any_order(
    told: list[tuple[int, str]], cancel: bool, chance: Any
) -> None:
    """One of the two stands: the list's final word where there is one, else the cancellation."""
    all_told = [(kinds.LIST, minute, code) for minute, code in told] + ([(kinds.CANCEL, 4, "399")] if cancel else [])
    shuffled = list(all_told)
    chance.shuffle(shuffled)
    end = walked(shuffled)
    assert end == walked(all_told)
    finals = [code for _, code in told if states.finality(code)]
    if finals:
        assert states.finality(max(finals, key=states.finality)) == max(
            states.finality(code) for code in CODES if states.status(code).state == end
        )
    elif cancel:
        assert end == states.CANCELLED
