"""The platform as a firm's program sees it: send, what became of it, receipts. The transport is given."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pilotzone.base.errors import Problem, Refused, Unavailable
from pilotzone.exchange.connectors.errors import SENTENCES

# (method, path, body) → (status, JSON); OSError where nobody answers
Talk = Callable[[str, str, bytes | None], tuple[int, dict[str, Any]]]
LATER = (408, 425, 429)


@dataclass(frozen=True)
class Receipt:
    """One official receipt: its running number, message name, business key and the message itself."""

    number: int
    message: str
    document: str
    xml: bytes


class Client:
    """Every call raises Unavailable where the same may pass later, Refused where it will not.

    An answer that is none of this platform is Unavailable too (`agent.answer`): what was asked is asked again.
    """

    def __init__(self, talk: Talk) -> None:
        self._talk = talk

    def send(self, raw: bytes) -> str:
        """The receipt id of a message the platform keeps from now on."""
        with _understood("POST /intake/"):
            return str(self._asked("POST", "/intake/", raw, wanted=202)["receipt"])

    def result(self, receipt: str) -> dict[str, Any] | None:
        """State and findings of a message; None while the platform works on it."""
        with _understood("GET /intake/receipts/"):
            told = self._asked("GET", f"/intake/receipts/{receipt}")
            return told if told["state"] == "done" else None

    def clock(self) -> tuple[datetime, bool]:
        """The zone's time, aware, and whether the zone is a demonstration, whose clock may stand anywhere."""
        with _understood("GET /api/v1/clock"):
            told = self._asked("GET", "/api/v1/clock")
            moment, demo = datetime.fromisoformat(told["now"]), told["demo"]
            if moment.tzinfo is None or not isinstance(demo, bool):
                raise ValueError("no moment with its zone")
            return moment, demo

    def receipts(self, after: int, *, limit: int = 100) -> Iterator[tuple[list[Receipt], int]]:
        """Pages of official receipts behind number `after`, each with the number to go on from."""
        more = True
        while more:
            with _understood("GET /api/v1/receipts"):
                told = self._asked("GET", f"/api/v1/receipts?after={after}&limit={limit}")
                page = [
                    Receipt(int(one["id"]), str(one["message"]), str(one["document"]), base64.b64decode(one["xml"]))
                    for one in told["receipts"]
                ]
                # a page without receipts is the last, whatever it says: it leads nowhere
                after, more = int(told["after"]), bool(told["more"]) and bool(page)
            if page:
                yield page, after

    def _asked(self, method: str, path: str, body: bytes | None = None, *, wanted: int = 200) -> dict[str, Any]:
        try:
            status, told = self._talk(method, path, body)
        except OSError as failure:
            raise Unavailable(
                code="agent.unreachable", zh="综合服务平台暂不可达", en=f"The platform cannot be reached ({failure})"
            ) from None
        if status == wanted:
            return told
        told = told if isinstance(told, dict) else {}
        kind: type[Problem] = Unavailable if status in LATER or status >= 500 else Refused
        raise kind(
            code=str(told.get("code", f"http.{status}")), zh=str(told.get("zh", "")), en=str(told.get("en", "")),
            source=str(told.get("source", "")), fields={"status": str(status)},
        )  # fmt: skip


@contextmanager
def _understood(what: str) -> Iterator[None]:
    """An answer without what the platform always says was given by something else, or cut off."""
    try:
        yield
    except (KeyError, TypeError, ValueError):
        told = SENTENCES.reason("agent.answer", what=what)
        raise Unavailable(
            code=told.code, zh=told.zh, en=told.en, source=told.source, mend_zh=told.mend_zh, mend_en=told.mend_en
        ) from None
