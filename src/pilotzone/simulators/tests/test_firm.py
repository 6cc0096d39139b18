"""The simulated firm believes only what is rightly signed, keeps each push once, and misbehaves as told."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import ThreadingHTTPServer
from typing import Any

import psycopg
import pytest

from pilotzone.exchange import receipts
from pilotzone.exchange.channels.endpoint import Guard
from pilotzone.exchange.channels.webhook import Answer, post
from pilotzone.exchange.receipts import Receipt
from pilotzone.exchange.webhooks import courier as couriers
from pilotzone.exchange.webhooks import ledger, signature
from pilotzone.exchange.webhooks.courier import Courier
from pilotzone.kernel import clock, vault
from pilotzone.simulators.firm import receiving
from pilotzone.simulators.server import door
from pilotzone.simulators.tests.test_door import Pool

Connection = psycopg.Connection[Any]
SECRET, OTHER = signature.new_secret(), signature.new_secret()
BODY = json.dumps({"type": "receipt.created", "data": {}}).encode()


@pytest.fixture
def firm(connect_as: Callable[[str], Connection]) -> Iterator[Connection]:
    connection = connect_as("counterpart")
    receiving.change(connection, "hongdu", {"secrets": [SECRET]})
    yield connection
    connection.rollback()


def signed(message_id: str, *secrets: str, body: bytes = BODY, at: datetime | None = None) -> dict[str, str]:
    stamp = int((at or clock.wall()).timestamp())
    return signature.headers(secrets or (SECRET,), message_id, stamp, body)


def test_a_push_is_kept_once_however_often_it_comes(firm: Connection) -> None:
    for times in (1, 2, 3):
        status, told, _ = receiving.take(firm, "hongdu", signed("msg_1"), BODY, clock.wall())
        assert (status, told["times"]) == (200, times)
    (kept,) = receiving.received(firm, "hongdu")
    assert (kept["message_id"], kept["times"], kept["content"]) == ("msg_1", 3, json.loads(BODY))


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        (signed("msg_1", OTHER), BODY),
        (signed("msg_1"), BODY + b" "),
        (signed("msg_1") | {"webhook-id": "msg_2"}, BODY),
        (signed("msg_1") | {"webhook-timestamp": str(int(clock.wall().timestamp()) + 1)}, BODY),
        (signed("msg_1", at=datetime(2021, 1, 1, tzinfo=UTC)), BODY),
        (signed("msg_1", at=clock.wall() + timedelta(hours=1)), BODY),
        (signed("msg_1") | {"webhook-timestamp": "soon"}, BODY),
        (signed("msg_1") | {"webhook-signature": "v2,abc"}, BODY),
        ({}, BODY),
    ],
)  # fmt: skip
def test_what_is_not_rightly_signed_is_turned_away(firm: Connection, headers: dict[str, str], body: bytes) -> None:
    assert receiving.take(firm, "hongdu", headers, body, clock.wall())[0] == 401
    assert receiving.received(firm, "hongdu") == []


def test_during_a_rotation_either_secret_is_enough(firm: Connection) -> None:
    both = signed("msg_1", OTHER, SECRET)
    assert receiving.take(firm, "hongdu", both, BODY, clock.wall())[0] == 200
    receiving.change(firm, "hongdu", {"secrets": [OTHER]})
    assert receiving.take(firm, "hongdu", both, BODY, clock.wall())[0] == 200
    assert receiving.take(firm, "hongdu", signed("msg_2"), BODY, clock.wall())[0] == 401


@pytest.fixture
def sent(
    firm: Connection, connect_as: Callable[[str], Connection], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[], list[str]]]:
    """The whole way over HTTP with one receipt owed: a call lets the time come and pushes; answers the ledger's states."""
    monkeypatch.setattr(couriers, "LOOK_S", 0.0)
    server = ThreadingHTTPServer(("127.0.0.1", 0), door(Pool(firm)))  # type: ignore[arg-type]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_address[1]}/firm/hongdu"
    flood = connect_as("flood")
    with flood.cursor() as cursor:
        cursor.execute(
            "INSERT INTO exchange_hook (organisation_id, url, kinds, secret) VALUES (1, %s, %s, %s) RETURNING id",
            (url, list(ledger.KINDS), vault.seal(SECRET.encode(), ledger.TABLE)),
        )
        row = cursor.fetchone()
        cursor.execute("INSERT INTO exchange_hook_cursor (hook_id, organisation_id) VALUES (%s, 1)", row)
        at = datetime(2021, 11, 11, tzinfo=UTC)
        receipts.write(cursor, [Receipt(1, "CEB622Message", "LIST-1", "800", at, "放行", "<r></r>")])
    flood.commit()

    def send(url: str, content: bytes, headers: dict[str, str], guard: Guard) -> Answer:
        return post(url, content, headers, Guard(demo=True))

    courier = Courier(send)

    def once() -> list[str]:
        flood.execute("UPDATE exchange_delivery SET next_try_at = pz_now() WHERE state = 'queued'")
        flood.commit()
        courier.round(flood)
        courier.drain(flood)
        states = [state for (state,) in flood.execute("SELECT state FROM exchange_delivery ORDER BY id").fetchall()]
        flood.commit()
        return states

    yield once
    server.shutdown()
    server.server_close()
    for table in (
        "exchange_delivery_attempt", "exchange_delivery", "exchange_hook_cursor", "exchange_hook", "exchange_receipt",
    ):  # fmt: skip
        flood.execute(f"DELETE FROM {table}")
    flood.commit()


Sent = Callable[[], list[str]]


def test_the_platforms_push_is_believed(firm: Connection, sent: Sent) -> None:
    assert sent() == ["sent"]
    (kept,) = receiving.received(firm, "hongdu")
    assert kept["kind"] == "receipt.created" and kept["content"]["data"]["receipts"][0]["document"] == "LIST-1"


def test_a_lost_answer_brings_the_same_push_again(firm: Connection, sent: Sent) -> None:
    receiving.change(firm, "hongdu", {"lose": True})
    assert sent() == ["queued"]
    receiving.change(firm, "hongdu", {"lose": False})
    assert sent() == ["sent"]
    assert [kept["times"] for kept in receiving.received(firm, "hongdu")] == [2]


def test_told_to_fail_it_fails_and_then_takes(firm: Connection, sent: Sent) -> None:
    receiving.change(firm, "hongdu", {"fail_next": 2})
    assert [sent(), sent(), sent()] == [["queued"], ["queued"], ["sent"]]


@pytest.mark.parametrize("status", [410, 503])
def test_told_to_answer_so_it_keeps_nothing(firm: Connection, sent: Sent, status: int) -> None:
    receiving.change(firm, "hongdu", {"status": status, "retry_after": "60", "delay_ms": 1})
    assert sent() == ["queued"] and receiving.received(firm, "hongdu") == []


def test_a_behaviour_nobody_knows_is_refused(firm: Connection) -> None:
    with pytest.raises(Exception, match="nonsense"):
        receiving.change(firm, "hongdu", {"nonsense": 1})
