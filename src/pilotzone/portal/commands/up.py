"""`pilotzone up`: start everything and stay until Ctrl-C."""

from __future__ import annotations

import os
import socket
import sys
import time
from pathlib import Path

import click

from pilotzone.portal.accounts import welcome
from pilotzone.portal.processes import postgres, premises, records, tree
from pilotzone.portal.processes.home import asked, settle
from pilotzone.portal.processes.supervisor import Supervisor


@click.command("up")
@click.option("--port", type=click.IntRange(1, 65533), envvar="PILOTZONE_PORT", default=8000, show_default=True)
@click.option("--bind", envvar="PILOTZONE_BIND", default="127.0.0.1", show_default=True, help="Address of the portal.")
@click.option("--workers", type=click.IntRange(1, 64), envvar="PILOTZONE_WORKERS", help="Default: one per core.")
@click.option("--no-demo", is_flag=True, help="Found a real zone instead of a demonstration (first start only).")
def command(port: int, bind: str, workers: int | None, no_demo: bool) -> None:
    """Start PostgreSQL, web, intake, workers and the rest, watch them, and stop them at Ctrl-C.

    The intake listens on the next port (PILOTZONE_INTAKE_PORT), the simulators on the one after
    (PILOTZONE_COUNTERPART_PORT); POST /intake/ works on the portal's port too.
    """
    if wrong := [f"{zh} {en}" for zh, en in premises.faults()]:
        raise SystemExit("\n".join(wrong))
    state, lock = _state()
    os.environ["PILOTZONE_HOME"] = str(state)
    intake_port, counterpart_port = _ports(port, bind)
    plan = tree.Plan(
        state=state,
        port=port,
        intake_port=intake_port,
        counterpart_port=counterpart_port,
        bind=bind,
        demo=not no_demo,
        workers=workers or max(1, os.cpu_count() or 1),
    )
    if state != asked():
        _say(f"state folder 状态目录: {state} (PostgreSQL may not enter {asked()})")
    try:
        code = Supervisor(plan, tree.programs(plan), _say, when_ready=lambda: _welcome(plan)).run()
    except postgres.CannotStart as failure:
        raise SystemExit(str(failure)) from None
    finally:
        lock.release()
    sys.exit(code)


def _state() -> tuple[Path, records.Lock]:
    """The state folder, made where it is missing, and the lock that keeps a second tree off it."""
    try:
        state = settle(postgres.reachable)
        lock = records.Lock(state)
        lock.take()
    except records.AlreadyRunning as other:
        told = records.read(records.tree_file(state))
        raise SystemExit(
            f"平台已在状态目录 {state} 上运行，`pilotzone down` 可停止。 "
            f"PilotZone already runs on {state} (pid {other}) at {told.get('url', '?')}; `pilotzone down` stops it"
        ) from None
    except (OSError, postgres.CannotStart) as failure:
        raise SystemExit(
            f"无法使用状态目录，请把 PILOTZONE_HOME 设为可写的文件夹。 "
            f"cannot use the state folder: {failure}; set PILOTZONE_HOME to a folder of yours"
        ) from None
    return state, lock


def _ports(port: int, bind: str) -> tuple[int, int]:
    """The ports of the intake and of the simulators; all three must be free and none the same."""
    ports = premises.ports(port)
    if len(ports) < 3:
        raise SystemExit(
            "门户、接入、模拟器三个端口不能相同。 The portal, the intake and the simulators need three different ports."
        )
    for number, mend in ports.items():
        if not _free(bind if number == port else "127.0.0.1", number):
            raise SystemExit(
                f"端口 {number} 已被其他程序占用，请用 {mend} 另选。 "
                f"port {number} is in use by another program; choose another with {mend}"
            )
    _, intake, counterpart = ports
    return intake, counterpart


def _welcome(plan: tree.Plan) -> None:
    """Show who starts a real zone how to become its administrator; the link goes to the terminal only."""
    if link := welcome.link(plan):
        _say(f"首位管理员请在三天内打开此链接设置密码 the first administrator sets a password here, once: {link}")


def _say(text: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {text}", flush=True)


def _free(address: str, port: int) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError:
            return False
    return True
