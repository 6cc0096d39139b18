"""申报清单 and 放行通知 of a trade that went the whole way: figures are the list's, personal data is masked as on the page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client

from pilotzone.base.days import stamp
from pilotzone.kernel.access.actor import ENTERPRISE, PLATFORM, Actor
from pilotzone.kernel.access.models import Membership, Organisation, Person, Unit
from pilotzone.kernel.access.scope import scope
from pilotzone.pipeline.tests.papers import BUYER, Bench, Trade
from pilotzone.rooms.clearance import api as clearance
from pilotzone.ui.numbers import money

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture(scope="module")
def zone(standing_zone: Bench) -> Bench:
    return standing_zone


@pytest.fixture(scope="module")
def trade(zone: Bench) -> Iterator[int]:
    """A trade that passed and was released by customs; its number."""
    made = Trade("N7", at=datetime.now(UTC) - timedelta(minutes=20))
    zone.send(*zone.all_four(made))
    for status, tail, word in (("120", "001", "入库"), ("800", "900", "放行")):
        receipt = zone.receipt(made, status, stamp(made.at) + tail, word, invt_no="40062026I000000077")
        place = f"B{stamp(made.at)[:8]}{77:09d}".encode()
        zone.send(re.sub(rb"B20210301\d{9}", place, receipt), channel="customs")
    zone.connection.commit()
    ((found,),) = zone.rows("SELECT id FROM clearance_trade WHERE order_no = 'ORDER-N7'")
    yield int(found)


def client_of(name: str, role: str, **where: object) -> Client:
    with scope(PLATFORM):
        person, new = Person.objects.get_or_create(username=name)
        if new:
            Membership.objects.create(person=person, role=role, valid_from=date(2019, 1, 1), **where)
    client = Client()
    client.force_login(person, backend=BACKEND)
    return client


def test_the_list_is_the_document_masked_as_its_page(zone: Bench, trade: int) -> None:
    seller = client_of("paper-ebc", "ebc", organisation=Organisation(pk=zone.firms["ebc"]))
    payer = client_of("paper-pay", "pay", organisation=Organisation(pk=zone.firms["pay"]))
    with scope(Actor(kind=ENTERPRISE, organisation=zone.firms["ebc"], role="ebc")):
        told = clearance.trade(trade)
        assert told is not None
        document = clearance.document(next(part["document"] for part in told["parts"] if part["kind"] == "list"))
    assert document is not None
    page = seller.get(f"/papers/list/{trade}/").content.decode()
    for name in ("invtNo", "preNo", "copNo", "ebcName", "netWeight"):
        if document["head"].get(name):
            assert document["head"][name] in page, name
    for line in document["lines"]:
        for name in ("gcode", "gname", "qty", "price", "totalPrice"):
            assert line[name] in page, name
    masked = payer.get(f"/papers/list/{trade}/")
    assert masked.status_code == 422 or (
        BUYER["buyerIdNumber"] not in masked.content.decode() and "个人信息已脱敏" in masked.content.decode()
    )
    with scope(PLATFORM):
        customs, _ = Unit.objects.get_or_create(
            path="zone.customs", defaults={"code": "customs", "name_zh": "南昌海关"}
        )
    officer = client_of("paper-customs", "customs_officer", unit=customs)
    seen = officer.get(f"/papers/list/{trade}/").content.decode()
    assert (
        BUYER["buyerIdNumber"] not in seen and "个人信息已脱敏" in seen and document["lines"][0]["totalPrice"] in seen
    )
    shown = seller.get(f"/enterprise/trades/{trade}/").content.decode()
    assert (BUYER["buyerIdNumber"] in shown) == (BUYER["buyerIdNumber"] in page), "as the page shows it"
    assert f"/papers/list/{trade}/" in shown and f"/papers/release/{trade}/" in shown


def test_the_release_says_customs_receipt(zone: Bench, trade: int) -> None:
    seller = client_of("paper-ebc", "ebc", organisation=Organisation(pk=zone.firms["ebc"]))
    page = seller.get(f"/papers/release/{trade}/").content.decode()
    with scope(PLATFORM):
        told = clearance.trade(trade)
    assert told is not None and told["state"] == "released"
    assert "海关放行通知" in page and "800" in page and money(told["value"]) in page and told["invt_no"] in page
    (code,) = set(re.findall(r"/verify/([0-9A-Z-]+)/", page))
    assert "有效" in Client().get(f"/verify/{code}/").content.decode()
    seller.cookies["django_language"] = "en"
    assert "Notice of release" in seller.get(f"/papers/release/{trade}/").content.decode()


def test_strangers_and_early_trades_get_none(zone: Bench, trade: int) -> None:
    stranger = client_of("paper-stranger", "agent", organisation=Organisation(pk=zone.firms["stranger"]))
    assert stranger.get(f"/papers/release/{trade}/").status_code == 404
    waiting = Trade("N8", at=datetime.now(UTC) - timedelta(minutes=20))
    zone.send(*zone.all_four(waiting))
    zone.connection.commit()
    ((other,),) = zone.rows("SELECT id FROM clearance_trade WHERE order_no = 'ORDER-N8'")
    seller = client_of("paper-ebc", "ebc", organisation=Organisation(pk=zone.firms["ebc"]))
    early = seller.get(f"/papers/release/{other}/")
    assert early.status_code == 422 and "paper.not_yet" in early.content.decode()
    assert f"/papers/release/{other}/" not in seller.get(f"/enterprise/trades/{other}/").content.decode()
