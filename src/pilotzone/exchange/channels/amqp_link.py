"""One broker's connection for each thread: opened when needed, bounded in time, opened again with growing pauses.

pika is loaded when the first connection is made: a zone without a broker does not pay for it.
"""

from __future__ import annotations

import logging
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

from pilotzone.base.errors import Problem, Unavailable
from pilotzone.exchange.channels.amqp_failures import away, of_a_connection, refused

SCHEMES = ("amqp", "amqps")
PATIENCE_S = 20.0
FIRST_WAIT_S, LONGEST_WAIT_S = 1.0, 60.0
HEARTBEAT_S = 60


@dataclass(frozen=True, slots=True)
class Broker:
    """Where the broker is and as whom. `ca` and `cert` (certificate and key) are PEM files, used with `tls` only."""

    host: str
    port: int
    vhost: str = "/"
    user: str = "guest"
    password: str = field(default="guest", repr=False)
    tls: bool = False
    ca: str = ""
    cert: str = ""


def broker_of(url: str, *, user: str, password: str, ca: str = "", cert: str = "") -> Broker:
    """The broker of `amqp://host[:port]/vhost` or `amqps://…`; `%2F` or nothing is the vhost `/`.

    Refused `channel.amqp.url` for anything else, and for a name or password in the address, which is logged.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
        if parts.scheme not in SCHEMES or not host or "@" in parts.netloc or parts.query or parts.fragment:
            raise ValueError
    except ValueError:
        raise refused(
            "url",
            "AMQP 地址须为 amqp://主机:端口/虚拟主机 或 amqps://…，不含用户名和口令",
            "An AMQP address is amqp://host:port/vhost or amqps://…, without user name and password",
        ) from None
    tls = parts.scheme == "amqps"
    vhost = unquote(parts.path[1:]) or "/"
    return Broker(host, port or (5671 if tls else 5672), vhost, user, password, tls, ca if tls else "", cert)


@dataclass
class Held:
    """A connection with its channel; `open` are delivery tags not acknowledged yet; `blocked`: why the broker takes no
    message at present, as it said."""

    connection: Any
    channel: Any
    name: int
    open: set[int] = field(default_factory=set)
    blocked: str = ""


class Link:
    """The way to one broker. A broker that is away is asked again after 1, 2, 4 … 60 s only, by each thread for itself."""

    def __init__(
        self, broker: Broker, *, patience_s: float = PATIENCE_S, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._broker, self._patience_s, self._monotonic = broker, patience_s, monotonic
        self._local = threading.local()
        self._named = iter(range(1, 1 << 20))

    @property
    def held(self) -> Held | None:
        """This thread's connection, where there is one."""
        return getattr(self._local, "held", None)

    def again(self, ask: Callable[[Held], Any]) -> Any:
        """Ask over the thread's connection; once more over a new one where the other side had ended it.

        pika's ChannelClosedByBroker, NackError and UnroutableError pass; anything else that breaks is Unavailable.
        """
        held = self.held
        if held is not None:
            try:
                with self.bounded(held):
                    return ask(held)
            except Unavailable:
                if held.blocked:
                    raise  # another connection would be blocked likewise
                # idle for too long, or the broker began again; what is asked twice is known by its number
        held = self._connected()
        with self.bounded(held):
            return ask(held)

    def close(self) -> None:
        """Close this thread's connection."""
        held = self.held
        self._local.held = None
        if held is not None:
            with suppress(Problem), self.bounded(held):
                held.connection.close()

    def _connected(self) -> Held:
        from pika import BlockingConnection
        from pika.adapters.utils.connection_workflow import AMQPConnectorException
        from pika.exceptions import AMQPError, ProbableAccessDeniedError, ProbableAuthenticationError

        self.close()
        not_before, wait_s = getattr(self._local, "pause", (0.0, 0.0))
        if self._monotonic() < not_before:
            raise away("away", "稍后重新连接", "it is asked again in a moment")
        logging.getLogger("pika").setLevel(logging.CRITICAL)  # what breaks is told once, by who asked
        try:
            made = Held(BlockingConnection(self._parameters()), None, next(self._named))
            with self.bounded(made):
                _listen(made)
                made.channel = made.connection.channel()
                made.channel.confirm_delivery()
        except (ProbableAuthenticationError, ProbableAccessDeniedError):
            problem = away("login", "用户名、口令或虚拟主机不被接受", "user name, password or vhost is not accepted")
        except Unavailable as failure:
            problem = failure
        except (AMQPError, AMQPConnectorException, OSError) as failure:
            problem = of_a_connection(failure)
        else:
            self._local.pause = (0.0, 0.0)
            self._local.held = made
            return made
        wait_s = min(max(wait_s * 2, FIRST_WAIT_S), LONGEST_WAIT_S)
        self._local.pause = (self._monotonic() + wait_s, wait_s)
        raise problem

    @contextmanager
    def bounded(self, held: Held) -> Iterator[None]:
        """For as long as the patience lasts; whatever breaks the connection is Unavailable, and it is dropped."""
        from pika.exceptions import AMQPError, ChannelClosedByBroker, NackError, UnroutableError

        # pika waits for a confirm without a bound of its own; its loop runs timers, and one that raises ends the wait
        loop = held.connection._impl.ioloop
        try:
            timer = loop.call_later(self._patience_s, _too_long)
            try:
                yield
            finally:
                loop.remove_timeout(timer)
        except (UnroutableError, NackError):
            raise
        except ChannelClosedByBroker:
            self._drop(held)
            raise
        except (AMQPError, OSError, AttributeError, ValueError) as failure:  # a loop that is closed has lost its parts
            self._drop(held)
            if held.blocked:
                raise away(
                    "blocked",
                    f"对方暂停接收报文（{held.blocked}）",
                    f"it takes no messages at present ({held.blocked})",
                ) from None
            raise of_a_connection(failure) from None
        except BaseException:
            self._drop(held)
            raise

    def _drop(self, held: Held) -> None:
        """Forget a connection; its socket is shut without a word, for the other side may not listen."""
        self._local.held = None
        with suppress(Exception):
            held.connection._impl._transport.abort()

    def _parameters(self) -> Any:
        from pika import ConnectionParameters, PlainCredentials, SSLOptions

        broker = self._broker
        tls = None
        if broker.tls:
            tls = SSLOptions(_context(broker), broker.host)
        return ConnectionParameters(
            host=broker.host, port=broker.port, virtual_host=broker.vhost, ssl_options=tls,
            credentials=PlainCredentials(broker.user, broker.password), heartbeat=HEARTBEAT_S,
            connection_attempts=1, socket_timeout=self._patience_s, stack_timeout=self._patience_s,
            blocked_connection_timeout=self._patience_s,
        )  # fmt: skip


def _context(broker: Broker) -> ssl.SSLContext:
    """Unavailable `channel.amqp.file` where a certificate's file cannot be used: its mender needs no restart."""
    path = broker.ca
    try:
        context = ssl.create_default_context(cafile=broker.ca or None)
        if broker.cert:
            path = broker.cert
            context.load_cert_chain(broker.cert)
    except OSError as failure:  # ssl.SSLError is one
        why = failure.strerror or str(failure)
        raise away(
            "file", f"证书文件 {path} 无法使用（{why}）", f"the certificate's file {path} cannot be used ({why})"
        ) from None
    return context


def _listen(held: Held) -> None:
    """Note that the broker takes no messages (RabbitMQ: memory or disk runs out) when it says so, not at the next question."""
    below = held.connection._impl
    below.add_on_connection_blocked_callback(
        lambda _, told: setattr(held, "blocked", str(told.method.reason)[:80] or "?")
    )
    below.add_on_connection_unblocked_callback(lambda *_: setattr(held, "blocked", ""))


def _too_long() -> None:
    raise TimeoutError("no answer in time")
