"""A push is made of committed work only: signed, whole, bounded, the firm's own, for nobody's delay."""

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
    Connect,
    Receiver,
    ledger_of,
    subscribe,
    work,
    write,
)
from pilotzone.exchange.webhooks import ledger, signature
from pilotzone.exchange.webhooks.courier import Courier
from pilotzone.kernel import clock

pytestmark = pytest.mark.usefixtures("look_always")


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


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
