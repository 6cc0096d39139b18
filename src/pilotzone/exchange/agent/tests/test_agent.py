"""The agent sends everything once, whatever it dies of, and brings every receipt back."""

from __future__ import annotations

import itertools
import json
import os
from pathlib import Path
from typing import Any

import pytest

from pilotzone.base.errors import Refused
from pilotzone.exchange import signing
from pilotzone.exchange.agent.runner import GUID
from pilotzone.exchange.agent.tests.conftest import NOW
from pilotzone.exchange.agent.tests.zones import Zone, agent_of, drop, message, numbers_of
from pilotzone.exchange.connectors.simulated import World
from pilotzone.exchange.connectors.tests.worlds import world_of

DIED = 37


@pytest.mark.parametrize(
    ("result", "words", "refused"),
    [
        ({"result": "accepted"}, "accepted", 0),
        ({"result": "", "documents": [{"state": "accepted", "findings": []}] * 2}, "accepted 2", 0),
        (
            {
                "result": "",
                "documents": [
                    {"state": "accepted", "findings": []},
                    {"state": "refused", "findings": [{"code": "rule.sender.certificate"}] * 2},
                ],
            },
            "accepted 1 refused 1 [rule.sender.certificate]",
            1,
        ),
        ({"result": "refused", "findings": [{"code": "format.type"}], "documents": []}, "refused [format.type]", 1),
    ],
)
def test_what_the_platform_refused_is_counted_and_said(
    tmp_path: Path, signer: signing.PemSigner, result: dict[str, Any], words: str, refused: int
) -> None:
    zone, folder, said = Zone(tmp_path / "zone"), tmp_path / "firm", list[str]()
    zone.result = {"state": "done", **result}
    drop(folder, 1)
    told = agent_of(folder, zone, signer, log=said.append).round()
    assert (told.sent, told.results, told.refused) == (1, 1, refused)
    (line,) = [line for line in said if line.startswith("result ")]
    assert line.split(" ", 2)[2] == words


def test_a_folder_of_messages_is_signed_sent_and_answered(tmp_path: Path, signer: signing.PemSigner) -> None:
    zone, folder, said = Zone(tmp_path / "zone"), tmp_path / "firm", list[str]()
    drop(folder, 3)
    told = agent_of(folder, zone, signer, log=said.append).round()
    assert (told.taken, told.sent, told.results, told.receipts, told.later) == (3, 3, 3, 3, "")
    assert list((folder / "in").iterdir()) == []
    assert {path.stem for path in (folder / "sent").iterdir()} == set(zone.guids())
    for raw in zone.arrivals():
        assert signing.verify(raw, at=NOW).ok
        assert raw.count(b"<ds:Signature ") == 1
    assert len(list((folder / "receipts").glob("*.result.json"))) == 3
    assert sorted(path.name for path in (folder / "receipts").glob("*.xml")) == [
        f"{number}-CEB304Message.xml" for number in (1, 2, 3)
    ]
    again = agent_of(folder, zone, signer, log=said.append).round()
    assert (again.sent, again.results, again.receipts) == (0, 0, 0)
    assert len(zone.arrivals()) == 3
    assert [line.split()[0] for line in said].count("sent") == 3


def _round_that_dies_at(point: int, folder: Path, zone: Zone, signer: signing.Signer, world: World) -> bool:
    """A process of its own that ends like one killed at the n-th mark; whether it died."""
    child = os.fork()
    if child == 0:
        left = itertools.count(point, -1)

        def mark(name: str) -> None:
            if next(left) == 0:
                os._exit(DIED)

        try:
            agent_of(folder, zone, signer, world=world, mark=mark).round()
        except BaseException:
            os._exit(1)
        os._exit(0)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code in (0, DIED)
    return code == DIED


def test_killed_at_every_marked_point_nothing_is_lost_and_nothing_counts_twice(
    tmp_path: Path, signer: signing.PemSigner
) -> None:
    deaths = 0
    for point in itertools.count():
        home = tmp_path / str(point)
        zone, folder, world = Zone(tmp_path / f"zone{point}"), home, world_of("json_feed", 3)
        drop(folder, 2)
        died = _round_that_dies_at(point, folder, zone, signer, world)
        agent_of(folder, zone, signer, world=world).round()
        wanted = {GUID.search(message(number))[1].decode() for number in range(2)}
        guids = zone.guids()
        assert wanted < set(guids)
        orders = [n for guid in guids for raw in zone.arrivals() if guid.encode() in raw for n in set(numbers_of(raw))]
        assert len(guids) == 3
        # a message whose answer was lost goes again with the very same bytes; no other does
        assert len(zone.arrivals()) - len(guids) <= 1
        assert len(set(zone.arrivals())) == len(guids)
        assert orders
        assert {path.stem for path in (folder / "sent").iterdir()} == set(guids)
        assert len(list((folder / "receipts").glob("*.result.json"))) == 3
        assert len(list((folder / "receipts").glob("*.xml"))) == 3
        assert not list((folder / "state" / "outgoing").iterdir())
        deaths += died
        if not died:
            break
    assert deaths > 20


def test_a_platform_that_is_away_is_asked_again_at_the_next_round(tmp_path: Path, signer: signing.PemSigner) -> None:
    zone, folder = Zone(tmp_path / "zone"), tmp_path / "firm"
    drop(folder, 2)
    zone.status = 503
    told = agent_of(folder, zone, signer).round()
    assert (told.sent, told.later) == (0, "intake.away")
    zone.status = None
    assert agent_of(folder, zone, signer).round().sent == 2
    assert len(zone.arrivals()) == 2


def test_a_refused_token_ends_the_round_and_keeps_the_message(tmp_path: Path, signer: signing.PemSigner) -> None:
    zone, folder = Zone(tmp_path / "zone"), tmp_path / "firm"
    drop(folder, 1)
    zone.status = 401
    with pytest.raises(Refused):
        agent_of(folder, zone, signer).round()
    zone.status = None
    assert agent_of(folder, zone, signer).round().sent == 1


@pytest.mark.parametrize("status", [400, 413, 415])
def test_a_refused_message_is_put_aside_with_its_reason(status: int, tmp_path: Path, signer: signing.PemSigner) -> None:
    zone, folder = Zone(tmp_path / "zone"), tmp_path / "firm"
    drop(folder, 1)
    agent = agent_of(folder, zone, signer)
    zone.status = status
    with pytest.raises(Refused):  # the receipts are refused by this zone too
        agent.round()
    assert len(list((folder / "refused").glob("*.txt"))) == 1
    zone.status = None
    assert agent_of(folder, zone, signer).round().sent == 0


def test_the_same_file_again_is_not_sent_and_other_content_under_its_number_is_refused(
    tmp_path: Path, signer: signing.PemSigner
) -> None:
    zone, folder = Zone(tmp_path / "zone"), tmp_path / "firm"
    drop(folder, 1)
    agent_of(folder, zone, signer).round()
    drop(folder, 1)
    (folder / "in" / "other.xml").write_bytes(message(0).replace(b"<ceb:freight>", b"<ceb:freight>1"))
    told = agent_of(folder, zone, signer).round()
    assert (told.sent, told.refused, len(zone.arrivals())) == (0, 1, 1)
    assert "agent.guid_reused" in (folder / "refused" / "other.xml.txt").read_text("utf-8")


def test_a_file_still_being_written_is_left_until_nobody_writes_it(tmp_path: Path, signer: signing.PemSigner) -> None:
    zone, folder = Zone(tmp_path / "zone"), tmp_path / "firm"
    drop(folder, 1)
    path = folder / "in" / "m0.xml"
    whole = path.read_bytes()
    path.write_bytes(whole[:400])
    assert agent_of(folder, zone, signer).round().refused == 0
    path.write_bytes(whole)
    assert agent_of(folder, zone, signer).round().sent == 1
    path.write_bytes(b"<no message/>")
    assert [agent_of(folder, zone, signer).round().refused for _ in range(2)] == [0, 1]
    assert json.loads((folder / "state" / "looked.json").read_text()) == {}


def test_a_file_that_is_no_message_is_turned_away_once_it_lies_still_and_one_being_written_is_left(
    tmp_path: Path, signer: signing.PemSigner
) -> None:
    zone, folder = Zone(tmp_path / "zone"), tmp_path / "firm"
    drop(folder, 1)
    (folder / "in" / "orders.xlsx").write_bytes(b"PK")
    (folder / "in" / "order.xml.part").write_bytes(b"<")
    agent = agent_of(folder, zone, signer)
    first, second = agent.round(), agent.round()
    assert (first.sent, first.refused, second.refused) == (1, 0, 1)
    assert "agent.message" in (folder / "refused" / "orders.xlsx.txt").read_text("utf-8")
    assert [path.name for path in (folder / "in").iterdir()] == ["order.xml.part"]
