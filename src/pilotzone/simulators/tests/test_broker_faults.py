"""Whatever goes wrong on the way, every message arrives and is kept once; and frames are read however the stream is cut."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pika import frame, spec

from pilotzone.base.errors import Unavailable
from pilotzone.exchange.formats.envelope import unwrap
from pilotzone.simulators.broker.frames import LARGEST_FRAME, Broken, Reader
from pilotzone.simulators.tests.brokers import IN, PLATFORM, Connection, Running, message

STEPS = ("send", "look", "ack", "lose", "repeat", "down", "up", "restart", "reconnect")
SERIAL = itertools.count(1000)


def test_after_any_faults_every_message_arrives_and_is_kept_once(connect_as: Callable[[str], Connection]) -> None:
    connection = connect_as("counterpart")
    connection.execute("SELECT 1")
    broker = Running(connection)

    @settings(max_examples=12, deadline=None)
    @given(st.lists(st.sampled_from(STEPS), min_size=4, max_size=14))
    def told(steps: list[str]) -> None:
        broker.behave(lose=0, repeat=0, down=False)
        firm, platform = broker.client(out="{receiver}_IN"), broker.client()
        waiting, sent, arrived = dict[str, bytes](), set[str](), list[str]()
        held: list[tuple[int, bytes]] = []

        def send() -> None:
            for name, raw in list(waiting.items()):
                firm.send(raw)
                sent.add(name)
                del waiting[name]

        def look() -> None:
            held[:] = platform.take(IN, 3)
            arrived.extend(unwrap(raw).message_id for _, raw in held)  # kept before anything is acknowledged

        def step(name: str) -> None:
            if name == "send":
                number = next(SERIAL)
                waiting[f"M{number}"] = message(number)
                send()
            elif name == "look":
                look()
            elif name == "ack":
                platform.acknowledge(PLATFORM, [number for number, _ in held])
            elif name in ("lose", "repeat"):
                broker.behave(**{name: 1})
            elif name in ("down", "up"):
                broker.behave(down=name == "down")
            elif name == "restart":
                broker.begin_again()
            else:
                firm.close()
                platform.close()

        for name in steps:
            try:
                step(name)
            except Unavailable:
                continue
        broker.behave(lose=0, repeat=0, down=False)
        broker.begin_again()
        send()
        for _ in range(60):
            look()
            if not held:
                break
            platform.acknowledge(PLATFORM, [number for number, _ in held])
        kept = set(arrived)  # the inbox knows a message by its CopMsgId
        assert not held and not waiting
        assert kept == sent
        firm.close()
        platform.close()

    try:
        told()
    finally:
        broker.stop()
        connection.rollback()


PROPERTIES = spec.BasicProperties(content_type="text/xml", delivery_mode=2, message_id="M1")
FRAMES = [
    frame.ProtocolHeader(), frame.Heartbeat(), frame.Method(1, spec.Basic.Publish(routing_key="Q", mandatory=True)),
    frame.Header(1, 7, PROPERTIES), frame.Body(1, b"\xce\x01AMQP\xce"), frame.Method(1, spec.Basic.Ack(5, multiple=True)),
]  # fmt: skip


@settings(max_examples=60)
@given(st.lists(st.integers(0, 5), max_size=8), st.lists(st.integers(1, 30), min_size=1))
def test_frames_are_read_however_the_stream_is_cut(which: list[int], sizes: list[int]) -> None:
    stream = b"".join(FRAMES[one].marshal() for one in which)
    reader, found, sizes_ = Reader(), [], itertools.cycle(sizes)
    while stream:
        size = next(sizes_)
        found += reader.feed(stream[:size])
        stream = stream[size:]
    assert [one.marshal() for one in found] == [FRAMES[one].marshal() for one in which]


@settings(max_examples=100)
@given(st.binary(max_size=60))
def test_any_bytes_are_frames_or_broken(noise: bytes) -> None:
    with suppress(Broken):  # anything else would end the broker's thread
        Reader().feed(noise)


@pytest.mark.parametrize(
    "raw", [b"\x01\x00\x01" + (LARGEST_FRAME + 1).to_bytes(4, "big"), b"GET / HTTP/1.1\r\n", b"\x08\0\0\0\0\0\0\x00"]
)
def test_a_frame_too_large_or_of_another_kind_is_not_waited_for(raw: bytes) -> None:
    with pytest.raises(Broken):
        Reader().feed(raw)
