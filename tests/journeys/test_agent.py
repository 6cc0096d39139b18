"""A firm's agent against a running zone: its ERP's file becomes an order the platform accepts, receipts come back."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pilotzone.portal.commands.agent import command
from pilotzone.portal.demo.firms import LEADS, sellers
from tests.journeys.dealing import signers, story, unsigned
from tests.journeys.zone import Zone, until

pytestmark = pytest.mark.xdist_group("zone")
TOKEN = (
    "import django; django.setup(); from pilotzone.portal.demo import firms, parties;"
    "print(parties.token_of(firms.LEADS[0]))"
)
CONFIG = """\
platform: {{url: "{url}", token_file: token.txt}}
key: {{file: "{keys}/key.pem", cert: "{keys}/cert.pem"}}
folder: box
firm:
  ebp_code: "{ebp.customs_code}"
  ebp_name: "{ebp.name}"
  ebc_code: "{ebc.customs_code}"
  ebc_name: "{ebc.name}"
  cop_code: "{ebp.customs_code}"
  cop_name: "{ebp.name}"
  dxp_id: "{ebp.dxp_id}"
  unit: "011"
connector: {{name: csv_feed, settings: {{file: orders.csv}}, reconcile_days: 0}}
"""
ORDERS = """\
order_no,status,created,updated,currency,buyer,country,freight,discount,tax,fees,total,sku,name,quantity,price,amount
AGT-0001,paid,2021-12-30T07:00:00Z,2021-12-30T07:00:00Z,USD,Ana Lima,US,5.00,1.98,1.44,0,24.44,MUG,陶瓷杯,2,9.99,19.98
AGT-0002,pending,2021-12-30T07:10:00Z,2021-12-30T07:10:00Z,USD,Ana Lima,US,0,0,0,0,9.99,MUG,陶瓷杯,1,9.99,9.99
AGT-0003,mystery,2021-12-30T07:20:00Z,2021-12-30T07:20:00Z,USD,Ana Lima,US,0,0,0,0,9.99,MUG,陶瓷杯,1,9.99,9.99
"""


def agent(*words: str) -> Result:
    """A verb of the agent, which needs neither Django nor database, in this process."""
    return CliRunner().invoke(command, [*words, "--config", "agent.yaml"], catch_exceptions=False)


def settle(zone: Zone, folder: Path, monkeypatch: pytest.MonkeyPatch, config: str) -> None:
    """Work in a folder with the platform enterprise's token and this configuration."""
    platform = LEADS[0]
    told = subprocess.run(
        [sys.executable, "-c", TOKEN], env=zone.environment, capture_output=True, text=True, check=True, timeout=60
    )
    monkeypatch.chdir(folder)
    Path("token.txt").write_text(told.stdout.strip())
    keys = zone.home / "demo" / "keys" / platform.customs_code / "rsa"
    Path("agent.yaml").write_text(
        config.format(url=zone.url, keys=keys, ebp=platform, ebc=sellers()[0]), encoding="utf-8"
    )


def test_messages_dropped_in_its_folder_are_signed_sent_and_their_fates_told(
    zone: Zone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle(zone, tmp_path, monkeypatch, CONFIG.partition("firm:")[0])
    own, foreign = story(9_700_001), story(9_700_002)
    keys = signers(zone.home)
    Path("box/in").mkdir(parents=True)
    Path("box/in/订单.xml").write_bytes(unsigned(own.message("order", keys)))
    Path("box/in/foreign.xml").write_bytes(unsigned(foreign.message("payment", keys)))
    codes: list[int] = []

    def answered() -> bool:
        codes.append(agent("run", "--once").exit_code)
        return len(list(Path("box/receipts").glob("*.result.json"))) == 2

    until(answered, "the results of both")
    assert max(codes) == 1, "a round that learns of a refusal says so"
    assert list(Path("box/in").iterdir()) == []
    log = Path("box/agent.log").read_text("utf-8")
    assert "accepted 1\n" in log and "refused 1 [rule.sender.certificate]" in log
    until(lambda: zone.stages(own.deal.number) == ["waiting"], "the timeline of the accepted order")
    assert zone.ask(f"/api/v1/track/{foreign.deal.number}")[0] == 404


def test_an_erps_file_becomes_an_accepted_order_in_a_zone_of_another_year(
    zone: Zone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle(zone, tmp_path, monkeypatch, CONFIG)
    Path("orders.csv").write_text(ORDERS, encoding="utf-8")
    assert agent("check").exit_code == 0

    def answered() -> list[Path]:
        done = agent("run", "--once")
        assert done.exit_code == 0, done.output
        return list(Path("box/receipts").glob("*.result.json"))

    (result,) = until(answered, "the result of the order")
    documents = json.loads(result.read_text("utf-8"))["documents"]
    assert [(one["state"], "AGT-0001" in one["document"]) for one in documents] == [("accepted", True)], documents
    (sent,) = Path("box/sent").glob("*.xml")
    year = json.loads(zone.ask("/api/v1/clock")[2])["day"][:4]
    assert f"<ceb:appTime>{year}" in sent.read_text("utf-8")
    assert "agent.clock_demo" in Path("box/agent.log").read_text("utf-8")
    held = [json.loads(line) for line in agent("held", "--json").output.splitlines()]
    assert [(one["number"], one["code"]) for one in held] == [("AGT-0003", "connector.status")]
