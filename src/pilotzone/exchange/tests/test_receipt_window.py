"""Between decision and signature: nothing is lost, nothing is signed before its decision stands, order is kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from pilotzone.exchange import receipt_window, receipts
from pilotzone.exchange.receipts import Receipt

AT = datetime(2021, 3, 1, tzinfo=UTC)
FIRM, OTHER = 880_001, 880_002


def receipt(firm: int, key: str, message: str = "CEB622Message") -> Receipt:
    return Receipt(firm, message, key, "120", AT, "逻辑校验通过", "<r></r>")


@pytest.fixture
def zone(flood_connect: Callable[[], Any]) -> Any:
    """A connection whose work comes to nothing in the end."""
    with flood_connect() as connection:
        yield connection
        connection.rollback()


def told(connection: Any, firm: int) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM exchange_receipt WHERE organisation_id = %s", (firm,))
        return [one.document_key for _, one in receipts.after(cursor, firm, until=2**62, limit=1000)]


def test_batches_of_one_firm_share_a_signature_in_the_order_of_their_decisions(zone: Any) -> None:
    with zone.cursor() as cursor:
        receipt_window.hold(cursor, [receipt(FIRM, "A-1"), receipt(OTHER, "B-1")])
        receipt_window.hold(cursor, [receipt(FIRM, "A-2"), receipt(FIRM, "A-3", "CEB312Message")])
        receipt_window.hold(cursor, [])
        assert receipt_window.waiting(cursor) == 2
        assert told(zone, FIRM) == []
    assert receipt_window.issue(zone) == 4
    assert receipt_window.issue(zone) == 0
    assert told(zone, FIRM) == ["A-1", "A-2", "A-3"]
    assert told(zone, OTHER) == ["B-1"]
    with zone.cursor() as cursor:
        assert receipt_window.waiting(cursor) == 0
        cursor.execute("SELECT count(*) FROM exchange_receipt WHERE organisation_id IN (%s, %s)", (FIRM, OTHER))
        assert cursor.fetchone() == (3,)


def test_what_is_rolled_back_is_never_signed(zone: Any) -> None:
    with pytest.raises(RuntimeError), zone.transaction(), zone.cursor() as cursor:
        receipt_window.hold(cursor, [receipt(FIRM, "A-1")])
        raise RuntimeError
    assert receipt_window.issue(zone) == 0
    assert told(zone, FIRM) == []


def test_a_signature_that_fails_leaves_the_receipts_for_the_next(zone: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with zone.cursor() as cursor:
        receipt_window.hold(cursor, [receipt(FIRM, "A-1")])
    with monkeypatch.context() as broken:
        broken.setattr(receipts, "write", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            receipt_window.issue(zone)
    assert receipt_window.issue(zone) == 1
    assert told(zone, FIRM) == ["A-1"]


def test_two_do_not_sign_at_once(zone: Any, flood_connect: Callable[[], Any]) -> None:
    with flood_connect() as other:
        with zone.cursor() as cursor:
            receipt_window.hold(cursor, [receipt(FIRM, "A-1")])
            cursor.execute("SELECT pg_try_advisory_xact_lock(20906)")
        with other.cursor() as cursor:
            receipt_window.hold(cursor, [receipt(OTHER, "B-1")])
        assert receipt_window.issue(other) == 0
        other.rollback()


def test_receipts_gather_while_work_goes_on_and_are_signed_when_it_rests(zone: Any) -> None:
    now = 100.0
    window = receipt_window.Window(lambda: now)
    assert not window.over(zone)
    with zone.cursor() as cursor:
        receipt_window.hold(cursor, [receipt(FIRM, "A-1")])
    assert not window.over(zone)
    now += receipt_window.WINDOW_S - 1
    assert not window.over(zone)
    now += 1
    assert window.over(zone)
    assert not window.quiet()
    now += receipt_window.QUIET_S * 2
    assert window.quiet()


def test_a_window_that_another_worker_signed_begins_anew(zone: Any) -> None:
    now = 100.0
    window = receipt_window.Window(lambda: now)
    with zone.cursor() as cursor:
        receipt_window.hold(cursor, [receipt(FIRM, "A-1")])
    assert not window.over(zone)
    now += receipt_window.WINDOW_S
    receipt_window.issue(zone)
    assert not window.over(zone)
    with zone.cursor() as cursor:
        receipt_window.hold(cursor, [receipt(FIRM, "A-2")])
    assert not window.over(zone)
    now += receipt_window.WINDOW_S
    assert window.over(zone)
