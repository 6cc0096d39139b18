"""`make bench`: measure everything and write docs/benchmarks.md.

    python tools/benchmarks.py [--runs N] [--install] [--only NAME …] [--py-spy FILE] [--out FILE]

The benches of the flood send for BENCH_SECONDS (60) each; `rows` writes BENCH_ROWS (5,000,000) lists first. Each bench
writes its own part of the page as soon as it is done; with --only the other parts stay as they were taken. A bench that
does not do its work right fails; it tells no figure then. `intake` writes the unit costs of `pilotzone capacity` too,
beside FILE where the page is another one. How long each part takes stands in the page and in docs/cli.md.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pages
from figures import HEADER, ROOT, Figure, load, machine

Bench = Callable[[int], Iterator[Figure]]
PAGE = ROOT / "docs" / "benchmarks.md"
PROFILES = "profiles"
NO_PROFILER = (
    "py-spy is not on the PATH, so no profile was taken and the page's stay; name one by --py-spy FILE"
    " (a virtual environment of its own will do: pip install py-spy)"
)
INTRODUCTION = """# Benchmarks

Written by `make bench` (tools/benchmarks.py); never edited by hand. Each part says when and on which code it was taken; each figure
is the median of its runs on data of the synthetic demonstration. *Wall clock* is what a user waits for and depends on what else the machine does;
*processor* is the same by processor time of all processes that took part, which a busy machine changes little.
"""


def benches(*, install: bool) -> dict[str, Bench]:
    """Every bench by name, the quiet ones first."""
    import bench_codecs
    import bench_database
    import bench_flood
    import bench_hub
    import bench_intake
    import bench_tree

    told: dict[str, Bench] = {
        "check": bench_codecs.check,
        "parse": bench_codecs.parsing,
        "signatures": bench_codecs.signatures,
        "tax": bench_codecs.taxing,
        "database": bench_database.database,
        "door": bench_intake.intake,
        "tree": bench_tree.tree,
        "demo": bench_tree.demonstration,
        "intake": bench_flood.intake,
        "baseline": bench_flood.baseline,
        "rows": bench_flood.rows,
        "bulkhead": bench_flood.bulkhead,
        "hub": bench_hub.hub,
    }
    return told | ({"install": bench_tree.install} if install else {})


def main() -> int:
    """Measure, print each figure as it comes, write the page."""
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--runs", type=int, default=3)
    wanted.add_argument("--install", action="store_true", help="also install into a new virtual environment")
    wanted.add_argument("--only", nargs="*", default=[], metavar="NAME")
    wanted.add_argument("--py-spy", type=Path, metavar="FILE", help="py-spy, where it is not on the PATH: for profiles")
    wanted.add_argument("--out", type=Path, default=PAGE)
    asked = wanted.parse_args()
    known = benches(install=asked.install or "install" in asked.only)
    profiling = not asked.only or PROFILES in asked.only
    _prepare(wanted, asked)
    if unknown := set(asked.only) - known.keys() - {PROFILES}:
        wanted.error(f"no such bench: {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    for name, bench in known.items():
        if asked.only and name not in asked.only:
            continue
        before, began, rows = load(), time.monotonic(), []
        for figure in bench(asked.runs):
            rows.append(figure.row())
            print(rows[-1], flush=True)
        _keep(asked.out, name, before, began, [HEADER, *rows])
    if profiling:
        import bench_flood

        before, began = load(), time.monotonic()
        if bench_flood.profiler() is None:
            print(NO_PROFILER, file=sys.stderr)
        else:
            _keep(asked.out, PROFILES, before, began, list(bench_flood.profiles()))
    return 0


def _prepare(wanted: argparse.ArgumentParser, asked: argparse.Namespace) -> None:
    """Put py-spy where the benches find it; costs that belong to another page than ours lie beside it."""
    import bench_flood

    if asked.py_spy is not None:
        if asked.py_spy.name != "py-spy" or not asked.py_spy.is_file() or not os.access(asked.py_spy, os.X_OK):
            wanted.error(f"--py-spy: {asked.py_spy} is no program named py-spy")
        os.environ["PATH"] = f"{asked.py_spy.resolve().parent}{os.pathsep}{os.environ.get('PATH', '')}"
    if PROFILES in asked.only and bench_flood.profiler() is None:
        wanted.error(NO_PROFILER)
    if asked.out.resolve() != PAGE:
        bench_flood.COSTS = asked.out.resolve().with_name(bench_flood.COSTS.name)


def _keep(page: Path, name: str, before: str, began: float, lines: list[str]) -> None:
    """Write the part of a bench, with the machine, the code, what else ran, and how long it took."""
    busy = f"- load of the machine (processes running, others' included): {before} before, {load()} after"
    took = f"- took {(time.monotonic() - began) / 60:.1f} minutes"
    text = "\n".join([f"## {name}", "", *machine(), busy, took, "", *lines])
    pages.keep(page, INTRODUCTION, [*benches(install=True), PROFILES], name, text)


if __name__ == "__main__":
    sys.exit(main())
