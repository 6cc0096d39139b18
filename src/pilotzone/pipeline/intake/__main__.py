"""The intake's process: `python -m pilotzone.pipeline.intake`. PILOTZONE_DSN and PILOTZONE_INTAKE_PORT say where."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import Sequence
from typing import Any

import psycopg
import structlog
from psycopg_pool import ConnectionPool

from pilotzone.exchange import inbox
from pilotzone.exchange.inbox import Packed
from pilotzone.pipeline.intake import limits, proxies
from pilotzone.pipeline.intake.app import Intake
from pilotzone.pipeline.intake.server import Server, secured_by

log = structlog.get_logger("intake")
# a database that hangs must not hold senders longer than they wait
SESSION = {"connect_timeout": 3, "options": "-c statement_timeout=10s -c lock_timeout=5s -c application_name=intake"}
WAKE_S = 0.05  # workers are woken this often at most: a busy one looks by itself, and each call costs a commit's lock
SWITCH_S = 0.001  # the writing thread waits for the loop's no longer than this after each answer of the database


async def serve(dsn: str) -> None:
    """Serve until SIGTERM or SIGINT, then write what waits."""
    pool: ConnectionPool[psycopg.Connection[Any]] = ConnectionPool(
        dsn, min_size=0, max_size=2, timeout=3, max_idle=60, kwargs={"autocommit": True, **SESSION}, open=True
    )
    bounds = limits.from_environment()
    intake = Intake(
        connect=lambda: psycopg.connect(dsn, autocommit=True, **SESSION),  # type: ignore[arg-type]
        reading=pool.connection,
        pack=inbox.pack,
        keep=Keeping().keep,
        limits=bounds,
        proxies=proxies.from_environment(),
    )
    server = Server(intake, bounds)
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    intake.start()
    await _listen(server)
    await ended.wait()
    await server.close()
    await intake.stop()
    await asyncio.to_thread(pool.close)


class Keeping:
    """Keeps groups in the inbox and wakes the workers now and then."""

    def __init__(self) -> None:
        self._woken = 0.0

    def keep(self, connection: Any, packed: Sequence[Packed]) -> list[str]:
        """As `inbox.write`; a worker that is not woken looks by itself after a fifth of a second."""
        now = time.monotonic()
        wake = now - self._woken >= WAKE_S
        receipts = inbox.write(connection, packed, wake=wake)
        if wake:
            self._woken = now
        return receipts


async def _listen(server: Server) -> None:
    port = int(os.environ.get("PILOTZONE_INTAKE_PORT") or "8001")
    await server.listen(os.environ.get("PILOTZONE_INTAKE_BIND") or "127.0.0.1", port)
    log.info("intake.ready", port=port)
    if secured_port := int(os.environ.get("PILOTZONE_INTAKE_TLS_PORT") or "0"):
        secured = secured_by(
            os.environ["PILOTZONE_INTAKE_TLS_CERT"],
            os.environ.get("PILOTZONE_INTAKE_TLS_KEY", ""),
            os.environ.get("PILOTZONE_INTAKE_TLS_CLIENT_CA", ""),
        )
        await server.listen(os.environ.get("PILOTZONE_INTAKE_TLS_BIND") or "127.0.0.1", secured_port, secured)
        log.info("intake.secured", port=secured_port)


def main() -> None:
    """Serve on the addresses the environment names."""
    sys.setswitchinterval(SWITCH_S)
    asyncio.run(serve(os.environ["PILOTZONE_DSN"]))


if __name__ == "__main__":
    main()
