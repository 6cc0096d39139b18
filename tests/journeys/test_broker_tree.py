"""A launched tree that speaks AMQP: an agent hands an order in over the broker, customs is asked and answers over it, also after it was away.

Firms are fetched from over amqps: a wrong certificate is told by its code and sends nothing, a broker that was away loses nothing.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from cryptography import x509

from pilotzone.portal.commands.agent import command
from pilotzone.portal.demo.firms import LEADS
from pilotzone.simulators.tests.test_broker_as_rabbitmq import HERE, PAST
from tests.journeys.dealing import KINDS, signers, story, unsigned
from tests.journeys.relay import TOMORROW, Secured
from tests.journeys.zone import LOADING_S, Zone, standing, until

pytestmark = pytest.mark.xdist_group("zone")
CONFIG = """\
amqp: {{url: "amqp://127.0.0.1:{port}/", user: guest, password_file: password, dxp_id: {dxp}, platform: DXPENT0036000000}}
key: {{file: "{keys}/key.pem", cert: "{keys}/cert.pem"}}
folder: box
"""
SECURED = """\
amqp: {{url: "amqps://127.0.0.1:{port}/", user: guest, password_file: password, dxp_id: {dxp}, platform: DXPENT0036000000, ca: "{ca}"}}
key: {{file: "{keys}/key.pem", cert: "{keys}/cert.pem"}}
folder: box
"""
# whose certificate the broker shows, for which host, until when; what is told
WRONG = {
    "another authority": ("theirs", HERE, TOMORROW, "its certificate is not of an authority"),
    "expired": ("ours", HERE, PAST, "its certificate has expired"),
    "another host": ("ours", x509.DNSName("broker.example"), TOMORROW, "its certificate is for another"),
}


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Zone, Secured]]:
    """A demonstration whose simulated broker runs: nothing is said to customs but over it, and firms hand in over TLS too."""
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


@pytest.fixture
def brokered(tree: tuple[Zone, Secured]) -> Zone:
    return tree[0]


def behave(zone: Zone, how: str) -> None:
    assert zone.run("simulate", "set", "broker", how).returncode == 0


def test_an_order_and_its_release_go_over_the_broker(
    brokered: Zone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, keys, platform = story(9_550_001), signers(brokered.home), LEADS[0]
    monkeypatch.chdir(tmp_path)
    Path("password").write_text("guest")
    own = brokered.home / "demo" / "keys" / platform.customs_code / "rsa"
    port = brokered.environment["PILOTZONE_BROKER_PORT"]
    Path("agent.yaml").write_text(CONFIG.format(port=port, dxp=platform.dxp_id, keys=own), encoding="utf-8")
    Path("box/in").mkdir(parents=True)
    Path("box/in/order.xml").write_bytes(unsigned(made.message("order", keys)))

    def kept() -> list[Path]:
        told = CliRunner().invoke(command, ["run", "--once", "--config", "agent.yaml"], catch_exceptions=False)
        assert told.exit_code == 0, told.output
        return list(Path("box/receipts").glob("*.result.json"))

    (answer,) = until(kept, "the broker's word that the order is kept")
    assert json.loads(answer.read_text("utf-8"))["receipt"]
    until(lambda: brokered.stages(made.deal.number) == ["waiting"], "the order's timeline")

    behave(brokered, "down=yes")
    for kind in KINDS:
        if kind != "order":
            assert brokered.post(made.message(kind, keys))[0] == 202
    until(lambda: "sent" in brokered.stages(made.deal.number), "the list in the outbox")
    assert "released" not in brokered.stages(made.deal.number), "customs is reached over the broker alone"
    behave(brokered, "down=no")
    until(lambda: "released" in brokered.stages(made.deal.number), "customs' release", LOADING_S)


class Firm:
    """A platform enterprise's agent in a folder of its own."""

    def __init__(self, zone: Zone, secured: Secured, folder: Path) -> None:
        self._zone, self._keys, self.box = zone, signers(zone.home), folder / "box"
        own = zone.home / "demo" / "keys" / LEADS[0].customs_code / "rsa"
        (folder / "password").write_text("guest")
        (folder / "agent.yaml").write_text(
            SECURED.format(port=secured.port, dxp=LEADS[0].dxp_id, keys=own, ca=secured.ca), encoding="utf-8"
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
    tree: tuple[Zone, Secured], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    zone, secured = tree
    monkeypatch.chdir(tmp_path)
    firm = Firm(zone, secured, tmp_path)
    orders = [firm.hand_in(9_560_001)]
    until(lambda: firm.answers() >= 1, "the broker's word that the first order is kept", LOADING_S)
    assert "doctor.broker" not in zone.run("doctor").stdout

    orders.append(firm.hand_in(9_560_002))
    for name, (authority, host, end, sentence) in WRONG.items():
        secured.show(authority, host, end)
        assert "later channel.amqp.tls" in (said := firm.run()) and sentence in said, name
        found = zone.run("doctor").stdout
        assert "doctor.broker_tls" in found and sentence in found and "PILOTZONE_AMQP_CA" in found, name
        assert zone.stages(orders[1]) == [], "it waits at the firm"
    until(lambda: "channel.amqp.tls" in carried(zone), "the carrier's word, once for all of them", LOADING_S)

    secured.go_away()
    orders.append(firm.hand_in(9_560_003))
    assert "later channel.amqp.away" in firm.run()
    secured.show()
    until(lambda: firm.answers() >= 3, "the broker's word that all are kept", LOADING_S)
    assert not list((firm.box / "in").iterdir())
    until(lambda: all(zone.stages(one) == ["waiting"] for one in orders), "three timelines, each once", LOADING_S)
