"""A firm's agent over the broker: killed after the broker has its message it sends again, and receipts become files once."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from pilotzone.exchange import signing
from pilotzone.exchange.agent.brokered import Brokered
from pilotzone.exchange.agent.runner import Agent
from pilotzone.exchange.formats import dxp_reply
from pilotzone.exchange.formats.envelope import DxpMsg, Head, unwrap, wrap
from pilotzone.simulators.tests.brokers import FIRM, IN, PLATFORM, Connection, Running

NOW = datetime(2026, 3, 4, 9, tzinfo=UTC)
RAW = b'<CEB311Message xmlns="http://www.chinaport.gov.cn/ceb" guid="G-1" version="1.0"></CEB311Message>'


class Killed(BaseException):
    """The process is gone."""


@pytest.fixture
def broker(connect_as: Callable[[str], Connection]) -> Iterator[Running]:
    connection = connect_as("counterpart")
    connection.execute("SELECT 1")
    running = Running(connection)
    yield running
    running.stop()
    connection.rollback()


@pytest.fixture(scope="module")
def signer(tmp_path_factory: pytest.TempPathFactory) -> signing.Signer:
    authority = signing.DemoAuthority(tmp_path_factory.mktemp("keys"), at=NOW)
    return authority.issue("36019600EC", "演示电商有限公司", "rsa", at=NOW).signer()


def test_an_agent_that_dies_at_any_point_of_sending_or_fetching_goes_on(
    broker: Running, signer: signing.Signer, tmp_path: Path
) -> None:
    folder = tmp_path / "box"

    def agent(dies_at: str = "") -> Agent:
        def mark(name: str) -> None:
            if name == dies_at:
                raise Killed

        way = Brokered(broker.client(out="{receiver}_IN"), FIRM, PLATFORM, folder / "state" / "replies", lambda: NOW)
        return Agent(folder, way, signer, lambda: NOW, lambda text: None, mark=mark)

    agent()
    (folder / "in" / "order.xml").write_bytes(RAW)
    with pytest.raises(Killed):
        agent("answered").round()
    told = agent().round()
    assert (told.sent, told.results) == (1, 0)
    platform = broker.client()
    found = platform.take(IN)
    sent = [unwrap(raw) for _, raw in found]
    assert {(one.message_id, one.sender, one.message_type) for one in sent} == {("G-1", FIRM, "CEB311Message")}
    assert len({one.data for one in sent}) == 1 and b"Signature" in sent[0].data
    platform.acknowledge(PLATFORM, [number for number, _ in found])

    head = Head("G-1", FIRM, [PLATFORM], NOW, "CEB311Message")
    reply = dxp_reply.DxpRep(FIRM, [dxp_reply.Response("0000", date(2026, 3, 4), head, note="r1")])
    receipt = DxpMsg("R7", PLATFORM, [FIRM], NOW, "CEB312Message", b"<CEB312Message/>")
    platform.put(f"{FIRM}_HZ", dxp_reply.wrap(reply), "REP1")
    platform.put(f"{FIRM}_HZ", wrap(receipt), "R7")
    with pytest.raises(Killed):
        agent("receipts written").round()
    broker.begin_again()
    assert agent().round().receipts == 1
    assert [agent().round().results, agent().round().receipts] == [0, 0]
    (file,) = (folder / "receipts").glob("*-CEB312Message.xml")
    assert file.read_bytes() == b"<CEB312Message/>"
    assert json.loads((folder / "receipts" / "G-1.result.json").read_bytes())["receipt"] == "r1"
