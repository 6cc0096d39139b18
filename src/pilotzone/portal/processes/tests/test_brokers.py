"""Over the broker: a firm's agent hands in, the platform keeps and answers, receipts come back; customs by the same way."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest

from pilotzone.base.errors import Refused, Unavailable
from pilotzone.exchange import outbox
from pilotzone.exchange.agent.brokered import Brokered
from pilotzone.exchange.channels.amqp import Amqp
from pilotzone.exchange.channels.dxp import Node
from pilotzone.exchange.formats.envelope import DxpMsg, unwrap, wrap
from pilotzone.exchange.outbox import Letter
from pilotzone.exchange.sealing import unpack
from pilotzone.exchange.webhooks import ledger
from pilotzone.portal.processes import brokers, carrier
from pilotzone.simulators.broker import queues
from pilotzone.simulators.tests.brokers import CUSTOMS, FIRM, IN, PLATFORM, Running, message

Connection = psycopg.Connection[Any]
RAW = b'<CEB311Message guid="G-1" version="1.0"><x/></CEB311Message>'
NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


@pytest.fixture
def broker(connect_as: Callable[[str], Connection]) -> Iterator[Running]:
    connection = connect_as("counterpart")
    connection.execute("SELECT 1")
    running = Running(connection)
    yield running
    running.stop()
    connection.rollback()


@pytest.fixture
def flood(flood_connect: Callable[[], Connection]) -> Iterator[Connection]:
    connection = flood_connect()
    connection.execute("SELECT 1")
    yield connection
    connection.rollback()


def firm_of(broker: Running, folder: Path) -> Brokered:
    return Brokered(broker.client(out="{receiver}_IN"), FIRM, PLATFORM, folder, lambda: NOW)


def came(flood: Connection) -> list[tuple[str, str, int | None]]:
    rows = flood.execute(
        "SELECT channel, client, organisation_id FROM exchange_inbox WHERE channel = 'amqp' ORDER BY id"
    )
    return [tuple(row) for row in rows.fetchall()]


def test_a_firm_hands_in_and_is_answered_in_its_queue(broker: Running, flood: Connection, tmp_path: Path) -> None:
    firm, platform = firm_of(broker, tmp_path), broker.client()
    assert firm.send(RAW) == "G-1"
    assert firm.result("G-1") is None
    assert brokers.hand_in(flood, platform, PLATFORM) == 1
    assert came(flood) == [("amqp", FIRM, None)]  # the signature tells who it is, not the queue
    assert list(firm.receipts(0)) == []
    kept = flood.execute("SELECT receipt_id FROM exchange_inbox WHERE channel = 'amqp'").fetchone()
    assert firm.result("G-1") == {"state": "done", "result": "kept", "receipt": kept[0] if kept else "", "info": ""}
    assert brokers.hand_in(flood, platform, PLATFORM) == 0


def test_a_message_not_kept_is_not_acknowledged_and_comes_again(
    broker: Running, flood: Connection, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    firm_of(broker, tmp_path).send(RAW)
    platform = broker.client()
    with monkeypatch.context() as away:
        away.setattr(brokers.inbox, "keep", lambda *told: (_ for _ in ()).throw(psycopg.OperationalError("away")))
        with pytest.raises(psycopg.OperationalError):
            brokers.hand_in(flood, platform, PLATFORM)
    assert queues.waiting(broker.connection, IN) == 1
    assert [brokers.hand_in(flood, platform, PLATFORM) for _ in range(2)] == [
        1,
        0,
    ]  # asked again, the broker has the ack
    assert queues.waiting(broker.connection, IN) == 0


def told_of(*numbers: int) -> bytes:
    receipts = [
        {
            "id": number, "message": "CEB312Message", "return_time": NOW.isoformat(),
            "xml": base64.b64encode(f"<r>{number}</r>".encode()).decode(),
        }
        for number in numbers
    ]  # fmt: skip
    return json.dumps({"type": "receipt.created", "data": {"receipts": receipts}}).encode()


def test_receipts_reach_the_firms_queue_and_told_twice_are_one_file(broker: Running, tmp_path: Path) -> None:
    send = brokers.courier_post(broker.client(), PLATFORM)
    firm = firm_of(broker, tmp_path)
    for _ in range(2):
        assert send(f"amqp:{FIRM}", told_of(7, 8), {}, None).taken
    found = [one for page, _ in firm.receipts(0) for one in page]
    assert [one.xml for one in found] == [b"<r>7</r>", b"<r>8</r>"] * 2
    assert len({one.number for one in found}) == 2
    assert list(firm.receipts(0)) == []


def test_what_a_room_tells_reaches_the_queue_whole_and_is_known_when_it_comes_twice(
    broker: Running, tmp_path: Path
) -> None:
    send, firm = brokers.courier_post(broker.client(), PLATFORM), firm_of(broker, tmp_path)
    content = ledger.body(ledger.PAYMENT, NOW, {"payment": {"id": 7, "state": "paid"}})
    for _ in range(2):
        assert send(f"amqp:{FIRM}", content, {"webhook-id": "msg_A-b_1"}, None).taken
    (told, again) = [unwrap(raw) for _, raw in broker.client().receive(FIRM)]
    assert told == again
    assert (told.message_id, told.message_type, told.data) == ("msg_A-b_1", "payment.changed", content)
    broker.begin_again()
    (first, second) = [one for page, _ in firm.receipts(0) for one in page]
    assert first == second and first.message == "payment.changed" and first.xml == content


def test_receipts_that_were_not_written_down_come_again(broker: Running, tmp_path: Path) -> None:
    brokers.courier_post(broker.client(), PLATFORM)(f"amqp:{FIRM}", told_of(7), {}, None)
    firm = firm_of(broker, tmp_path)
    first = next(firm.receipts(0))  # and the process dies before it asks for the next page
    broker.begin_again()
    assert [page for page, _ in firm_of(broker, tmp_path).receipts(0)] == [first[0]]


def test_a_push_without_a_broker_or_with_one_that_is_away_is_tried_again(broker: Running) -> None:
    assert not brokers.courier_post(None, PLATFORM)(f"amqp:{FIRM}", told_of(1), {}, None).taken
    broker.behave(down=True)
    answer = brokers.courier_post(broker.client(), PLATFORM)(f"amqp:{FIRM}", told_of(1), {}, None)
    assert (answer.taken, answer.error) == (False, "channel.amqp.away")


def test_customs_is_reached_by_the_scheme_of_its_address(
    broker: Running, flood: Connection, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PILOTZONE_HOME", str(tmp_path))
    assert isinstance(brokers.node_of("http://127.0.0.1:1"), Node)
    node = brokers.node_of(f"amqp://127.0.0.1:{broker.port}/")
    assert isinstance(node, Amqp)
    with pytest.raises(Refused, match=r"channel\.amqp\.url"):
        brokers.node_of("amqp://user:secret@127.0.0.1/")
    node.send(message(1, sender=PLATFORM, receivers=(CUSTOMS,)))
    assert len(node.take(CUSTOMS)) == 1
    broker.client().send(message(2, receivers=(PLATFORM,)))
    assert carrier.fetch(flood, node, PLATFORM) == 1
    assert node.receive(PLATFORM) == []
    monkeypatch.setenv("PILOTZONE_AMQP_PASSWORD", "wrong")
    with pytest.raises(Unavailable, match=r"channel\.amqp\.login"):
        brokers.node_of(f"amqp://127.0.0.1:{broker.port}/").receive(PLATFORM)


def test_poison_lies_sealed_in_the_state_folder(
    broker: Running, flood: Connection, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(brokers, "home", lambda: tmp_path)
    broker.client().put(IN, b"poison", "x")
    platform = broker.client(quarantine=brokers.quarantine)
    assert brokers.hand_in(flood, platform, PLATFORM) == 0
    (path,) = (tmp_path / "quarantine").iterdir()
    assert unpack(path.read_bytes(), brokers.CHANNEL) == b"poison"
    broker.client(out="{receiver}_IN").send(message(3))
    assert brokers.hand_in(flood, platform, PLATFORM) == 1
    assert unwrap(message(3)).sender == came(flood)[0][1]


def test_a_queue_that_is_missing_holds_up_its_own_letters_only(broker: Running, flood: Connection) -> None:
    node = broker.client(out="{type}_OF_CUSTOMS")
    queues.declare(broker.connection, "CEB621Message_OF_CUSTOMS")
    letters = [
        Letter(kind, kind, wrap(DxpMsg(f"M-{kind}", PLATFORM, [CUSTOMS], NOW, kind, b"<x/>")))
        for kind in ("CEB603Message", "CEB621Message")
    ]
    with flood.cursor() as cursor:
        numbers = outbox.enqueue(cursor, letters)
    carrier.send_due(flood, node)
    told = flood.execute(
        "SELECT kind, state, last_error FROM exchange_outbox WHERE id = ANY(%s) ORDER BY id", (numbers,)
    )
    assert [(kind, state, "channel.amqp.queue" in error) for kind, state, error in told.fetchall()] == [
        ("CEB603Message", "queued", True), ("CEB621Message", "sent", False),
    ]  # fmt: skip
