"""A launched tree that speaks AMQP: an agent hands an order in over the broker, customs is asked and answers over it, also after it was away."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from pilotzone.portal.commands.agent import command
from pilotzone.portal.demo.firms import LEADS
from tests.journeys.dealing import KINDS, signers, story, unsigned
from tests.journeys.zone import LOADING_S, Zone, standing, until

pytestmark = pytest.mark.xdist_group("zone")
CONFIG = """\
amqp: {{url: "amqp://127.0.0.1:{port}/", user: guest, password_file: password, dxp_id: {dxp}, platform: DXPENT0036000000}}
key: {{file: "{keys}/key.pem", cert: "{keys}/cert.pem"}}
folder: box
"""


@pytest.fixture(scope="module")
def brokered() -> Iterator[Zone]:
    """A demonstration whose simulated broker runs: nothing is said to customs but over it."""
    with standing() as made:
        made.environment |= {"PILOTZONE_BROKER_PORT": str(made.broker_port), "PILOTZONE_DEMO_TRADES": "2"}
        made.up()
        try:
            until(made.is_loaded, "the demonstration", LOADING_S)
            until(made.is_ready, "every process", LOADING_S)
        except AssertionError:
            sys.stderr.write(made.story())
            raise
        yield made
        assert made.down() == []


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
