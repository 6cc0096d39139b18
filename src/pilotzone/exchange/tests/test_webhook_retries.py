"""A push that fails is sent until taken or dead, in order, known again by its id; what died can be replayed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pilotzone.exchange import receipts
from pilotzone.exchange.channels.endpoint import Guard
from pilotzone.exchange.channels.webhook import Answer
from pilotzone.exchange.tests.pushing import (
    BROKEN,
    GOOD,
    Connect,
    Receiver,
    come_round,
    leases_end,
    ledger_of,
    subscribe,
    work,
    write,
)
from pilotzone.exchange.webhooks import ledger, signature, waits
from pilotzone.exchange.webhooks.courier import Courier
from pilotzone.kernel import clock

pytestmark = pytest.mark.usefixtures("look_always")


def test_killed_between_sending_and_noting_it_is_sent_again_under_the_same_id(emptied: Connect) -> None:
    connection, firm = emptied(), Receiver()
    subscribe(connection)
    write(connection, "A")
    connection.commit()
    with connection.transaction(), connection.cursor() as cursor:
        ledger.form(cursor, receipts.safe(cursor))
        (due,) = ledger.claim(cursor, places=8, troubled=4)
    firm(due.url, due.content, signature.headers(due.secrets, due.message_id, 1, due.content), Guard())
    work(Courier(firm), connection)
    assert len(firm.got) == 1, "the lease still holds"
    leases_end(connection)
    work(Courier(firm), connection)
    assert len(firm.got) == 2 and firm.got[0] == firm.got[1]
    assert firm.bodies[0] == firm.bodies[1]
    assert ledger_of(connection) == [("sent", 2)]


def test_a_failed_push_waits_longer_each_time_and_the_order_is_kept(emptied: Connect) -> None:
    connection, firm = emptied(), Receiver(BROKEN)
    courier = Courier(firm)
    subscribe(connection)
    write(connection, "A")
    connection.commit()
    paused = []
    for _ in range(3):
        come_round(connection)
        work(courier, connection, 2)
        row = connection.execute("SELECT extract(epoch FROM next_try_at - pz_now()) FROM exchange_delivery").fetchone()
        paused.append(round(float(row[0]), -1))  # type: ignore[index]
        connection.commit()
    assert paused == [0, 300, 1800] and len(firm.got) == 3
    write(connection, "B")
    connection.commit()
    firm.answer = GOOD
    work(courier, connection)
    assert firm.documents == ["A"] * 3, "B waits behind A"
    come_round(connection)
    work(courier, connection)
    assert firm.documents == ["A"] * 4 + ["B"]
    assert len({told for told, _ in firm.got}) == 2


def test_after_the_schedule_a_push_is_dead_seen_and_can_be_replayed(emptied: Connect) -> None:
    connection, firm = emptied(), Receiver(BROKEN)
    courier = Courier(firm)
    hook, _ = subscribe(connection)
    write(connection, "A")
    connection.commit()
    for _ in range(12):
        come_round(connection)
        work(courier, connection, 2)
    assert ledger_of(connection) == [("dead", 10)]
    write(connection, "B")
    connection.commit()
    firm.answer = GOOD
    work(courier, connection)
    assert ledger_of(connection) == [("dead", 10), ("sent", 1)], "what comes later is not held up for ever"
    with connection.transaction(), connection.cursor() as cursor:
        assert ledger.replay(cursor, hook, states=("dead",)) == 1
    work(courier, connection)
    assert ledger_of(connection) == [("sent", 1), ("sent", 1)]
    assert firm.documents == ["A"] * 10 + ["B", "A"] and firm.got[0][0] == firm.got[-1][0]


def test_a_range_is_replayed_in_its_order_before_what_is_new(emptied: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger, "MOST_RECEIPTS", 1)
    connection, firm = emptied(), Receiver()
    courier = Courier(firm)
    hook, _ = subscribe(connection)
    write(connection, *"ABCD")
    connection.commit()
    work(courier, connection, 5)
    sent = list(firm.got)
    row = connection.execute("SELECT min(id) FROM exchange_delivery").fetchone()
    write(connection, "E")
    with connection.cursor() as cursor:
        assert ledger.replay(cursor, hook, first=row[0] + 1, last=row[0] + 2) == 2  # type: ignore[index]
    connection.commit()
    work(courier, connection, 4)
    assert firm.got[4:6] == sent[1:3] and firm.documents[6:] == ["E"]


def test_410_switches_a_subscription_off_and_keeps_what_it_is_owed(emptied: Connect) -> None:
    connection, firm = emptied(), Receiver(Answer(410, 5))
    courier = Courier(firm)
    hook, _ = subscribe(connection)
    write(connection, "A")
    connection.commit()
    work(courier, connection)
    assert connection.execute("SELECT state FROM exchange_hook").fetchall() == [("gone",)]
    write(connection, "B")
    connection.commit()
    come_round(connection)
    work(courier, connection)
    assert len(firm.got) == 1 and ledger_of(connection) == [("queued", 0)]
    firm.answer = GOOD
    connection.execute("UPDATE exchange_hook SET state = 'on' WHERE id = %s", (hook,))
    connection.commit()
    work(courier, connection)
    assert firm.documents == ["A", "A", "B"]
    trail = connection.execute(
        "SELECT kind, after ->> 'state' FROM kernel_audit WHERE object_kind = 'exchange_hook' AND object_id = %s"
        " AND kind = 'system' ORDER BY id",
        (str(hook),),
    ).fetchall()
    assert trail == [("system", "gone")]


@pytest.mark.parametrize(
    ("status", "asked", "wanted"), [(429, "120", 120), (503, "900", 900), (503, "999999", 86400), (500, "900", 0)]
)
def test_a_receiver_that_asks_for_time_gets_it(emptied: Connect, status: int, asked: str, wanted: int) -> None:
    connection, firm = emptied(), Receiver(Answer(status, 5, retry_after=asked))
    subscribe(connection)
    write(connection, "A")
    connection.commit()
    work(Courier(firm), connection, 1)
    row = connection.execute("SELECT extract(epoch FROM next_try_at - pz_now()) FROM exchange_delivery").fetchone()
    assert abs(float(row[0]) - max(wanted, 5)) < 60  # type: ignore[index]


def test_a_sender_that_breaks_is_a_failed_attempt(emptied: Connect) -> None:
    connection, firm = emptied(), Receiver(RuntimeError("boom"))
    subscribe(connection)
    write(connection, "A")
    connection.commit()
    work(Courier(firm), connection, 1)
    assert ledger_of(connection) == [("queued", 1)]
    row = connection.execute("SELECT status, error FROM exchange_delivery_attempt").fetchone()
    assert row == (0, "RuntimeError")


def test_retry_after_is_read_as_seconds_or_as_a_date() -> None:
    at = clock.wall().replace(microsecond=0)
    assert waits.retry_after("7", at) == 7
    later = (at + timedelta(seconds=90)).astimezone(tz=None).strftime("%a, %d %b %Y %H:%M:%S %z")
    assert waits.retry_after(later, at) == 90
    assert waits.retry_after("Thu, 01 Jan 1970 00:00:00 GMT", at) == 0
    assert [waits.retry_after(text, at) for text in (None, "", "soon", "-5", "٣", "9" * 12)] == [None] * 6


def test_the_schedule_is_data_and_lasts_about_three_days() -> None:
    told = waits.schedule(clock.wall().date())
    assert told == tuple(sorted(told)) and 3 * 86400 < sum(told) < 3.5 * 86400
    assert [waits.wait_after(n, (5, 60)) for n in (1, 2, 3)] == [5, 60, None]
    assert waits.wait_after(1, (5, 60), 30) == 30
