"""Whose time documents are stamped by: every answer of a platform about its clock, and none."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pilotzone.base.errors import Refused, Unavailable
from pilotzone.exchange.agent.client import Client
from pilotzone.exchange.agent.clock import ZoneClock
from pilotzone.exchange.agent.tests.zones import Zone, agent_of
from pilotzone.exchange.connectors.tests.worlds import world_of

HERE = datetime(2026, 11, 26, 9, tzinfo=UTC)
THERE = datetime(2021, 12, 30, 16, tzinfo=UTC)
URL = "https://zone.example"


def says(now: Any, *, demo: Any = False, status: int = 200) -> Client:
    return Client(lambda *_: (status, {"now": now.isoformat() if isinstance(now, datetime) else now, "demo": demo}))


def away(*_: Any) -> tuple[int, dict[str, Any]]:
    raise OSError("no route")


def clock(folder: Path, url: str = URL) -> ZoneClock:
    return ZoneClock(folder, url, lambda: HERE)


@pytest.mark.parametrize(
    ("theirs", "demo", "code", "stamp"),
    [
        (HERE + timedelta(seconds=59), False, None, HERE),
        (HERE - timedelta(seconds=59), True, None, HERE),
        (HERE + timedelta(seconds=60), False, "agent.clock_differs", HERE + timedelta(seconds=60)),
        (HERE - timedelta(hours=23), False, "agent.clock_differs", HERE - timedelta(hours=23)),
        (THERE, True, "agent.clock_demo", THERE),
    ],
)
def test_a_time_that_can_be_meant_is_followed_and_told_once(
    tmp_path: Path, theirs: datetime, demo: bool, code: str | None, stamp: datetime
) -> None:
    ours = clock(tmp_path)
    told = ours.ask(says(theirs, demo=demo))
    assert ((told.code if told else None), ours.now()) == (code, stamp)
    assert told is None or (told.zh and told.en and told.zh != told.en)
    assert ours.ask(says(theirs, demo=demo)) is None, "nothing new"
    back = ours.ask(says(HERE))
    assert ((back.code if back else None), ours.now()) == ("agent.clock_agrees" if code else None, HERE)


@pytest.mark.parametrize(
    ("theirs", "demo", "code"),
    [
        (HERE - timedelta(days=1), False, "agent.clock_far"), (THERE, False, "agent.clock_far"),
        (datetime(1, 1, 1, tzinfo=UTC), True, "agent.clock_far"), (datetime(9999, 12, 31, tzinfo=UTC), True, "agent.clock_far"),
        ("soon", False, "agent.answer"), (None, False, "agent.answer"), (17, True, "agent.answer"),
        ("2021-12-30T16:00:00", True, "agent.answer"), (THERE, "yes", "agent.answer"), (THERE, None, "agent.answer"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_told_and_not_followed(tmp_path: Path, theirs: Any, demo: Any, code: str) -> None:
    ours = clock(tmp_path)
    with pytest.raises(Unavailable) as told:
        ours.ask(says(theirs, demo=demo))
    assert (told.value.code, ours.now()) == (code, HERE)
    assert told.value.zh and told.value.en and told.value.mend_zh and told.value.mend_en
    assert not (tmp_path / "clock.json").exists()


@pytest.mark.parametrize("silent", [Client(away), says(THERE, status=503), says(THERE, status=404)])
def test_a_platform_that_tells_no_time_leaves_the_last_one_or_the_machines(tmp_path: Path, silent: Client) -> None:
    assert clock(tmp_path).ask(silent) is None
    assert clock(tmp_path).now() == HERE
    clock(tmp_path).ask(says(THERE, demo=True))
    later = clock(tmp_path)  # a process of its own
    assert later.ask(silent) is None
    assert later.now() == THERE
    assert clock(tmp_path, "https://other.example").now() == HERE, "another platform has another time"


def test_a_refused_token_is_not_taken_for_silence(tmp_path: Path) -> None:
    with pytest.raises(Refused):
        clock(tmp_path).ask(says(THERE, status=401))


@pytest.mark.parametrize(
    "kept",
    ["", "[]", "{", '{"url": 1}', json.dumps({"url": URL, "offset_s": 1e400}), '{"url": "https://zone.example"}'],
)
def test_what_was_kept_and_cannot_be_read_is_asked_for_anew(tmp_path: Path, kept: str) -> None:
    (tmp_path / "clock.json").write_text(kept)
    assert clock(tmp_path).now() == HERE


class Told(Zone):
    """A platform that says this of its time."""

    told: Any

    def __call__(self, method: str, path: str, body: bytes | None) -> tuple[int, dict[str, Any]]:
        return (200, self.told) if path == "/api/v1/clock" else super().__call__(method, path, body)


def test_documents_of_a_round_are_stamped_by_the_platform(tmp_path: Path, signer: Any) -> None:
    zone, folder, said = Told(tmp_path / "zone"), tmp_path / "firm", list[str]()
    zone.told = {"now": THERE.isoformat(), "demo": True}
    assert agent_of(folder, zone, signer, world=world_of("json_feed", 2), log=said.append).round().sent == 1
    (raw,) = zone.arrivals()
    assert raw.count(b"<ceb:appTime>20211231000000</ceb:appTime>") == 2  # Shanghai's clock
    assert [line for line in said if "agent.clock_demo" in line and "2021-12-30 16:00" in line]


@pytest.mark.parametrize("nonsense", [{"now": THERE.isoformat(), "demo": False}, {}, [1]])
def test_orders_wait_while_the_platforms_time_cannot_be_meant(tmp_path: Path, signer: Any, nonsense: Any) -> None:
    zone, folder, world, said = Told(tmp_path / "zone"), tmp_path / "firm", world_of("json_feed", 2), list[str]()
    zone.told = nonsense
    told = agent_of(folder, zone, signer, world=world, log=said.append).round()
    assert (told.drafted, told.sent, zone.arrivals()) == (0, 0, [])
    assert told.later in ("agent.clock_far", "agent.answer")
    assert [line for line in said if told.later in line]
    zone.told = {"now": THERE.isoformat(), "demo": True}
    assert agent_of(folder, zone, signer, world=world).round().sent == 1


@pytest.mark.parametrize("answer", [{}, {"receipt_id": "1"}, [], None])
def test_an_answer_that_is_none_of_the_platforms_is_asked_for_again(answer: Any) -> None:
    client = Client(lambda *_: (202, answer))
    with pytest.raises(Unavailable, match="agent.answer"):
        client.send(b"<x/>")
    client = Client(lambda *_: (200, answer))
    with pytest.raises(Unavailable, match="agent.answer"):
        client.result("1")
    with pytest.raises(Unavailable, match="agent.answer"):
        list(client.receipts(0))


def test_pages_without_receipts_end_whatever_they_promise() -> None:
    client = Client(lambda *_: (200, {"receipts": [], "after": 7, "more": True}))
    assert list(client.receipts(0)) == []
