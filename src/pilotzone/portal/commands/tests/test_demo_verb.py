"""`pilotzone demo`: one loads at a time."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from pilotzone.base.errors import Refused
from pilotzone.portal.commands import demo
from pilotzone.portal.processes import records


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PILOTZONE_HOME", str(tmp_path))
    return tmp_path


def test_who_comes_while_another_loads_is_told_so_and_loads_nothing(
    state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = records.Lock(state, "demo")
    other.take()
    monkeypatch.setattr(demo, "_loadable", lambda year: (date(year, 1, 1), datetime(year, 12, 31, tzinfo=UTC)))
    records.write(records.demo_file(state), {"done": 1200, "total": 20000, "stage": "trades"})
    monkeypatch.setattr(demo, "_load", lambda *_: pytest.fail("it loads all the same"))
    done = CliRunner().invoke(demo.command, ["--trades", "600"])
    assert done.exit_code == 2
    assert done.stderr.startswith("demo.loading: ")
    assert "（1,200/20,000）" in done.stderr
    other.release()
    monkeypatch.setattr(demo, "_load", lambda *_: {"settled": True})
    assert CliRunner().invoke(demo.command, ["--json"]).stdout == '{"settled": true}\n'


def test_the_right_to_load_is_given_back_when_loading_ends_and_is_not_the_supervisors(state: Path) -> None:
    supervisor = records.Lock(state)
    supervisor.take()
    with pytest.raises(ValueError, match="broken"), demo._alone():
        with pytest.raises(Refused, match="demo.loading"), demo._alone():
            pass
        raise ValueError("broken")
    with demo._alone():
        pass
    supervisor.release()
