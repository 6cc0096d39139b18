"""The state a set of receipts gives does not depend on how they arrive."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilotzone.rooms.clearance.engine import states

CODES = ["1", "2", "3", "4", "100", "120", "300", "399", "500", "501", "599", "600", "700", "800", "899", "-621018"]
RECEIPTS = st.lists(
    st.tuples(st.sampled_from([f"2021030112000{n}000" for n in range(6)]), st.sampled_from(CODES)),
    min_size=1,
    max_size=8,
)


def applied(receipts: list[tuple[str, str]]) -> tuple[str, str] | None:
    stored: tuple[str, str] | None = None
    for receipt in receipts:
        if states.takes_over(stored, receipt):
            stored = receipt
    return stored


@settings(max_examples=300, deadline=None)
@given(RECEIPTS, st.randoms(use_true_random=False))
def test_any_order_and_repetition_gives_the_state_of_the_latest(
    receipts: list[tuple[str, str]], chance: object
) -> None:
    shuffled = receipts * 2
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    stored = applied(shuffled)
    assert stored == applied(receipts)
    assert stored is not None
    final = max(states.finality(code) for _, code in receipts)
    assert stored[0] == max(time for time, code in receipts if states.finality(code) == final)


@settings(max_examples=100, deadline=None)
@given(RECEIPTS)
def test_nothing_earlier_or_equal_takes_over(receipts: list[tuple[str, str]]) -> None:
    stored = applied(receipts)
    assert stored is not None
    assert not any(states.takes_over(stored, receipt) for receipt in receipts)


@pytest.mark.parametrize(
    ("before", "after", "fits"),
    [
        ("", "2", True), ("2", "3", True), ("3", "120", True), ("120", "300", True), ("120", "500", True),
        ("300", "100", True), ("500", "100", True), ("500", "800", True), ("120", "800", True), ("399", "899", True),
        ("800", "899", True), ("4", "2", True), ("2", "100", True), ("100", "2", True), ("-621018", "120", True),
        ("800", "100", False), ("800", "300", False), ("899", "800", False), ("700", "800", False),
        ("501", "120", False), ("500", "120", False), ("899", "77", False),
    ],
)  # fmt: skip
def test_the_order_of_section_4_is_known(before: str, after: str, fits: bool) -> None:
    assert states.expected(before, after) is fits


def test_every_state_has_words_in_both_languages_and_a_holder() -> None:
    for code in [*CODES, "505"]:
        known = states.status(code)
        assert all(states.words(known.state, code))
        assert known.state in states.HOLDER or known.state == "draft"
    assert states.status("no number").state == states.UNKNOWN
