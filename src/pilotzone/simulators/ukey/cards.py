"""The cards in the drawer and the one in the reader: keys, PIN, wrong tries, lock. Kept in one small file.

A card is a demonstration firm's key and certificate (`DemoAuthority`'s folder): `3601900011/rsa`. Its PIN is everybody's:
nothing here is secret, and a real control never gives its key to anybody.
"""

from __future__ import annotations

import hmac
import os
from dataclasses import dataclass
from pathlib import Path

import msgspec

from pilotzone.exchange.signing import PemSigner, from_pem

PIN = "88888888"
TRIES = 5
KINDS = ("rsa", "sm2")
DIGESTS = ("sha256", "sha1")


class State(msgspec.Struct):
    """The reader: which card is in ("" for none), wrong tries by card, how slow it is, how it digests for RSA."""

    card: str = ""
    wrong: dict[str, int] = {}
    slow_ms: int = 0
    rsa_digest: str = "sha256"


@dataclass(frozen=True)
class Card:
    """One card of the drawer. `name` is the enterprise in its certificate."""

    key: str
    name: str
    kind: str
    serial: str


class CardTrouble(Exception):
    """What the control says when a card will not; `code` is short, the sentence is the control's own."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code, self.sentence = code, sentence


NO_CARD = ("no_card", "未检测到卡，请插入电子口岸卡 (模拟) no card in the reader")
LOCKED = ("locked", "卡已被锁定，请到电子口岸数据分中心解锁 (模拟) the card is locked")


class Drawer:
    """All cards of `keys`, and the reader's state in `file`."""

    def __init__(self, keys: Path, file: Path) -> None:
        self._keys, self._file = keys, file

    def cards(self) -> list[Card]:
        """Every card there is, by enterprise code; firms founded later appear by themselves."""
        found = []
        for place in sorted(self._keys.glob("*/*/cert.pem")):
            kind, code = place.parent.name, place.parent.parent.name
            if code != "authority" and kind in KINDS:
                certificate = from_pem(place.read_bytes())
                found.append(Card(f"{code}/{kind}", certificate.common_name, kind, certificate.serial))
        return found

    def state(self) -> State:
        """The reader as it stands."""
        try:
            return msgspec.json.decode(self._file.read_bytes(), type=State)
        except (OSError, msgspec.DecodeError):
            return State()

    def keep(self, state: State) -> None:
        """Write the reader's state whole."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._file.with_suffix(".new")
        fresh.write_bytes(msgspec.json.encode(state))
        os.replace(fresh, self._file)

    def insert(self, key: str) -> None:
        """Put a card into the reader, or take it out with "". Raises KeyError for a card that is not in the drawer."""
        if key and key not in {card.key for card in self.cards()}:
            raise KeyError(key)
        state = self.state()
        state.card = key
        self.keep(state)

    def unlock(self) -> None:
        """All cards as new; what the data centre does in reality."""
        state = self.state()
        state.wrong = {}
        self.keep(state)

    def signer(self) -> PemSigner:
        """The card in the reader, for what needs no PIN. CardTrouble `no_card`."""
        state = self.state()
        if not state.card or not (self._keys / state.card / "key.pem").exists():
            raise CardTrouble(*NO_CARD)
        return self._signer(state.card, state.rsa_digest)

    def opened(self, pin: str) -> PemSigner:
        """The card in the reader after its PIN. CardTrouble `no_card`, `pin` (says how many tries are left), `locked`."""
        signer = self.signer()
        state = self.state()
        wrong = state.wrong.get(state.card, 0)
        if wrong >= TRIES:
            raise CardTrouble(*LOCKED)
        if hmac.compare_digest(pin.encode(), PIN.encode()):
            if wrong:
                state.wrong[state.card] = 0
                self.keep(state)
            return signer
        state.wrong[state.card] = wrong + 1
        self.keep(state)
        left = TRIES - wrong - 1
        if not left:
            raise CardTrouble(*LOCKED)
        raise CardTrouble("pin", f"卡密码错误，剩余尝试次数 {left} (模拟) wrong PIN, {left} tries left")

    def left(self, key: str) -> int:
        """How many wrong tries a card still allows."""
        return max(0, TRIES - self.state().wrong.get(key, 0))

    def _signer(self, key: str, digest: str = "sha256") -> PemSigner:
        folder = self._keys / key
        algorithm = "rsa-sha1" if key.endswith("/rsa") and digest == "sha1" else ""
        return PemSigner((folder / "key.pem").read_bytes(), (folder / "cert.pem").read_bytes(), algorithm=algorithm)
