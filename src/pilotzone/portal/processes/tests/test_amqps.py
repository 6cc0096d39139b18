"""A zone that speaks to firms and customs over amqps alone: four papers in, a release out, whatever the broker does meanwhile.

Firm → broker → inbox → worker → broker → customs → broker → inbox → worker → subscription → broker → firm's agent. The broker
shows a certificate made here; the platform's and the firms' ends are the ones they run with.
"""

from __future__ import annotations

import ssl
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from pilotzone.base.errors import Unavailable
from pilotzone.exchange.agent.brokered import Brokered
from pilotzone.exchange.channels import amqp_link
from pilotzone.exchange.channels.amqp import Amqp
from pilotzone.exchange.channels.amqp_link import broker_of
from pilotzone.exchange.formats.parse import parse
from pilotzone.exchange.tests.pushing import subscribe
from pilotzone.exchange.webhooks import courier as couriers
from pilotzone.exchange.webhooks.courier import Courier
from pilotzone.pipeline.tests.papers import FIRMS, SENDER, Bench, Trade
from pilotzone.portal.processes import brokers, carrier
from pilotzone.simulators import faults
from pilotzone.simulators.broker import queues
from pilotzone.simulators.customs import desk
from pilotzone.simulators.customs.answers import post_due
from pilotzone.simulators.tests.brokers import Running
from pilotzone.simulators.tests.test_broker_as_rabbitmq import HERE, Authority

BOX = "DXPENT0036000000"
IN, CUSTOMS = f"{BOX}_IN", "DXPEDCCEB0000002"
BEGAN = datetime(2021, 3, 1, 12, tzinfo=UTC)
Connection = psycopg.Connection[Any]


def number_of(role: str) -> str:
    """The DXP number of a test firm."""
    return f"DXPENT{FIRMS[role]}"


class Zone:
    """The platform's carrier and worker, customs, and a broker between them; each step is one round of a process."""

    def __init__(self, bench: Bench, flood: Connection, counterpart: Connection, folder: Path) -> None:
        self.bench, self.flood, self.counterpart, self.folder = bench, flood, counterpart, folder
        (moved,) = bench.connection.execute("SELECT max(zone_at) FROM kernel_clock").fetchone()
        self.now = max(moved or BEGAN, BEGAN)  # a zone's clock only moves forward
        self.pass_time(1)
        faults.change(counterpart, {"delay_ms": 0, "review": 0.0, "inspection": 0.0, "ask": 0.0})
        self.authority, self._strangers = Authority(folder, "ours"), Authority(folder, "theirs")
        self.broker = Running(counterpart, self.certificate(self.authority))
        url = f"amqps://127.0.0.1:{self.broker.port}/"
        node = brokers.node_of(url)
        assert isinstance(node, Amqp)
        self.node, self.gate = node, brokers.transport(url)
        self.courier = Courier(brokers.courier_post(self.gate, BOX))
        self.firms = {role: self._firm(url, role) for role in set(SENDER.values())}

    def certificate(self, authority: Authority) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(authority.issue(f"server-{authority.pem.stem}", HERE))
        return context

    def strange(self) -> ssl.SSLContext:
        """A certificate of an authority nobody here trusts."""
        return self.certificate(self._strangers)

    def _firm(self, url: str, role: str) -> Brokered:
        link = broker_of(url, user="firm", password="firm", ca=str(self.authority.pem))
        ends = Amqp(link, out="{receiver}_IN", patience_s=5.0)
        return Brokered(ends, number_of(role), BOX, self.folder / role, lambda: self.now)

    def pass_time(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)
        self.bench.set_clock(self.now)
        self.bench.connection.commit()

    def hand_in(self, trade: Trade) -> None:
        for kind, role in SENDER.items():
            self.firms[role].send(self.bench.paper(trade, kind))

    def take(self) -> int:
        return brokers.hand_in(self.flood, self.gate, BOX)

    def work(self) -> None:
        while self.bench.pipeline.run_once(self.flood).messages:
            pass
        self.bench.pipeline.issue(self.flood)

    def send(self) -> int:
        return carrier.send_due(self.flood, self.node)

    def customs(self) -> int:
        """Customs opens its box and answers."""
        with self.broker.lend() as connection:
            desk.work(connection, self.now)
            return post_due(connection, self.now)

    def fetch(self) -> int:
        return carrier.fetch(self.flood, self.node, BOX)

    def push(self) -> None:
        for _ in range(4):
            self.courier.round(self.flood)
            self.courier.drain(self.flood)

    def came(self, role: str) -> list[tuple[int, str, str]]:
        """What a firm's agent fetched: its number, the message, the return's status."""
        told = []
        for page, _ in self.firms[role].receipts(0):
            for one in page:
                (document,) = parse(one.xml, on=self.now.date()).documents
                told.append((one.number, one.message, document.head["returnStatus"]))
        return told

    def waits(self, queue: str) -> int:
        with self.broker.lend() as connection:
            return queues.waiting(connection, queue)

    def letters(self) -> list[tuple[str, str]]:
        return self.flood.execute("SELECT state, last_error FROM exchange_outbox ORDER BY id").fetchall()

    def close(self) -> None:
        self.courier.close()
        for end in (self.node, self.gate, *(firm.broker for firm in self.firms.values())):
            end.close()
        self.broker.stop()


@pytest.fixture
def zone(
    standing_zone: Bench, server: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Zone]:  # fmt: skip
    monkeypatch.setenv("PILOTZONE_HOME", str(tmp_path))
    monkeypatch.setenv("PILOTZONE_AMQP_CA", str(tmp_path / "ours.pem"))
    monkeypatch.setattr(amqp_link, "FIRST_WAIT_S", 0.0)
    monkeypatch.setattr(couriers, "LOOK_S", 0.0)
    name = standing_zone.connection.info.dbname
    ways = [
        psycopg.connect(server.dsn(role=role, database=name), autocommit=True)
        for role in ("pz_flood", "pz_counterpart")
    ]
    made = Zone(standing_zone, *ways, tmp_path)
    yield made
    made.close()
    for table in (
        "exchange_delivery_attempt",
        "exchange_delivery",
        "exchange_hook_cursor",
        "exchange_hook",
        "exchange_outbox",
    ):
        ways[0].execute(f"DELETE FROM {table}")
    for way in ways:
        way.close()


def subscribed(zone: Zone, role: str) -> None:
    hook, _ = subscribe(zone.flood, organisation=zone.bench.firms[role], url=f"amqp:{number_of(role)}")
    zone.flood.execute(
        "UPDATE exchange_hook_cursor SET position = coalesce((SELECT max(id) * 100 + 99 FROM exchange_receipt), 0)"
        " WHERE hook_id = %s",
        (hook,),
    )


def released(told: list[tuple[int, str, str]]) -> bool:
    return any(message == "CEB622Message" and status == "800" for _, message, status in told)


def test_four_papers_are_released_and_every_firm_hears_of_it(zone: Zone) -> None:
    for role in ("ebp", "agent"):
        subscribed(zone, role)
    zone.hand_in(Trade("T701"))
    assert zone.take() == 4
    zone.work()
    assert zone.send() == 4
    assert zone.customs() > 0 and zone.fetch() > 0
    zone.work()
    zone.push()
    assert released(zone.came("agent"))
    assert {message for _, message, _ in zone.came("ebp")} >= {"CEB312Message"}
    assert [path.suffix for path in (zone.folder / "agent").iterdir()] == [".json"], "its DxpRep: the platform keeps it"
    assert (zone.waits(IN), zone.waits(CUSTOMS), zone.waits(f"{BOX}_HZ")) == (0, 0, 0)


STEPS: tuple[Callable[[Zone], Any], ...] = (
    Zone.take,
    Zone.work,
    Zone.send,
    Zone.customs,
    Zone.fetch,
    Zone.work,
    Zone.push,
)


def test_a_broker_that_begins_again_before_every_step_loses_nothing_and_doubles_nothing(zone: Zone) -> None:
    subscribed(zone, "agent")
    zone.hand_in(Trade("T702"))
    for step in STEPS:
        zone.gate.take(IN)  # held, and not acknowledged: it comes again
        zone.node.receive(BOX)
        zone.broker.begin_again()
        step(zone)
    zone.broker.begin_again()
    told = zone.came("agent")
    assert released(told) and max(Counter(told).values()) == 1
    assert zone.bench.trade(Trade("T702"))["state"] in ("released", "closed")
    kept = zone.flood.execute(
        "SELECT count(*), count(DISTINCT key) FROM clearance_document WHERE state = 'accepted' AND key LIKE '%T702%'"
    ).fetchone()
    assert kept == (4, 4), "what comes again is kept again and decided once"


def test_while_the_broker_is_away_everything_waits_and_then_goes_on(zone: Zone) -> None:
    subscribed(zone, "agent")
    zone.hand_in(Trade("T703"))
    zone.take()
    zone.work()
    zone.broker.stop()
    assert zone.send() == 0
    assert {(state, "channel.amqp.away" in error) for state, error in zone.letters()} >= {("queued", True)}
    zone.broker.come_back()
    zone.pass_time(3600)
    assert zone.send() == 4
    zone.customs()
    zone.fetch()
    zone.work()
    zone.broker.stop()
    zone.push()
    states = zone.flood.execute("SELECT state, last_error FROM exchange_delivery").fetchall()
    assert states and set(states) == {("queued", "channel.amqp.away")}
    zone.broker.come_back()
    zone.pass_time(3600)
    zone.push()
    assert released(zone.came("agent"))


def test_a_wrong_certificate_stops_every_way_at_once_and_nothing_is_lost(zone: Zone) -> None:
    subscribed(zone, "agent")
    zone.hand_in(Trade("T704"))
    zone.take()
    zone.work()
    zone.broker.begin_again(zone.strange())
    for ask in (lambda: zone.hand_in(Trade("T705")), zone.take, zone.fetch, lambda: zone.came("agent")):
        with pytest.raises(Unavailable, match=r"channel\.amqp\.tls.*not of an authority"):
            ask()
    assert zone.send() == 0
    assert {state for state, error in zone.letters() if "channel.amqp.tls" in error} == {"queued"}
    assert zone.waits(CUSTOMS) == 0, "not a byte of it reached the stranger"
    zone.broker.begin_again(zone.certificate(zone.authority))
    zone.pass_time(3600)
    assert zone.send() == 4
    zone.customs()
    zone.fetch()
    zone.work()
    zone.push()
    assert released(zone.came("agent"))
