"""Who is killed in the kill proof, when and where: at every marked point once, and at random."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from proof_ledgers import Verdict
from throwaway import Zone

from pilotzone.portal.bench.place import until

# who is killed at marks, and of which tables (none named: all); what the scheduler does besides reading events is not the flood's
MARKED: dict[str, tuple[str, ...]] = {
    "intake": (), "worker": (), "carrier": ("exchange_",),
    "scheduler": ("tracking_", "statistics_fact", "statistics_pending", "statistics_cell", "statistics_margin", "kernel_event_cursor"),
}  # fmt: skip
# beginnings of marks met once in a zone's life or so seldom that an order comes too late (a commit is named by what was written first in
# it, which hangs on what a batch holds): whoever is first there falls
FIRST = (
    "worker|before commit of ", "worker|after commit of ", "worker|before insert clearance_edition", "worker|after insert clearance_edition",
    "carrier|before commit of exchange_", "carrier|after commit of exchange_",
    "scheduler|before insert kernel_event_cursor", "scheduler|after insert kernel_event_cursor",
)  # fmt: skip
MARK_S = 15.0  # how long a process may take to come to a marked point, what starts again included
MISSES = 5  # so often in a row nobody comes to an open mark before they are given up
SUPERVISOR = "supervisor"
WORKERS = 2
MOST = 2  # times the kills asked for, to come to every mark
READY_S, GIVE_UP_S = 180.0, 600.0


@dataclass
class Told:
    """What the proof found."""

    killed: list[str] = field(default_factory=list)
    marks: dict[str, list[str]] = field(default_factory=dict)
    seen: list[str] = field(default_factory=list)
    receipts: dict[str, int] = field(default_factory=dict)
    again: int = 0
    documents: int = 0
    seconds: float = 0.0
    settled: bool = False
    unsent: int = 0
    verdicts: list[Verdict] = field(default_factory=list)

    @property
    def missed(self) -> list[str]:
        """Marks that were met but where nothing was killed."""
        return [mark for mark in self.seen if mark not in self.marks]

    @property
    def holds(self) -> bool:
        """Whether everything was acknowledged, came to its end, and every claim holds."""
        return not self.unsent and self.settled and all(verdict.holds for verdict in self.verdicts)


@dataclass
class Pace:
    """How much of the load may be sent: a share with each kill, so that there is load to the last one.

    `until`: the moment (monotonic) at which senders give up, known once nobody is struck any more.
    """

    total: int = 0
    allowed: float = 0.0
    until: float = float("inf")

    def more(self, kills: int) -> None:
        """Let one more portion go; so many kills are still to come."""
        self.allowed += (self.total - self.allowed) / (max(kills, 0) + 2)

    def over(self) -> None:
        """Nobody is struck any more, though who is first at a mark may still fall: everything may go."""
        self.allowed, self.until = float(self.total), time.monotonic() + GIVE_UP_S

    def may(self, sent: int) -> bool:
        """Whether one more message may go."""
        return sent < self.allowed


@dataclass
class Killer:
    """Chooses a process, now and then, and kills it."""

    zone: Zone
    told: Told
    chance: random.Random
    targets: Sequence[str]
    kills: int
    pace: Pace = field(default_factory=Pace)
    misses: int = 0  # in a row: marks nobody came to

    def lie_in_wait(self) -> None:
        """Before anything runs: who comes first to a mark of FIRST falls, where it is of a process that is to be killed."""
        (self.zone.marks / "fallen").mkdir()
        (self.zone.marks / "first").write_text("\n".join(filter(self._wanted, FIRST)), encoding="utf-8")

    def more(self, *, load: bool) -> bool:
        """Whether to go on: `kills` were not reached, or marks are open that may still be met under load."""
        done = len(self.told.killed)
        may = load and done < MOST * self.kills and self.misses < MISSES
        return done < self.kills or (may and bool(self.open_marks()))

    def strike(self) -> None:
        """SIGKILL at a mark where nothing died yet, else one living process at any moment.

        Each lets a little more of the load go: work for the process that dies. Raises RuntimeError where the tree does
        not come back.
        """
        if not until(self.zone.ready, limit_s=READY_S):
            if self.zone.supervisor() is not None:
                raise RuntimeError(f"the tree did not come back in {READY_S:.0f} s: {self.zone.members()}")
            self.zone.up(workers=WORKERS)  # it gave up starting; whoever runs a zone starts it again
        open_ = self.open_marks()
        self.pace.more(max(self.kills - len(self.told.killed), len(open_)))
        spare = self.kills - len(self.told.killed) > len(open_)  # some kills at any moment are part of the proof
        anywhere = self.chance.random() < 0.2
        if not open_ or (anywhere and spare) or not self._at_mark(open_):
            self._anywhere()

    def open_marks(self) -> list[str]:
        """Marks the processes have met and at which nothing died."""
        seen = self.zone.marks / "seen"
        lines = sorted(set(seen.read_text(encoding="utf-8").splitlines())) if seen.exists() else []
        self.told.seen = [line for line in lines if self._wanted(line)]
        for mark in self._fallen():  # after `seen`: who falls says so before it is seen
            self.told.marks.setdefault(mark, [mark.partition("|")[0]])
        return self.told.missed

    def count_fallen(self) -> None:
        """At the end, once: who fell as the first at a mark counts as killed."""
        self.open_marks()
        self.told.killed += [mark.partition("|")[0] for mark in self._fallen()]

    def _fallen(self) -> list[str]:
        return [one.name for one in (self.zone.marks / "fallen").iterdir()]

    def _wanted(self, line: str) -> bool:
        kind, _, mark = line.partition("|")
        table = mark.rpartition(" ")[2]
        named = any(name.startswith(kind) for name in self.targets or MARKED)
        return named and kind in MARKED and table.startswith(MARKED[kind] or "")

    def _at_mark(self, meant: Sequence[str]) -> bool:
        """Let the first process that meets one of the marks die there, or the database under its hands."""
        database = self._pids().get("postgres", 0)
        there = self.chance.random() < 0.3 and database and ("postgres" in self.targets or not self.targets)
        pid = database if there else 0
        order, obeyed = self.zone.marks / "order", self.zone.marks / "obeyed"
        obeyed.unlink(missing_ok=True)
        fresh = order.with_suffix(".new")
        fresh.write_text("\n".join([str(pid), *meant]), encoding="utf-8")
        fresh.rename(order)
        met = until(obeyed.exists, limit_s=MARK_S, pause_s=0.02)
        order.unlink(missing_ok=True)
        if not met and not until(obeyed.exists, limit_s=0.5, pause_s=0.02):  # the order may just have been taken
            self.misses += 1
            return False
        self.misses = 0
        mark = obeyed.read_text(encoding="utf-8")
        victim = "postgres" if pid else mark.partition("|")[0]
        self.told.killed.append(victim)
        self.told.marks.setdefault(mark, []).append(victim)
        return True

    def _anywhere(self) -> None:
        """Kill one living process; the supervisor takes all with it and is started again."""
        time.sleep(self.chance.uniform(0.1, 1.5))
        if not until(
            lambda: bool(self._alive()), limit_s=READY_S
        ):  # after a supervisor's death the tree needs a moment
            raise RuntimeError(f"nothing of the tree lives after {READY_S:.0f} s")
        alive = self._alive()
        names = sorted(alive)
        if not names:
            return  # it ended meanwhile; the next strike waits for it
        name = self.chance.choices(names, weights=[1 if one == SUPERVISOR else 5 for one in names])[0]
        with contextlib.suppress(ProcessLookupError):
            os.kill(alive[name], signal.SIGKILL)
            self.told.killed.append(name)
        if name == SUPERVISOR:
            self._raise(list(self._pids().values()))

    def _pids(self) -> dict[str, int]:
        return {name: row["pid"] for name, row in self.zone.members().items() if row["pid"] and row["state"] == "ready"}

    def _alive(self) -> dict[str, int]:
        pids = self._pids()
        supervisor = self.zone.supervisor()
        if pids and supervisor is not None:
            pids[SUPERVISOR] = supervisor
        return {name: pid for name, pid in pids.items() if name in self.targets or not self.targets}

    def _raise(self, children: list[int]) -> None:
        """Start the tree again once nothing of the old one is left."""
        self.zone.reap()
        until(lambda: self.zone.supervisor() is None, limit_s=60)
        until(lambda: not any(os.path.exists(f"/proc/{pid}") for pid in children), limit_s=60)
        self.zone.up(workers=WORKERS)
