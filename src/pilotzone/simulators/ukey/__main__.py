"""The simulated control's process: `python -m pilotzone.simulators.ukey`. Started in demonstration zones, or by `pilotzone ukey`."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from pathlib import Path
from urllib.parse import urlsplit

import structlog
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server.embed import Server

from pilotzone.exchange.signing import control
from pilotzone.kernel.home import home
from pilotzone.simulators.ukey.cards import Drawer
from pilotzone.simulators.ukey.reader import Control

log = structlog.get_logger("ukey")
HOST = "127.0.0.1"
AGAIN_S = 15.0


def port_of(address: str = "") -> int:
    """The port of the control's address: PILOTZONE_UKEY's first, else the real control's."""
    told = address or os.environ.get("PILOTZONE_UKEY", "").split(",")[0].strip() or control.ADDRESS
    return urlsplit(told).port or urlsplit(control.ADDRESS).port or 0


def drawer_of(state: Path) -> Drawer:
    """The cards of a demonstration zone's firms."""
    return Drawer(state / "demo" / "keys", state / "demo" / "ukey.json")


async def serve(drawer: Drawer, port: int) -> None:
    """Serve until told to stop. Where another control has the port (a real one, another zone's) it waits for it."""
    stopping = asyncio.Event()
    servers: list[Server] = []

    def stop() -> None:
        stopping.set()
        for server in servers:
            server.stop()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    while not _free(port):
        log.warning("ukey.port_taken", port=port)
        try:
            await asyncio.wait_for(stopping.wait(), AGAIN_S)
        except TimeoutError:
            continue
        return
    if stopping.is_set():
        return
    server = Server(
        Control(drawer), address=HOST, port=port, interface=Interfaces.RSGI, log_level=LogLevels.error, websockets=True
    )
    servers.append(server)
    log.info("ukey.ready", port=port)
    await server.serve()


def _free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def main() -> None:
    """Serve the cards of the zone at PILOTZONE_HOME."""
    asyncio.run(serve(drawer_of(home()), port_of()))


if __name__ == "__main__":
    main()
