"""One clock, and one place where the network is touched."""

from __future__ import annotations

import re

import pytest

from tests.architecture.house import calls, imports, name, sql_files, working_modules

pytestmark = pytest.mark.xdist_group("house")  # the files of the package are read and parsed once

CLOCKS = re.compile(
    r"(^|\.)(datetime\.(now|utcnow|today)|date\.today|timezone\.(now|localdate|localtime)|time\.time(_ns)?)$"
)
MAY_ASK = {
    "kernel/clock.py": "the clock itself",
    "kernel/migrations/": "Django's own default of date_joined",
    "portal/commands/": "verbs that work with no zone running go by this machine's day",
    "portal/processes/": "how long a process has run",
    "portal/bench/": "certificates of the load are issued before there is a zone",
    "exchange/inbox.py": "a receipt number that begins with wall time keeps its index in order; it is never read back",
}
CLIENTS = (
    "httpx", "requests", "urllib.request", "urllib3", "http.client", "aiohttp", "smtplib", "ftplib", "socket",
    "websockets", "asyncio.open_connection",
)  # fmt: skip
MAY_CONNECT = {
    "exchange/channels/": "where messages leave and arrive",
    "simulators/": "the other side",
    "portal/processes/": "starts and probes the processes of this machine",
    "portal/commands/": "the command line speaks to a running zone",
    "portal/bench/": "sends the load to a zone of its own",
    "pipeline/intake/": "listens",
}


def exempt(path: str, allowed: dict[str, str]) -> bool:
    return any(path.startswith(place) for place in allowed)


def test_nobody_else_asks_a_computer_what_time_it_is() -> None:
    asking = [
        f"{name(path)}:{call.lineno} {dotted}"
        for path in working_modules()
        if not exempt(name(path), MAY_ASK)
        for dotted, call in calls(path)
        if CLOCKS.search(dotted)
    ]
    assert asking == []


def test_no_field_stamps_itself() -> None:
    stamped = [
        f"{name(path)}:{call.lineno}"
        for path in working_modules()
        for _, call in calls(path)
        for keyword in call.keywords
        if keyword.arg in {"auto_now", "auto_now_add"}
    ]
    assert stamped == []


def test_sql_asks_the_zones_clock() -> None:
    """In SQL files zone time is pz_now(); now(), CURRENT_TIMESTAMP and CURRENT_DATE would be the server's."""
    wrong = [
        f"{name(path)}: {line.strip()}"
        for path in sql_files()
        for line in path.read_text(encoding="utf-8").splitlines()
        if re.search(r"(?<![_\w])(now\(\)|current_timestamp|current_date)", line.split("--")[0], re.IGNORECASE)
    ]
    assert wrong == []


def test_the_network_is_touched_in_its_places_only() -> None:
    touching = [
        f"{name(path)}:{line} {module}"
        for path in working_modules()
        if not exempt(name(path), MAY_CONNECT)
        for module, line in imports(path)
        if any(module == client or module.startswith(client + ".") for client in CLIENTS)
    ]
    assert touching == []
