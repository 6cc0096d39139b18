"""What waits when a subscription is changed goes the way it says now: in order, under the same ids, with its attempts forgotten."""

from __future__ import annotations

from typing import Any

import pytest

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
    work,
    write,
)
from pilotzone.exchange.webhooks import ledger, signature
from pilotzone.exchange.webhooks.courier import Courier
from pilotzone.exchange.webhooks.waits import wait_after

pytestmark = pytest.mark.usefixtures("look_always")
NEW = "https://new.example/in"
QUEUE = "amqp:DXPENT0012345678"


def tell(connection: Connection, *states: str) -> None:
    """Payment 7 comes into these states, one after the other."""
    with connection.transaction(), connection.cursor() as cursor:
        for state in states:
            ledger.tell(cursor, 1, ledger.PAYMENT, {"payment": {"id": 7, "state": state}})


def change(connection: Connection, hook: int, **values: Any) -> None:
    for name, value in values.items():
        connection.execute(f"UPDATE exchange_hook SET {name} = %s WHERE id = %s", (value, hook))
    connection.commit()


class Posts(Receiver):
    """Notes which address each came to, and by which state of the payment; the old address is broken."""

    def __init__(self, old: Answer = BROKEN) -> None:
        super().__init__()
        self.old, self.came = old, list[tuple[str, str]]()

    def __call__(self, url: str, content: bytes, headers: dict[str, str], guard: Guard) -> Answer:
        super().__call__(url, content, headers, guard)
        told = self.bodies[-1]["data"]
        self.came.append((url, told["payment"]["state"] if "payment" in told else "receipts"))
        return GOOD if url in (NEW, QUEUE) else self.old


@pytest.mark.parametrize("address", [NEW, QUEUE])
def test_what_waited_goes_to_the_address_of_now_in_its_order(emptied: Connect, address: str) -> None:
    connection, firm = emptied(), Posts()
    hook, _ = subscribe(connection)
    tell(connection, "applied", "asked", "paid")
    write(connection, "A")
    connection.commit()
    work(Courier(firm), connection, 1)
    (old,) = firm.came
    change(connection, hook, url=address, kinds=[ledger.CREATED])
    come_round(connection)
    work(Courier(firm), connection, 6)
    assert firm.came == [old, (address, "applied"), (address, "asked"), (address, "paid"), (address, "receipts")]
    assert firm.got[0] == firm.got[1], "under the id it was first tried with"
    assert [state for state, _ in ledger_of(connection)] == ["sent"] * 4


def test_while_it_is_off_what_is_told_waits_and_a_new_secret_signs_it(emptied: Connect) -> None:
    connection, firm = emptied(), Posts()
    hook, _ = subscribe(connection, url=NEW)
    _, new = subscribe(connection, organisation=77)
    change(connection, hook, state="off")
    tell(connection, "asked", "paid")
    work(Courier(firm), connection)
    assert firm.came == []
    connection.execute(
        "UPDATE exchange_hook h SET secret = n.secret FROM exchange_hook n WHERE h.id = %s AND n.organisation_id = 77",
        (hook,),
    )
    change(connection, hook, state="on")
    work(Courier(firm), connection)
    assert [state for _, state in firm.came] == ["asked", "paid"]
    for body, told in zip(firm.bodies, firm.headers, strict=True):
        content = _written(body)
        at = int(told["webhook-timestamp"])
        assert told["webhook-signature"] == signature.sign(new, told["webhook-id"], at, content)


@pytest.mark.parametrize("answer", [BROKEN, Answer(410, 1, "gone"), Answer(0, 1, error="timeout")])
def test_what_the_old_address_answers_counts_not_against_the_new_one(emptied: Connect, answer: Answer) -> None:
    connection, firm = emptied(), Posts()
    hook, _ = subscribe(connection)
    tell(connection, "paid")
    with connection.transaction(), connection.cursor() as cursor:
        (due,) = ledger.claim(cursor, places=1, troubled=1)
    change(connection, hook, url=NEW)
    work(Courier(firm), connection)
    assert firm.came == [], "one under way at a time"
    with connection.transaction(), connection.cursor() as cursor:
        assert ledger.settle(cursor, due, answer, wait_after(due.attempts, ())) == "queued"
    work(Courier(firm), connection)
    assert firm.came == [(NEW, "paid")] and ledger_of(connection) == [("sent", 1)]


def test_killed_while_it_was_sent_to_the_old_address_it_comes_to_the_new_one_under_its_id(emptied: Connect) -> None:
    connection, firm = emptied(), Posts()
    hook, _ = subscribe(connection)
    tell(connection, "paid")
    with connection.transaction(), connection.cursor() as cursor:
        (due,) = ledger.claim(cursor, places=1, troubled=1)
    change(connection, hook, url=QUEUE)
    leases_end(connection)
    work(Courier(firm), connection)
    assert firm.came == [(QUEUE, "paid")] and firm.got[0][0] == due.message_id


def _written(body: dict[str, Any]) -> bytes:
    from datetime import datetime

    return ledger.body(body["type"], datetime.fromisoformat(body["timestamp"]), body["data"])
