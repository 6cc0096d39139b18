"""The simulated counterparts as the loader meets them: told how to behave, asked what still waits with them."""

from __future__ import annotations

from types import TracebackType
from typing import Any

import httpx

TIMEOUT_S = 5.0


class Counterpart:
    """One address and one connection to it. A context: at its end customs behaves as usual again."""

    def __init__(self, url: str, usual: dict[str, object], complain: Any) -> None:
        """`complain` is told, in a sentence, that nobody answers; loading goes on."""
        self.url, self._usual, self._complain = url, usual, complain
        self._client = httpx.Client(timeout=TIMEOUT_S, verify=not url.startswith("http://"), trust_env=False)

    def __enter__(self) -> Counterpart:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.behave(self._usual)
        self._client.close()

    def behave(self, how: dict[str, object]) -> None:
        """Tell the simulated customs how to behave; a real one is not told anything."""
        try:
            self._client.post(f"{self.url}/control", json=how).raise_for_status()
        except httpx.HTTPError as away:
            self._complain(f"the simulated customs does not answer at {self.url} ({away}); loading on")

    def tell(self, url: str, what: dict[str, Any]) -> None:
        """Tell one of the counterparts something. Raises httpx.HTTPError."""
        self._client.post(url, json=what).raise_for_status()

    def waiting(self) -> int:
        """How much still lies with the counterparts; nothing where they do not say."""
        try:
            return int(self._client.get(f"{self.url}/healthz").json()["waiting"])
        except (httpx.HTTPError, KeyError, ValueError):
            return 0
