from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilotzone.base.errors import Refused
from pilotzone.base.money import apportion, decimal, to_cents, yuan

amounts = st.decimals(min_value=0, max_value=10**8, places=2)


@pytest.mark.parametrize(
    ("amount", "cents"),
    [
        ("1.005", "1.01"),
        ("1.0049", "1.00"),
        ("-0.005", "-0.01"),
        ("-0.004", "0.00"),
        ("107.3349999", "107.33"),
        ("99999999999999999999.995", "100000000000000000000.00"),
    ],
)
def test_cents_round_half_up_once(amount: str, cents: str) -> None:
    assert str(to_cents(Decimal(amount))) == cents


def test_a_tie_hidden_behind_a_repeating_decimal_is_still_a_tie() -> None:
    share = apportion(Decimal("33.50"), [Decimal(1)] * 3)[0]
    assert to_cents(share * Decimal("0.09")) == Decimal("1.01")


@pytest.mark.parametrize("text", ["0", "-1.50", "5000.00", "00012", "1" * 28 + "." + "1" * 20])
def test_plain_decimals_are_read_exactly(text: str) -> None:
    assert decimal(text) == Decimal(text)


@pytest.mark.parametrize(
    "text",
    ["", " ", " 1", "1 ", "+1", "1e3", "NaN", "Infinity", "-", ".5", "5.", "1,000", "１２", "1_000", "0x10",
     "1\n", "9" * 29, "0." + "0" * 21, "٣"],
)  # fmt: skip
def test_anything_else_is_refused_with_a_named_code(text: str) -> None:
    with pytest.raises(Refused) as refused:
        decimal(text)
    assert refused.value.code == "rule.number"
    assert refused.value.zh and refused.value.en


@settings(max_examples=150, deadline=None)
@given(total=amounts, weights=st.lists(amounts, min_size=1, max_size=12))
def test_shares_sum_exactly_to_the_total(total: Decimal, weights: list[Decimal]) -> None:
    shares = apportion(total, weights)
    assert len(shares) == len(weights)
    assert sum(shares, Decimal(0)) == total
    if any(weights):
        assert all(share == 0 for share, weight in zip(shares, weights, strict=True) if weight == 0)


def test_apportion_refuses_what_has_no_meaning() -> None:
    assert apportion(Decimal(0), []) == []
    with pytest.raises(ValueError, match="over nothing"):
        apportion(Decimal(1), [])
    with pytest.raises(ValueError, match="negative"):
        apportion(Decimal(1), [Decimal(-1), Decimal(2)])


def test_freight_follows_price() -> None:
    assert apportion(Decimal(20), [Decimal(100), Decimal(300)]) == [Decimal(5), Decimal(15)]


def test_yuan_has_two_decimals_and_no_separator() -> None:
    assert yuan(Decimal("1234.5")) == "1234.50"
    assert yuan(Decimal("1E+3")) == "1000.00"
