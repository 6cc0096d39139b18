"""A subscription asks for kinds: receipts, and what a room tells of one record; only who asked is told, in the room's own transaction."""

from __future__ import annotations

from typing import Any

import pytest

from pilotzone.base.errors import Refused
from pilotzone.exchange.tests.pushing import Connect, Receiver, ledger_of, subscribe, work
from pilotzone.exchange.webhooks import ledger
from pilotzone.exchange.webhooks.courier import Courier
from pilotzone.exchange.webhooks.wanted import kinds_of

PAID: dict[str, Any] = {"payment": {"id": 7, "number": "P1", "state": "paid"}}


def tell(connection: Any, organisation: int, kind: str = ledger.PAYMENT) -> int:
    with connection.cursor() as cursor:
        return ledger.tell(cursor, organisation, kind, PAID)


def test_what_a_room_tells_is_pushed_whole_to_who_asked(emptied: Connect) -> None:
    connection, firm = emptied(), Receiver()
    hook, _ = subscribe(connection)
    subscribe(connection, organisation=2)
    assert tell(connection, 1) == 1
    connection.commit()
    work(Courier(firm), connection)
    (body,) = firm.bodies
    assert (body["type"], body["data"]) == ("payment.changed", PAID)
    assert ledger_of(connection) == [("sent", 1)]
    connection.execute("UPDATE exchange_hook SET kinds = %s WHERE id = %s", ([ledger.CREATED], hook))
    assert tell(connection, 1) == 0


def test_what_is_rolled_back_is_not_pushed(emptied: Connect) -> None:
    connection, firm = emptied(), Receiver()
    subscribe(connection)
    assert tell(connection, 1) == 1
    connection.rollback()
    work(Courier(firm), connection)
    assert firm.bodies == [] and ledger_of(connection) == []


def test_what_can_be_asked_for_is_named() -> None:
    assert kinds_of([ledger.CREATED, ledger.PAYMENT, ledger.CREATED]) == list(ledger.KINDS)
    for kinds in ([], ["else"]):
        with pytest.raises(Refused) as refused:
            kinds_of(kinds)
        assert refused.value.code == "webhook.kinds" and refused.value.zh and refused.value.en
