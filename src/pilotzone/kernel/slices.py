"""How long a process may hold a processor at a time: whoever answers many in little pieces asks for short slices.

Linux 6.12 and later let each process name the slice it wants (`sched_setattr`, no rights needed). It gets no more of the
processor for a shorter one, but comes sooner: a process that works on with a longer slice is interrupted for it. Elsewhere
nothing happens.
"""

from __future__ import annotations

import ctypes
import os
import platform
import struct
import sys

SHORT_NS = (
    300_000  # a few of the intake's answers; the ordinary slice is three milliseconds for each doubling of processors
)
SET = {"x86_64": 314, "aarch64": 274}  # the number of sched_setattr, which libc has no name for
ATTRIBUTES = struct.Struct("<IIQiIQQQ")  # size, policy, flags, nice, priority, runtime, deadline, period


def shorten(process: int = 0, slice_ns: int = SHORT_NS) -> bool:
    """Ask for short slices for a process (its first thread, and all it starts from now on); 0: the calling thread.

    Answers whether the kernel took it. Priority and policy stay as they are.
    """
    number = SET.get(platform.machine())
    if number is None or sys.platform != "linux":
        return False
    try:
        if os.sched_getscheduler(process) != os.SCHED_OTHER:
            return False
        nice = os.getpriority(os.PRIO_PROCESS, process)
        told = ATTRIBUTES.pack(ATTRIBUTES.size, os.SCHED_OTHER, 0, nice, 0, slice_ns, 0, 0)
        return ctypes.CDLL(None).syscall(number, process, ctypes.create_string_buffer(told), 0) == 0
    except (OSError, AttributeError):
        return False
