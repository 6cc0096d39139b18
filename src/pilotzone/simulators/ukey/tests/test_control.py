"""The simulated card control: what it answers, how the PIN counts and locks, how the card is changed."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilotzone.base.errors import Refused
from pilotzone.exchange.signing import DemoAuthority, UkeySigner, control, sign, verify
from pilotzone.simulators.ukey.cards import PIN, TRIES, CardTrouble, Drawer
from pilotzone.simulators.ukey.reader import Control, change, page
from pilotzone.simulators.ukey.speaking import speak

FIRM, OTHER = "3601900011", "3601900021"
MESSAGE = b'<?xml version="1.0"?><a xmlns="urn:a"><b>1</b></a>'


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys")
    now = datetime.now(UTC)
    authority = DemoAuthority(folder, at=now)
    for code, kind in ((FIRM, "rsa"), (FIRM, "sm2"), (OTHER, "sm2")):
        authority.issue(code, f"（演示）{code}", kind, at=now)
    return folder


@pytest.fixture
def drawer(keys: Path, tmp_path: Path) -> Drawer:
    made = Drawer(keys, tmp_path / "ukey.json")
    made.insert(f"{FIRM}/sm2")
    return made


def ask(drawer: Drawer, method: str, **args: str) -> list[str]:
    return control.read_answer(speak(drawer, control.request(method, number=7, **args)), number=7)


def test_the_drawer_shows_the_firms_cards_and_not_the_authority(drawer: Drawer) -> None:
    assert [card.key for card in drawer.cards()] == [f"{FIRM}/rsa", f"{FIRM}/sm2", f"{OTHER}/sm2"]
    assert {card.name for card in drawer.cards()} == {f"（演示）{FIRM}", f"（演示）{OTHER}"}
    with pytest.raises(KeyError):
        drawer.insert("authority/rsa")


@pytest.mark.parametrize("card", [f"{FIRM}/rsa", f"{FIRM}/sm2"])
def test_a_client_signs_by_it_and_the_signature_holds(drawer: Drawer, card: str) -> None:
    drawer.insert(card)
    signer = UkeySigner(lambda text: speak(drawer, text), PIN)
    signed = sign(MESSAGE, signer)
    verdict = verify(signed, at=datetime.now(UTC))
    assert (verdict.ok, verdict.enterprise) == (True, FIRM)


def test_every_method_answers(drawer: Drawer) -> None:
    (certificate,) = ask(drawer, control.CERTIFICATE)
    assert ask(drawer, control.ENVELOPE_CERTIFICATE) == [certificate]
    (number,) = ask(drawer, control.CERTIFICATE_NUMBER)
    assert bytes.fromhex(number) in base64.b64decode(certificate)
    told = json.loads(ask(drawer, control.VALID_TIME)[0])
    assert told["szStartTime"] < told["szEndTime"]
    digest = base64.b64encode(hashlib.sha1("票".encode()).digest()).decode()
    assert ask(drawer, control.SHA1_DIGEST, szInfo="票") == [digest]
    value, serial = ask(drawer, control.SIGN, inData="x", passwd=PIN)
    assert serial == number and base64.b64decode(value)
    assert set(control.METHODS) == {
        control.SIGN, control.CERTIFICATE, control.ENVELOPE_CERTIFICATE, control.CERTIFICATE_NUMBER, control.VALID_TIME,
        control.SHA1_DIGEST,
    }  # fmt: skip


def test_wrong_pins_count_down_and_lock_also_for_the_right_one(drawer: Drawer) -> None:
    for left in range(TRIES - 1, 0, -1):
        with pytest.raises(Refused, match=f"{left} tries left"):
            ask(drawer, control.SIGN, inData="x", passwd="1")
        assert drawer.left(f"{FIRM}/sm2") == left
    for pin in ("1", PIN):
        with pytest.raises(Refused, match="locked"):
            ask(drawer, control.SIGN, inData="x", passwd=pin)
    drawer.insert(f"{FIRM}/rsa")
    assert ask(drawer, control.SIGN, inData="x", passwd=PIN)
    drawer.insert(f"{FIRM}/sm2")
    drawer.unlock()
    assert ask(drawer, control.SIGN, inData="x", passwd=PIN)


@settings(max_examples=25)
@given(pins=st.lists(st.sampled_from([PIN, "", "00000000"]), max_size=12))
def test_a_card_locks_exactly_after_five_wrong_pins_in_a_row(
    keys: Path, tmp_path_factory: pytest.TempPathFactory, pins: list[str]
) -> None:
    drawer = Drawer(keys, tmp_path_factory.mktemp("state") / "ukey.json")
    drawer.insert(f"{OTHER}/sm2")
    wrong = 0
    for pin in pins:
        locked = wrong >= TRIES
        try:
            drawer.opened(pin)
            opened = True
        except CardTrouble as trouble:
            opened = False
            assert trouble.code == ("locked" if locked or wrong + 1 >= TRIES else "pin")
        assert opened == (pin == PIN and not locked)
        if not locked:
            wrong = 0 if opened else wrong + 1


def test_without_a_card_it_says_so_and_rubbish_is_answered(drawer: Drawer) -> None:
    drawer.insert("")
    for method in (control.CERTIFICATE, control.CERTIFICATE_NUMBER, control.VALID_TIME, control.SIGN):
        with pytest.raises(Refused, match="no card"):
            ask(drawer, method, inData="x", passwd=PIN)
    for text in ("", "[]", "{", '{"_method": 5}', '{"_method": "cus-sec_Nothing", "_id": 1, "args": {}}'):
        told = json.loads(speak(drawer, text))
        assert told["_args"]["Result"] is False and told["_args"]["Error"]
    drawer.insert(f"{FIRM}/rsa")
    with pytest.raises(Refused, match="inData"):
        ask(drawer, control.SIGN, passwd=PIN)


def test_the_page_changes_the_card_and_nonsense_changes_nothing(drawer: Drawer) -> None:
    change(drawer, {"card": f"{FIRM}/rsa", "rsa_digest": "sha1", "slow_ms": "9999999"})
    assert (drawer.state().card, drawer.state().rsa_digest, drawer.state().slow_ms) == (f"{FIRM}/rsa", "sha1", 30_000)
    assert f"（演示）{FIRM}" in page(drawer)
    before = drawer.state()
    for bad in ({"card": "../x"}, {"slow_ms": "soon"}, {"rsa_digest": "md5"}, {"slow_ms": "1", "card": "nobody/rsa"}):
        with pytest.raises((ValueError, KeyError)):
            change(drawer, bad)
    assert drawer.state() == before


@dataclass
class Request:
    """A scope of the server."""

    method: str = "GET"
    path: str = "/"
    proto: str = "http"
    authority: str = "127.0.0.1:61232"
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Http:
    """A request's other end: its body, and what was answered."""

    body: bytes = b""
    status: int = 0
    told: str = ""

    async def __call__(self) -> bytes:
        return self.body

    def response_str(self, status: int, headers: list[tuple[str, str]], body: str) -> None:
        self.status, self.told = status, body

    def response_empty(self, status: int, headers: list[tuple[str, str]]) -> None:
        self.status = status


@dataclass
class Said:
    kind: int
    data: str = ""


@dataclass
class Socket:
    """A page's connection: what it says, and what it hears."""

    says: list[str]
    heard: list[str] = field(default_factory=list)
    closed: bool = False

    async def accept(self) -> Socket:
        return self

    async def receive(self) -> Said:
        return Said(2, self.says.pop(0)) if self.says else Said(0)

    async def send_str(self, text: str) -> None:
        self.heard.append(text)

    def close(self) -> None:
        self.closed = True


def served(drawer: Drawer, request: Request, other: Any) -> Any:
    asyncio.run(Control(drawer).__rsgi__(request, other))
    return other


def test_a_page_talks_over_one_connection(drawer: Drawer) -> None:
    calls = [control.request(control.CERTIFICATE_NUMBER, number=n) for n in (1, 2)]
    socket = served(drawer, Request(proto="ws"), Socket(list(calls)))
    assert [json.loads(text)["_id"] for text in socket.heard] == [1, 2]
    assert socket.closed


def test_only_its_own_page_changes_the_card(drawer: Drawer) -> None:
    form = f"card={OTHER}%2Fsm2".encode()
    own = Request("POST", "/control", headers={"origin": "http://127.0.0.1:61232", "host": "127.0.0.1:61232"})
    foreign = Request("POST", "/control", headers={"origin": "https://evil.example", "host": "127.0.0.1:61232"})
    assert served(drawer, foreign, Http(form)).status == 403
    assert drawer.state().card == f"{FIRM}/sm2"
    assert served(drawer, own, Http(form)).status == 303
    assert drawer.state().card == f"{OTHER}/sm2"
    assert served(drawer, own, Http(b"card=x")).status == 400
    assert served(drawer, Request(path="/else"), Http()).status == 404
    assert "模拟" in served(drawer, Request(), Http()).told
