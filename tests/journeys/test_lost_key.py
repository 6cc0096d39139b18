"""A lost card: reported, refused from then on in page and message, seen by the operator; a new card sends on."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pilotzone.exchange.signing import PemSigner
from pilotzone.simulators.ukey.cards import PIN
from tests.journeys.dealing import Story, story
from tests.journeys.test_ukey import accepted, control, open_signing, says, sign
from tests.journeys.visiting import Visitor
from tests.journeys.zone import Zone

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("zone")]


@pytest.fixture(scope="module")
def visitor(chromium: Any, zone: Zone) -> Iterator[Visitor]:
    made = Visitor(chromium, zone)
    yield made
    made.close()


def waybill(visitor: Visitor, made: Story) -> str:
    """The story's waybill as a draft; its number."""
    number: str = made.paper("waybill").head["logisticsNo"]
    visitor.play("carrier")
    visitor.drop("/enterprise/submit/", "CEB511-waybill.xlsx", made.sheet("waybill"))
    visitor.until_says("/enterprise/messages/drafts/", number)
    return number


def test_what_a_lost_key_signs_is_refused_and_a_new_card_sends_on(visitor: Visitor, zone: Zone) -> None:
    before, after, sent = (story(9_500_000 + number) for number in (1, 2, 3))
    carrier = before.deal.carrier
    card = f"{carrier.customs_code}/sm2"
    keys = zone.home / "demo" / "keys" / carrier.customs_code / "sm2"
    lost = PemSigner((keys / "key.pem").read_bytes(), (keys / "cert.pem").read_bytes())
    visitor.play("operator")  # who is there when the loss is reported is told of it

    number = waybill(visitor, before)
    control(zone, card=card, unlock="1", slow_ms="0")
    page = open_signing(visitor, number)
    says(page, "ready")
    sign(page, PIN)
    accepted(visitor)

    page = visitor.go("/accounts/certificates/")
    own = page.locator("section.card", has_text=lost.certificate.serial)
    own.locator("input[name=reason]").fill("电子口岸卡遗失（合成）")
    own.get_by_role("button", name="挂失").click()
    own.get_by_text("已挂失").wait_for()
    assert "江西商务信息和电子口岸中心（1人）" in own.inner_text()
    visitor.look("key-lost")

    status, told = zone.post(sent.message("waybill", {carrier.number: lost}))
    assert status == 202
    (document,) = zone.result(told["receipt"])["documents"]
    assert document["state"] == "refused"
    assert [one["code"] for one in document["findings"]] == ["rule.sender.certificate"]

    number = waybill(visitor, after)
    page = open_signing(visitor, number)
    says(page, "ready")
    sign(page, PIN)
    page.get_by_text("clearance.signing.ended").wait_for()
    visitor.look("key-lost-signing")

    visitor.play("operator")
    row = visitor.go("/office/losses/").locator("tr", has_text=lost.certificate.serial)
    assert carrier.name in row.inner_text() and "电子口岸卡遗失（合成）" in row.inner_text()
    visitor.look("key-losses")

    new_card(zone, keys, carrier.customs_code, carrier.name)
    visitor.play("carrier")
    page = open_signing(visitor, number)
    says(page, "ready")
    sign(page, PIN)
    page.get_by_role("button", name="登记卡内证书").click()
    says(page, "ready")
    sign(page, PIN)
    accepted(visitor)


def new_card(zone: Zone, keys: Path, code: str, name: str) -> None:
    """The lost card leaves the drawer, a fresh one of the same kind comes in its place."""
    shutil.rmtree(keys)
    assert zone.run("keys", f"{code}={name}", "--kind", "sm2").returncode == 0
