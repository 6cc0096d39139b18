"""What is wrong with a zone and how to mend it, looked at from outside: works while nothing runs."""

from __future__ import annotations

import os
import shutil
import socket
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import pq
from psycopg.conninfo import make_conninfo

from pilotzone.portal.processes import brokerage, connections, database, postgres, premises, records, tuning
from pilotzone.portal.processes.home import LONGEST_SOCKET, SOCKET, asked, database_dir, home, socket_dir
from pilotzone.reference import edition
from pilotzone.ui.paper import fonts

GIGABYTE = 1024**3
SLOW_S = 90.0  # a process that takes longer to be ready waits for something
ASSETS = Path(__file__).resolve().parents[2] / "ui" / "static" / "vendor"


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong; `mend` says what to do, in both languages."""

    code: str
    zh: str
    en: str
    mend: str


def findings(port: int | None = None, *, memory: int | None = None) -> list[Finding]:
    """Everything found wrong, in the order in which it should be mended. With a wrong setting nothing else is looked at.

    `port`: the portal's; with it the zone's ports are looked at where no zone runs. `memory`: bytes of the machine a database of one's own runs on; None takes it to be this one.
    """
    wrong = [Finding("doctor.setting_wrong", zh, en, "see docs/settings.md") for zh, en in premises.faults()]
    if wrong:
        return wrong
    state = home()
    running = records.holder(state) is not None
    found = [*_python(), *_folder(state), *_disk(state), *_assets(), *_fonts(state), *_reference(state)]
    found += _brokers()
    found += _embedded(state) if connections.embedded() else _of_own_server(state, memory)
    if not running:
        found += _ports(premises.ports(port)) if port else ()
    else:
        found += _tree(state)
        found += _answers(state) if connections.embedded() else ()
    return found


def _python() -> Iterator[Finding]:
    if sys.getfilesystemencoding().lower() not in ("utf-8", "utf8"):
        yield Finding(
            "doctor.locale",
            "系统语言环境不是 UTF-8，中文文件名会出错。",
            "The locale is not UTF-8.",
            "export LC_ALL=C.UTF-8",
        )


def _folder(state: Path) -> Iterator[Finding]:
    if state != asked() and not state.exists():
        yield Finding(
            "doctor.moved",
            f"{asked()} 指向的状态目录 {state} 不存在。",
            f"The state folder {state}, to which {asked()} points, is gone.",
            f"restore it from the backup, or remove {asked()}/moved-to to begin anew",
        )
    nearest = next(folder for folder in (state, *state.parents) if folder.exists())
    if not os.access(nearest, os.W_OK):
        yield Finding(
            "doctor.home",
            f"无权写入状态目录 {state}。",
            f"The state folder {state} cannot be written.",
            "set PILOTZONE_HOME to a folder of yours",
        )


def _disk(state: Path) -> Iterator[Finding]:
    nearest = next(folder for folder in (state, *state.parents) if folder.exists())
    free = shutil.disk_usage(nearest).free
    if free < GIGABYTE:
        yield Finding(
            "doctor.disk",
            f"磁盘剩余空间不足 1 GB（{free // 1024**2} MB）。",
            f"Less than 1 GB of disk is free ({free // 1024**2} MB).",
            f"free space below {nearest}, or set PILOTZONE_HOME to another disk",
        )


def _reference(state: Path) -> Iterator[Finding]:
    for file, zh, en in edition.faults(state / "data"):
        yield Finding(
            "doctor.reference", f"参考数据文件有误，未采用：{file}：{zh}", f"A file of reference data is faulty and not used: {file}: {en}",
            "mend or remove the file; it is taken up without a restart",
        )  # fmt: skip


def _assets() -> Iterator[Finding]:
    if not (ASSETS / "htmx.min.js").exists():
        yield Finding(
            "doctor.assets",
            "前端文件缺失：页面可用，但没有图表和即时更新。",
            "Front-end files are missing: pages work without charts and live updates.",
            "run `make assets`",
        )


def _fonts(state: Path) -> Iterator[Finding]:
    if fonts.found(state) is None:
        yield Finding(
            "doctor.font",
            "没有中文字体：网页打印可用，但不能生成 PDF 文件。",
            "There is no Chinese font: pages print, but no PDF papers can be made.",
            f"install fonts-noto-cjk (Debian), or put a font file into {state}/fonts or a folder named in PILOTZONE_FONTS",
        )


def _ports(ports: dict[int, str]) -> Iterator[Finding]:
    for port, mend in ports.items():
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                yield Finding(
                    "doctor.port",
                    f"端口 {port} 已被其他程序占用。",
                    f"Port {port} is used by another program.",
                    f"choose another with {mend if mend.isupper() else '`pilotzone up --port N`'}",
                )


def _tree(state: Path) -> Iterator[Finding]:
    for row in records.read(records.tree_file(state)).get("processes", []):
        if row["state"] in ("stopped", "failed"):
            yield Finding(
                "doctor.process",
                f"进程 {row['name']} 未在运行。",
                f"Process {row['name']} does not run.",
                f"read {state}/logs/{row['name']}.log",
            )
        elif row["state"] == "starting" and time.time() - row["started"] > SLOW_S:
            yield Finding(
                "doctor.process_slow",
                f"进程 {row['name']} 启动已超过 {SLOW_S:.0f} 秒，仍未就绪。",
                f"Process {row['name']} was started more than {SLOW_S:.0f} seconds ago and is not ready.",
                f"read {state}/logs/{row['name']}.log",
            )


def _brokers() -> Iterator[Finding]:
    """Message brokers that are away, do not let us in, or lack a queue; nothing is sent or taken."""
    if not any(os.environ.get(name, "").strip().startswith("amqp") for name in brokerage.SETTINGS):
        return
    for one in brokerage.looked_at():
        yield Finding(f"doctor.broker_{one.what}", one.zh, one.en, one.mend)


def _embedded(state: Path) -> Iterator[Finding]:
    try:
        postgres.programs(state / "programs")
        postgres.account()
    except postgres.CannotStart as failure:
        yield Finding("doctor.postgres", "没有可用的 PostgreSQL 程序。", str(failure), "run `make run`, or set PG_BIN")
    path = f"{socket_dir(database_dir(state))}/{SOCKET}"
    if len(path.encode()) > LONGEST_SOCKET:
        yield Finding(
            "doctor.socket",
            f"数据库套接字路径过长：{path}",
            f"The path of the database's socket is too long: {path}",
            "set PILOTZONE_SOCKETS to a short folder, for example /tmp",
        )


def _answers(state: Path) -> Iterator[Finding]:
    """Of a running zone: whether its own PostgreSQL can be reached, as every process of it must."""
    try:
        with psycopg.connect(connections.dsn(database.WEB, state), connect_timeout=3) as connection:
            connection.execute("SELECT 1")
    except psycopg.Error as failure:
        told = (str(failure).splitlines() or ["?"])[0]
        yield Finding(
            "doctor.database",
            f"平台在运行，但无法连接数据库：{told}",
            f"The zone runs, but its database cannot be reached: {told}",
            "wait half a minute: the supervisor starts it anew; else `pilotzone down`, then `pilotzone up`",
        )


def _of_own_server(state: Path, memory: int | None) -> list[Finding]:
    """The server DATABASE_URL names; its settings where it answers."""
    found = list(_own_server(state))
    return found if any(one.code == "doctor.database_away" for one in found) else [*found, *_settings(state, memory)]


def _own_server(state: Path) -> Iterator[Finding]:
    for role in connections.roles():
        dsn = connections.dsn(role, state)
        try:
            with psycopg.connect(dsn, connect_timeout=3) as connection:
                version = connection.info.server_version
                loose = connection.execute(
                    "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
                ).fetchone()
        except psycopg.Error as failure:
            told = (str(failure).splitlines() or ["?"])[0]
            if pq.PGconn.ping(make_conninfo(dsn, connect_timeout=3).encode()) != pq.Ping.OK:
                yield _away(told)
                return
            yield Finding(
                "doctor.role",
                f"无法以角色 {role} 连接数据库：{told}",
                f"Role {role} cannot connect: {told}",
                f"let the DBA run the SQL below once, and set {connections.password_setting(role)}",
            )
            continue
        if version < database.FLOOR * 10000:
            yield Finding(
                "doctor.version",
                f"PostgreSQL 版本低于 {database.FLOOR}。",
                f"PostgreSQL is older than {database.FLOOR}.",
                f"upgrade the server to {database.FLOOR} or later",
            )
        if role == database.WEB and loose and loose[0]:
            yield Finding(
                "doctor.web_bypass",
                "网页角色可绕过行级安全。",
                "The role of pages could bypass row-level security.",
                f"ALTER ROLE {database.WEB} NOSUPERUSER NOBYPASSRLS;",
            )


def _away(told: str) -> Finding:
    """A role cannot connect because the server does not answer, or takes nobody in for the moment."""
    return Finding(
        "doctor.database_away",
        f"DATABASE_URL 所指的数据库服务器没有应答：{told}",
        f"The server that DATABASE_URL names does not answer: {told}",
        "start it, or look at the address, firewall and certificate; a zone that runs goes on by itself",
    )


def _settings(state: Path, memory: int | None) -> Iterator[Finding]:
    """What a server of one's own is set to; nothing where it cannot be asked, which is told already."""
    try:
        with psycopg.connect(connections.dsn(database.WEB, state), connect_timeout=3) as connection:
            rows = connection.execute("SELECT name, setting, unit FROM pg_settings").fetchall()
    except psycopg.Error:
        return
    found = {name: (value, unit) for name, value, unit in rows}
    for one in tuning.wrong(tuning.own(memory or tuning.memory_here(), os.cpu_count() or 1), found):
        value, unit = found[one.name]
        durable = one.name in tuning.DURABLE
        yield Finding(
            "doctor.durability" if durable else "doctor.setting",
            f"数据库参数 {one.name} 为 {value}{unit or ''}，应为 {one.value}"
            + ("，否则已回执的报文可能丢失。" if durable else "。"),
            f"The database's {one.name} is {value}{unit or ''} and should be {one.value}"
            + (", else what was acknowledged may be lost." if durable else "."),
            "; ".join(tuning.alter([one])),
        )
