"""`pilotzone down`: stop what `pilotzone up` started on this state folder."""

from __future__ import annotations

import contextlib
import os
import signal
import time

import click

from pilotzone.portal.processes import records
from pilotzone.portal.processes.home import home

PATIENCE_S = 60.0


@click.command("down")
def command() -> None:
    """Stop everything in order; waits until it has stopped."""
    state = home()
    pid = records.holder(state)
    if pid is None:
        print(f"PilotZone does not run on {state}")
        return
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + PATIENCE_S
    while records.holder(state) is not None:
        if time.monotonic() > deadline:
            raise SystemExit(
                f"process {pid} has not stopped within {PATIENCE_S:.0f} s; see {state}/logs/supervisor.log"
            )
        time.sleep(0.1)
    print("stopped")
