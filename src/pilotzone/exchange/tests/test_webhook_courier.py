"""A push is made of committed work only, sent until taken or dead, in order, and known again by its id."""

from __future__ import annotations

import base64
import threading
from datetime import datetime, timedelta

import pytest

from pilotzone.exchange import receipts
from pilotzone.exchange.channels.endpoint import Guard
from pilotzone.exchange.channels.webhook import Answer
from pilotzone.exchange.tests.pushing import (
    BROKEN,
    GOOD,
    Connect,
    Connection,
    Receiver,
    come_round,
    leases_end,
    ledger_of,
    subscribe,
    write,
)
from pilotzone.exchange.webhooks import courier as couriers
from pilotzone.exchange.webhooks import ledger, signature, waits
from pilotzone.exchange.webhooks.courier import Courier
from pilotzone.kernel import clock


@pytest.fixture(autouse=True)
def look_always(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(couriers, "LOOK_S", 0.0)


def work(courier: Courier, connection: Connection, rounds: int = 3) -> None:
    for _ in range(rounds):
        courier.round(connection)
        courier.drain(connection)


def test_receipts_are_pushed_signed_and_whole(emptied: Connect) -> None:
    connection, firm = emptied(), Receiver()
    _, secret = subscribe(connection)
    write(connection, "A", "B")
    connection.commit()
    work(Courier(firm), connection)
    (body,) = firm.bodies
    assert body["type"] == "receipt.created" and [one["document"] for one in body["data"]["receipts"]] == ["A", "B"]
    first = body["data"]["receipts"][0]
    assert set(first) == {"id", "message", "document", "return_status", "return_time", "info", "xml"}
    assert (
        b"<r>A</r></CEB622Message>" in base64.b64decode(first["xml"])
        and first["return_time"] == "2021-11-11T08:00:00+08:00"
    )
    told = firm.headers[0]
    content = ledger.body(body["type"], _moment(body["timestamp"]), body["data"])
    assert told["webhook-signature"] == signature.sign(
        secret, told["webhook-id"], int(told["webhook-timestamp"]), content
    )
    assert abs(int(told["webhook-timestamp"]) - clock.wall().timestamp()) < 300
    assert ledger_of(connection) == [("sent", 1)]
    work(Courier(firm), connection)
    assert len(firm.got) == 1, "nothing new, nothing sent"


def test_a_push_holds_at_most_a_hundred_receipts_and_the_rest_follows(emptied: Connect) -> None:
    connection, firm = emptied(), Receiver()
    subscribe(connection)
    keys = [f"K{n:03}" for n in range(250)]
    write(connection, *keys)
    connection.commit()
    work(Courier(firm), connection, 4)
    assert [len(told) for _, told in firm.got] == [100, 100, 50]
    assert firm.documents == keys


def test_a_push_is_bounded_in_bytes_too(emptied: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger, "MOST_BYTES", 1100)
    connection, firm = emptied(), Receiver()
    subscribe(connection)
    write(connection, *"ABCDE")
    connection.commit()
    work(Courier(firm), connection, 4)
    assert [told for _, told in firm.got] == [["A", "B"], ["C", "D"], ["E"]]


def test_only_the_firms_own_receipts_are_pushed(emptied: Connect) -> None:
    connection, firm = emptied(), Receiver()
    subscribe(connection, organisation=2)
    write(connection, "theirs", organisation=1)
    write(connection, "ours", organisation=2)
    connection.commit()
    work(Courier(firm), connection)
    assert firm.documents == ["ours"]


def test_work_that_is_not_committed_is_never_pushed_nor_passed_over(emptied: Connect) -> None:
    """The lower numbers commit last: a cursor that only looked at numbers would skip them."""
    connection, slow, quick, firm = emptied(), emptied(), emptied(), Receiver()
    courier = Courier(firm)
    subscribe(connection)
    write(slow, "first", "second")
    write(quick, "third")
    quick.commit()
    work(courier, connection)
    assert firm.got == []
    with connection.transaction(), connection.cursor() as cursor:
        assert receipts.after(cursor, 1) == [], "pulled no sooner than pushed"
    slow.commit()
    work(courier, connection)
    assert firm.documents == ["first", "second", "third"]


def test_work_rolled_back_is_never_pushed(emptied: Connect) -> None:
    connection, doomed, firm = emptied(), emptied(), Receiver()
    subscribe(connection)
    write(connection, "first")  # and who signs, whom the doomed one would else hold back
    connection.commit()
    write(doomed, "never")
    write(connection, "kept")
    connection.commit()
    doomed.rollback()
    work(Courier(firm), connection)
    assert firm.documents == ["first", "kept"]


def test_a_long_transaction_begun_earlier_holds_nothing_up(emptied: Connect) -> None:
    """Only whoever took a number below is waited for, not whoever came later."""
    connection, later, firm = emptied(), emptied(), Receiver()
    subscribe(connection)
    write(connection, "A")
    connection.commit()
    write(later, "B")
    work(Courier(firm), connection)
    assert firm.documents == ["A"]
    later.rollback()


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


def test_who_hangs_delays_nobody_else(emptied: Connect) -> None:
    connection, open_ = emptied(), threading.Event()
    good = Receiver()

    def send(url: str, content: bytes, headers: dict[str, str], guard: Guard) -> Answer:
        if "slow" in url:
            assert open_.wait(30)
            return BROKEN
        return good(url, content, headers, guard)

    courier = Courier(send, places=4, troubled=2)
    for organisation in range(1, 6):
        subscribe(connection, organisation=organisation, url="https://slow.example/")
        write(connection, f"S{organisation}", organisation=organisation)
    connection.execute("UPDATE exchange_hook_cursor SET troubled = true")
    subscribe(connection, organisation=9)
    write(connection, "A", organisation=9)
    connection.commit()
    courier.round(connection)
    for key in "BCD":
        while not courier.round(connection) or good.documents[-1:] < [chr(ord(key) - 1)]:
            pass
        write(connection, key, organisation=9)
        connection.commit()
    while good.documents[-1] != "D":
        courier.round(connection)
    assert good.documents == ["A", "B", "C", "D"]
    hanging = connection.execute(
        "SELECT count(*) FROM exchange_delivery WHERE lease IS NOT NULL AND organisation_id < 9"
    )
    assert hanging.fetchone() == (2,), "two of four places, no more"
    open_.set()
    courier.drain(connection)


def test_a_sender_that_breaks_is_a_failed_attempt(emptied: Connect) -> None:
    connection, firm = emptied(), Receiver(RuntimeError("boom"))
    subscribe(connection)
    write(connection, "A")
    connection.commit()
    work(Courier(firm), connection, 1)
    assert ledger_of(connection) == [("queued", 1)]
    row = connection.execute("SELECT status, error FROM exchange_delivery_attempt").fetchone()
    assert row == (0, "RuntimeError")


def test_a_ping_waits_for_nobody_and_is_tried_once(emptied: Connect) -> None:
    connection, firm = emptied(), Receiver(BROKEN)
    courier = Courier(firm)
    hook, _ = subscribe(connection)
    write(connection, "A")
    connection.commit()
    work(courier, connection, 1)
    with connection.transaction(), connection.cursor() as cursor:
        told = ledger.ping(cursor, hook, 1, "你好")
    work(courier, connection)
    assert firm.got[-1] == (told, []) and firm.bodies[-1]["data"] == {"note": "你好"}
    assert ledger_of(connection) == [("queued", 1), ("dead", 1)]


def test_while_a_secret_is_replaced_both_sign_and_afterwards_only_the_new_one(emptied: Connect) -> None:
    connection, firm = emptied(), Receiver()
    courier = Courier(firm)
    hook, old = subscribe(connection)
    _, new = subscribe(connection, organisation=77)
    connection.execute(
        "UPDATE exchange_hook h SET old_secret = h.secret, old_until = %s, secret = n.secret FROM exchange_hook n"
        " WHERE h.id = %s AND n.organisation_id = 77",
        (clock.wall() + timedelta(hours=1), hook),
    )
    write(connection, "A")
    connection.commit()
    work(courier, connection)
    connection.execute(
        "UPDATE exchange_hook SET old_until = %s WHERE id = %s", (clock.wall() - timedelta(hours=1), hook)
    )
    write(connection, "B")
    connection.commit()
    work(courier, connection)
    for told, body, keys in zip(firm.headers, firm.bodies, ([new, old], [new]), strict=True):
        content = ledger.body(body["type"], _moment(body["timestamp"]), body["data"])
        right = [signature.sign(key, told["webhook-id"], int(told["webhook-timestamp"]), content) for key in keys]
        assert told["webhook-signature"] == " ".join(right)


def test_content_nobody_can_open_holds_up_nobody_else(emptied: Connect) -> None:
    connection, firm = emptied(), Receiver()
    subscribe(connection, organisation=1)
    subscribe(connection, organisation=2)
    write(connection, "A", organisation=1)
    write(connection, "B", organisation=2)
    connection.execute("UPDATE exchange_receipt SET body = '\\x00' WHERE organisation_id = 1")
    connection.commit()
    work(Courier(firm), connection)
    assert firm.documents == ["B"]


def test_two_couriers_share_the_work_and_send_nothing_twice(emptied: Connect) -> None:
    one, other, firm = emptied(), emptied(), Receiver()
    for organisation in range(1, 7):
        subscribe(one, organisation=organisation)
        write(one, f"A{organisation}", organisation=organisation)
    one.commit()
    first, second = Courier(firm, places=3), Courier(firm, places=3)
    for _ in range(4):
        first.round(one)
        second.round(other)
    first.drain(one)
    second.drain(other)
    assert sorted(firm.documents) == [f"A{n}" for n in range(1, 7)]


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


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
