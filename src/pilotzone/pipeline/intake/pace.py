"""How fast a sender may send, in messages and in bytes; and how long one waits who is asked to come back."""

from __future__ import annotations

import math

from pilotzone.pipeline.intake.problems import ROWS, Turned

SPAN_S = 10  # what was not used in the last ten seconds may come at once
MOST_SENDERS = 10_000
LONGEST_WAIT_S = 60


class Pace:
    """A measure for each sender that fills by so much a second; 0 is no limit. Times are monotonic seconds."""

    def __init__(self, per_second: int, bytes_per_second: int) -> None:
        self._rates = (per_second, bytes_per_second)
        self._owed: dict[str, tuple[float, float, float]] = {}  # when, messages and bytes left then

    def check(self, sender: str, now: float) -> None:
        """Count one more message; turned away (`intake.too_many`) where its sender has used up its measure."""
        if any(self._rates):
            self.must_not_owe(sender, now)
            self.charge(sender, now)

    def must_not_owe(self, sender: str, now: float) -> None:
        """Turned away while the measure is used up; Retry-After says until when."""
        wait = 0.0
        if any(self._rates) and sender in self._owed:
            for rate, left in zip(self._rates, self._left(sender, now), strict=True):
                if rate and left < 1:
                    wait = max(wait, (1 - left) / rate)
        if wait:
            raise Turned("intake.too_many", retry_s=max(1, math.ceil(wait)))

    def charge(self, sender: str, now: float, *, messages: int = 1, size: int = 0) -> None:
        """Take from the measure, beyond nothing where need be: the next message waits for it."""
        if any(self._rates):
            if len(self._owed) > MOST_SENDERS:
                self._owed.clear()
            left, left_bytes = self._left(sender, now)
            self._owed[sender] = (now, left - messages, left_bytes - size)

    def _left(self, sender: str, now: float) -> tuple[float, float]:
        full, full_bytes = (rate * SPAN_S for rate in self._rates)
        since, left, left_bytes = self._owed.get(sender, (now, full, full_bytes))
        rate, rate_bytes = self._rates
        return min(full, left + (now - since) * rate), min(full_bytes, left_bytes + (now - since) * rate_bytes)


class Patience:
    """How long each sender is asked to wait when we are full or away: twice as long each time, until it is taken again."""

    def __init__(self) -> None:
        self._waits: dict[str, int] = {}

    def longer(self, sender: str, turned: Turned) -> Turned:
        """The same with this sender's Retry-After."""
        row = ROWS[turned.code]
        if row.status == 503:
            if len(self._waits) > MOST_SENDERS:
                self._waits.clear()
            turned.retry_s = self._waits[sender] = min(self._waits.get(sender, 0) * 2 or row.retry_s, LONGEST_WAIT_S)
        return turned

    def taken(self, sender: str) -> None:
        """A message of this sender was kept."""
        if self._waits:
            self._waits.pop(sender, None)
