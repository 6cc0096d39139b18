"""Who gives way to whom at an embedded database: the backends that answer people, to those that keep and decide.

Linux shares the processors between sessions first (`/proc/PID/autogroup`), then within one by nice. PostgreSQL begins a session for
each backend, so that eight that answer look-ups would leave a ninth of the machine to all other processes of the zone,
however low the priority of the process that asks.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
from pathlib import Path
from typing import Any

from pilotzone.portal.processes.connections import embedded

BACKEND_NICE = 5  # a third of the ordinary share
TRIES, PAUSE_S = 5, 0.12  # the kernel takes one change in a tenth of a second from whoever is not its administrator


def give_way(nice: int, pid: int) -> None:
    """Lower the priority of a process that leads a session, and of the session; one that is lower already stays so.

    `nice`: 0 (ordinary) to 19. What is not allowed, is gone or is no Linux stays as it is.
    """
    with contextlib.suppress(OSError):
        nice = max(nice, os.getpriority(os.PRIO_PROCESS, pid))
        os.setpriority(os.PRIO_PROCESS, pid, nice)
    share = Path(f"/proc/{pid}/autogroup")
    for _ in range(TRIES):
        try:
            share.write_text(str(nice))
        except BlockingIOError:
            time.sleep(PAUSE_S)
        except OSError:
            return
        else:
            return


def backends_give_way(*, connection: Any, **_: object) -> None:
    """A receiver of Django's `connection_created`: the backend just opened gives way, beside whoever waits for it.

    `connection`: Django's. A server of the zone's own administrator (`DATABASE_URL`) keeps its ways.
    """
    told = connection.connection.info
    if embedded() and str(told.host).startswith("/"):
        threading.Thread(target=give_way, args=(BACKEND_NICE, told.backend_pid), daemon=True).start()
