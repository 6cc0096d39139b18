"""The carrier: sends what is due to customs; fetches what customs says and what firms subscribed us to; pushes receipts
to the firms that want them (exchange/webhooks). No Django.

`python -m pilotzone.portal.processes.carrier`; PILOTZONE_DSN (role flood), PILOTZONE_CUSTOMS_URL, PILOTZONE_DXP_ID,
PILOTZONE_PAYMENT_DATA_URL, PILOTZONE_FIRMS_URL (the broker firms hand in by).
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from typing import Any

import psycopg
import structlog

from pilotzone.base.errors import Problem, Refused
from pilotzone.exchange import inbox, outbox
from pilotzone.exchange.channels import payment_data
from pilotzone.exchange.channels.amqp import Amqp
from pilotzone.exchange.channels.dxp import Node
from pilotzone.exchange.formats.envelope import CUSTOMS_EXPORT, CUSTOMS_IMPORT, TAX_PAYMENT, unwrap
from pilotzone.exchange.inbox import Incoming
from pilotzone.exchange.outbox import Bundle, Letter
from pilotzone.exchange.webhooks.courier import Courier
from pilotzone.kernel import resting
from pilotzone.kernel.home import home
from pilotzone.portal.processes import brokers, records
from pilotzone.portal.processes.tree import DXP_ID
from pilotzone.rooms.clearance.api import PAYMENT_UPLOAD, settle_payment_upload

log = structlog.get_logger("carrier")
Connection = psycopg.Connection[Any]
FETCH, SEND = 100, 200
PAYMENT = "payment"
IDLE_S, AWAY_S = 0.3, 3.0


def main() -> None:
    """Carry until told to stop: one thread and one connection for each direction."""
    stopping, again = threading.Event(), threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    dsn = os.environ["PILOTZONE_DSN"]
    node = brokers.node_of(os.environ["PILOTZONE_CUSTOMS_URL"])
    box = os.environ.get("PILOTZONE_DXP_ID", DXP_ID)
    firms = brokers.transport(os.environ["PILOTZONE_FIRMS_URL"]) if os.environ.get("PILOTZONE_FIRMS_URL") else None
    courier = Courier(brokers.courier_post(firms, box))
    uploads = os.environ.get("PILOTZONE_PAYMENT_DATA_URL", "")
    rounds: list[tuple[str, Callable[[Connection], int], float]] = [
        ("send", lambda connection: send_due(connection, node, uploads), IDLE_S),
        ("fetch", lambda connection: fetch(connection, node, box), IDLE_S),
        ("webhooks", courier.round, IDLE_S),
    ]
    if firms is not None:
        rounds.append(("firms", lambda connection: brokers.hand_in(connection, firms, box), IDLE_S))
    threads = [
        threading.Thread(target=_repeat, args=(dsn, stopping, name, work, idle_s), name=name, daemon=True)
        for name, work, idle_s in rounds
    ]
    for thread in threads:
        thread.start()
    resting.watch(stopping, again, may=lambda: not records.loading(home()))
    log.info("carrier.ready", customs=os.environ["PILOTZONE_CUSTOMS_URL"], box=box)
    stopping.wait()
    for thread in threads:
        thread.join(timeout=5)
    courier.close()
    if again.is_set():
        log.info("carrier.again")
        resting.begin_again()


def send_due(connection: Connection, node: Node | Amqp, uploads: str = "") -> int:
    """Send what is due to customs; `uploads` is its address for payment raw data."""

    def send(letter: Letter) -> None:
        if letter.kind == PAYMENT_UPLOAD:
            _upload(connection, uploads, letter)
        else:
            node.send(letter.body)

    bundle = None
    if isinstance(node, Node):  # a broker confirms each by itself, and a queue that is missing holds up nobody else's
        http = node
        bundle = Bundle(lambda letters: http.send_all([one.body for one in letters]), frozenset({PAYMENT_UPLOAD}))
    return outbox.deliver(connection, send, limit=SEND, bundle=bundle)


def _upload(connection: Connection, url: str, letter: Letter) -> None:
    """Upload payment raw data and note customs' answer; its refusal ends the letter, the firm signs anew."""
    accepted, code, message = payment_data.upload(url, letter.body)
    with connection.cursor() as cursor:
        settle_payment_upload(cursor, request=int(letter.keys["request"]), code=code, message=message)
    if not accepted:
        raise Refused(code="channel.payment_data.refused", zh=f"{code} {message}", en=f"{code} {message}")


def fetch(connection: Connection, node: Node | Amqp, box: str) -> int:
    """Keep what lies in our box, then acknowledge it; a message kept twice is answered once by its keys.

    Notices of payment are booked here and kept with their payment; one that cannot be read is kept for the worker.
    """
    found = node.receive(box, FETCH)
    if found:
        came = [(raw, channel_of(raw, box)) for _, raw in found]
        came = [one for one in came if one[1] != PAYMENT] + _booked(connection, [r for r, c in came if c == PAYMENT])
        with connection.transaction():
            inbox.keep(connection, [Incoming(raw, channel, box) for raw, channel in came if channel])
        node.acknowledge(box, [number for number, _ in found])
    return len(found)


def _booked(connection: Connection, notices: list[bytes]) -> list[tuple[bytes, str]]:
    if not notices:
        return []
    from pilotzone.portal.processes import taxnotices  # the tax room is loaded by whom it is paid to only

    return [(raw, inbox.SUBSCRIPTION) for raw in taxnotices.book(connection, notices)]


def channel_of(raw: bytes, box: str) -> str:
    """How a message of our box is kept: `customs`; `subscription`, the copy of what a firm sent there itself (BaseSubscribe).

    `payment` for the single window's notice that tax was paid. Empty for the copy of what we sent: that is kept already. What cannot be opened is kept for the worker to judge.
    """
    try:
        sender = unwrap(raw).sender
    except Refused:
        return inbox.SUBSCRIPTION
    if sender == box:
        return ""
    if sender == TAX_PAYMENT:
        return PAYMENT
    return "customs" if sender in (CUSTOMS_IMPORT, CUSTOMS_EXPORT) else inbox.SUBSCRIPTION


def _repeat(dsn: str, stopping: threading.Event, name: str, work: Callable[[Connection], int], idle_s: float) -> None:
    """Work until told to stop; wait a little when there was nothing, longer when somebody is away."""
    connection: Connection | None = None
    was_away = ""
    while not stopping.is_set():
        try:
            if connection is None or connection.closed:
                connection = psycopg.connect(
                    dsn, autocommit=True, connect_timeout=3, application_name=f"carrier-{name}"
                )
            done = work(connection)
            was_away = ""
            if not done:
                stopping.wait(idle_s)
        except (psycopg.OperationalError, Problem) as away:
            what = away.code if isinstance(away, Problem) else type(away).__name__
            if was_away != what:
                log.warning("carrier.away", work=name, error=str(away)[:200])
            was_away = what
            stopping.wait(AWAY_S)
        except Exception:
            log.exception("carrier.failed", work=name)
            stopping.wait(AWAY_S)
    if connection is not None:
        connection.close()


if __name__ == "__main__":
    main()
