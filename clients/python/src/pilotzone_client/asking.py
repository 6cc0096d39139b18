"""One request to the platform: tried again while that is safe, its problems raised.

Turned away (429, 503) nothing was done, so it is asked again after `Retry-After`, unless that is longer than a minute. What
the hub answers itself (`hub.…`: the owner is away, the day's volume is used up) stands in its use log, so it is not asked
again. Where the connection broke or the platform failed it may have been done: only what may be repeated is (a GET, a
message with its guid, a request whose address knows `Idempotency-Key`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from pilotzone_client.problems import Unreachable, problem_of

TURNED_AWAY = (429, 503)
COUNTED = "hub."  # each such answer is a line of the use log, which the owner's availability is measured by
FIRST_S, LONGEST_S = 0.5, 60.0
UNSENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


class Asking:
    """The connection. `token` is an organisation's (`pz_…`) or a department's system's (`pzd_…`); without one only public
    addresses answer."""

    def __init__(
        self,
        base: str,
        token: str = "",
        *,
        attempts: int = 5,
        timeout_s: float = 30.0,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.attempts, self.sleep = max(1, attempts), sleep
        headers = {"User-Agent": "pilotzone-client"} | ({"Authorization": f"Bearer {token}"} if token else {})
        self.http = httpx.Client(base_url=base, headers=headers, timeout=timeout_s, transport=transport)

    def __call__(
        self, method: str, path: str, *, params: Mapping[str, Any] | None = None, again: bool | None = None, **more: Any
    ) -> httpx.Response:
        """The answer of status 2xx. Raises Refusal, Busy, Unreachable. `again`: may be repeated though it may have been
        done, by default a GET; `more` as httpx takes it."""
        repeats = method == "GET" if again is None else again
        asked = {name: value for name, value in (params or {}).items() if value is not None}
        for attempt in range(1, self.attempts + 1):
            last, pause = attempt == self.attempts, min(FIRST_S * 2 ** (attempt - 1), LONGEST_S)
            try:
                answer = self.http.request(method, path, params=asked, **more)
            except httpx.TransportError as failure:
                if last or not (repeats or isinstance(failure, UNSENT)):
                    raise _unreachable(failure) from failure
            else:
                if answer.is_success:
                    return answer
                problem, told = problem_of(answer), _told_s(answer.headers.get("Retry-After", ""))
                pause = pause if told is None else told
                later = answer.status_code in TURNED_AWAY or (repeats and answer.status_code >= 500)
                if last or not later or pause > LONGEST_S or problem.code.startswith(COUNTED):
                    raise problem
            self.sleep(pause)
        raise AssertionError("the last attempt answers or raises")


def _told_s(told: str) -> float | None:
    """The seconds of a `Retry-After` (RFC 9110 §10.2.3: a number, or a day and time); None where it says neither."""
    if told.isascii() and told.isdigit():
        return float(told)
    try:
        then = parsedate_to_datetime(told)
    except (ValueError, OverflowError):
        return None
    return max(0.0, (then.replace(tzinfo=then.tzinfo or UTC) - datetime.now(UTC)).total_seconds())


def _unreachable(failure: httpx.TransportError) -> Unreachable:
    en = f"The platform did not answer. ({failure})"
    return Unreachable(0, {"code": "client.unreachable", "zh": "平台不可达或应答中断。", "en": en})
