"""The switchboard from outside: the counterparts' door by HTTP, the card control by its file. For the verb and the page."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx

from pilotzone.base.errors import Refused, Unavailable
from pilotzone.simulators import board
from pilotzone.simulators.behaving import told
from pilotzone.simulators.customs import cancelling
from pilotzone.simulators.ukey import reader
from pilotzone.simulators.ukey.cards import Drawer, State

PATH = "/simulators"
PATIENCE_S = 5.0
CODE = re.compile(r"[0-9A-Z]{1,18}")


class Switchboard:
    """`address`: of the counterparts' door; `state`: the zone's state folder, in which the card control keeps its own."""

    def __init__(self, address: str, state: Path) -> None:
        self._address = address.rstrip("/")
        self._drawer = Drawer(state / "demo" / "keys", state / "demo" / "ukey.json")

    def listed(self) -> list[dict[str, Any]]:
        """Every simulator: {name, zh, en, state, usual}. Unavailable `simulate.away` where the door does not answer."""
        return [*self._ask("GET", PATH)["simulators"], self._card()]

    def one(self, name: str) -> dict[str, Any]:
        """One of them. Refused `simulate.name`."""
        if name == board.UKEY.name:
            return self._card()
        found = {each["name"]: each for each in self._ask("GET", PATH)["simulators"]}
        board.simulator(name, found)
        return dict(found[name])

    def change(self, name: str, typed: dict[str, str]) -> dict[str, Any]:
        """Set switches; answers what stands then. Refused `simulate.*`, and nothing is changed."""
        if name != board.UKEY.name:
            return self._ask("POST", f"{PATH}/{name}", typed)
        fields = board.UKEY.fields(typed)
        reader.change(self._drawer, {field: str(value) for field, value in fields.items()})
        return self._card()

    def reset(self, name: str) -> dict[str, Any]:
        """Everything as usual again; the card control's cards are unlocked too."""
        if name != board.UKEY.name:
            return self._ask("POST", f"{PATH}/{name}/reset", {})
        usual = State()
        reader.change(self._drawer, {"slow_ms": str(usual.slow_ms), "rsa_digest": usual.rsa_digest, "unlock": "1"})
        return self._card()

    def cancel_list(self, number: str) -> str:
        """Let customs cancel a list it has released; answers what became of it. Refused or Unavailable as the others."""
        return str(self._ask("POST", cancelling.PATH, {"list": number})["text"])

    def carriers(self) -> list[str]:
        """The codes of the carriers there are."""
        found = self._ask("GET", PATH)["simulators"]
        return [one["name"].removeprefix(board.CARRIER) for one in found if one["name"].startswith(board.CARRIER)]

    def parcels(self, carrier: str, **asked: str | int) -> tuple[list[dict[str, Any]], int]:
        """A carrier's parcels by `state`, `q`, `page` and `size`, the last changed first, and how many there are."""
        told = self._ask("GET", f"/carrier/{carrier}/parcels?{urlencode(asked)}")
        return told["parcels"], told["total"]

    def book(self, carrier: str, parcel: dict[str, Any]) -> str:
        """Let a carrier take a parcel; answers its number. Refused `simulate.parcel`, `simulate.carrier`."""
        if not CODE.fullmatch(carrier):
            raise Refused(
                code="simulate.carrier", zh="物流企业代码为1至18位大写字母或数字。",
                en="A carrier's code is 1 to 18 capital letters or digits.", fields={"carrier": carrier[:40]},
            )  # fmt: skip
        return str(self._ask("POST", f"/carrier/{carrier}/book", {"rows": [parcel]})["numbers"][0])

    def move(self, carrier: str, numbers: list[str], state: str, place: str) -> tuple[list[str], dict[str, str]]:
        """Let parcels come into a state: which did, and of the others the state they are in."""
        told = self._ask("POST", f"/carrier/{carrier}/move", {"numbers": numbers, "state": state, "place": place})
        return told["moved"], told["left"]

    def _card(self) -> dict[str, Any]:
        return told(board.UKEY, self._drawer.state(), State())

    def _ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        try:
            answer = httpx.request(method, self._address + path, json=body, timeout=PATIENCE_S)
            said: dict[str, Any] = answer.json()
        except (httpx.HTTPError, ValueError) as away:
            raise Unavailable(
                code="simulate.away", zh=f"仿真方没有应答（{self._address}）：{away}",
                en=f"The simulators do not answer at {self._address}: {away}",
                mend_zh="请先用 pilotzone up 启动演示综试区。", mend_en="Start the demonstration zone with `pilotzone up`.",
            ) from away  # fmt: skip
        if answer.is_success:
            return said
        raise Refused(
            code=str(said.get("code", "simulate.refused")), zh=str(said.get("zh", said.get("text", ""))),
            en=str(said.get("en", said.get("text", ""))),
        )  # fmt: skip
