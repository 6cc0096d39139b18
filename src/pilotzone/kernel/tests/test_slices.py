"""Short slices: what the kernel says of a process afterwards; priority and policy stay; nothing breaks where there are none."""

from __future__ import annotations

import ctypes
import os
import platform
import subprocess
import sys
from collections.abc import Iterator

import pytest

from pilotzone.kernel import slices

GET = {"x86_64": 315, "aarch64": 275}
OWN_SLICES = sys.platform == "linux" and tuple(map(int, platform.release().split(".")[:2])) >= (6, 12)


def told_by_kernel(process: int) -> tuple[int, int, int]:
    """policy, nice, slice in nanoseconds."""
    buffer = ctypes.create_string_buffer(56)
    assert ctypes.CDLL(None).syscall(GET[platform.machine()], process, buffer, 56, 0) == 0
    _size, policy, _flags, nice, _priority, slice_ns, *_ = slices.ATTRIBUTES.unpack_from(buffer.raw)
    return policy, nice, slice_ns


@pytest.fixture
def sleeper() -> Iterator[int]:
    """A process of ours at nice 3."""
    with subprocess.Popen(["sleep", "60"]) as one:
        os.setpriority(os.PRIO_PROCESS, one.pid, max(3, os.getpriority(os.PRIO_PROCESS, one.pid)))
        yield one.pid
        one.kill()


@pytest.mark.skipif(not OWN_SLICES or platform.machine() not in GET, reason="this kernel gives no slices of one's own")
def test_a_process_gets_short_slices_and_keeps_its_priority(sleeper: int) -> None:
    nice = os.getpriority(os.PRIO_PROCESS, sleeper)
    assert slices.shorten(sleeper)
    assert told_by_kernel(sleeper) == (os.SCHED_OTHER, nice, slices.SHORT_NS)


def test_one_that_runs_by_another_policy_stays(sleeper: int) -> None:
    os.sched_setscheduler(sleeper, os.SCHED_BATCH, os.sched_param(0))
    assert not slices.shorten(sleeper)
    assert os.sched_getscheduler(sleeper) == os.SCHED_BATCH


def test_nobody_and_an_unknown_machine_are_no_error(sleeper: int, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not slices.shorten(2**22 + 1)
    monkeypatch.setattr(platform, "machine", lambda: "unheard-of")
    assert not slices.shorten(sleeper)
