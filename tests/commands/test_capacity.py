"""`pilotzone capacity` reckons from the file that `make bench` writes."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType

import pytest
from click.testing import CliRunner

from pilotzone.portal.bench import capacity
from pilotzone.portal.commands.capacity import command

TOOLS = Path(__file__).parents[2] / "tools"
RUN = {
    "cpu_us_per_doc": {"worker": 60.0, "postgres": 30.0, "intake": 6.0, "projections": 4.0, "load": 9.0},
    "documents_per_list": 4.0, "disk_bytes_per_list": 7000, "pss_mb": 400.0, "workers": 2, "trades_per_s": 100.0,
}  # fmt: skip


@pytest.fixture
def bench_flood(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(TOOLS))
    found = importlib.util.spec_from_file_location("bench_flood", TOOLS / "bench_flood.py")
    assert found and found.loader
    module = importlib.util.module_from_spec(found)
    monkeypatch.setitem(sys.modules, "bench_flood", module)
    found.loader.exec_module(module)
    return module


def test_what_the_bench_writes_is_what_capacity_reads(
    bench_flood: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert bench_flood.COSTS == capacity.COSTS
    written = tmp_path / "unit_costs.json"
    for module in (bench_flood, capacity):
        monkeypatch.setattr(module, "COSTS", written)
    bench_flood._keep({batch: bench_flood._unit([RUN, RUN]) for batch in ("100", "1")})
    done = CliRunner().invoke(command, ["--lists-per-day", "8640000", "--json"])
    assert done.exit_code == 0, done.output
    told = json.loads(done.output)
    assert told["cores"]["worker"] == 0.4  # 4,000 documents/s x 60 µs, busy to 60 %
    assert told["measured"] == json.loads(written.read_text("utf-8"))["measured"]


def test_how_long_is_kept_comes_from_the_law() -> None:
    years, tag, what = capacity.PARAMETERS["kept_years"]
    assert (years, tag) == (3.0, "B")
    assert "第三十一条" in what
