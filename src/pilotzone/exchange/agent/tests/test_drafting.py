"""A connector's records become messages once; what changes afterwards waits for a person."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from pilotzone.exchange import signing
from pilotzone.exchange.agent.tests.zones import Zone, agent_of, numbers_of
from pilotzone.exchange.connectors.kit import FIRM
from pilotzone.exchange.connectors.message import Firm
from pilotzone.exchange.connectors.tests.worlds import world_of


def test_a_connectors_sales_become_messages_of_at_most_a_hundred(tmp_path: Path, signer: signing.PemSigner) -> None:
    zone, folder, world = Zone(tmp_path / "zone"), tmp_path / "firm", world_of("json_feed", 130)
    told = agent_of(folder, zone, signer, world=world).round()
    assert (told.drafted, told.sent) == (2, 2)
    numbers = [n for raw in zone.arrivals() for n in numbers_of(raw)]
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
    agent = agent_of(folder, zone, signer, world=world, firm=Firm(**{**FIRM.__dict__, "unit": ""}))
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
