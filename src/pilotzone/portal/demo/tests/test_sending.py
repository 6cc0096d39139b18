"""The year is written ahead while nothing may be sent yet, and is sent the same way then."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import nullcontext
from datetime import date, datetime
from itertools import count
from typing import Any

import pytest

from pilotzone.base.days import SHANGHAI
from pilotzone.portal.demo import flood as flooding
from pilotzone.portal.demo import load as loading
from pilotzone.portal.demo.batches import Desk, Signed
from pilotzone.portal.demo.firms import LEADS, sellers
from pilotzone.portal.demo.load import Order, load

ORDER = Order(date(2021, 1, 1), datetime(2021, 12, 30, 16, 0, tzinfo=SHANGHAI), 60, seed=1)
SIGNERS: Any = {firm.number: None for firm in (*LEADS, sellers()[0])}


class Told:
    """Stands for the progress."""

    def tell(self, stage: str, done: int) -> None:
        """Not kept."""


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[list[bytes]]:
    """What is kept in each transaction; messages are written but not signed."""
    kept: list[list[bytes]] = []

    def message(self: Desk, kind: str, group: list[tuple[datetime, Any]]) -> Signed:
        body = "|".join(paper.head["guid"] for _, paper in group).encode()
        return Signed(group[0][1].sender, kind, body, len(group), max(at for at, _ in group))

    def send(connection: object, messages: list[Signed]) -> int:
        kept.append([one.body for one in messages])
        return sum(one.documents for one in messages)

    monkeypatch.setattr(Desk, "_message", message)
    monkeypatch.setattr(loading, "_send", send)
    monkeypatch.setattr(loading, "TOGETHER", 10)
    monkeypatch.setattr(loading, "HELD", 3)
    return kept


def _load(may: Future[None] | None = None) -> int:
    return load(ORDER, SIGNERS, nullcontext, Told(), may=may)  # type: ignore[arg-type,return-value]


def test_what_waited_is_sent_in_the_same_transactions(sent: list[list[bytes]]) -> None:
    documents = _load()
    usual = list(sent)
    assert len(usual) > loading.HELD, "more than is held"
    sent.clear()
    may: Future[None] = Future()
    may.set_result(None)
    assert (_load(may), sent) == (documents, usual)


def test_nothing_is_sent_before_it_may_and_no_more_than_so_much_is_held(
    sent: list[list[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    may: Future[None] = Future()
    written: list[int] = []
    usual = loading._written

    def watched(order: Order, desk: Desk) -> Iterator[tuple[list[Signed], int]]:
        for one in usual(order, desk):
            written.append(len(sent))
            if len(written) == loading.HELD:
                may.set_result(None)
            yield one

    monkeypatch.setattr(loading, "_written", watched)
    _load(may)
    assert written[: loading.HELD] == [0] * loading.HELD
    assert len(sent) == len(written)


def test_what_the_year_waits_for_and_fails_is_raised_and_nothing_is_sent(sent: list[list[bytes]]) -> None:
    may: Future[None] = Future()
    may.set_exception(LookupError("plan"))
    with pytest.raises(LookupError, match="plan"):
        _load(may)
    assert sent == []


def test_may_that_fails_after_a_batch_is_held_raises_and_nothing_of_it_is_sent(
    sent: list[list[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    may: Future[None] = Future()
    _at(monkeypatch, loading.HELD, lambda: may.set_exception(LookupError("plan")))
    with pytest.raises(LookupError, match="plan"):
        _load(may)
    assert sent == []


def test_what_is_held_when_the_year_may_be_sent_goes_before_what_is_written_then(
    sent: list[list[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    documents = _load()
    usual = list(sent)
    sent.clear()
    may: Future[None] = Future()
    _at(monkeypatch, 2, lambda: may.set_result(None))  # one was written and held, the next is on its way
    assert (_load(may), sent) == (documents, usual)


def _at(monkeypatch: pytest.MonkeyPatch, place: int, does: Callable[[], None]) -> None:
    """Do something just before the batch of that place, from one on, is handed over."""
    usual = loading._written

    def watched(order: Order, desk: Desk) -> Iterator[tuple[list[Signed], int]]:
        for number, one in enumerate(usual(order, desk), 1):
            if number == place:
                does()
            yield one

    monkeypatch.setattr(loading, "_written", watched)


def test_the_year_counts_from_when_it_might_be_sent(sent: list[list[bytes]], monkeypatch: pytest.MonkeyPatch) -> None:
    now = count(100)
    monkeypatch.setattr(flooding.time, "monotonic", lambda: float(next(now)))
    monkeypatch.setattr(flooding, "settle", lambda *_, **__: True)
    may: Future[None] = Future()
    _at(monkeypatch, 2, lambda: may.set_result(None))
    year = flooding.Flood(ORDER, SIGNERS, nullcontext, Told(), lambda _: None, lambda: 0)  # type: ignore[arg-type]
    told = year.load(may)
    assert (told.opened, told.sent, told.settled_at) == (101.0, 102.0, 103.0)
