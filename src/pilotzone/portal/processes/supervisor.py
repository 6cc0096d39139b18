"""One process that starts the others in order, watches them, brings them back, and stops them. No Django here."""

from __future__ import annotations

import os
import selectors
import signal
import socket
import threading
import time
from collections.abc import Callable

from pilotzone.portal.processes import connections, postgres, probes, records
from pilotzone.portal.processes.environment import environment_of
from pilotzone.portal.processes.home import database_dir, log_dir
from pilotzone.portal.processes.journal import Journal
from pilotzone.portal.processes.member import DONE, FAILED, READY, STARTING, STOPPED, WAITING, Member
from pilotzone.portal.processes.tree import Plan, Program

TICK_S = 0.25
LOOK_S = 5.0  # between two looks at a database that was ready
LOST_AFTER = 3  # looks in vain after which it is started anew: its socket is gone, or it hangs


class Supervisor:
    """The tree of one zone. `run` returns the exit code: 0 stopped when asked, 1 could not go on."""

    def __init__(
        self,
        plan: Plan,
        programs: list[Program],
        say: Callable[[str], None],
        *,
        when_ready: Callable[[], None] = lambda: None,
    ) -> None:
        """`when_ready` is called once, in a thread of its own, when everything runs for the first time."""
        self.plan = plan
        self._say = say
        self._when_ready = when_ready
        self._selector = selectors.DefaultSelector()
        self._journal = Journal(log_dir(plan.state), "supervisor")
        self.members = {
            row.name: Member(row, environment_of(plan, row), Journal(log_dir(plan.state), row.name)) for row in programs
        }
        self._stop_asked = 0
        self._stopping = False
        self._ready_said = False
        self._looked_at, self._in_vain = time.monotonic(), 0
        self._born = time.monotonic()

    def run(self) -> int:
        """Start the tree and watch it until asked to stop or a vital step fails."""
        wake, bell = socket.socketpair()
        wake.setblocking(False)
        bell.setblocking(False)
        self._selector.register(wake, selectors.EVENT_READ, None)
        before = signal.set_wakeup_fd(bell.fileno(), warn_on_full_buffer=False)
        kept = {number: signal.signal(number, self._asked) for number in (signal.SIGTERM, signal.SIGINT)}
        kept[signal.SIGCHLD] = signal.signal(signal.SIGCHLD, lambda *_: None)
        try:
            failure = self._watch(wake)
            self._stop(wake)
            return 1 if failure else 0
        finally:
            signal.set_wakeup_fd(before)
            for number, handler in kept.items():
                signal.signal(number, handler)
            records.tree_file(self.plan.state).unlink(missing_ok=True)

    def _watch(self, wake: socket.socket) -> str:
        while not self._stop_asked:
            self._listen(wake, TICK_S)
            for member in self.members.values():
                if self._step(member):
                    return member.program.name
        return ""

    def _step(self, member: Member) -> bool:
        """Move one member on; True when the tree cannot go on without it."""
        self._reaped(member)
        if member.state == FAILED and member.program.vital:
            last = "\n  ".join(member.journal.tail[-8:])
            self._tell(f"{member.program.name} failed, nothing can start without it 启动失败:\n  {last}")
            return True
        if member.state in (WAITING, STOPPED) and time.monotonic() >= member.next_start and self._may_start(member):
            self._start(member)
        elif member.state == STARTING and self._is_ready(member):
            member.state = READY
            self._tell(f"{member.program.name} ready 就绪 ({time.monotonic() - member.started_at:.1f} s)")
            self._record()
        elif member.state == READY and member.program.ready == "postgres":
            self._look_after(member)
        return False

    def _look_after(self, member: Member) -> None:
        """Start a database anew that lives but cannot be reached: a cleaner of temporary files took its socket."""
        if time.monotonic() - self._looked_at < LOOK_S:
            return
        self._in_vain = self._in_vain + 1 if probes.lost(self._database()) else 0
        self._looked_at = time.monotonic()
        if self._in_vain and self._in_vain % LOST_AFTER == 0:
            self._tell(f"{member.program.name} lives but cannot be reached, started anew 无法连接，正在重启")
            member.kill() if self._in_vain > LOST_AFTER else member.ask_to_stop()

    def _database(self) -> str:
        return postgres.Server(database_dir(self.plan.state), self.plan.state).dsn()

    def _may_start(self, member: Member) -> bool:
        if member.state == STOPPED:
            return True
        return all(self.members[name].state in (READY, DONE) for name in member.program.after)

    def _start(self, member: Member) -> None:
        if member.program.name == "postgres":
            postgres.Server(database_dir(self.plan.state), self.plan.state / "programs").prepare()
        member.start()
        if member.output is not None:
            self._selector.register(member.output, selectors.EVENT_READ, member)
        self._record()

    def _reaped(self, member: Member) -> bool:
        output = member.output
        if not member.ended():
            return False
        if output is not None:
            self._selector.unregister(output)
        if member.state == DONE:
            self._tell(f"{member.program.name} done 完成 ({time.monotonic() - member.started_at:.1f} s)")
        elif not self._stopping:
            member.restarts += member.state == STOPPED
            last = member.journal.tail[-1] if member.journal.tail else ""
            again = f", again in {member.next_start - time.monotonic():.1f} s" if member.state == STOPPED else ""
            self._tell(f"{member.program.name} ended with {_exit(member.exit_code)}{again} 已退出 {last[:160]}")
        self._record()
        return True

    def _is_ready(self, member: Member) -> bool:
        ready = member.program.ready
        if not ready:
            return time.monotonic() - member.started_at > 2 * TICK_S
        if ready == "postgres":
            return probes.connects(self._database())
        return probes.answers(ready)

    def _listen(self, wake: socket.socket, patience_s: float) -> None:
        for key, _ in self._selector.select(patience_s):
            if key.data is not None:
                key.data.drain()
                continue
            try:
                while wake.recv(4096):
                    pass
            except BlockingIOError:
                pass

    def _stop(self, wake: socket.socket) -> None:
        """Stop by waves, each with its time; what does not stop in time is killed, and a second request kills all."""
        self._stopping = True
        self._tell("stopping 正在停止 …")
        for wave in sorted({member.program.wave for member in self.members.values()}):
            alive = [m for m in self.members.values() if m.program.wave == wave and m.pid]
            for member in alive:
                member.ask_to_stop()
            deadline = time.monotonic() + max((m.program.grace_s for m in alive), default=0)
            asked = self._stop_asked
            while alive and time.monotonic() < deadline and self._stop_asked <= max(asked, 1):
                self._listen(wake, 0.05)
                alive = [member for member in alive if not self._reaped(member)]
            while alive:
                member = alive.pop()
                self._tell(f"{member.program.name} did not stop in time and is killed 强制结束")
                member.kill()
                while not self._reaped(member):
                    self._listen(wake, 0.05)
        for member in self.members.values():
            member.journal.close()
        self._tell("stopped 已停止")
        self._journal.close()

    def _asked(self, number: int, frame: object) -> None:
        self._stop_asked += 1

    def _record(self) -> None:
        """Write the state of the tree down, and say once when everything is there."""
        processes = [
            {
                "name": member.program.name,
                "state": member.state,
                "pid": member.pid,
                "restarts": member.restarts,
                "exit_code": member.exit_code,
                "started": time.time() - (time.monotonic() - member.started_at) if member.started_at else None,
            }
            for member in self.members.values()
        ]
        records.write(
            records.tree_file(self.plan.state),
            {"pid": os.getpid(), "url": self.plan.address(), "database": connections.where(), "processes": processes},
        )
        lasting = [m for m in self.members.values() if not m.program.once]
        if not self._ready_said and all(m.state == READY for m in lasting):
            self._ready_said = True
            self._tell(
                f"PilotZone 综试通 {self.plan.address()} — everything runs 全部就绪"
                f" ({time.monotonic() - self._born:.1f} s); stop 停止: Ctrl-C"
            )
            threading.Thread(target=self._when_ready, name="when-ready", daemon=True).start()

    def _tell(self, text: str) -> None:
        self._journal.write(text)
        self._say(text)


def _exit(code: int | None) -> str:
    if code is not None and code < 0:
        return signal.Signals(-code).name
    return f"code {code}"
