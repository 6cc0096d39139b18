"""A zone to measure and to be cruel to: a state folder and ports of its own, gone when it is closed."""

from __future__ import annotations

import subprocess
import sys
from contextlib import AbstractContextManager
from typing import Any

from pilotzone.portal.bench.place import Place, closing
from pilotzone.portal.processes import records
from pilotzone.portal.processes.measure import state_of

PILOTZONE = (sys.executable, "-c", "from pilotzone.portal.cli import main; main()")
# a tree whose processes come back at once however often they are killed
IMPATIENT = "from pilotzone.portal.processes import member; member.LONGEST_PAUSE_S = 0.5; "


class Zone(Place):
    """One zone below the system's folder for temporary files. `loaded` keeps a tree from loading the demonstration.

    `marked`: its processes listen at marked points (portal/processes/marks.py) and come back at once when killed.
    """

    def __init__(self, *, loaded: bool = True, marked: bool = False) -> None:
        super().__init__("pz-zone-")
        if loaded:
            records.write(records.demo_file(self.state), {"finished": True})
        self.marks = self.state / "marks"
        if marked:
            self.marks.mkdir()
            self.environment["PILOTZONE_MARKS"] = str(self.marks)
        self.customs_url = f"http://127.0.0.1:{self.counterpart_port}"

    def start_database(self) -> None:
        """The database alone, migrated and founded as a demonstration."""
        self.server.start()
        words = [sys.executable, "-m", "pilotzone.portal.processes.prepare", "--demo"]
        environment = {**self.environment, "PILOTZONE_DB_ROLE": "owner"}
        subprocess.run(words, check=True, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)

    def up(self, *, workers: int = 1) -> subprocess.Popen[bytes]:
        """`pilotzone up`; does not wait."""
        program = [*PILOTZONE[:2], IMPATIENT + PILOTZONE[2]] if self.marks.exists() else list(PILOTZONE)
        words = [*program, "up", "--port", str(self.port), "--workers", str(workers)]
        self._tree = subprocess.Popen(
            words, env=self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        return self._tree

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """One verb of the command line against this zone."""
        environment = {**self.environment, "PILOTZONE_CUSTOMS_URL": self.customs_url}
        return subprocess.run(
            [*PILOTZONE, *words], env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
        )

    def status(self) -> dict[str, Any]:
        """What `pilotzone status` says."""
        return state_of(self.state)

    def supervisor(self) -> int | None:
        """The process id of the running supervisor."""
        return records.holder(self.state)

    def reap(self) -> None:
        """Take leave of a supervisor that was killed."""
        if self._tree is not None:
            self._tree.wait(60)


def zone(*, loaded: bool = True, marked: bool = False) -> AbstractContextManager[Zone]:
    """A throw-away zone, closed whatever happens."""
    return closing(Zone(loaded=loaded, marked=marked))
