"""`pilotzone demo`: load the synthetic demonstration zone into a running one."""

from __future__ import annotations

import json
import os
import sys
import time

import click

from pilotzone.portal.processes import addresses

BULK: dict[str, object] = {"brief": True, "follow": True, "delay_ms": 0, "review": 0.0, "inspection": 0.02, "ask": 0.0}


@click.command("demo")
@click.option("--year", default=2021, show_default=True, help="The synthetic year.")
@click.option(
    "--trades",
    default=lambda: int(os.environ.get("PILOTZONE_DEMO_TRADES", "20000")),
    show_default="20000",
    type=click.IntRange(0, 5_000_000),
)
@click.option("--seed", default=1, show_default=True, help="The same seed gives the same zone.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as data.")
def command(year: int, trades: int, seed: int, as_json: bool) -> None:
    """Load a believable synthetic year through the real pipeline: enterprises, keys, trades with a Double 11.

    Needs a running demonstration zone (`pilotzone up`). Everything is labelled synthetic.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pilotzone.portal.settings")
    import django

    django.setup()
    from pilotzone.base.errors import Problem

    try:
        told = _load(year, trades, seed)
    except Problem as problem:
        click.echo(f"{problem.code}: {problem.zh} {problem.en}", err=True)
        sys.exit(2)
    click.echo(json.dumps(told) if as_json else "  ".join(f"{key} {value}" for key, value in told.items()))
    sys.exit(0 if told["settled"] else 1)


def _load(year: int, trades: int, seed: int) -> dict[str, object]:
    import msgspec
    import psycopg

    from pilotzone.base.errors import Refused
    from pilotzone.kernel import clock
    from pilotzone.kernel.access.actor import PLATFORM
    from pilotzone.kernel.access.scope import scope
    from pilotzone.portal.demo import inspecting
    from pilotzone.portal.demo.load import Order, Progress, load, settle, span
    from pilotzone.portal.demo.parties import found_all
    from pilotzone.portal.processes import connections, database, records
    from pilotzone.portal.processes.home import home
    from pilotzone.simulators.faults import USUAL

    if not clock.is_demo():
        raise Refused(
            code="demo.real_zone",
            zh="这是真实综试区，不能装载演示数据。",
            en="This is a real zone; demonstration data cannot be loaded into it.",
        )
    first, until = span(year, clock.now())
    if until.date() < first:
        raise Refused(
            code="demo.year",
            zh=f"演示时钟尚未到{year}年，无法装载该年数据。",
            en=f"The zone's clock has not reached {year}; load an earlier year or move the clock.",
        )
    progress = Progress(records.demo_file(home()), trades)
    progress.tell("建档", 0)
    started = time.monotonic()
    with scope(PLATFORM):
        signers = found_all(home() / "demo" / "keys")
    _accounts()
    _districts()
    _file(first=True)
    _cases()
    _govern()
    _share()
    _exchange(loading=False)
    founded = time.monotonic()
    dsn = connections.dsn(database.FLOOD, home())
    _behave(BULK)
    try:
        documents = load(Order(first, until, trades, seed), signers, lambda: psycopg.connect(dsn), progress)
        sent = time.monotonic()
        settled = settle(lambda: psycopg.connect(dsn), progress, trades, counterpart=_waiting)
        _behave(BULK | inspecting.INSPECTING)
        inspected = inspecting.send(trades, seed, clock.now(), signers, lambda: psycopg.connect(dsn))
        settle(lambda: psycopg.connect(dsn), progress, trades, counterpart=_waiting, limit_s=60)
    finally:
        _behave(msgspec.structs.asdict(USUAL))
    _push()
    _exchange()
    ended = time.monotonic()
    progress.tell("完成", trades, finished=True)
    _file(first=False)
    _inspect(inspected)
    _cases()
    return {
        "trades": trades, "documents": documents, "settled": settled, "founding_s": round(founded - started, 1),
        "sending_s": round(sent - founded, 1), "seconds": round(ended - founded, 1),
        "trades_per_s": round(trades / max(0.001, ended - founded), 1),
    }  # fmt: skip


def _accounts() -> None:
    """Give the parties their accounts at the simulated single window; without it they are played by one click."""
    from pilotzone.base.errors import Unavailable
    from pilotzone.portal.demo.signon import register_all

    try:
        register_all(addresses.counterpart())
    except Unavailable as away:
        click.echo(f"{away.zh} {away.en}; loading on", err=True)


def _file(*, first: bool) -> None:
    """Let firms file by their registers, the first ones before the trades, the others after; without registers none does."""
    from pilotzone.base.errors import Problem
    from pilotzone.kernel.access.actor import PLATFORM
    from pilotzone.kernel.access.scope import scope
    from pilotzone.portal.demo import filing
    from pilotzone.portal.demo.firms import everyone

    address = addresses.counterpart()
    os.environ.setdefault("PILOTZONE_REGISTERS_URL", address)
    try:
        if first:
            with scope(PLATFORM):
                filing.make_known(address)
        filing.file_all(filing.first_ones() if first else everyone())
    except Problem as away:
        click.echo(f"{away.zh} {away.en}; loading on", err=True)


def _districts() -> None:
    """Open every district's platform."""
    from pilotzone.portal.demo.districts import open_all

    open_all()


def _cases() -> None:
    """A handful of cases at every stage; those whose firm has not filed yet come the second time."""
    from pilotzone.portal.demo import services

    services.make_cases()


def _govern() -> None:
    """Liaisons, reports and a meeting of the plan's bodies."""
    from pilotzone.portal.demo import governing

    governing.govern()


def _share() -> None:
    """Agreements between departments, and a little exchanged under them."""
    from pilotzone.portal.demo import sharing

    sharing.share()


def _behave(how: dict[str, object]) -> None:
    """Tell the simulated customs how to behave; a real one is not told anything."""
    import httpx

    address = addresses.counterpart()
    try:
        httpx.post(f"{address}/control", json=how, timeout=5.0).raise_for_status()
    except httpx.HTTPError as away:
        click.echo(f"the simulated customs does not answer at {address} ({away}); loading on", err=True)


def _push() -> None:
    """Let one firm have its receipts pushed to its simulated system, which learns the secret here."""
    import httpx

    from pilotzone.base.errors import Problem
    from pilotzone.portal.demo.pushing import subscribe

    address = addresses.counterpart()
    try:
        made = subscribe(address)
        if made:
            httpx.post(f"{made[0]}/control", json={"secrets": [made[1]]}, timeout=5.0).raise_for_status()
    except (Problem, httpx.HTTPError) as away:
        click.echo(f"no firm is pushed its receipts at {address} ({away}); going on", err=True)


def _exchange(*, loading: bool = True) -> None:
    """Set up the simulated SAFE; when `loading`, receipts of foreign exchange behind some of the year's exports."""
    from pilotzone.base.errors import Problem
    from pilotzone.kernel import clock
    from pilotzone.portal.demo.exchange import load, stage

    address = addresses.counterpart()
    try:
        if loading:
            load(address, clock.now())
        else:
            stage(address, clock.today())
    except Problem as away:
        click.echo(f"{away.code}: no receipts of foreign exchange are loaded ({away.en}); going on", err=True)


def _inspect(orders: list[str]) -> None:
    """Officers deal with some of the consignments customs inspects; without its receipts none is there to deal with."""
    from pilotzone.base.errors import Problem
    from pilotzone.portal.demo.inspecting import inspect

    try:
        if (done := inspect(orders)) < len(orders):
            click.echo(f"{done} of {len(orders)} joint inspections came; going on", err=True)
    except Problem as problem:
        click.echo(f"{problem.code}: no joint inspections are loaded ({problem.en}); going on", err=True)


def _waiting() -> int:
    """What still lies with the simulated counterpart; nothing where it does not say."""
    import httpx

    address = addresses.counterpart()
    try:
        return int(httpx.get(f"{address}/healthz", timeout=5.0).json()["waiting"])
    except (httpx.HTTPError, KeyError, ValueError):
        return 0
