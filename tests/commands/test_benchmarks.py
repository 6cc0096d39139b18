"""`make bench`: which parts are written where, and that what `pilotzone capacity` reckons from stands in the page."""

from __future__ import annotations

import importlib
import json
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from pilotzone.portal.bench import capacity

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "benchmarks.md"
MODULES = ("benchmarks", "bench_flood", "figures", "pages")
NAMES = {"100": "intake, 100 documents a message", "1": "intake, one document a message"}


@pytest.fixture
def tools(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], ModuleType]]:
    """Imports a module of tools/; nothing of them stays."""
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    before = {name: sys.modules.pop(name, None) for name in MODULES}
    yield importlib.import_module
    for name, module in before.items():
        sys.modules.pop(name, None)
        if module is not None:
            sys.modules[name] = module


def _part(name: str) -> str:
    found = re.search(rf"<!-- {name} -->\n(.*?)(?=<!-- |\Z)", PAGE.read_text("utf-8"), re.DOTALL)
    assert found, f"the page has no part {name}"
    return found[1]


def _rows(part: str, head: str) -> dict[str, str]:
    """What a block of the part's table says by the wall clock: from the row `head` to the next that is no detail."""
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in part.splitlines() if line.startswith("|")]
    start = next(n for n, row in enumerate(rows) if row[0] == head)
    told = {"trades": rows[start][2]}
    for row in rows[start + 1 :]:
        if not row[0].startswith("—"):
            break
        told[row[0].removeprefix("— ")] = row[2]
    return told


@pytest.mark.parametrize("batch", NAMES)
def test_what_capacity_reckons_from_stands_in_the_page(tools: Callable[[str], ModuleType], batch: str) -> None:
    number = tools("figures").number
    costs, part = capacity.costs(), _part("intake")
    assert re.search(rf"taken: {costs['measured']['date']} .*commit {costs['measured']['commit'].split()[0]}\b", part)
    unit, told = costs["batch"][batch], _rows(part, NAMES[batch])
    wanted: dict[str, Any] = {**unit["cpu_us_per_doc"], "memory of intake and workers": unit["pss_mb"]}
    wanted |= {"trades": unit["trades_per_s"]}
    if "disk" in told:  # parts taken before it was told have none
        wanted |= {"disk": unit["disk_bytes_per_list"], "of a list": unit["documents_per_list"]}
    assert {name: told[name] for name in wanted} == {name: number(value) for name, value in wanted.items()}


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A PATH with git and nothing else."""
    folder = tmp_path / "programs"
    folder.mkdir()
    (folder / "git").symlink_to(shutil.which("git") or "/usr/bin/git")
    monkeypatch.setenv("PATH", str(folder))
    return folder


def _run(tools: Callable[[str], ModuleType], monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    benchmarks = tools("benchmarks")
    monkeypatch.setattr(sys, "argv", ["benchmarks.py", *words])
    flood = tools("bench_flood")

    def small(runs: int) -> Iterator[Any]:
        flood._keep({"1": {"runs": runs}})
        yield tools("figures").plain("nothing", "ms", [1.0], "at once")

    monkeypatch.setattr(benchmarks, "benches", lambda *, install: {"intake": small})
    return int(benchmarks.main())


def test_costs_measured_for_another_page_lie_beside_it(
    tools: Callable[[str], ModuleType], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    before = capacity.COSTS.read_bytes()
    assert _run(tools, monkeypatch, "--only", "intake", "--out", str(tmp_path / "page.md")) == 0
    assert json.loads((tmp_path / "unit_costs.json").read_text("utf-8"))["batch"] == {"1": {"runs": 3}}
    assert capacity.COSTS.read_bytes() == before
    assert re.search(r"^- took 0\.0 minutes$", (tmp_path / "page.md").read_text("utf-8"), re.MULTILINE)


def test_without_a_profiler_the_pages_profiles_stay(
    tools: Callable[[str], ModuleType], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, bare: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    page = tmp_path / "page.md"
    page.write_text("<!-- profiles -->\n## profiles\n\ntaken once\n", encoding="utf-8")
    assert _run(tools, monkeypatch, "--out", str(page)) == 0
    assert "taken once" in page.read_text("utf-8")
    assert "--py-spy" in capsys.readouterr().err
    with pytest.raises(SystemExit) as ended:
        _run(tools, monkeypatch, "--only", "profiles", "--out", str(page))
    assert ended.value.code == 2


def test_a_profiler_may_lie_anywhere(
    tools: Callable[[str], ModuleType], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, bare: Path
) -> None:
    spy = tmp_path / "bin" / "py-spy"
    spy.parent.mkdir()
    spy.write_text("#!/bin/sh\n")
    spy.chmod(0o755)
    flood = tools("bench_flood")
    monkeypatch.setattr(flood, "profiles", lambda: iter([f"by {flood.profiler()}"]))
    page = tmp_path / "page.md"
    assert _run(tools, monkeypatch, "--only", "profiles", "--py-spy", str(spy), "--out", str(page)) == 0
    assert f"by {spy}" in page.read_text("utf-8")
    with pytest.raises(SystemExit):
        _run(tools, monkeypatch, "--only", "profiles", "--py-spy", str(tmp_path / "none"), "--out", str(page))
