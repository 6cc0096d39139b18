"""The agent sends everything once, whatever it dies of, and brings every receipt back."""

from __future__ import annotations

import base64
import itertools
import json
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from pilotzone.base.errors import Refused
from pilotzone.exchange import signing
from pilotzone.exchange.agent.client import Client
from pilotzone.exchange.agent.runner import GUID, Agent
from pilotzone.exchange.agent.tests.conftest import NOW
from pilotzone.exchange.connectors.kit import FIRM
from pilotzone.exchange.connectors.message import Firm, message_of, order_of
from pilotzone.exchange.connectors.simulated import World
from pilotzone.exchange.connectors.tests.worlds import sync_of, world_of

DIED = 37


class Zone:
    """A platform in files: every message that arrived, in order; the first of a guid counts, as the real one does."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(exist_ok=True)
        self.status: int | None = None
        self.result: dict[str, Any] = {"state": "done", "result": "accepted"}

    def __call__(self, method: str, path: str, body: bytes | None) -> tuple[int, dict[str, Any]]:
        if self.status is not None:
            return self.status, {"code": "intake.away", "zh": "", "en": ""}
        arrived = sorted(self.folder.glob("*.xml"))
        if method == "POST":
            assert body is not None
            (self.folder / f"{len(arrived):06d}.xml").write_bytes(body)
            return 202, {"receipt": f"{len(arrived):032x}"}
        if path == "/api/v1/clock":
            return 200, {"now": NOW.isoformat(), "demo": False}
        if path.startswith("/intake/receipts/"):
            return 200, self.result | {"receipt": path.rsplit("/", 1)[1]}
        after = int(path.split("after=")[1].split("&")[0])
        page = list(enumerate(self.guids(), start=1))[after : after + 2]
        told = [
            {"id": n, "message": "CEB304Message", "document": guid, "xml": base64.b64encode(guid.encode()).decode()}
            for n, guid in page
        ]
        return 200, {"receipts": told, "after": page[-1][0] if page else after, "more": len(page) == 2}

    def arrivals(self) -> list[bytes]:
        return [path.read_bytes() for path in sorted(self.folder.glob("*.xml"))]

    def guids(self) -> list[str]:
        """Each message once, in the order of its first arrival."""
        return list(dict.fromkeys(GUID.search(raw)[1].decode() for raw in self.arrivals()))


def message(number: int) -> bytes:
    sale = next(iter(World.of(1, seed=number, status="paid").orders.values()))
    return message_of([order_of(sale, FIRM, at=NOW)], FIRM, at=NOW)[1]


def agent_of(
    folder: Path,
    zone: Zone,
    signer: signing.Signer,
    *,
    world: World | None = None,
    name: str = "json_feed",
    **more: Any,
) -> Agent:
    sync = sync_of(name, folder / "state" / "connector", world) if world is not None else None
    return Agent(
        folder,
        Client(zone),
        signer,
        lambda: NOW,
        more.pop("log", lambda text: None),
        sync,
        FIRM if world else None,
        **more,
    )


def drop(folder: Path, count: int) -> None:
    (folder / "in").mkdir(parents=True, exist_ok=True)
    for number in range(count):
        (folder / "in" / f"m{number}.xml").write_bytes(message(number))


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


def test_a_connectors_sales_become_messages_of_at_most_a_hundred(tmp_path: Path, signer: signing.PemSigner) -> None:
    zone, folder, world = Zone(tmp_path / "zone"), tmp_path / "firm", world_of("json_feed", 130)
    told = agent_of(folder, zone, signer, world=world).round()
    assert (told.drafted, told.sent) == (2, 2)
    numbers = [n for raw in zone.arrivals() for n in _numbers(raw)]
    assert sorted(numbers) == sorted(world.orders)
    world.now += timedelta(hours=1)
    world.edit("S000000004", at=world.now, status="shipped")
    assert agent_of(folder, zone, signer, world=world).round().drafted == 0, (
        "the same goods and money: nothing to declare anew"
    )


def test_an_order_changed_after_sending_waits_for_a_person_once(tmp_path: Path, signer: signing.PemSigner) -> None:
    zone, folder, world = Zone(tmp_path / "zone"), tmp_path / "firm", world_of("json_feed", 5)
    agent_of(folder, zone, signer, world=world).round()
    world.now += timedelta(hours=1)
    world.edit("S000000004", at=world.now, status="cancelled")
    second = agent_of(folder, zone, signer, world=world)
    second.round()
    assert [one["code"] for one in second.sync.store.held()] == ["connector.changed_after_sending"]
    second.sync.store.release("S000000004", "void", by="王五", reason="已撤销")
    third = agent_of(folder, zone, signer, world=world)
    third.round()
    assert (third.sync.store.held(), len(zone.arrivals())) == ([], 1)


def test_what_the_settings_lack_is_held_until_they_say_it(tmp_path: Path, signer: signing.PemSigner) -> None:
    zone, folder, world = Zone(tmp_path / "zone"), tmp_path / "firm", world_of("json_feed", 2)
    agent = agent_of(folder, zone, signer, world=world)
    agent.firm = Firm(**{**FIRM.__dict__, "unit": ""})
    agent.round()
    assert {one["code"] for one in agent.sync.store.held()} == {"message.unit"}
    assert zone.arrivals() == []
    mended = agent_of(folder, zone, signer, world=world)
    assert mended.round().sent == 1
    assert mended.sync.store.held() == []


def test_a_carriers_waybill_goes_once_and_its_signature_when_it_comes(
    tmp_path: Path, signer: signing.PemSigner
) -> None:
    zone, folder, world = Zone(tmp_path / "zone"), tmp_path / "firm", world_of("carrier_feed", 5)
    assert agent_of(folder, zone, signer, world=world, name="carrier_feed").round().sent == 1
    world.now += timedelta(hours=1)
    world.edit("S000000003", at=world.now, status="out_for_delivery")
    assert agent_of(folder, zone, signer, world=world, name="carrier_feed").round().drafted == 0
    for number in ("S000000003", "S000000004"):
        world.edit(number, at=world.now, status="signed")
    assert agent_of(folder, zone, signer, world=world, name="carrier_feed").round().sent == 1
    told = agent_of(folder, zone, signer, world=world, name="carrier_feed").round()
    assert (told.drafted, told.sent) == (0, 0)
    waybills, status = zone.arrivals()
    assert waybills.count(b"<ceb:LogisticsHead>") == 5
    assert b":CEB513Message " in status
    assert status.count(b"<ceb:logisticsStatus>S</ceb:logisticsStatus>") == 2


def test_a_parcel_seen_first_when_it_was_signed_for_is_declared_before_its_status(
    tmp_path: Path, signer: signing.PemSigner
) -> None:
    zone, folder, world = Zone(tmp_path / "zone"), tmp_path / "firm", world_of("carrier_feed", 2)
    world.edit("S000000000", at=world.now, status="signed")
    assert agent_of(folder, zone, signer, world=world, name="carrier_feed").round().sent == 2
    assert [b":CEB511Message " in raw for raw in zone.arrivals()] == [True, False]
    world.now += timedelta(hours=1)
    world.edit("S000000001", at=world.now, status="returned")
    agent = agent_of(folder, zone, signer, world=world, name="carrier_feed")
    agent.round()
    assert [(one["number"], one["code"]) for one in agent.sync.store.held()] == [
        ("S000000001", "connector.changed_after_sending")
    ]


def test_a_payment_is_declared_by_its_gross_and_a_refund_declares_nothing_anew(
    tmp_path: Path, signer: signing.PemSigner
) -> None:
    zone, folder, world = Zone(tmp_path / "zone"), tmp_path / "firm", world_of("payment_feed", 4)
    assert agent_of(folder, zone, signer, world=world, name="payment_feed").round().sent == 1
    (raw,) = zone.arrivals()
    assert raw.count(b"<ceb:PaymentHead>") == 4
    world.now += timedelta(hours=1)
    world.edit("S000000001", at=world.now, status="partly_refunded")
    world.edit("S000000002", at=world.now, status="refunded")
    agent = agent_of(folder, zone, signer, world=world, name="payment_feed")
    assert agent.round().drafted == 0
    assert [(one["number"], one["code"]) for one in agent.sync.store.held()] == [
        ("S000000002", "connector.changed_after_sending")
    ]


def _numbers(raw: bytes) -> list[str]:
    return [part.split(b"<")[0].decode() for part in raw.split(b"<ceb:orderNo>")[1:]]


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
        orders = [n for guid in guids for raw in zone.arrivals() if guid.encode() in raw for n in set(_numbers(raw))]
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
