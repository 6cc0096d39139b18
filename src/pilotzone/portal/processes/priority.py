"""Who gives way to whom when the processors are full: priority of a process, of its session, and of its database backends.

Linux shares the processors first between sessions (`/proc/PID/autogroup`), then within one by nice. PostgreSQL begins a session for
each backend. A nice value alone would therefore weigh a process against its own session only, and eight backends that answer
look-ups would leave a ninth of the machine to everything else.
"""

from __future__ import annotations

import contextlib
import os
import time
from pathlib import Path
from typing import Any

TRIES, PAUSE_S = 5, 0.12  # the kernel takes one change in a tenth of a second from whoever is not its administrator


def give_way(nice: int, pid: int = 0) -> None:
    """Set the priority of a process that leads a session, and of the session.

    `nice`: 0 (ordinary) to 19. `pid`: another process; 0 is this one. What is not allowed, gone or no Linux stays as it is.
    """
    with contextlib.suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, pid, nice)
    share = Path(f"/proc/{pid or 'self'}/autogroup")
    for _ in range(TRIES):
        try:
            share.write_text(str(nice))
        except BlockingIOError:
            time.sleep(PAUSE_S)
        except OSError:
            return
        else:
            return


def with_backends(*, connection: Any, **_: object) -> None:
    """A receiver of Django's `connection_created`: the backend of an embedded database gives way as this process does.

    `connection`: Django's, just opened. A server reached over the network, or of another account, keeps its own ways.
    """
    nice = os.getpriority(os.PRIO_PROCESS, 0)
    told = connection.connection.info
    if nice > 0 and str(told.host).startswith("/"):
        give_way(nice, told.backend_pid)
