"""Every process killed in the running zone: it comes back, and a message sent meanwhile is neither lost nor doubled."""

from __future__ import annotations

import os
import signal
from typing import Any

import pytest

from pilotzone.exchange.signing import PemSigner
from tests.journeys.dealing import KINDS, Story, signers, story
from tests.journeys.zone import Zone, until

pytestmark = pytest.mark.xdist_group("zone")
KILLED = ("web", "worker-1", "intake", "carrier", "scheduler", "simulators", "postgres")


@pytest.fixture(scope="module")
def keys(zone: Zone) -> dict[int, PemSigner]:
    return signers(zone.home)


def _insist(zone: Zone, raw: bytes) -> str:
    """Send as a firm's system would: again, until the platform says that it keeps the message. The receipt."""

    def sent() -> str:
        status, told = zone.post(raw)
        assert status in (0, 202, 502, 503), told
        return str(told.get("receipt", ""))

    return until(sent, "a message kept")


def _kill(zone: Zone, name: str) -> int:
    """Kill a process of the tree by its own number; answers how often it had been started again before."""
    row: dict[str, Any] = zone.processes()[name]
    os.kill(row["pid"], signal.SIGKILL)
    return int(row["restarts"])


@pytest.mark.parametrize("name", KILLED)
def test_a_killed_process_comes_back_and_no_message_is_lost(zone: Zone, keys: dict[int, PemSigner], name: str) -> None:
    made: Story = story(8_000_000 + KILLED.index(name))
    before = _kill(zone, name)
    receipts = [_insist(zone, made.message(kind, keys)) for kind in KINDS]
    until(lambda: zone.processes()[name]["restarts"] > before and zone.is_ready(), f"{name} back")
    for receipt in receipts:
        # where the answer to a kept message was lost with the process, what was sent again is the duplicate of it
        assert [one["state"] for one in zone.result(receipt)["documents"]] in (["accepted"], ["duplicate"])
    until(lambda: "released" in zone.stages(made.deal.number), f"the release of {made.deal.number}")
    assert zone.stages(made.deal.number).count("released") == 1


def test_a_second_start_on_the_same_state_says_so(zone: Zone) -> None:
    second = zone.run("up", "--port", str(zone.port))
    assert second.returncode == 1
    assert zone.url in second.stderr
    assert "already runs" in second.stderr and "Traceback" not in second.stderr
    assert zone.is_ready()
