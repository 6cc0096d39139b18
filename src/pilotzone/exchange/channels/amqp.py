"""The exchange node behind a message broker: AMQP 0-9-1, the form in which E-port names RabbitMQ (spec §2.2).

`send`, `receive` and `acknowledge` as `dxp.Node` has them. `send` returns when the broker has confirmed the message (persistent, mandatory); what is
fetched stays the broker's until acknowledged on the connection it came by, else it comes again. A message delivered twice
is known by its CopMsgId. Queue names stand in no official text (tag C): they are settings.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from pilotzone.exchange.channels.amqp_failures import away, no_queue, of_a_channel, oversize, refused
from pilotzone.exchange.channels.amqp_link import PATIENCE_S, Broker, Link
from pilotzone.exchange.formats import envelope

PREFIX = "amqp:"  # of a subscription (exchange/webhooks): then the DXP number whose queue is told
OUT, ANSWERS = "{receiver}", "{dxp}_HZ"
LARGEST = 14 * 1024 * 1024  # a DxpMsg whose data, in Base64, are as large as the platform takes them
LONGEST_NAME = 255  # bytes of a queue's name
MOST_REJECTED = 1000  # in one look, so that a queue full of rubbish does not hold the round for ever
_TAGS = 1 << 40
Quarantine = Callable[[str, bytes, str], None]  # (queue, bytes, code of the reason); returns when they are durable


class Amqp:
    """One broker, for any number of threads. Unavailable where it is away, Refused where it will not have the message.

    `out` names the queue a message is put into: {receiver}, {sender} and {type} (MsgType); `answers` the one that is
    read for a box: {dxp}. What is no DxpMsg, or larger than `largest`, goes to `quarantine` and is rejected for good.
    """

    def __init__(
        self, broker: Broker, *, out: str = OUT, answers: str = ANSWERS, quarantine: Quarantine | None = None,
        patience_s: float = PATIENCE_S, largest: int = LARGEST, monotonic: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        self._link = Link(broker, patience_s=patience_s, monotonic=monotonic)
        self._out, self._answers = out, answers
        self._quarantine, self._largest = quarantine, largest
        queue_of(out, receiver="R", sender="S", type="T")
        queue_of(answers, dxp="D")

    def send(self, raw: bytes) -> None:
        """Put one DxpMsg into the queue of each receiver; returns when the broker keeps it."""
        if len(raw) > self._largest:
            raise oversize(len(raw))
        message = envelope.unwrap(raw)
        names = [
            queue_of(self._out, receiver=receiver, sender=message.sender, type=message.message_type)
            for receiver in message.receivers
        ]
        for name in dict.fromkeys(names):
            self.put(name, raw, message.message_id)

    def put(self, queue: str, body: bytes, message_id: str) -> None:
        """Put bytes into a queue by its name, persistent and confirmed. Unavailable where there is no such queue now."""
        from pika import BasicProperties
        from pika.exceptions import ChannelClosedByBroker, NackError, UnroutableError

        properties = BasicProperties(
            content_type="text/xml", content_encoding="UTF-8", delivery_mode=2, message_id=message_id
        )
        try:
            self._link.again(lambda held: held.channel.basic_publish("", queue, body, properties, mandatory=True))
        except UnroutableError:
            raise no_queue(queue) from None
        except NackError:
            raise away("away", "消息中间件未接收该报文", "it did not take the message") from None
        except ChannelClosedByBroker as closed:
            raise of_a_channel(closed, queue, len(body)) from None

    def receive(self, box: str, most: int = 50) -> list[tuple[int, bytes]]:
        """The oldest messages for a DXP number as (number, DxpMsg), at most `most`."""
        return self.take(queue_of(self._answers, dxp=box), most)

    def take(self, queue: str, most: int = 50) -> list[tuple[int, bytes]]:
        """The oldest messages of a queue by its name; what this thread took before and did not acknowledge goes back first."""
        from pika.exceptions import ChannelClosedByBroker

        try:
            found: list[tuple[int, bytes]] = self._link.again(lambda held: self._taken(held, queue, most))
        except ChannelClosedByBroker as closed:
            raise of_a_channel(closed, queue) from None
        return found

    def look(self, queue: str) -> int:
        """How many messages wait in a queue; none is taken. Unavailable where there is no such queue."""
        from pika.exceptions import ChannelClosedByBroker

        try:
            told = self._link.again(lambda held: held.channel.queue_declare(queue, passive=True))
        except ChannelClosedByBroker as closed:
            raise of_a_channel(closed, queue) from None
        return int(told.method.message_count)

    def acknowledge(self, box: str, numbers: Sequence[int]) -> None:
        """Say that these are kept. Of a connection that is gone nothing can be said: they come again, and are known."""
        from pika.exceptions import ChannelClosedByBroker

        held = self._link.held
        ours = [number % _TAGS for number in numbers if held is not None and number // _TAGS == held.name]
        if held is None or not ours:
            return
        try:
            with self._link.bounded(held):
                for tag in ours:
                    if tag in held.open:
                        held.channel.basic_ack(tag)
                        held.open.discard(tag)
                held.connection.process_data_events(0)  # an ack has no answer: what went wrong is told now
        except ChannelClosedByBroker as closed:  # RabbitMQ: held for longer than its consumer_timeout
            raise of_a_channel(closed, box) from None

    def close(self) -> None:
        """Close this thread's connection."""
        self._link.close()

    def _taken(self, held: Any, queue: str, most: int) -> list[tuple[int, bytes]]:
        if held.open:
            held.channel.basic_nack(0, multiple=True, requeue=True)
            held.open.clear()
        found: list[tuple[int, bytes]] = []
        heap = rejected = 0
        while len(found) < most and heap < self._largest and rejected < MOST_REJECTED:
            method, _, body = held.channel.basic_get(queue)
            if method is None:
                break
            if why := self._poison(body):
                if self._quarantine is not None:
                    self._quarantine(queue, body, why)
                held.channel.basic_reject(method.delivery_tag, requeue=False)
                rejected += 1
                continue
            held.open.add(method.delivery_tag)
            found.append((held.name * _TAGS + method.delivery_tag, body))
            heap += len(body)
        return found

    def _poison(self, body: bytes) -> str:
        """Why it is not for us, as a code; "" for what the inbox may judge."""
        if len(body) > self._largest:
            return "channel.amqp.size"
        return "" if envelope.is_envelope(body) else "channel.amqp.message"


def queue_of(pattern: str, **told: str) -> str:
    """A queue's name. Refused `channel.amqp.queue` where the setting has another placeholder or the name is too long."""
    try:
        name = pattern.format(**told)
    except (KeyError, IndexError, ValueError, AttributeError):
        name = ""
    if not name or len(name.encode()) > LONGEST_NAME:
        raise refused(
            "queue", f"队列名设置无效：{pattern[:80]}", f"The setting for a queue's name is no good: {pattern[:80]}"
        )
    return name
