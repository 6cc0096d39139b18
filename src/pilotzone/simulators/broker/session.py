"""One connection to the broker without its socket: bytes in, bytes out, what is unacknowledged goes back at its end.

Known: PLAIN, channels, queue.declare, basic.publish (default exchange, mandatory, confirms), get, ack, nack, reject, qos.
"""

from __future__ import annotations

from typing import Any

from pika import frame, spec

from pilotzone.simulators.broker import queues
from pilotzone.simulators.broker.frames import LARGEST_FRAME, Broken, Reader
from pilotzone.simulators.broker.state import Broker, Channel, Rights

HEARTBEAT_S = 60
CHANNELS = 16
_PERSISTENT = 2


class _Hangs(Exception):
    """The broker drops the connection without a word."""


class Session:
    """One connection. `closed` says that the socket is to be closed when everything is written; `heartbeat_s` is what was
    agreed on: silent for twice as long, the other side is taken for dead (0: never)."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker
        self._reader = Reader()
        self._channels: dict[int, Channel] = {}
        self._out: list[bytes] = []
        self._stage = "header"
        self._user = ""
        self._told_blocked = False
        self.heartbeat_s = HEARTBEAT_S
        self.closed = False

    def feed(self, data: bytes) -> bytes:
        """What is answered to these bytes."""
        try:
            for one in self._reader.feed(data):
                if not self.closed:
                    self._frame(one)
        except _Hangs:
            self.closed = True
            self._out.clear()
        except Broken as broken:
            self._refuse(501, f"FRAME_ERROR - {broken}")
        told, self._out = b"".join(self._out), []
        return told

    def end(self) -> None:
        """The socket is gone: what was not acknowledged is free again."""
        with self._broker.lock:
            for channel in self._channels.values():
                self._free(channel)

    def _frame(self, one: Any) -> None:
        if isinstance(one, frame.ProtocolHeader):
            self._begin(one)
        elif isinstance(one, frame.Heartbeat):
            pass
        elif self._stage == "header":
            raise Broken("no protocol header")
        elif isinstance(one, frame.Method):
            self._method(one.channel_number, one.method)
        else:
            self._content(one)

    def _begin(self, header: Any) -> None:
        if (header.major, header.minor, header.revision) != (0, 9, 1) or self._stage != "header":
            self._out.append(frame.ProtocolHeader().marshal())
            self.closed = True
            return
        self._stage = "login"
        known = {"publisher_confirms": True, "basic.nack": True, "authentication_failure_close": True}
        self._say(0, spec.Connection.Start(server_properties={"product": "PilotZone", "capabilities": known}))

    def _method(self, number: int, method: Any) -> None:
        if isinstance(method, spec.Connection.Close):
            self.end()
            self._say(0, spec.Connection.CloseOk())
            self.closed = True
        elif isinstance(method, spec.Connection.CloseOk):
            self.closed = True
        elif self._stage != "open":
            self._greet(method)
        elif isinstance(method, spec.Channel.Open):
            self._channels[number] = Channel()
            self._say(number, spec.Channel.OpenOk())
        elif number not in self._channels:
            if not isinstance(method, spec.Channel.CloseOk):  # it answers what closed the channel
                self._refuse(504, "CHANNEL_ERROR - expected 'channel.open'")
        else:
            self._in_channel(number, self._channels[number], method)

    def _greet(self, method: Any) -> None:
        if isinstance(method, spec.Connection.StartOk) and self._stage == "login":
            response = method.response if isinstance(method.response, bytes) else str(method.response).encode()
            _, _, told = response.partition(b"\0")
            user, _, password = told.partition(b"\0")
            wanted = self._broker.users.get(user.decode("utf-8", "replace"))
            if method.mechanism != "PLAIN" or wanted is None or wanted.encode() != password:
                self._refuse(403, "ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN.")
                return
            self._stage, self._user = "tune", user.decode("utf-8", "replace")
            self._say(0, spec.Connection.Tune(CHANNELS, LARGEST_FRAME, HEARTBEAT_S))
        elif isinstance(method, spec.Connection.TuneOk) and self._stage == "tune":
            self._stage, self.heartbeat_s = "vhost", method.heartbeat
        elif isinstance(method, spec.Connection.Open) and self._stage == "vhost":
            if method.virtual_host not in self._broker.vhosts:
                self._refuse(530, f"NOT_ALLOWED - vhost {method.virtual_host} not found")
                return
            self._stage = "open"
            self._say(0, spec.Connection.OpenOk())
        else:
            self._refuse(503, "COMMAND_INVALID")

    def _in_channel(self, number: int, channel: Channel, method: Any) -> None:
        if isinstance(method, spec.Channel.Close):
            self._say(number, spec.Channel.CloseOk())
            with self._broker.lock:
                self._free(self._channels.pop(number))
        elif isinstance(method, spec.Confirm.Select):
            channel.confirms = True
            self._say(number, spec.Confirm.SelectOk())
        elif isinstance(method, spec.Basic.Qos):
            self._say(number, spec.Basic.QosOk())
        elif isinstance(method, spec.Queue.Declare):
            self._declare(number, method)
        elif isinstance(method, spec.Basic.Publish):
            channel.publish, channel.header, channel.body = method, None, bytearray()
        elif isinstance(method, spec.Basic.Get):
            self._get(number, channel, method.queue)
        elif isinstance(method, spec.Basic.Ack):
            self._acknowledge(number, channel, method)
        elif isinstance(method, spec.Basic.Nack):
            self._settle(channel, method.delivery_tag, method.multiple, requeue=method.requeue)
        elif isinstance(method, spec.Basic.Reject):
            self._settle(channel, method.delivery_tag, False, requeue=method.requeue)
        else:
            self._refuse(540, f"NOT_IMPLEMENTED - {method.NAME}")

    def _declare(self, number: int, method: Any) -> None:
        with self._broker.lend() as connection:
            there = queues.exists(connection, method.queue) if method.passive else False
            there = there or (not method.passive and queues.declare(connection, method.queue))
            count = queues.waiting(connection, method.queue) if there else 0
        if there:
            self._say(number, spec.Queue.DeclareOk(method.queue, count, 0))
        else:
            self._shut(number, 404, f"NOT_FOUND - no queue '{method.queue}' in vhost '/'")

    def _content(self, one: Any) -> None:
        channel = self._channels.get(one.channel_number)
        if channel is None:
            return  # of a channel that was closed while it was on its way
        if channel.publish is None:
            raise Broken("content without basic.publish")
        if isinstance(one, frame.Header):
            if one.body_size > self._broker.largest:
                self._shut(
                    one.channel_number,
                    406,
                    f"PRECONDITION_FAILED - message size {one.body_size} is larger than configured max size {self._broker.largest}",
                )
                return
            channel.header = one
        elif channel.header is None:
            raise Broken("body without header")
        else:
            channel.body += one.fragment
        if len(channel.body) > channel.header.body_size:
            raise Broken("more body than was told")
        if len(channel.body) == channel.header.body_size:
            self._publish(one.channel_number, channel)

    def _publish(self, number: int, channel: Channel) -> None:
        method, body = channel.publish, bytes(channel.body)
        header, channel.publish, channel.header = channel.header, None, None
        channel.body = bytearray()
        if not self._rights().may_write(method.exchange):
            self._deny(number, f"exchange '{method.exchange or 'amq.default'}'")
            return
        if method.exchange:
            self._shut(number, 404, f"NOT_FOUND - no exchange '{method.exchange}' in vhost '/'")
            return
        with self._broker.lock, self._broker.lend() as connection:
            told = queues.behaviour(connection)
            if told.blocked:  # it stops to read; what was read is not kept, which is what a publisher must reckon with
                self._block()
                return
            there = queues.exists(connection, method.routing_key)
            if there and told.full:
                queues.behave(connection, {"full": told.full - 1})
            elif there:
                queues.put(connection, method.routing_key, body)
                if told.lose:
                    queues.behave(connection, {"lose": told.lose - 1})
                    raise _Hangs
        channel.published += 1
        if there and told.full:
            self._say(number, spec.Basic.Nack(channel.published))
            return
        if not there and method.mandatory:
            self._say(number, spec.Basic.Return(312, "NO_ROUTE", "", method.routing_key))
            self._give(number, header.properties, body)
        if channel.confirms:
            self._say(number, spec.Basic.Ack(channel.published))

    def _block(self) -> None:
        if not self._told_blocked:
            self._say(0, spec.Connection.Blocked("low on memory"))
        self._told_blocked = True

    def _rights(self) -> Rights:
        return self._broker.rights.get(self._user, Rights())

    def _deny(self, number: int, what: str) -> None:
        self._shut(number, 403, f"ACCESS_REFUSED - access to {what} in vhost '/' refused for user '{self._user}'")

    def _get(self, number: int, channel: Channel, queue: str) -> None:
        if not self._rights().may_read(queue):  # whether there is such a queue is not told
            self._deny(number, f"queue '{queue}'")
            return
        with self._broker.lock, self._broker.lend() as connection:
            there = queues.exists(connection, queue)
            found = queues.oldest(connection, queue, sorted(self._broker.held)) if there else None
            if found is not None:
                again = found[0] in self._broker.again
                self._broker.held.add(found[0])
                self._broker.again.add(found[0])
        if not there:
            self._shut(number, 404, f"NOT_FOUND - no queue '{queue}' in vhost '/'")
        elif found is None:
            self._say(number, spec.Basic.GetEmpty())
        else:
            channel.delivered += 1
            channel.open[channel.delivered] = queue, found[0]
            self._say(number, spec.Basic.GetOk(channel.delivered, again, "", queue, 0))
            self._give(number, spec.BasicProperties(content_type="text/xml", delivery_mode=_PERSISTENT), found[1])

    def _acknowledge(self, number: int, channel: Channel, method: Any) -> None:
        with self._broker.lend() as connection:
            late = queues.behaviour(connection).late
            if late:
                queues.behave(connection, {"late": late - 1})
        if late:
            self._shut(number, 406, f"PRECONDITION_FAILED - delivery acknowledgement on channel {number} timed out.")
        else:
            self._settle(channel, method.delivery_tag, method.multiple, requeue=False)

    def _settle(self, channel: Channel, tag: int, multiple: bool, *, requeue: bool) -> None:
        tags = [one for one in channel.open if one == tag or (multiple and (one <= tag or not tag))]
        with self._broker.lock, self._broker.lend() as connection:
            for one in tags:
                queue, message = channel.open.pop(one)
                told = queues.behaviour(connection)
                if not requeue and told.repeat:
                    queues.behave(connection, {"repeat": told.repeat - 1})
                elif not requeue:
                    queues.done(connection, queue, [message])
                    self._broker.again.discard(message)
                self._broker.held.discard(message)

    def _free(self, channel: Channel) -> None:
        for _, message in channel.open.values():
            self._broker.held.discard(message)
        channel.open.clear()

    def _give(self, number: int, properties: Any, body: bytes) -> None:
        self._out.append(frame.Header(number, len(body), properties).marshal())
        most = LARGEST_FRAME - 8
        self._out += [frame.Body(number, body[at : at + most]).marshal() for at in range(0, len(body), most)]

    def _shut(self, number: int, code: int, text: str) -> None:
        """Close a channel for what was asked on it."""
        self._say(number, spec.Channel.Close(code, text, 0, 0))
        with self._broker.lock:
            self._free(self._channels.pop(number))

    def _refuse(self, code: int, text: str) -> None:
        """Close the connection for what came."""
        self._say(0, spec.Connection.Close(code, text[:250], 0, 0))
        self.closed = True

    def _say(self, number: int, method: Any) -> None:
        self._out.append(frame.Method(number, method).marshal())
