"""`make bench`: measure everything and write docs/benchmarks.md.

    python tools/benchmarks.py [--runs N] [--install] [--only NAME …] [--out FILE]

The benches of the flood send for BENCH_SECONDS (60) each; `rows` writes BENCH_ROWS (5,000,000) lists first. Each bench writes its own part of the page as soon as it is done; with --only the other parts
stay as they were taken. A bench that does not do its work right fails; it tells no figure then.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pages
from figures import HEADER, ROOT, Figure, load, machine

Bench = Callable[[int], Iterator[Figure]]
PAGE = ROOT / "docs" / "benchmarks.md"
PROFILES = "profiles"
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
    wanted.add_argument("--out", type=Path, default=PAGE)
    asked = wanted.parse_args()
    known = benches(install=asked.install or "install" in asked.only)
    if unknown := set(asked.only) - known.keys() - {PROFILES}:
        wanted.error(f"no such bench: {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    for name, bench in known.items():
        if asked.only and name not in asked.only:
            continue
        before, rows = load(), []
        for figure in bench(asked.runs):
            rows.append(figure.row())
            print(rows[-1], flush=True)
        _keep(asked.out, name, before, [HEADER, *rows])
    if not asked.only or PROFILES in asked.only:
        import bench_flood

        _keep(asked.out, PROFILES, load(), list(bench_flood.profiles()))
    return 0


def _keep(page: Path, name: str, before: str, lines: list[str]) -> None:
    """Write the part of a bench, with the machine, the code, and what else ran."""
    busy = f"- load of the machine (processes running, others' included): {before} before, {load()} after"
    text = "\n".join([f"## {name}", "", *machine(), busy, "", *lines])
    pages.keep(page, INTRODUCTION, [*benches(install=True), PROFILES], name, text)


if __name__ == "__main__":
    sys.exit(main())
