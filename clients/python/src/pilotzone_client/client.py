"""What a program does with a zone: send and follow messages, fetch receipts, track numbers, page through lists, ask and tell."""

from __future__ import annotations

import base64
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from pilotzone_client.asking import Asking
from pilotzone_client.problems import Busy

API = "/api/v1"


@dataclass(frozen=True)
class Receipt:
    """One official receipt: its running number (keep the last as your place), message, business key, status, and the message."""

    number: int
    message: str
    document: str
    status: str
    xml: bytes


class Client:
    """`Client("https://zone.example", "pz_…")`; what else it takes is told by Asking. Close it, or use it in a `with`."""

    def __init__(self, base: str, token: str = "", **more: Any) -> None:
        self.ask = Asking(base, token, **more)

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let the connections go."""
        self.ask.http.close()

    def send(self, message: bytes) -> str:
        """The receipt id of a signed message the platform keeps from now on. Sent twice, its guid counts once."""
        answer = self.ask("POST", "/intake/", content=message, headers={"Content-Type": "application/xml"}, again=True)
        return str(answer.json()["receipt"])

    def result(self, receipt: str) -> dict[str, Any]:
        """What became of a message: `state` is `received` until it is `done`, with result and findings of each document."""
        return self._told("GET", f"{API}/messages/{quote(receipt, safe='')}")

    def wait(self, receipt: str, *, seconds: float = 60.0, every_s: float = 1.0) -> dict[str, Any]:
        """The result once it is done; Busy `client.waiting` where it is not by then."""
        end = time.monotonic() + seconds
        while (found := self.result(receipt))["state"] != "done":
            if time.monotonic() >= end:
                raise Busy(
                    0, {"code": "client.waiting", "zh": "平台尚在处理。", "en": "The platform still works on it."}
                )
            self.ask.sleep(every_s)
        return found

    def receipts(self, after: int = 0, *, limit: int = 100, **filters: Any) -> Iterator[Receipt]:
        """Official receipts behind number `after`, to the last there is now. Any place may be asked for again."""
        more = True
        while more:
            told = self._told("GET", f"{API}/receipts", params={"after": after, "limit": limit, **filters})
            for one in told["receipts"]:
                yield Receipt(
                    one["id"], one["message"], one["document"], one["return_status"], base64.b64decode(one["xml"])
                )
            after, more = told["after"], told["more"] and bool(told["receipts"])

    def track(self, number: str) -> dict[str, Any]:
        """The timelines of the trades that know a number; Refusal `tracking.not_found`."""
        return self._told("GET", f"{API}/track/{quote(number, safe='')}")

    def get(self, path: str, **params: Any) -> dict[str, Any]:
        """Any address below /api/v1, as `get("/clock")`."""
        return self._told("GET", f"{API}{path}", params=params)

    def post(self, path: str, body: Any, *, key: str | None = None) -> dict[str, Any]:
        """Tell an address below /api/v1. After a broken connection it may have been done, so it is not repeated: read first."""
        headers = {"Idempotency-Key": key} if key else {}
        return self._told("POST", f"{API}{path}", json=body, headers=headers, again=key is not None)

    def query(self, resource: str, *, key: str | None = None, **question: Any) -> dict[str, Any]:
        """For departments: ask the owner of a shared resource (`agreement`, `where`, `fields`). Every attempt carries one
        Idempotency-Key, so an answer that was lost is told again and counted once."""
        return self.post(f"/exchange/query/{quote(resource, safe='')}", question, key=key or uuid.uuid4().hex)

    def pages(self, path: str, **filters: Any) -> Iterator[dict[str, Any]]:
        """Every row of a list that answers by `page` (`pages("/trades", state="waiting")`), each page asked when it is
        reached: the list ends where the platform tells another page than was asked, or no rows. A search that stopped at a
        day (`back`) is taken up from there."""
        page = 1
        while True:
            told = self.get(path, page=page, **filters)
            rows = next((part for part in told.values() if isinstance(part, list)), [])
            if rows and told.get("page", page) == page:
                yield from rows
                page += 1
            elif told.get("back", filters.get("back")) != filters.get("back"):
                page, filters = 1, filters | {"back": told["back"]}
            else:
                return

    def _told(self, method: str, path: str, **more: Any) -> dict[str, Any]:
        told: dict[str, Any] = self.ask(method, path, **more).json()
        return told
