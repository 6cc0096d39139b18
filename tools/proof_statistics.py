"""The statistics at full size: an attacker with linear programming against drawn tables, intervals against drawn samples."""

from __future__ import annotations

import time
from dataclasses import dataclass

from pilotzone.rooms.statistics.tests import proving

LOW, HIGH = 0.93, 0.97


@dataclass(frozen=True)
class Asked:
    """How many of each."""

    tables: int
    linked: int
    releases: int
    samples: int


def statistics_proof(asked: Asked, seed: int) -> tuple[bool, str]:
    """Whether everything holds, and the part of the page that says so."""
    held, rows = True, []
    began = time.monotonic()
    two, many = proving.suppressed(asked.tables, asked.linked, seed)
    names = ("two dimensions", "three dimensions, or linked", "a release beside the one before it")
    for name, told in zip(names, (two, many, proving.differenced(asked.releases, seed)), strict=True):
        held &= not told.unsafe
        lost = told.hidden_value / told.value if told.value else 0.0
        rows.append(
            f"| {name} | {told.tables:,} | {told.cells:,} | {told.sensitive:,} | {told.insiders:,} | {told.secondary:,} | {lost:.1%} |"
            f" {told.exposed:,} | {told.refused:,} | {len(told.unsafe) or '0'}{': ' + '; '.join(told.unsafe[:3]) if told.unsafe else ''} |"
        )
    middle = time.monotonic()
    lines = []
    for one in proving.coverage(asked.samples, seed):
        held &= LOW <= one.share <= HIGH
        lines.append(f"| {one.name} | {one.samples:,} | {one.share:.1%} | {one.bias:+.1f} |")
    text = [
        "## Statistics\n",
        "Drawn tables (synthetic, 合成数据), protected, then attacked: for every sensitive cell the least and most it can be, by linear"
        " programmes over all published values and sums; by the public, and by every firm that is alone in a cell and knows it. Unsafe is a"
        " cell known more narrowly than its protection interval. Releases are attacked with both in hand, and the changes between them"
        " are cells too; exposed are pairs of a firm and a cell which the release before left no way to protect, named by the protection"
        f" itself; refused are releases that could not be made safe and did not go out. {middle - began:.0f} s.\n",
        "| tables | of them | cells | sensitive | insiders | hidden to protect them | value not shown | exposed | refused | unsafe |\n"
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
        *rows,
        f"\nIntervals of 95 % from samples drawn of one synthetic population; between {LOW:.0%} and {HIGH:.0%} must hold the truth."
        f" Bias in standard errors of the mean estimate. {time.monotonic() - middle:.0f} s.\n",
        "| design, estimator, variance | samples | held the truth | bias |\n|---|---:|---:|---:|",
        *lines,
        "",
    ]
    return held, "\n".join(text)
