"""The intake's process: `python -m pilotzone.pipeline.intake`. PILOTZONE_DSN and PILOTZONE_INTAKE_PORT say where."""

from __future__ import annotations

import asyncio
import os
import signal
from typing import Any

import psycopg
import structlog
from granian.constants import Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.embed import Server
from psycopg_pool import ConnectionPool

from pilotzone.exchange import inbox
from pilotzone.pipeline.intake.app import Intake
from pilotzone.pipeline.intake.limits import from_environment

log = structlog.get_logger("intake")
# a database that hangs must not hold senders longer than they wait
SESSION = {"connect_timeout": 3, "options": "-c statement_timeout=10s -c lock_timeout=5s -c application_name=intake"}


async def serve(dsn: str, bind: str, port: int) -> None:
    """Serve until SIGTERM or SIGINT, then write what waits."""
    pool: ConnectionPool[psycopg.Connection[Any]] = ConnectionPool(
        dsn, min_size=0, max_size=2, timeout=3, max_idle=60, kwargs={"autocommit": True, **SESSION}, open=True
    )
    intake = Intake(
        connect=lambda: psycopg.connect(dsn, **SESSION),  # type: ignore[arg-type]
        reading=pool.connection,
        keep=inbox.keep,
        limits=from_environment(),
    )
    server = Server(
        intake,
        address=bind,
        port=port,
        interface=Interfaces.RSGI,
        log_level=LogLevels.error,
        backlog=1024,
        http1_settings=HTTP1Settings(header_read_timeout=15_000),
    )
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, server.stop)
    intake.start()
    log.info("intake.ready", port=port)
    await server.serve()
    await asyncio.to_thread(intake.stop)
    await asyncio.to_thread(pool.close)


def main() -> None:
    """Serve on the address the environment names."""
    bind = os.environ.get("PILOTZONE_INTAKE_BIND", "127.0.0.1")
    asyncio.run(serve(os.environ["PILOTZONE_DSN"], bind, int(os.environ.get("PILOTZONE_INTAKE_PORT", "8001"))))


if __name__ == "__main__":
    main()
