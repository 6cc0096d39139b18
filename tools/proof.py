"""`make proof`: the long proofs at full size; writes docs/proofs.md.

    python tools/proof.py [--kills N] [--trades N] [--targets NAME …] [--times N] [--seed N]
        [--lists N] [--tables N] [--linked N] [--releases N] [--samples N] [--orders N] [--share F] [--walkers N]
        [--only properties|kills|reconciliation|statistics|marketplace|privacy|hub] [--out FILE]

`make test` runs the same properties with fewer examples and the same kill proof with fewer kills. Exit 1 where
something does not hold; the page says what, and the seed draws it again. A part is written as soon as it is known.
"""

from __future__ import annotations

import argparse
import os
import re
import secrets
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pages
from figures import ROOT, load, machine

PAGE = ROOT / "docs" / "proofs.md"
INTRODUCTION = """# Proofs

Written by `make proof` (tools/proof.py); never edited by hand. Each part says when, on which code and with which seed it was
taken, and how large; `python tools/proof.py --only NAME --seed N` repeats one. The sizes of `make proof` are those of `--help`.
"""
PASSING = re.compile(r"(\d+) passing(?: examples)?")
PRIVACY = (
    ("tests/proofs/test_leaks.py", ""),
    ("tests/proofs/test_openapi.py", ""),
    ("src/pilotzone/exchange/tests/test_hub_proofs.py", "no_subject"),
    ("src/pilotzone/kernel/tests/test_personal_data.py", ""),
    ("src/pilotzone/portal/desks/tests/test_hostile_forms.py", ""),
)
WALKS = "nobody_reads or nothing_a_stranger_sends"
# at full size one test may take an hour, and the ten minutes after which `make test` calls a test hung are not meant for it; nor are the
# log lines of half a million requests kept, each with its request: gigabytes
PATIENT = ("-o", "faulthandler_timeout=0", "-p", "no:logging")
OUTCOME = re.compile(r"(\d+) (passed|failed|error|skipped)")


def main() -> int:
    """Run the proofs asked for, print and write what they found."""
    asked = _asked()
    seed = asked.seed if asked.seed is not None else secrets.randbelow(1_000_000)
    print(f"seed {seed}", flush=True)
    holds = True
    proofs = (
        ("kills", kills),
        ("properties", properties),
        ("marketplace", marketplace),
        ("reconciliation", reconciliation),
        ("statistics", statistics),
        ("privacy", privacy),
        ("hub", hub),
    )
    for name, proof in proofs:
        if asked.only in (None, name):
            before = load()
            held, text = proof(asked, seed)
            holds &= held
            busy = f"- load of the machine (processes running, others' included): {before} before, {load()} after"
            told = f"- seed {seed}; {'holds' if held else 'DOES NOT HOLD'}"
            title, _, rest = text.partition("\n")
            text = "\n".join([title, "", *machine(), busy, told, rest])
            print(text, flush=True)
            pages.keep(asked.out, INTRODUCTION, [one for one, _ in proofs], name, text)
    return 0 if holds else 1


def _asked() -> argparse.Namespace:
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--kills", type=int, default=90)
    wanted.add_argument("--trades", type=int, default=3000)
    wanted.add_argument("--targets", nargs="*", default=[], metavar="PROCESS", help="kill only these")
    wanted.add_argument("--times", type=int, default=20, help="examples, as a multiple of those of `make test`")
    wanted.add_argument("--seed", type=int)
    wanted.add_argument("--lists", type=int, default=1_000_000)
    wanted.add_argument("--tables", type=int, default=1000, help="protected tables of two dimensions")
    wanted.add_argument("--linked", type=int, default=200, help="of three dimensions, or linked")
    wanted.add_argument("--releases", type=int, default=200, help="releases beside the one before")
    wanted.add_argument(
        "--samples", type=int, default=4000, help="of 1,000 a sound interval misses 93 %% once in thirty"
    )
    wanted.add_argument("--orders", type=int, default=100_000, help="orders of the synthetic marketplace")
    wanted.add_argument(
        "--share", type=float, default=1.0, help="of pairs of address and subject the leak scanner asks, 0 to 1"
    )
    wanted.add_argument("--walkers", type=int, default=2, help="processes the leak scanner's walk is shared out to")
    wanted.add_argument(
        "--only", choices=("properties", "kills", "reconciliation", "statistics", "marketplace", "privacy", "hub")
    )
    wanted.add_argument("--out", type=Path, default=PAGE)
    return wanted.parse_args()


def properties(asked: argparse.Namespace, seed: int) -> tuple[bool, str]:
    """Every test that draws its cases, under the hypothesis profile `proof`."""
    files = sorted(
        path for path in (ROOT / "src").rglob("tests/test_*.py") if "from hypothesis" in path.read_text("utf-8")
    )
    environment = {**os.environ, "HYPOTHESIS_PROFILE": "proof", "HYPOTHESIS_TIMES": str(asked.times)}
    rows, all_held = [], True
    for path in files:
        began = time.monotonic()
        words = [
            sys.executable, "-m", "pytest", *PATIENT, "-q", str(path), f"--hypothesis-seed={seed}",
            "--hypothesis-show-statistics",
        ]  # fmt: skip
        done = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        held = done.returncode == 0
        all_held &= held
        outcome = _outcome(done)
        drawn = sum(int(n) for n in PASSING.findall(done.stdout))
        name = path.relative_to(ROOT / "src" / "pilotzone")
        rows.append(f"| {name} | {drawn:,} | {outcome} | {time.monotonic() - began:.0f} s |")
        print(rows[-1], flush=True)
        if not held:
            print(done.stdout[-6000:], file=sys.stderr, flush=True)
    head = (
        f"## Properties\n\nCodecs, ledgers, state machines and signatures under drawn input, {asked.times} times the"
        " examples of `make test`. A step of a state machine is not counted; a machine's whole history is one example."
        "\n\n| tests | examples that held | outcome | took |\n|---|---:|---|---:|"
    )
    return all_held, "\n".join([head, *rows, ""])


def marketplace(asked: argparse.Namespace, seed: int) -> tuple[bool, str]:
    """The synthetic marketplace in chaos, at full size (tests/proofs/test_connectors.py)."""
    words = [sys.executable, "-m", "tests.proofs.test_connectors", "--orders", str(asked.orders), "--seed", str(seed)]
    began = time.monotonic()
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    told = done.stdout.strip() or done.stderr[-2000:]
    text = (
        "## Marketplace\n\nA synthetic marketplace that repeats, edits late, leaves out pages, answers 429 and 500, breaks off"
        " and has a wrong clock, taken in by a connector: after two rounds, each with its days reconciled, the firm knows what"
        f" the marketplace has.\n\n{told}; {time.monotonic() - began:.0f} s.\n"
    )
    return done.returncode == 0, text


def hub(asked: argparse.Namespace, seed: int) -> tuple[bool, str]:
    """The exchange between departments at full size (exchange/tests/test_hub_proofs.py)."""
    path = ROOT / "src" / "pilotzone" / "exchange" / "tests" / "test_hub_proofs.py"
    environment = {**os.environ, "HYPOTHESIS_PROFILE": "proof"}
    began = time.monotonic()
    words = [sys.executable, "-m", "pytest", *PATIENT, "-q", str(path)]
    done = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    outcome = _outcome(done)
    if done.returncode:
        print(done.stdout[-6000:], file=sys.stderr, flush=True)
    text = (
        "## Exchange between departments\n\nOf an exported bundle 10,000 bytes were flipped one at a time, each found by the script that"
        " travels with it, and named by its line; lines left out, doubled and moved too. 2,000 generated resources were asked by 60"
        " subjects each with agreements drawn at random: no field and no row left that was not granted, no value whole that was not."
        f"\n\n{outcome}; {time.monotonic() - began:.0f} s.\n"
    )
    return done.returncode == 0, text


def kills(asked: argparse.Namespace, seed: int) -> tuple[bool, str]:
    """SIGKILL under load, then every claim about what was acknowledged."""
    from proof_kills import CUSTOMS, kill_proof

    told = kill_proof(trades=asked.trades, kills=asked.kills, seed=seed, targets=asked.targets)
    at_marks = sum(len(victims) for victims in told.marks.values())
    killed = ", ".join(f"{name} {n}" for name, n in sorted(Counter(told.killed).items()))
    text = [
        f"## Kills\n\nA whole tree took {asked.trades:,} trades = {told.documents:,} documents in"
        f" {len(told.receipts):,} signed messages of 1 to 100, in no order at all, while {len(told.killed)} processes"
        f" were killed with SIGKILL ({killed}), {at_marks} of them at a marked point and the others at any moment."
        f" Marks are before and after every statement that writes and every commit of intake and workers, {_tables()}; {len(told.seen)} were met, and at"
        f" {len(told.marks)} of them something died. Messages not acknowledged were sent again ({told.again} times)."
        f" The simulated customs behaved so: {CUSTOMS}. After {told.seconds:.0f} s"
        f" {'everything had come to its end' if told.settled else 'NOT everything had come to its end'}.",
        *_untouched(told),
        "| claim | of | |\n|---|---:|---|",
    ]
    marks = ["", "| process | marked point | killed there |", "|---|---|---|"]
    marks += [f"| {mark.replace('|', ' | ')} | {', '.join(told.marks.get(mark, ['–']))} |" for mark in told.seen]
    rows = [f"| {v.sentence} | {v.total:,} | {_verdict(v.holds, v.broken)} |" for v in told.verdicts]
    held = told.holds and everywhere(told, asked.kills, asked.targets) and len(told.killed) >= asked.kills
    return held, "\n\n".join(text) + "\n" + "\n".join([*rows, *marks, ""])


def _untouched(told: Any) -> list[str]:
    """A sentence that names the marks at which nothing died, and what that means for the proof."""
    if not told.missed:
        return []
    core = [mark for mark in told.missed if mark.startswith(("intake", "worker"))]
    named = ", ".join(mark.replace("|", " ") for mark in told.missed)
    return [
        f"At these marks nothing died: {named}. {len(core)} of them are of intake and workers"
        + (
            ", at each of which something has to die: so the proof is not whole, whatever the claims say."
            if core
            else "."
        )
    ]


def _tables() -> str:
    """Of whom else there are marks, with the tables they are of."""
    from proof_killer import MARKED

    told = (f"{kind} ({', '.join(f'{one}…' for one in tables)})" for kind, tables in MARKED.items() if tables)
    return "and of those of " + " and ".join(told)


def everywhere(told: Any, kills: int, targets: Sequence[str]) -> bool:
    """Whether, with kills enough, something died at each mark of intake and workers, and at one or more of each other process that
    has marks and was to be killed. `told`: proof_killer.Told; `targets`: empty for every process."""
    from proof_killer import MARKED

    core = {mark for mark in told.seen if mark.startswith(("intake", "worker"))}
    others = {kind for kind, tables in MARKED.items() if tables and (kind in targets or not targets)}
    died = {mark.partition("|")[0] for mark in told.marks}
    return kills < len(core) or (not core & set(told.missed) and others <= died)


def reconciliation(asked: argparse.Namespace, seed: int) -> tuple[bool, str]:
    """A million generated lists with planted differences: exactly these are found, by the engine and in PostgreSQL."""
    import proof_reconcile
    import proof_reconcile_database

    planted = max(16, asked.lists // 625)
    told = [
        one.proof(lists=asked.lists, planted=planted, seed=seed) for one in (proof_reconcile, proof_reconcile_database)
    ]
    return all(held for held, _ in told), "\n".join(text for _, text in told)


def statistics(asked: argparse.Namespace, seed: int) -> tuple[bool, str]:
    """Protected tables against the attacker, intervals against the truth."""
    from proof_statistics import Asked, statistics_proof

    return statistics_proof(Asked(asked.tables, asked.linked, asked.releases, asked.samples), seed)


def privacy(asked: argparse.Namespace, seed: int) -> tuple[bool, str]:
    """Nothing leaks: every address as every role, whatever is sent, every field of the exchange, personal data in texts."""
    rows, all_held = [], True
    environment = {
        **os.environ,
        "HYPOTHESIS_PROFILE": "proof",
        "PRIVACY_SEED": str(seed),
        "PRIVACY_SHARE": str(asked.share),
    }
    with ThreadPoolExecutor(asked.walkers) as threads:
        told = [
            (path, threads.submit(_asked_of, path, chosen, environment | {"PRIVACY_PART": part}))
            for path, one in PRIVACY
            for chosen, part in _parts(path, one, asked.walkers)
        ]
        done_all = ((path, *one.result()) for path, one in told)
        for path, done, seconds in done_all:
            all_held &= done.returncode == 0
            figures = [line.partition("FIGURE ")[2] for line in done.stdout.splitlines() if "FIGURE " in line]
            found = [f"- {one}" for one in figures] or [f"- {path}"]
            found[-1] += f" ({path}: {_outcome(done)}, {seconds:.0f} s)"
            print("\n".join(found), flush=True)
            rows += found
            if done.returncode:
                print(done.stdout[-6000:], file=sys.stderr, flush=True)
    head = (
        "## Privacy\n\nMarked rows of firms that know nothing of one another, looked for in every answer to everybody else; requests drawn"
        " for every operation of the interface; fields of shared resources; personal data in generated texts with seeds of their own.\n"
    )
    return all_held, "\n".join([head, *rows, ""])


def _parts(path: str, chosen: str, walkers: int) -> list[tuple[str, str]]:
    """(tests of a file, part of the walks) for each process: the leak scanner's walks are shared out, what else stands there is asked once."""
    if path != PRIVACY[0][0]:
        return [(chosen, "1/1")]
    return [(chosen if part == 1 else WALKS, f"{part}/{walkers}") for part in range(1, walkers + 1)]


def _asked_of(path: str, chosen: str, environment: dict[str, str]) -> tuple[subprocess.CompletedProcess[str], float]:
    """A run of the chosen tests of a file, and its seconds."""
    began = time.monotonic()
    words = [sys.executable, "-m", "pytest", *PATIENT, "-q", "-s", path, *(("-k", chosen) if chosen else ())]
    done = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    return done, time.monotonic() - began


def _outcome(done: subprocess.CompletedProcess[str]) -> str:
    """What pytest counted; how it ended where it came to no count."""
    last = (done.stdout.splitlines() or [""])[-1]
    counted = ", ".join(f"{n} {what}" for n, what in OUTCOME.findall(last))
    return counted or f"ended with code {done.returncode}"


def _verdict(holds: bool, broken: tuple[object, ...]) -> str:
    return "holds" if holds else f"DOES NOT HOLD: {broken or 'nothing to ask'}"


if __name__ == "__main__":
    sys.exit(main())
