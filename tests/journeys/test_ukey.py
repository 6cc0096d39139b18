"""A firm signs its drafts in the page with its card: every state of card and control, in a real browser."""

from __future__ import annotations

import json
import urllib.parse
import uuid
from collections.abc import Iterator
from http.client import HTTPConnection
from typing import Any

import pytest

from pilotzone.simulators.ukey.cards import PIN, TRIES
from tests.journeys.browsing import axe
from tests.journeys.dealing import Story, signers, story
from tests.journeys.visiting import Visitor
from tests.journeys.zone import Zone, until

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("zone")]
PLATFORM, PAY, CARRIER = "3601900001", "3601900011", "3601900021"


@pytest.fixture(scope="module")
def visitor(chromium: Any, zone: Zone) -> Iterator[Visitor]:
    made = Visitor(chromium, zone)
    yield made
    made.close()


@pytest.fixture(autouse=True)
def _usual_card(zone: Zone) -> None:
    """The payment enterprise's RSA card, fast and unlocked."""
    control(zone, card=f"{PAY}/rsa", unlock="1", slow_ms="0", rsa_digest="sha256")


def control(zone: Zone, **fields: str) -> None:
    """Change the simulated card by its own door."""
    connection = HTTPConnection("127.0.0.1", zone.ukey_port, timeout=60)
    body = urllib.parse.urlencode(fields)
    connection.request("POST", "/control", body, {"Content-Type": "application/x-www-form-urlencoded"})
    assert connection.getresponse().status == 303
    connection.close()


def draft(visitor: Visitor, number: int) -> str:
    """A payment handed in as an Excel sheet; its transaction number once it is a draft."""
    made = story(number)
    visitor.play("payment")
    visitor.drop("/enterprise/submit/", "CEB411-payment.xlsx", made.sheet("payment"))
    key: str = made.paper("payment").head["payTransactionId"]
    visitor.until_says("/enterprise/messages/drafts/", key)
    return key


def open_signing(visitor: Visitor, *keys: str) -> Any:
    """Choose drafts in the list and press 签名并申报."""
    page = visitor.go("/enterprise/messages/drafts/")
    for key in keys:
        page.locator("tr", has_text=key).locator("input[name=chosen]").check()
    page.get_by_role("button", name="签名并申报").click()
    page.wait_for_url("**/enterprise/sign/?d=*")
    return page


def sign(page: Any, pin: str) -> None:
    page.locator("[data-pin]").fill(pin)
    page.get_by_role("button", name="签名并申报").click()


def says(page: Any, state: str) -> str:
    """Wait for a state of the page; answers its words."""
    page.locator(f"[data-said={state}]:visible").wait_for()
    told: str = page.locator(f"[data-said={state}]").inner_text()
    return told


def accepted(visitor: Visitor) -> None:
    visitor.page.wait_for_url("**/enterprise/submit/results/?r=*")
    until(lambda: "已处理" in visitor.text(), "the result")
    assert "已受理" in visitor.text()


def test_a_draft_is_signed_in_the_page_and_declared(visitor: Visitor, zone: Zone) -> None:
    key = draft(visitor, 9_100_001)
    page = open_signing(visitor, key)
    says(page, "ready")
    assert axe(page) == []
    visitor.look("sign-ready")
    posted: list[str] = []
    page.on("request", lambda request: posted.append(request.post_data or ""))
    sign(page, PIN)
    accepted(visitor)
    assert len([body for body in posted if "signatures" in body]) == 1
    assert not any(PIN in body for body in posted), "the PIN goes to the card's control only"
    visitor.look("signed")
    assert key not in visitor.go("/enterprise/messages/drafts/").content()
    until(lambda: zone.stages(story(9_100_001).deal.number), "the trade of the declared payment")


def test_only_the_page_that_signs_may_speak_to_the_control(visitor: Visitor, zone: Zone) -> None:
    visitor.play("payment")
    for path, may in (
        ("/enterprise/sign/?d=1", True),
        ("/enterprise/", False),
        ("/enterprise/messages/drafts/", False),
    ):
        policy = visitor.page.goto(zone.url + path).headers["content-security-policy"]
        assert (f"ws://127.0.0.1:{zone.ukey_port}" in policy) is may, path
        assert "unsafe" not in policy


def test_sm2_and_an_old_controls_sha1_are_signed_too(visitor: Visitor, zone: Zone) -> None:
    for number, changes in (
        (9_100_002, {"card": f"{PAY}/sm2"}),
        (9_100_003, {"card": f"{PAY}/rsa", "rsa_digest": "sha1"}),
    ):
        key = draft(visitor, number)
        control(zone, **changes)
        page = open_signing(visitor, key)
        says(page, "ready")
        sign(page, PIN)
        accepted(visitor)


def test_a_wrong_pin_warns_how_many_tries_are_left_and_five_lock(visitor: Visitor, zone: Zone) -> None:
    key = draft(visitor, 9_100_004)
    page = open_signing(visitor, key)
    says(page, "ready")
    sign(page, "00000000")
    assert f"剩余尝试次数 {TRIES - 1}" in says(page, "pin")
    assert page.locator("[data-pin]").input_value() == ""
    visitor.look("sign-wrong-pin")
    for left in range(TRIES - 2, 0, -1):
        sign(page, "00000000")
        page.get_by_text(f"剩余尝试次数 {left}").wait_for()
    sign(page, "00000000")
    assert "锁" in says(page, "locked")
    control(zone, unlock="1")
    sign(page, PIN)
    accepted(visitor)


def test_a_strange_card_no_card_and_no_control_are_told_apart(visitor: Visitor, zone: Zone) -> None:
    key = draft(visitor, 9_100_005)
    control(zone, card=f"{CARRIER}/rsa")
    page = open_signing(visitor, key)
    says(page, "ready")
    sign(page, PIN)
    assert "未登记在贵单位名下" in says(page, "certificate")
    page.get_by_role("button", name="登记卡内证书").click()
    assert "不一致" in says(page, "refused")
    control(zone, card="")
    page.get_by_role("button", name="重新检测").click()
    assert "未检测到卡" in says(page, "card")
    visitor.look("sign-no-card")
    # a page that cannot reach any control: the address of a port nobody has
    page.evaluate("document.querySelector('form[data-sign]').dataset.control = 'ws://127.0.0.1:9'")
    page.get_by_role("button", name="重新检测").click()
    assert "启动" in says(page, "control")
    visitor.complaints.clear()
    visitor.look("sign-no-control")
    control(zone, card=f"{PAY}/rsa")
    page = open_signing(visitor, key)
    says(page, "ready")
    sign(page, PIN)
    accepted(visitor)


def test_a_draft_replaced_while_the_page_was_open_is_not_declared(visitor: Visitor) -> None:
    key = draft(visitor, 9_100_006)
    page = open_signing(visitor, key)
    says(page, "ready")
    address = page.url
    old = address.rpartition("=")[2]
    draft(visitor, 9_100_006)
    until(lambda: _chosen(visitor, key) != old, "the newer draft")
    page.goto(address)
    assert "没有可签名的暂存" in visitor.text()
    assert "已被替换" in visitor.text()


def _chosen(visitor: Visitor, key: str) -> str:
    page = visitor.go("/enterprise/messages/drafts/")
    value: str = page.locator("tr", has_text=key).locator("input[name=chosen]").get_attribute("value")
    return value


def test_the_page_is_in_english_too(visitor: Visitor) -> None:
    key = draft(visitor, 9_100_007)
    page = open_signing(visitor, key)
    page.get_by_role("button", name="English").click()
    says(page, "ready")
    assert "Sign and declare" in visitor.text()
    visitor.look("sign-english")
    page.get_by_role("button", name="简体中文").click()


def test_customs_asks_for_payment_data_and_the_platform_signs_them_by_card(visitor: Visitor, zone: Zone) -> None:
    """From customs' request to customs' answer: the simulated customs asks, the firm lays down, signs, it is taken."""
    made = story(9_100_008)
    ask_share(zone, 1.0)
    try:
        status, told = zone.post(made.message("order", signers(zone.home)))
        assert status == 202 and zone.result(told["receipt"])["documents"][0]["state"] == "accepted"
        visitor.play("platform")
        visitor.until_says("/enterprise/payment-data/", made.deal.number)
    finally:
        ask_share(zone, 0.0)
    visitor.look("payment-requests")
    payment = json.dumps({"payments": [payment_of(made)]}).encode()
    page = visitor.drop("/enterprise/payment-data/kept/", "payments.json", payment, "application/json")
    page.get_by_text("存入 1 笔").wait_for()
    assert axe(page) == []
    visitor.look("payment-data")
    control(zone, card=f"{PLATFORM}/sm2")
    page = visitor.go("/enterprise/payment-data/?state=waiting")
    page.locator("tr", has_text=made.deal.number).locator("input[name=chosen]").check()
    page.get_by_role("button", name="签名并上传海关").click()
    page.wait_for_url("**/enterprise/payment-data/sign/?d=*")
    says(page, "ready")
    assert axe(page) == []
    visitor.look("payment-sign")
    page.locator("[data-pin]").fill(PIN)
    page.get_by_role("button", name="签名并上传海关").click()
    page.wait_for_url("**/enterprise/payment-data/")
    visitor.until_says("/enterprise/payment-data/", "10000 上传成功")
    visitor.look("payment-accepted")


def ask_share(zone: Zone, share: float) -> None:
    """Let the simulated customs ask for the payment data of this share of orders."""
    connection = HTTPConnection("127.0.0.1", zone.counterpart_port, timeout=60)
    connection.request("POST", "/control", json.dumps({"ask": share}), {"Content-Type": "application/json"})
    assert connection.getresponse().status == 200
    connection.close()


def payment_of(made: Story) -> dict[str, object]:
    """The raw data of a story's payment."""
    order, paid = made.paper("order").head, made.paper("payment").head
    head = {
        "guid": str(uuid.uuid4()).upper(), "initalRequest": "{}", "initalResponse": "<ok/>", "ebpCode": order["ebpCode"],
        "payCode": paid["payCode"], "payTransactionId": paid["payTransactionId"], "totalAmount": float(order["acturalPaid"]),
        "currency": "142", "verDept": "3", "payType": "1", "tradingTime": paid["payTime"],
    }  # fmt: skip
    goods = [{"gname": "（合成）巧克力", "itemLink": "https://shop.example/1"}]
    receiver = {"recpAccount": "6222000000000000", "recpName": "（演示）收款人"}
    return {
        "payExchangeInfoHead": head,
        "payExchangeInfoLists": [{"orderNo": order["orderNo"], "goodsInfo": goods, **receiver}],
    }
