"""One process of the tree: started in a group of its own, dies with its supervisor, comes back after a pause."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Mapping
from typing import Any

from pilotzone.portal.processes import postgres
from pilotzone.portal.processes.journal import Journal
from pilotzone.portal.processes.tree import Program

WAITING, STARTING, RUNNING, READY = "waiting", "starting", "running", "ready"  # a `once` runs, it is never ready
STOPPED, FAILED, DONE = "stopped", "failed", "done"
FIRST_PAUSE_S, LONGEST_PAUSE_S, STABLE_S = 0.3, 30.0, 60.0
CANNOT_RUN = 126
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


class Member:
    """The life of one program. The supervisor calls; nothing here waits."""

    def __init__(self, program: Program, environment: Mapping[str, str], journal: Journal) -> None:
        self.program = program
        self.journal = journal
        self.state = WAITING
        self.restarts = 0
        self.started_at = 0.0
        self.next_start = 0.0
        self.exit_code: int | None = None
        self._environment = environment
        self._pause = FIRST_PAUSE_S
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The process id of the child; None where there is none."""
        return self._child.pid if self._child else None

    @property
    def output(self) -> int | None:
        """The file descriptor of what it says; None where it does not live."""
        return self._child.stdout.fileno() if self._child and self._child.stdout else None

    def start(self) -> None:
        """Start it now; a program that cannot be run at all counts as one that ended at once."""
        self.state = RUNNING if self.program.once else STARTING
        self.started_at, self.exit_code = time.monotonic(), None
        try:
            self._spawn()
        except OSError as failure:
            self.journal.write(f"cannot be run: {failure}")
            self._end(CANNOT_RUN)

    def _spawn(self) -> None:
        owner: dict[str, Any] = {}
        environment = dict(self._environment)
        if self.program.as_database_account:
            account = postgres.account()
            owner = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if account else {}
            environment = dict(postgres.ENVIRONMENT)
        dying_signal, nice = self.program.stop_signal, self.program.nice
        self._child = subprocess.Popen(  # noqa: S603 (our own table, no shell)
            self.program.command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=environment,
            cwd="/" if self.program.as_database_account else None,
            start_new_session=self.program.apart,
            process_group=None if self.program.apart else 0,
            preexec_fn=lambda: _begin(dying_signal, nice),  # noqa: PLW1509 (the supervisor has one thread)
            **owner,
        )
        if self._child.stdout:
            os.set_blocking(self._child.stdout.fileno(), False)

    def drain(self) -> None:
        """Move what it said into its journal."""
        if self.output is None:
            return
        with contextlib.suppress(BlockingIOError):
            while data := os.read(self.output, 65536):
                self.journal.feed(data)

    def ended(self) -> bool:
        """Whether it ended since the last look; if so what is left of its group is killed and its next start set."""
        if self._child is None or self._child.poll() is None:
            return False
        self._kill_group(signal.SIGKILL)  # a killed parent must not leave children holding its port
        self.drain()
        if self._child.stdout:
            self._child.stdout.close()
        code = self._child.returncode
        self._child = None
        self._end(code)
        return True

    def _end(self, code: int) -> None:
        self.exit_code = code
        if time.monotonic() - self.started_at > STABLE_S:
            self._pause = FIRST_PAUSE_S
        self.next_start = time.monotonic() + self._pause
        self._pause = min(self._pause * 2, LONGEST_PAUSE_S)
        if self.program.once:
            self.state = DONE if self.exit_code == 0 else FAILED
        else:
            self.state = STOPPED

    def ask_to_stop(self) -> None:
        """Send the signal that ends it in order."""
        if self._child is not None:
            with contextlib.suppress(ProcessLookupError):
                self._child.send_signal(self.program.stop_signal)

    def kill(self) -> None:
        """End it and its children now. PostgreSQL's own way of that is SIGQUIT."""
        if self._child is not None:
            self._kill_group(signal.SIGQUIT if self.program.as_database_account else signal.SIGKILL)

    def _kill_group(self, number: int) -> None:
        if self._child is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._child.pid, number)


def _begin(number: int, nice: int) -> None:
    """In the child, after its account was set (a change of account forgets this): a signal when the supervisor dies."""
    os.nice(nice)
    end_with_parent(number)


def end_with_parent(number: int) -> None:
    """Be sent this signal when the process that started this one dies, however it dies."""
    _libc.prctl(_PR_SET_PDEATHSIG, number, 0, 0, 0)
