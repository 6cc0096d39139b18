"""Short slices: what the kernel says of a process afterwards; priority and policy stay; nothing breaks where there are none."""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest

from pilotzone.kernel import slices

GET = {"x86_64": 315, "aarch64": 275}
NOBODY = 2**22 + 1  # no process: the largest number is 2**22


def gives_slices(system: str, release: str) -> bool:
    """Linux 6.12 and later, whatever a distribution writes behind the number."""
    number = re.match(r"(\d+)\.(\d+)", release)
    return system == "linux" and number is not None and (int(number[1]), int(number[2])) >= (6, 12)


def forbidden() -> bool:
    """Whether a sandbox's filter refuses the calls before the kernel sees that nobody has this number."""
    libc, buffer, asked = ctypes.CDLL(None, use_errno=True), ctypes.create_string_buffer(56), platform.machine()
    answers = libc.syscall(GET[asked], NOBODY, buffer, 56, 0), ctypes.get_errno()
    told = libc.syscall(slices.SET[asked], NOBODY, buffer, 0), ctypes.get_errno()
    return (-1, errno.EPERM) in (answers, told)


OWN_SLICES = gives_slices(sys.platform, platform.release()) and platform.machine() in GET


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


def test_a_release_of_any_name_is_read() -> None:
    """A name that cannot be read would break the collection of this file."""
    told = {
        "6.12.3-1": True,
        "6.12-rc3": True,
        "7.0+": True,
        "10.1": True,
        "6.6+": False,
        "5.15.90.1-WSL2": False,
        "odd": False,
    }
    assert {name: gives_slices("linux", name) for name in told} == told
    assert not gives_slices("darwin", "24.1.0")


@pytest.mark.skipif(not OWN_SLICES, reason="this kernel gives no slices of one's own")
def test_a_process_gets_short_slices_and_keeps_its_priority(sleeper: int) -> None:
    if forbidden():
        pytest.skip("this machine forbids the system call")
    nice = os.getpriority(os.PRIO_PROCESS, sleeper)
    assert slices.shorten(sleeper)
    assert told_by_kernel(sleeper) == (os.SCHED_OTHER, nice, slices.SHORT_NS)


def test_one_that_runs_by_another_policy_stays(sleeper: int) -> None:
    os.sched_setscheduler(sleeper, os.SCHED_BATCH, os.sched_param(0))
    assert not slices.shorten(sleeper)
    assert os.sched_getscheduler(sleeper) == os.SCHED_BATCH


def test_nobody_and_an_unknown_machine_are_no_error(sleeper: int, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not slices.shorten(NOBODY)
    monkeypatch.setattr(platform, "machine", lambda: "unheard-of")
    assert not slices.shorten(sleeper)
