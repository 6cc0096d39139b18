"""`pilotzone storage` from the list to a month that comes back."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from pilotzone.kernel import clock
from pilotzone.pipeline.tests.papers import Bench, Trade
from pilotzone.portal.commands.storage import command

SENT, NEXT_MONTH, YEARS_ON = (datetime(*day, 12, tzinfo=UTC) for day in ((2021, 3, 1), (2021, 4, 9), (2024, 4, 9)))


class Verb:
    """The verb against a zone whose clock is set."""

    def __init__(self, zone: Bench, folder: Path) -> None:
        self.zone, self.folder = zone, folder

    def at(self, moment: datetime) -> None:
        """Let the zone's time be this."""
        self.zone.set_clock(moment)
        self.zone.connection.commit()
        clock.forget()

    def __call__(self, *words: str, refused: str = "") -> list[dict[str, Any]]:
        """The rows told; `refused`: the code it ends with."""
        done = CliRunner().invoke(command, [*words, "--json"])
        assert (done.exit_code, refused in done.stderr) == (1 if refused else 0, True), done.output
        return [json.loads(line) for line in done.stdout.splitlines()]

    def move(self, *words: str, refused: str = "") -> list[dict[str, Any]]:
        """As a call, with the archive's folder."""
        return self(*words, "--folder", str(self.folder), refused=refused)


@pytest.fixture
def verb(standing_zone: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Verb:
    monkeypatch.setenv("PILOTZONE_DB_NAME", standing_zone.connection.info.dbname)
    monkeypatch.setattr("django.setup", lambda: None)
    return Verb(standing_zone, tmp_path / "archive")


def test_a_month_is_made_ahead_merged_moved_out_and_brought_back(verb: Verb) -> None:
    verb.at(SENT)
    assert verb("ahead", "--days", "2") == [{"made": 15}]
    verb.zone.send(verb.zone.paper(Trade(), "order", appType="1"))
    verb.zone.connection.commit()
    assert {row["days"] for row in verb()} == {1}
    assert verb("merge", "--month", "2021-03") == []

    verb.at(NEXT_MONTH)
    assert [(row["month"], row["days"]) for row in verb("merge")] == [("2021-03", 3)] * 5
    assert {row["days"] for row in verb()} == {31}
    verb.move("detach", "--before", "2021-04-01", refused="storage.unfinished")

    verb.at(YEARS_ON)
    verb.zone.connection.execute("UPDATE clearance_trade SET state = 'cancelled'")
    verb.zone.connection.commit()
    assert verb.move("detach", "--before", "2021-03-31") == []
    moved = {row["table"]: row["rows"] for row in verb.move("detach", "--before", "2021-04-01")}
    assert (len(moved), moved["clearance_trade"]) == (5, 1)
    assert {row["where"] for row in verb() if row["table"] == "clearance_trade"} == {
        "202103/clearance_trade_m202103.copy.zst"
    }
    verb.move("attach", "2020-01", refused="storage.unknown")
    assert len(verb.move("attach", "2021-03")) == 5
    assert verb.zone.trade(Trade())["state"] == "cancelled"
    verb.zone.connection.commit()


def test_what_the_law_keeps_is_refused(verb: Verb) -> None:
    verb.at(datetime(2024, 5, 1, 12, tzinfo=UTC))
    verb.zone.send(verb.zone.paper(Trade(number="T2"), "order"))
    verb.zone.connection.execute("UPDATE clearance_trade SET state = 'cancelled'")
    verb.zone.connection.commit()
    verb.at(datetime(2024, 6, 9, 12, tzinfo=UTC))
    verb("merge")
    verb.move("detach", "--before", "2024-06-01", refused="storage.kept")
    assert not (verb.folder / "202405").exists()
