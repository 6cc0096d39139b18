"""The intake leads a session of its own; the others give way by nice."""

from __future__ import annotations

import os
import select
import sys
import time
from pathlib import Path

import pytest

from pilotzone.portal.processes import member, tree
from pilotzone.portal.processes.journal import Journal
from pilotzone.portal.processes.tree import Program

TELL = (
    "import os; print('nice', os.getpriority(os.PRIO_PROCESS, 0), 'leads', os.getsid(0) == os.getpid(),"
    " 'group', os.getpgid(0) == os.getpid(), flush=True)"
)


@pytest.mark.parametrize("apart", [True, False])
def test_a_program_runs_as_its_row_says(tmp_path: Path, apart: bool) -> None:
    program = Program("one", (sys.executable, "-c", TELL), after=(), once=True, nice=3, apart=apart)
    one = member.Member(program, {**os.environ}, Journal(tmp_path, "one"))
    expected = min(19, os.getpriority(os.PRIO_PROCESS, 0) + 3)
    one.start()
    deadline = time.monotonic() + 30
    while not one.ended():
        assert time.monotonic() < deadline
        select.select([one.output] if one.output is not None else [], [], [], 0.1)
        one.drain()
    assert f"nice {expected} leads {apart} group True" in (tmp_path / "one.log").read_text()


def test_only_what_acknowledges_has_a_share_of_its_own(tmp_path: Path) -> None:
    assert [row.name for row in tree.programs(tree.Plan(tmp_path)) if row.apart] == ["intake"]
