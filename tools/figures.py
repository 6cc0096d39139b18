"""Figures and the machine they were taken on, for the pages the benchmarks and proofs write."""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Run:
    """What one run took: seconds by the clock on the wall, and of processor, children included."""

    wall_s: float
    cpu_s: float = 0.0


@dataclass(frozen=True)
class Figure:
    """One measured value, run by run: by the wall clock, and by processor time where that was measured."""

    name: str
    unit: str
    walls: tuple[float, ...]
    cpus: tuple[float, ...]
    how: str

    def row(self) -> str:
        """A line of the table: medians, and how far the runs lie apart."""
        spread = f"{number(min(self.walls))} – {number(max(self.walls))}" if len(self.walls) > 1 else "–"
        cpu = number(statistics.median(self.cpus)) if self.cpus else "–"
        wall = number(statistics.median(self.walls))
        return f"| {self.name} | {self.unit} | {wall} | {spread} | {cpu} | {len(self.walls)} | {self.how} |"


HEADER = "| what | unit | wall clock | least – most | processor | runs | how |\n|---|---|---:|---:|---:|---:|---|"


def rate(name: str, unit: str, runs: Sequence[Run], pieces: int, how: str) -> Figure:
    """Pieces a second; beside it pieces a second of processor."""
    walls, cpus = zip(*((pieces / run.wall_s, pieces / run.cpu_s if run.cpu_s else 0.0) for run in runs), strict=True)
    return Figure(name, f"{unit}/s", walls, cpus if all(cpus) else (), how)


def each(name: str, unit: str, runs: Sequence[Run], pieces: int, how: str) -> Figure:
    """Microseconds a piece; beside it microseconds of processor."""
    walls, cpus = zip(*((run.wall_s / pieces * 1e6, run.cpu_s / pieces * 1e6) for run in runs), strict=True)
    return Figure(name, f"µs/{unit}", walls, cpus if all(cpus) else (), how)


def plain(name: str, unit: str, values: Sequence[float], how: str) -> Figure:
    """Values as they are: seconds of waiting, megabytes."""
    return Figure(name, unit, tuple(values), (), how)


def number(value: float) -> str:
    """Three figures that mean something, thousands apart."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def timed(work: Callable[[], object], runs: int) -> list[Run]:
    """Do it again and again; what each time took, children that ended included."""
    told = []
    for _ in range(runs):
        began, spent = time.perf_counter(), processor_s()
        work()
        told.append(Run(time.perf_counter() - began, processor_s() - spent))
    return told


def processor_s() -> float:
    """Seconds of processor of this process and its ended children."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def machine() -> list[str]:
    """What the figures depend on; no name and no path of the machine."""
    memory = psutil.virtual_memory().total / 2**30
    return [
        f"- machine: {os.cpu_count()} cores, {_processor()}, {memory:.0f} GB memory, {platform.system()}"
        f" {platform.machine()}, Python {platform.python_version()}, messages taken apart by {_parser()},"
        f" SM2 verified by {_sm2()}",
        f"- taken: {datetime.now(UTC):%Y-%m-%d %H:%M} UTC, commit {_commit()}",
    ]


def load() -> str:
    """How busy the machine is, others included: the mean number of processes that ran in the last minute."""
    return f"{os.getloadavg()[0]:.1f}"


def _parser() -> str:
    from pilotzone.exchange.formats import regular_native

    return "the compiled part" if regular_native.AVAILABLE else "regular expressions (the compiled part is not built)"


def _sm2() -> str:
    from pilotzone.exchange.signing import sm2, sm2_compiled

    return "the compiled part" if sm2_compiled.available() else f"{sm2.engine().name} (the compiled part is not built)"


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor() or "unknown processor"


def _commit() -> str:
    def git(*words: str) -> str:
        return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()

    written = ":(exclude)src/pilotzone/data/capacity"  # by the benchmarks themselves
    changed = git("status", "--porcelain", "--untracked-files=no", "--", "src", "pyproject.toml", written)
    return (git("rev-parse", "--short", "HEAD") or "unknown") + (" with changes not committed" if changed else "")
