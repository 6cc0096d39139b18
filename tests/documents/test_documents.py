"""Documents are tested: what stands in the house stands in the documents, and the other way round."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from pilotzone.portal import cli

ROOT = Path(__file__).resolve().parents[2]
ROOMS = sorted(p.parent for p in (ROOT / "src/pilotzone/rooms").glob("*/api.py"))


def headings(path: str) -> set[str]:
    return set(re.findall(r"^#+ (.+)$", (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE))


def test_every_verb_has_its_heading() -> None:
    group = cli.main
    assert isinstance(group, cli.Verbs)
    import click

    built = set(group.list_commands(click.Context(group)))
    assert built == headings("docs/cli.md") - {"The command line"}


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
def test_every_room_quotes_the_plan_in_its_readme(room: Path) -> None:
    lines = (room / "README.md").read_text(encoding="utf-8").splitlines()
    assert any(line.startswith(">") for line in lines[:4]), "the first lines quote the plan's paragraph"


def test_the_seed_lists_everything_of_the_plan() -> None:
    text = (ROOT / "docs/seed.md").read_text(encoding="utf-8")
    measures, safeguards, tasks = (part for part in text.split("\n## ")[1:4])
    assert len(re.findall(r"^\| \d+ \|", measures, re.MULTILINE)) == 27
    assert len(re.findall(r"^\| [一二三四] \|", safeguards, re.MULTILINE)) == 4
    assert len(re.findall(r"^\| \d+ \|", tasks, re.MULTILINE)) == 45


@pytest.mark.parametrize(
    "page", sorted(p.relative_to(ROOT).as_posix() for p in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
)
def test_links_lead_somewhere(page: str) -> None:
    folder = (ROOT / page).parent
    for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", (ROOT / page).read_text(encoding="utf-8")):
        assert (folder / target).exists(), f"{page} links to {target}"


def test_every_lock_line_is_pinned_and_hashed_and_names_no_address() -> None:
    for lock in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / lock).read_text(encoding="utf-8")
        wanted = re.findall(r"^([a-z0-9][\w.-]*)(==\S+)?", text, re.MULTILINE)
        assert wanted
        assert all(version for _, version in wanted)
        assert text.count("--hash=sha256:") >= len(wanted)
        assert [line for line in text.splitlines() if line.startswith("-")] == [], (
            "an option: where packages come from is the machine's"
        )
        assert "//" not in text


def test_every_rule_has_its_heading() -> None:
    done = subprocess.run([sys.executable, "tools/rules.py", "--check"], cwd=ROOT, check=False)
    assert done.returncode == 0, "run tools/rules.py and commit docs/rules.md"
