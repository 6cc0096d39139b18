"""Flat profiles of worker and intake under the bench's load, taken by py-spy where it is installed (a development tool)."""

from __future__ import annotations

import shutil
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from pilotzone.base.errors import Unavailable

TOP = 25
AFTER_S = 3.0
KINDS = ("worker-1", "intake")


def program() -> str:
    """Where py-spy is; Unavailable `bench.profile` where it is not."""
    found = shutil.which("py-spy")
    if found is None:
        raise Unavailable(
            code="bench.profile",
            zh="未安装 py-spy，无法采样。",
            en="py-spy is not installed, so no profile can be taken.",
            mend_zh="请执行 pip install py-spy，或去掉 --profile。",
            mend_en="Run pip install py-spy, or leave --profile out.",
        )
    return found


class Profiles:
    """Samples the processes from some seconds after the start until `seconds` have passed, into `folder`/<name>.raw."""

    def __init__(self, pids: Callable[..., Sequence[int]], folder: Path, seconds: float) -> None:
        self._pids, self._folder, self._seconds = pids, folder, max(1.0, seconds - AFTER_S)
        self._program = program()
        folder.mkdir(parents=True, exist_ok=True)
        self._threads = [threading.Thread(target=self._sample, args=(name,)) for name in KINDS]
        for thread in self._threads:
            thread.start()

    def wait(self) -> None:
        """Until all samples are taken."""
        for thread in self._threads:
            thread.join()

    def _sample(self, name: str) -> None:
        time.sleep(AFTER_S)
        for pid in self._pids(name):
            # by function, not by line; paused for each sample, as else those of a busy process are the ones left out
            words = [self._program, "record", "--format", "raw", "--duration", str(int(self._seconds)), "--function"]
            words += ["--output", str(self._folder / f"{name}.raw"), "--pid", str(pid)]
            subprocess.run(words, check=False, stdin=subprocess.DEVNULL, capture_output=True)  # noqa: S603 (found above)


# a sample whose innermost function is one of these waits and costs nothing: (function, file, or empty for any)
WAITS = (
    ("wait", "threading.py"), ("_worker", "thread.py"), ("select", "selectors.py"), ("_wait_for_tstate_lock", "threading.py"),
    ("poll", "selectors.py"), ("get", "queue.py"), ("sleep", ""), ("accept", "socket.py"),
)  # fmt: skip


def waits(frame: str) -> bool:
    """Whether a function (`name (path)`, or `Class.name (path)`, as py-spy tells it) only waits."""
    told, _, where = frame.partition(" (")
    name = told.rpartition(".")[2]
    file = where.rstrip(")").rpartition("/")[2].partition(":")[0]
    return any(name == one and ending in ("", file) for one, ending in WAITS)


def flat(lines: Iterable[str], top: int = TOP) -> list[tuple[str, float, float]]:
    """(function, own share, share with what it calls) of collapsed stacks (`a;b;c 12`), the largest own share first.

    Samples of a thread that waits (`waits`) are left out: shares are of what was done.
    """
    own: Counter[str] = Counter()
    within: Counter[str] = Counter()
    total = 0
    for line in lines:
        stack, _, count = line.rstrip().rpartition(" ")
        if not stack or not count.isdigit():
            continue
        frames = stack.split(";")
        if waits(frames[-1]):
            continue
        total += int(count)
        own[frames[-1]] += int(count)
        for frame in set(frames):
            within[frame] += int(count)
    return [(name, n / total, within[name] / total) for name, n in own.most_common(top)]
