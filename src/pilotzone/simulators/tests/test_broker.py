"""The AMQP transport against the simulated broker, with each of its faults: nothing is lost, nothing kept that was not told."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator

import pytest

from pilotzone.base.errors import Refused, Unavailable
from pilotzone.exchange.channels.amqp import Amqp
from pilotzone.exchange.channels.amqp_link import Broker
from pilotzone.exchange.formats.envelope import unwrap
from pilotzone.simulators import behaving
from pilotzone.simulators.broker import queues
from pilotzone.simulators.tests.brokers import ANSWERS, CUSTOMS, FIRM, IN, PLATFORM, Connection, Running, message


@pytest.fixture
def broker(connect_as: Callable[[str], Connection]) -> Iterator[Running]:
    connection = connect_as("counterpart")
    connection.execute("SELECT 1")
    running = Running(connection)
    yield running
    running.stop()
    connection.rollback()


def ids(found: list[tuple[int, bytes]]) -> list[str]:
    return [unwrap(raw).message_id for _, raw in found]


def test_what_is_sent_is_fetched_in_order_and_once_it_is_acknowledged(broker: Running) -> None:
    firm, platform = broker.client(out="{receiver}_IN"), broker.client()
    for number in range(5):
        firm.send(message(number))
    found = platform.take(IN, most=3)
    assert (ids(found), found[0][1]) == (["M0", "M1", "M2"], message(0))
    platform.acknowledge(PLATFORM, [number for number, _ in found])
    assert ids(platform.take(IN)) == ["M3", "M4"]
    assert queues.waiting(broker.connection, IN) == 2


def test_a_message_larger_than_a_frame_comes_whole(broker: Running) -> None:
    raw = message(1, data=b"<m>" + b"x" * 400_000 + b"</m>")
    broker.client(out="{receiver}_IN").send(raw)
    assert [found for _, found in broker.client().take(IN)] == [raw]


def test_the_node_behind_the_broker_splits_receivers_and_knows_a_repeated_message(broker: Running) -> None:
    platform = broker.client()
    raw = message(1, sender=PLATFORM, receivers=(CUSTOMS, FIRM))
    platform.send(raw)
    platform.send(raw)
    assert [len(platform.take(queue)) for queue in (CUSTOMS, f"{FIRM}_HZ")] == [1, 1]
    assert platform.receive(PLATFORM) == []


def test_what_is_not_acknowledged_comes_again_on_the_next_look_connection_and_broker(broker: Running) -> None:
    broker.client(out="{receiver}_HZ").send(message(1))
    platform, other = broker.client(), broker.client()
    ((first, _),) = platform.receive(PLATFORM)
    assert other.receive(PLATFORM) == []  # one connection holds it
    assert ids(platform.receive(PLATFORM)) == ["M1"]
    platform.acknowledge(PLATFORM, [first])  # of a look that was given up
    assert queues.waiting(broker.connection, ANSWERS) == 1
    platform.close()
    ((second, _),) = other.receive(PLATFORM)
    broker.begin_again()
    other.close()
    other.acknowledge(PLATFORM, [second])
    ((third, _),) = other.receive(PLATFORM)
    other.acknowledge(PLATFORM, [second, third])
    assert (other.receive(PLATFORM), queues.waiting(broker.connection, ANSWERS)) == ([], 0)


def test_a_connection_dropped_before_the_confirm_sends_again_and_nothing_is_lost(broker: Running) -> None:
    firm = broker.client(out="{receiver}_IN")
    firm.send(message(0))
    broker.behave(lose=1)
    firm.send(message(1))
    assert ids(broker.client().take(IN)) == ["M0", "M1", "M1"]
    broker.behave(lose=2)
    with pytest.raises(Unavailable, match=r"channel\.amqp\.away"):
        firm.send(message(2))
    firm.send(message(3))


def test_a_forgotten_acknowledgement_delivers_again(broker: Running) -> None:
    broker.client(out="{receiver}_IN").send(message(1))
    platform = broker.client()
    broker.behave(repeat=1)
    for _ in range(2):
        found = platform.take(IN)
        assert ids(found) == ["M1"]
        platform.acknowledge(PLATFORM, [number for number, _ in found])
    assert platform.take(IN) == []


def test_a_broker_that_is_down_or_slow_is_away_and_answers_afterwards(broker: Running) -> None:
    firm = broker.client(out="{receiver}_IN", patience_s=0.5)
    firm.send(message(1))
    broker.behave(down=True)
    for ask in (lambda: firm.send(message(2)), lambda: firm.take(IN)):
        with pytest.raises(Unavailable, match=r"channel\.amqp\.away"):
            ask()
    broker.behave(down=False, delay_ms=1500)
    with pytest.raises(Unavailable, match=r"channel\.amqp\.away"):
        firm.send(message(2))
    broker.behave(delay_ms=0)
    firm.send(message(2))
    assert ids(broker.client().take(IN))[0] == "M1"


def test_a_broker_that_is_away_is_left_alone_for_growing_pauses() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    now = [0.0]
    client = Amqp(Broker("127.0.0.1", port), monotonic=lambda: now[0])
    tried = []
    for second in range(0, 140):
        now[0] = float(second)
        with pytest.raises(Unavailable) as told:
            client.send(message(1))
        if "in a moment" not in told.value.en:
            tried.append(second)
    assert tried == [0, 1, 3, 7, 15, 31, 63, 123]


@pytest.mark.parametrize("user", ["password", "vhost"])
def test_a_login_that_is_not_accepted_waits_for_the_operator(broker: Running, user: str) -> None:
    wrong = {"password": "no"} if user == "password" else {"vhost": "/other"}
    client = Amqp(Broker("127.0.0.1", broker.port, **wrong), patience_s=5.0)  # type: ignore[arg-type]
    with pytest.raises(Unavailable, match=r"channel\.amqp\.login") as told:
        client.send(message(1))
    assert "guest" not in str(told.value)


def test_an_unknown_queue_is_told_and_the_message_waits_with_its_sender(broker: Running) -> None:
    client = broker.client(out="NOWHERE")
    for ask in (lambda: client.send(message(1)), lambda: client.take("NOWHERE")):
        with pytest.raises(Unavailable, match=r"channel\.amqp\.queue.*NOWHERE"):
            ask()
    queues.declare(broker.connection, "NOWHERE")
    client.send(message(1))
    assert ids(client.take("NOWHERE")) == ["M1"]


def test_too_much_is_refused_here_or_by_the_broker(broker: Running) -> None:
    with pytest.raises(Refused, match=r"channel\.amqp\.size"):
        broker.client(largest=100).send(message(1))
    broker.door.broker.largest = 100
    client = broker.client(out="{receiver}_IN")
    with pytest.raises(Refused, match=r"channel\.amqp\.size"):
        client.send(message(1))
    broker.door.broker.largest = 10_000
    client.send(message(1))


def test_poison_goes_to_quarantine_once_and_stops_nobody(broker: Running) -> None:
    kept: list[tuple[str, bytes, str]] = []
    sender = broker.client()
    big = message(9, data=b"<m>" + b"y" * 5000 + b"</m>")
    for body in (b"not xml at all", b"", big, message(1)):
        sender.put(IN, body, "x")
    platform = broker.client(largest=3000, quarantine=lambda *told: kept.append(told))
    found = platform.take(IN)
    assert ids(found) == ["M1"]
    assert kept == [
        (IN, b"not xml at all", "channel.amqp.message"), (IN, b"", "channel.amqp.message"), (IN, big, "channel.amqp.size"),
    ]  # fmt: skip
    platform.acknowledge(PLATFORM, [number for number, _ in found])
    assert platform.take(IN) == []
    assert len(kept) == 3


def test_poison_that_could_not_be_kept_is_not_rejected(broker: Running) -> None:
    broker.client().put(IN, b"poison", "x")

    def full(queue: str, body: bytes, code: str) -> None:
        raise OSError("no space left")

    with pytest.raises(Unavailable):
        broker.client(quarantine=full).take(IN)
    broker.begin_again()  # whatever it still thought to be on its way is free
    kept: list[bytes] = []
    broker.client(quarantine=lambda queue, body, code: kept.append(body)).take(IN)
    assert kept == [b"poison"]


def test_the_switchboard_knows_the_broker_where_it_runs(broker: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    with broker.lend() as connection:
        monkeypatch.delenv("PILOTZONE_BROKER_PORT", raising=False)
        assert "broker" not in [one["name"] for one in behaving.listed(connection)]
        monkeypatch.setenv("PILOTZONE_BROKER_PORT", "5673")
        assert "broker" in [one["name"] for one in behaving.listed(connection)]
        told = behaving.change(connection, "broker", {"lose": "2", "down": "yes"})
        assert told["state"] == {
            "slow": 0,
            "down": True,
            "lose": 2,
            "repeat": 0,
            "late": 0,
            "full": 0,
            "blocked": False,
        }
        assert queues.behaviour(connection) == queues.Behaviour(lose=2, down=True)
        assert behaving.reset(connection, "broker")["state"] == told["usual"]
