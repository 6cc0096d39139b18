"""Notices of payment that come together are booked together; one that fails stops no other."""

from __future__ import annotations

from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest

from pilotzone.kernel import clock
from pilotzone.portal.processes import taxnotices
from pilotzone.rooms.tax import api as tax


class Connection:
    """A connection that is asked for nothing but transactions and cursors."""

    @contextmanager
    def transaction(self) -> Any:
        yield

    cursor = transaction


@pytest.fixture
def booked(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    batches: list[list[str]] = []

    def pay(cursor: Any, facts: Any, *, at: Any) -> list[Any]:
        numbers = [fact.receipt_no for fact in facts]
        batches.append(numbers)
        if "poison" in numbers:
            if len(numbers) > 1:
                raise ValueError("poison")
            return [SimpleNamespace(reason=SimpleNamespace(code="rule.payment.amount"), state="")]
        return [SimpleNamespace(reason=None, state="settled") for _ in facts]

    def read(raw: bytes) -> Any:
        return None if raw == b"noise" else SimpleNamespace(receipt_no=raw.decode(), raw=raw)

    monkeypatch.setattr(tax, "pay_batch", pay)
    monkeypatch.setattr(taxnotices, "payment_of", read)
    monkeypatch.setattr(clock, "read", lambda connection: SimpleNamespace(now=lambda: None))
    return batches


def test_notices_are_booked_in_one_batch_and_what_cannot_be_read_is_answered(booked: list[list[str]]) -> None:
    assert taxnotices.book(Connection(), [b"a", b"noise", b"b"]) == [b"noise"]  # type: ignore[arg-type]
    assert booked == [["a", "b"]]


def test_a_notice_that_fails_the_batch_is_booked_alone_like_its_neighbours(booked: list[list[str]]) -> None:
    assert taxnotices.book(Connection(), [b"a", b"poison", b"b"]) == [b"poison"]  # type: ignore[arg-type]
    assert booked == [["a", "poison", "b"], ["a"], ["poison"], ["b"]]
