"""By what time a firm's documents are stamped: the platform's, as it told it last; the machine's where it tells none.

A demonstration's clock may stand years away, and what is dated after it is refused (`rule.future`). The difference is asked
for every round and kept in the folder, so that a round without an answer goes on with the last one. It is followed only where
that can be meant, and each time it changes the firm is told.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from pilotzone.base.errors import Refused, Unavailable
from pilotzone.base.sentences import Reason
from pilotzone.exchange.agent.brokered import Asked
from pilotzone.exchange.connectors.errors import SENTENCES
from pilotzone.exchange.connectors.store import write

AGREES = timedelta(minutes=1)  # nearer than this the machine's clock is right
# what no clock in order differs by: in a real zone a day, for customs' rules count days; a demonstration may stand years away
FAR = {False: timedelta(days=1), True: timedelta(days=30 * 365)}
KEPT_AS = "clock.json"


@dataclass
class ZoneClock:
    """The platform's time at address `url`; what it told is kept below `state`. `machine` is the firm's own clock, aware."""

    state: Path
    url: str
    machine: Callable[[], datetime]
    offset: timedelta = field(default=timedelta(), init=False)

    def __post_init__(self) -> None:
        path = self.state / KEPT_AS
        try:
            kept = json.loads(path.read_bytes())
            if kept["url"] == self.url:  # another platform has another time
                self.offset = timedelta(seconds=float(kept["offset_s"]))
        except (OSError, ValueError, KeyError, TypeError, OverflowError):
            return  # nothing kept, or nothing that can be read: asked for anew

    def now(self) -> datetime:
        """The moment a document is declared at."""
        return self.machine() + self.offset

    def ask(self, client: Asked) -> Reason | None:
        """Ask the platform; what the firm should be told, where anything changed.

        Where it cannot be reached, or knows no such address, the last difference serves. Unavailable `agent.answer` where
        its answer is no time and `agent.clock_far` where that time is further away than it can be: then nothing may be stamped, for
        nobody knows which clock is right. Refused where the token is.
        """
        before = self.machine()
        try:
            moment, demo = client.clock()
        except Unavailable as away:
            if away.code == "agent.answer":
                raise
            return None
        except Refused as refused:
            if refused.fields.get("status") in ("401", "403"):
                raise
            return None
        here = before + (self.machine() - before) / 2
        offset = moment - here
        if abs(offset) < AGREES:
            offset = timedelta()
        words = {"theirs": f"{moment:%Y-%m-%d %H:%M %z}", "ours": f"{here.astimezone(moment.tzinfo):%Y-%m-%d %H:%M %z}"}
        if abs(offset) >= FAR[demo]:
            far = SENTENCES.reason("agent.clock_far", **words)
            raise Unavailable(
                code=far.code, zh=far.zh, en=far.en, source=far.source, mend_zh=far.mend_zh, mend_en=far.mend_en
            )
        changed = abs(offset - self.offset) >= AGREES
        self.offset = offset
        write(self.state / KEPT_AS, json.dumps({"url": self.url, "offset_s": offset.total_seconds()}))
        if not changed:
            return None
        code = "agent.clock_agrees" if not offset else "agent.clock_demo" if demo else "agent.clock_differs"
        return SENTENCES.reason(code, **words)
