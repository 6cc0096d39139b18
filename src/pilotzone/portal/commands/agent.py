"""`pilotzone agent init|check|run|held|release`: the firm's own client. No Django, no database."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click

from pilotzone.base.errors import Problem, Refused
from pilotzone.exchange import signing
from pilotzone.exchange.agent.brokered import Asked, Brokered
from pilotzone.exchange.agent.client import Client
from pilotzone.exchange.agent.config import EXAMPLE, Config, read
from pilotzone.exchange.agent.runner import Agent, log_to
from pilotzone.exchange.channels import marketplace
from pilotzone.exchange.channels.amqp import Amqp
from pilotzone.exchange.connectors.contract import OUTCOMES, load
from pilotzone.exchange.connectors.store import Store, write
from pilotzone.exchange.connectors.sync import Sync
from pilotzone.portal.commands.submit import Platform

CONFIG = click.option(
    "--config", "file", default="agent.yaml", show_default=True, type=click.Path(dir_okay=False, path_type=Path)
)


@click.group()
def command() -> None:
    """The firm's client: watch a folder or a marketplace, sign with the firm's key, send, fetch receipts."""


@command.command("init")
@CONFIG
def init(file: Path) -> None:
    """Write a configuration to fill in; an existing one stays as it is (exit 2)."""
    try:
        with file.open("x", encoding="utf-8") as out:
            out.write(EXAMPLE)
    except OSError as failure:
        click.echo(f"{file}: {failure.strerror}; it stays as it is", err=True)
        sys.exit(2)
    print(f"{file} written; fill it in, then: pilotzone agent check --config {file}")


@command.command("check")
@CONFIG
@click.option("--json", "as_json", is_flag=True, help="One JSON object a fault.")
def check(file: Path, as_json: bool) -> None:
    """Say what is wrong with the configuration, by key and line; nothing is sent. Exit 2 where anything is."""
    config = _config(file, as_json=as_json)
    _signer(config)
    print(f"{file}: OK 配置可用")


@command.command("run")
@CONFIG
@click.option("--once", is_flag=True, help="One round, then end.")
@click.option("--every", default=60.0, show_default=True, help="Seconds between two rounds.")
def run(file: Path, once: bool, every: float) -> None:
    """Take, sign, send and fetch, round after round. With --once: exit 1 where something was refused or waits."""
    config = _config(file)
    signer = _signer(config)
    with _alone(config.folder):
        agent = _agent(config, signer)
        while True:
            try:
                told = agent.round()
            except Refused as refused:
                click.echo(f"{refused.zh} {refused.en} [{refused.code}]", err=True)
                sys.exit(1)
            if once:
                sys.exit(1 if told.refused or told.later else 0)
            time.sleep(every)


@command.command("held")
@CONFIG
@click.option("--json", "as_json", is_flag=True, help="One JSON object an order.")
def held(file: Path, as_json: bool) -> None:
    """Orders in quarantine: number and reason."""
    for one in _store(_config(file)).held():
        shown = {key: one[key] for key in ("number", "code", "zh", "en")}
        print(json.dumps(shown, ensure_ascii=False) if as_json else "  ".join(shown.values()))


@command.command("release")
@CONFIG
@click.argument("number")
@click.option("--as", "outcome", type=click.Choice(OUTCOMES), required=True)
@click.option("--by", required=True, help="Who decides.")
@click.option("--reason", required=True)
def release(file: Path, number: str, outcome: str, by: str, reason: str) -> None:
    """Let an order out of quarantine; the decision is kept."""
    config = _config(file)
    with _alone(config.folder):
        try:
            _store(config).release(number, outcome, by=by, reason=reason)
        except KeyError:
            click.echo(f"{number}: not held, or unreadable and thus never ready 未隔离或不可读", err=True)
            sys.exit(2)
    print(f"{number}: {outcome}")


def _config(file: Path, *, as_json: bool = False) -> Config:
    config, faults = read(file)
    for fault in faults:
        told = {"file": str(file), "line": fault.line, "key": fault.key, "zh": fault.zh, "en": fault.en}
        text = (
            json.dumps(told, ensure_ascii=False)
            if as_json
            else f"{file}:{fault.line}: {fault.key} {fault.zh} {fault.en}"
        )
        click.echo(text, err=not as_json)
    if config is None:
        sys.exit(2)
    return config


def _signer(config: Config) -> signing.PemSigner:
    password = os.environ.get("PILOTZONE_KEY_PASSWORD", "").encode() or None
    try:
        return signing.PemSigner(config.key.read_bytes(), config.cert.read_bytes(), password=password)
    except Problem as problem:
        click.echo(f"{config.key}: {problem.zh} {problem.en} [{problem.code}]", err=True)
        sys.exit(2)


def _agent(config: Config, signer: signing.Signer) -> Agent:
    sync = None
    if config.connector:
        connector = load(config.connector)
        sync = Sync(connector, config.settings, _store(config), marketplace.ask, _now, time.sleep, config.statuses)
    return Agent(
        config.folder, _client(config), signer, _now, log_to(config.folder / "agent.log", _now, click.echo), sync,
        config.firm, config.reconcile_days, config.url,
    )  # fmt: skip


def _client(config: Config) -> Asked:
    """The platform over HTTP, or over the broker the configuration names."""
    http = Client(Platform(config.url, config.token, config.client_cert).ask) if config.url else None
    way = config.amqp
    if way is None:
        assert http is not None  # the configuration names one of the two
        return http
    rejected = config.folder / "refused"

    def quarantine(queue: str, body: bytes, code: str) -> None:
        name = f"amqp-{hashlib.sha256(body).hexdigest()[:32]}"
        write(rejected / f"{name}.txt", f"[{code}] {queue}")
        write(rejected / f"{name}.bin", body)

    broker = Amqp(way.broker, out=way.out, answers=way.answers, quarantine=quarantine)
    kept = config.folder / "state" / "replies"
    for folder in (rejected, kept):
        folder.mkdir(parents=True, exist_ok=True)
    return Brokered(broker, way.dxp, way.platform, kept, _now, http.clock if http else None)


def _store(config: Config) -> Store:
    return Store(config.folder / "state" / "connector")


def _now() -> datetime:
    return datetime.now(UTC)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One process at a time over a folder; another one says so and ends (exit 2)."""
    (folder / "state").mkdir(parents=True, exist_ok=True)
    with (folder / "state" / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            click.echo(f"{folder}: another agent works here 已有代理在运行", err=True)
            sys.exit(2)
        yield
