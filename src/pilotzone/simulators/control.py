"""The switchboard from outside: the counterparts' door by HTTP, the card control by its file. For the verb and the page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx

from pilotzone.base.errors import Refused, Unavailable
from pilotzone.simulators import board
from pilotzone.simulators.behaving import told
from pilotzone.simulators.customs import cancelling
from pilotzone.simulators.ukey import reader
from pilotzone.simulators.ukey.cards import Drawer, State

PATH = "/simulators"
PATIENCE_S = 5.0


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

    def _card(self) -> dict[str, Any]:
        return told(board.UKEY, self._drawer.state(), State())

    def _ask(self, method: str, path: str, body: dict[str, str] | None = None) -> dict[str, Any]:
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
