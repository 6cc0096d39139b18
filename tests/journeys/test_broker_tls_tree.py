"""A launched tree to which firms speak amqps: a wrong certificate is told by its code and sends nothing, a broker that was away loses nothing."""

from __future__ import annotations

import json
import select
import socket
import socketserver
import ssl
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from cryptography import x509

from pilotzone.portal.commands.agent import command
from pilotzone.portal.demo.firms import LEADS
from pilotzone.simulators.tests.test_broker_as_rabbitmq import HERE, NOW, PAST, Authority
from tests.journeys.dealing import signers, story, unsigned
from tests.journeys.zone import LOADING_S, Zone, standing, until

pytestmark = pytest.mark.xdist_group("zone")
CONFIG = """\
amqp: {{url: "amqps://127.0.0.1:{port}/", user: guest, password_file: password, dxp_id: {dxp}, platform: DXPENT0036000000, ca: "{ca}"}}
key: {{file: "{keys}/key.pem", cert: "{keys}/cert.pem"}}
folder: box
"""
TOMORROW = NOW + timedelta(days=1)
# whose certificate the broker shows, for which host, until when; what is told
WRONG = {
    "another authority": ("theirs", HERE, TOMORROW, "its certificate is not of an authority"),
    "expired": ("ours", HERE, PAST, "its certificate has expired"),
    "another host": ("ours", x509.DNSName("broker.example"), TOMORROW, "its certificate is for another"),
}


class _Relay(socketserver.BaseRequestHandler):
    """One connection, from its handshake to the end of either side."""

    server: _Listening

    def handle(self) -> None:
        with suppress(OSError):  # who does not believe the certificate hangs up
            secured = self.server.context.wrap_socket(self.request, server_side=True)
            with secured, socket.create_connection(("127.0.0.1", self.server.broker)) as plain:
                self.server.held.add(secured)
                while True:
                    ready = [secured] if secured.pending() else select.select([secured, plain], [], [])[0]
                    for one in ready:
                        if not (data := one.recv(65_536)):
                            return
                        (plain if one is secured else secured).sendall(data)


class _Listening(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False

    def __init__(self, context: ssl.SSLContext, broker: int, port: int) -> None:
        self.context, self.broker, self.held = context, broker, set[ssl.SSLSocket]()
        super().__init__(("127.0.0.1", port), _Relay)


class Secured:
    """The simulated broker behind TLS, at one port under changing certificates."""

    def __init__(self, folder: Path, broker: int) -> None:
        self._broker = broker
        self.authorities = {name: Authority(folder, name) for name in ("ours", "theirs")}
        self._door: _Listening | None = None
        self.port = 0
        self.show()

    @property
    def ca(self) -> Path:
        return self.authorities["ours"].pem

    def show(
        self,
        authority: str = "ours",
        host: x509.GeneralName = HERE,
        end: datetime = TOMORROW,
    ) -> None:
        """Begin again under another certificate."""
        self.go_away()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.authorities[authority].issue("server", host, end))
        self._door = _Listening(context, self._broker, self.port)
        self.port = self._door.server_address[1]
        threading.Thread(target=self._door.serve_forever, daemon=True).start()

    def go_away(self) -> None:
        if self._door is None:
            return
        self._door.shutdown()
        self._door.server_close()
        for one in list(self._door.held):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        self._door = None


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Zone, Secured]]:
    """A demonstration whose firms hand in over amqps."""
    folder = tmp_path_factory.mktemp("tls")
    folder.chmod(0o755)
    with standing() as made:
        secured = Secured(folder, made.broker_port)
        made.environment |= {
            "PILOTZONE_BROKER_PORT": str(made.broker_port), "PILOTZONE_DEMO_TRADES": "2",
            "PILOTZONE_FIRMS_URL": f"amqps://127.0.0.1:{secured.port}/", "PILOTZONE_AMQP_CA": str(secured.ca),
        }  # fmt: skip
        made.up()
        try:
            until(made.is_loaded, "the demonstration", LOADING_S)
            until(made.is_ready, "every process", LOADING_S)
        except AssertionError:
            sys.stderr.write(made.story())
            raise
        yield made, secured
        secured.go_away()
        assert made.down() == []


class Firm:
    """A platform enterprise's agent in a folder of its own."""

    def __init__(self, zone: Zone, secured: Secured, folder: Path) -> None:
        self._zone, self._keys, self.box = zone, signers(zone.home), folder / "box"
        own = zone.home / "demo" / "keys" / LEADS[0].customs_code / "rsa"
        (folder / "password").write_text("guest")
        (folder / "agent.yaml").write_text(
            CONFIG.format(port=secured.port, dxp=LEADS[0].dxp_id, keys=own, ca=secured.ca), encoding="utf-8"
        )
        (self.box / "in").mkdir(parents=True)

    def hand_in(self, number: int) -> str:
        """An order for the agent to send; its number."""
        made = story(number)
        (self.box / "in" / f"order-{number}.xml").write_bytes(unsigned(made.message("order", self._keys)))
        return made.deal.number

    def run(self) -> str:
        """One round of the agent: what its log holds since."""
        log = self.box / "agent.log"
        before = len(log.read_text("utf-8")) if log.exists() else 0
        CliRunner().invoke(command, ["run", "--once", "--config", "agent.yaml"], catch_exceptions=False)
        return log.read_text("utf-8")[before:] if log.exists() else ""

    def answers(self) -> int:
        """How many of its messages the platform has kept, as the broker told it by now."""
        self.run()
        return sum(
            bool(json.loads(one.read_text("utf-8"))["receipt"]) for one in self.box.glob("receipts/*.result.json")
        )


def carried(zone: Zone) -> str:
    """What the carrier said of brokers that are away."""
    lines = (zone.home / "logs" / "carrier.log").read_text("utf-8").splitlines()
    return "\n".join(line for line in lines if "carrier.away" in line)


def test_certificates_are_judged_on_both_sides_and_nothing_is_lost(
    told: tuple[Zone, Secured], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    zone, secured = told
    monkeypatch.chdir(tmp_path)
    firm = Firm(zone, secured, tmp_path)
    orders = [firm.hand_in(9_560_001)]
    until(lambda: firm.answers() == 1, "the broker's word that the first order is kept", LOADING_S)
    assert "doctor.broker" not in zone.run("doctor").stdout

    orders.append(firm.hand_in(9_560_002))
    for name, (authority, host, end, sentence) in WRONG.items():
        secured.show(authority, host, end)
        assert "later channel.amqp.tls" in (said := firm.run()) and sentence in said, name
        found = zone.run("doctor").stdout
        assert "doctor.broker_tls" in found and sentence in found and "PILOTZONE_AMQP_CA" in found, name
        until(lambda: "channel.amqp.tls" in carried(zone), "the carrier's word, once for all of them", LOADING_S)
        assert zone.stages(orders[1]) == [], "it waits at the firm"

    secured.go_away()
    orders.append(firm.hand_in(9_560_003))
    assert "later channel.amqp.away" in firm.run()
    secured.show()
    until(lambda: firm.answers() == 3, "the broker's word that all are kept", LOADING_S)
    assert not list((firm.box / "in").iterdir())
    until(lambda: all(zone.stages(one) == ["waiting"] for one in orders), "three timelines, each once", LOADING_S)
