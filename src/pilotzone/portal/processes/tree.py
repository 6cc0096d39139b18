"""Which processes make a zone, in one table: command, database role, when it starts, how it stops, when it is ready."""

from __future__ import annotations

import importlib.util
import os
import signal
import sys
from dataclasses import dataclass, field
from pathlib import Path

from pilotzone.exchange.channels import payment_data
from pilotzone.portal.processes import connections, database, postgres, records
from pilotzone.portal.processes.home import database_dir

DXP_ID = "DXPENT0036000000"  # the platform's own number on the exchange platform; PILOTZONE_DXP_ID is the real one
# what is acknowledged comes first, then what is decided, then what is looked at
WORKERS_NICE, WEB_NICE, REST_NICE = 2, 8, 10
CHILD = (sys.executable, "-m", "pilotzone.portal.processes.child")


@dataclass(frozen=True)
class Program:
    """One row of the tree. `after`: what must be ready (a `once` must have ended well) before it starts the first time.

    `ready` is an address answering 200, "postgres", or empty for a process that is ready when it lives. A `once` is
    not restarted; where `vital`, its failure ends the tree. Programs stop together in the order of `wave`. `nice`:
    who gives way to whom when the processors are full; `apart`: leads a session, which has a share of the processors of
    its own (docs/operations.md "Bulkhead").
    """

    name: str
    command: tuple[str, ...]
    role: str = ""
    environment: dict[str, str] = field(default_factory=dict)
    after: tuple[str, ...] = ("prepare",)
    ready: str = ""
    once: bool = False
    vital: bool = False
    wave: int = 1
    stop_signal: int = signal.SIGTERM
    grace_s: float = 10.0
    as_database_account: bool = False
    nice: int = 0
    apart: bool = False


@dataclass(frozen=True)
class Plan:
    """What `pilotzone up` was asked for."""

    state: Path
    port: int = 8000
    intake_port: int = 8001
    counterpart_port: int = 8002
    bind: str = "127.0.0.1"
    demo: bool = True
    workers: int = 1
    postgres_settings: tuple[str, ...] = postgres.SETTINGS

    def address(self) -> str:
        """Where the portal is."""
        return f"http://{self.bind}:{self.port}/"


def programs(plan: Plan) -> list[Program]:
    """The rows of this zone's tree. A module that is not built yet is left out, and so is what DATABASE_URL replaces."""
    rows = [*_database(plan), _prepare(plan), _web(plan), _intake(plan), *_workers(plan), _carrier(plan)]
    rows += [_scheduler(plan), *_simulators(plan), *_ukey(plan), *_demo(plan)]
    return rows


def _server(plan: Plan) -> postgres.Server:
    return postgres.Server(database_dir(plan.state), plan.state / "programs")


def _database(plan: Plan) -> list[Program]:
    if not connections.embedded():
        return []
    server = _server(plan)
    return [
        Program(
            "postgres",
            server.command(plan.postgres_settings),
            after=(),
            ready="postgres",
            wave=2,
            stop_signal=signal.SIGINT,  # fast shutdown: open transactions are rolled back
            grace_s=30.0,
            as_database_account=True,
        )
    ]


def _prepare(plan: Plan) -> Program:
    after = ("postgres",) if connections.embedded() else ()
    words = ("pilotzone.portal.processes.prepare", "--demo" if plan.demo else "--real")
    return Program("prepare", (*CHILD, *words), role="owner", after=after, once=True, vital=True)


def _web(plan: Plan) -> Program:
    command = (
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", plan.bind, "--port", str(plan.port),
        "--workers", os.environ.get("PILOTZONE_WEB_WORKERS", "1"),
        "--blocking-threads", os.environ.get("PILOTZONE_WEB_THREADS", "8"),
        "--respawn-failed-workers", "--no-ws", "--workers-kill-timeout", "8", "--log-level", "error",
        "pilotzone.portal.processes.web:application",
    )  # fmt: skip
    environment = {"PILOTZONE_INTAKE_URL": f"http://127.0.0.1:{plan.intake_port}", **_firms(plan)}
    for setting in ("PILOTZONE_SINGLEWINDOW_URL", "PILOTZONE_REGISTERS_URL", "PILOTZONE_DEPARTMENTS_URL"):
        if _simulators(plan) and not os.environ.get(setting):
            environment[setting] = customs_url(plan)
    return Program("web", command, role="web", environment=environment, ready=f"{plan.address()}healthz", nice=WEB_NICE)


def _intake(plan: Plan) -> Program:
    environment = {"PILOTZONE_INTAKE_PORT": str(plan.intake_port)}
    ready = f"http://127.0.0.1:{plan.intake_port}/healthz"
    command = (*CHILD, "pilotzone.pipeline.intake")
    return Program("intake", command, role="flood", environment=environment, ready=ready, apart=True)


def _workers(plan: Plan) -> list[Program]:
    if not _built("pilotzone.pipeline.worker"):
        return []
    return [
        Program(f"worker-{number}", (*CHILD, "pilotzone.pipeline.worker"), role="flood", nice=WORKERS_NICE)
        for number in range(1, plan.workers + 1)
    ]


def _carrier(plan: Plan) -> Program:
    environment = {"PILOTZONE_CUSTOMS_URL": _simulated_broker(plan) or customs_url(plan), **_firms(plan)}
    if _simulators(plan) and not os.environ.get("PILOTZONE_PAYMENT_DATA_URL"):
        environment["PILOTZONE_PAYMENT_DATA_URL"] = customs_url(plan) + payment_data.PATH
    return Program("carrier", (*CHILD, "pilotzone.portal.processes.carrier"), role="flood", environment=environment)


def _scheduler(plan: Plan) -> Program:
    environment = {}
    if _simulators(plan) and not os.environ.get("PILOTZONE_TAX_URL"):
        environment["PILOTZONE_TAX_URL"] = customs_url(plan)
    if _simulators(plan) and not os.environ.get("PILOTZONE_EXCHANGE_URL"):
        environment["PILOTZONE_EXCHANGE_URL"] = customs_url(plan)
    if _simulators(plan) and not os.environ.get("PILOTZONE_INSPECTION_URL"):
        environment["PILOTZONE_INSPECTION_URL"] = customs_url(plan)
    command = (*CHILD, "pilotzone.portal.processes.scheduler")
    return Program("scheduler", command, role="web", environment=environment, nice=REST_NICE)


def _simulators(plan: Plan) -> list[Program]:
    if not connections.simulated() or not _built("pilotzone.simulators.__main__"):
        return []
    environment = {
        "PILOTZONE_COUNTERPART_DSN": connections.dsn(database.COUNTERPART, plan.state),
        "PILOTZONE_COUNTERPART_PORT": str(plan.counterpart_port),
        "PILOTZONE_PLATFORM_URL": plan.address(),
    }
    ready = f"http://127.0.0.1:{plan.counterpart_port}/healthz"
    command = (*CHILD, "pilotzone.simulators")
    return [Program("simulators", command, role="counterpart", environment=environment, ready=ready, nice=REST_NICE)]


def _ukey(plan: Plan) -> list[Program]:
    """The card control of the demonstration's firms: the firms' side, so never in a real zone and with no database role."""
    if not plan.demo or not _built("pilotzone.simulators.ukey.__main__"):
        return []
    return [Program("ukey", (*CHILD, "pilotzone.simulators.ukey"))]


def _demo(plan: Plan) -> list[Program]:
    loaded = records.read(records.demo_file(plan.state)).get("finished")
    if not plan.demo or loaded or not _built("pilotzone.portal.commands.demo"):
        return []
    command = (sys.executable, "-c", "from pilotzone.portal.cli import main; main()", "demo")
    environment = {
        "PILOTZONE_URL": plan.address(),
        "PILOTZONE_INTAKE_URL": f"http://127.0.0.1:{plan.intake_port}",
        "PILOTZONE_CUSTOMS_URL": customs_url(plan),
        "PILOTZONE_REGISTERS_URL": os.environ.get("PILOTZONE_REGISTERS_URL") or customs_url(plan),
    }
    after = ("web", "intake", "carrier", *(row.name for row in (*_workers(plan), *_simulators(plan))))
    return [Program("demo", command, role="web", environment=environment, after=after, once=True, nice=REST_NICE)]


def _simulated_broker(plan: Plan) -> str:
    """The simulated broker's address; "" where PILOTZONE_BROKER_PORT names none or nothing is simulated."""
    port = os.environ.get("PILOTZONE_BROKER_PORT", "")
    return f"amqp://127.0.0.1:{port}/" if port and _simulators(plan) else ""


def _firms(plan: Plan) -> dict[str, str]:
    """The broker firms hand in by: a setting of its own, else the simulated one."""
    told = os.environ.get("PILOTZONE_FIRMS_URL") or _simulated_broker(plan)
    return {"PILOTZONE_FIRMS_URL": told} if told else {}


def customs_url(plan: Plan) -> str:
    """Where customs' exchange node is: the simulator's unless PILOTZONE_CUSTOMS_URL names the real one."""
    return os.environ.get("PILOTZONE_CUSTOMS_URL") or f"http://127.0.0.1:{plan.counterpart_port}"


def _built(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False
