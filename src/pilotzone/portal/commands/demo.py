"""`pilotzone demo`: load the synthetic demonstration zone into a running one."""

from __future__ import annotations

import json
import os
import sys
import time
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

import click

from pilotzone.portal.processes import addresses

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime

    from pilotzone.portal.demo.exchange import Remitted
    from pilotzone.portal.processes.counterpart import Counterpart


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
        first, until = _loadable(year)
        with _alone():
            told = _load(first, until, trades, seed)
    except Problem as problem:
        click.echo(f"{problem.code}: {problem.zh} {problem.en}", err=True)
        sys.exit(2)
    click.echo(json.dumps(told) if as_json else "  ".join(f"{key} {value}" for key, value in told.items()))
    sys.exit(0 if told["settled"] else 1)


def _load(first: date, until: datetime, trades: int, seed: int) -> dict[str, object]:
    import msgspec
    import psycopg

    from pilotzone.kernel.access.actor import PLATFORM
    from pilotzone.kernel.access.scope import scope
    from pilotzone.portal.demo.beside import Step, beside
    from pilotzone.portal.demo.flood import Flood
    from pilotzone.portal.demo.load import Order, Progress
    from pilotzone.portal.demo.parties import found_all
    from pilotzone.portal.processes import connections, database, records
    from pilotzone.portal.processes.counterpart import Counterpart
    from pilotzone.portal.processes.home import home
    from pilotzone.simulators.faults import USUAL

    progress = Progress(records.demo_file(home()), trades)
    progress.tell("建档", 0)
    started = time.monotonic()
    with scope(PLATFORM):
        signers = found_all(home() / "demo" / "keys")
    address, dsn = addresses.counterpart(), connections.dsn(database.FLOOD, home())
    _stage(address)
    # the plan's bodies report what stood before the year: the year waits for them, and they for what they count
    early: list[Step] = [_accounts, _districts, partial(_file, first=True), _govern]
    late: list[Step] = [_cases, partial(_file, first=False), _cases, _share]
    with beside([*early, *late]) as desks, Counterpart(address, msgspec.structs.asdict(USUAL), _complain) as customs:
        order = Order(first, until, trades, seed)
        flood = Flood(order, signers, lambda: psycopg.connect(dsn), progress, customs.behave, customs.waiting)
        inspected = flood.inspected()
        founded = time.monotonic()
        told = flood.load(desks[len(early) - 1])
        _push(customs)
        money = _remit(address)
        _inspect(inspected)
        _deal_with(money)
    progress.tell("完成", trades, finished=True)
    return {
        "trades": trades, "documents": told.documents, "settled": told.settled, "founding_s": round(founded - started, 1),
        "waited_s": round(told.opened - founded, 1), "sending_s": round(told.sent - told.opened, 1),
        "seconds": round(time.monotonic() - started, 1), "trades_per_s": round(trades / max(0.001, told.settled_at - told.opened), 1),
    }  # fmt: skip


def _loadable(year: int) -> tuple[date, datetime]:
    """From which day until when the year can be loaded; Refused `demo.real_zone`, `demo.year` (the clock is not there yet)."""
    from pilotzone.base.errors import Refused
    from pilotzone.kernel import clock
    from pilotzone.portal.demo.load import span

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
    return first, until


@contextmanager
def _alone() -> Iterator[None]:
    """The right to load, for one process at a time; Refused `demo.loading`: another loads, as `pilotzone up` does at its first start."""
    from pilotzone.base.errors import Refused
    from pilotzone.portal.processes import records
    from pilotzone.portal.processes.home import home

    lock = records.Lock(home(), "demo")
    try:
        lock.take()
    except records.AlreadyRunning as other:
        told = records.read(records.demo_file(home()))
        stand = f"{told.get('done', 0):,}/{told.get('total', 0):,}"
        raise Refused(
            code="demo.loading",
            zh=f"进程{other}正在装载演示数据（{stand}），请等它完成。",
            en=f"Process {other} is loading a demonstration ({stand}); wait until it is finished.",
        ) from None
    try:
        yield
    finally:
        lock.release()


def _complain(sentence: str) -> None:
    click.echo(sentence, err=True)


def _accounts() -> None:
    """Give the parties their accounts at the simulated single window; without it they are played by one click."""
    from pilotzone.base.errors import Unavailable
    from pilotzone.portal.demo.signon import register_all

    try:
        register_all(addresses.counterpart())
    except Unavailable as away:
        _complain(f"{away.zh} {away.en}; loading on")


def _file(*, first: bool) -> None:
    """Let firms file by their registers, the first ones before the trades, the others beside; without registers none does."""
    from pilotzone.base.errors import Problem
    from pilotzone.kernel.access.actor import PLATFORM
    from pilotzone.kernel.access.scope import scope
    from pilotzone.portal.demo import filing
    from pilotzone.portal.demo.beside import apart
    from pilotzone.portal.demo.firms import everyone

    address = addresses.counterpart()
    os.environ.setdefault("PILOTZONE_REGISTERS_URL", address)
    try:
        if first:
            with scope(PLATFORM):
                filing.make_known(address)
            filing.file_all(filing.first_ones())
        else:
            apart(filing.file_all, everyone()[::2], everyone()[1::2])
    except Problem as away:
        _complain(f"{away.zh} {away.en}; loading on")


def _districts() -> None:
    """Open the districts' platforms, all but the one left for the form."""
    from pilotzone.portal.demo.districts import open_all

    open_all()


def _cases() -> None:
    """A handful of cases at every stage; those whose firm has not filed yet come the second time."""
    from pilotzone.portal.demo import services

    services.make_cases()


def _govern() -> None:
    """A year of the plan's work: liaisons, declared tasks, monthly reports, four meetings and what they decided."""
    from pilotzone.portal.demo import governing

    governing.govern()


def _share() -> None:
    """Agreements between departments, and a little exchanged under them."""
    from pilotzone.portal.demo import sharing

    sharing.share()


def _push(counterpart: Counterpart) -> None:
    """Let one firm have its receipts pushed to its simulated system, which learns the secret here."""
    import httpx

    from pilotzone.base.errors import Problem
    from pilotzone.portal.demo.pushing import subscribe

    try:
        made = subscribe(counterpart.url)
        if made:
            counterpart.tell(f"{made[0]}/control", {"secrets": [made[1]]})
    except (Problem, httpx.HTTPError) as away:
        _complain(f"no firm is pushed its receipts at {counterpart.url} ({away}); going on")


def _stage(address: str) -> None:
    """Set up the simulated SAFE, and what departments' systems know beside their registers."""
    from pilotzone.base.errors import Problem
    from pilotzone.kernel import clock
    from pilotzone.portal.demo import departments
    from pilotzone.portal.demo.exchange import stage

    try:
        stage(address, clock.today())
        departments.tell(address, clock.now())
    except Problem as away:
        _complain(f"{away.code}: SAFE and the departments are not set up ({away.en}); going on")


def _remit(address: str) -> Remitted | None:
    """Receipts of foreign exchange behind some of the year's exports come to the bank."""
    from pilotzone.base.errors import Problem
    from pilotzone.kernel import clock
    from pilotzone.portal.demo.exchange import remit

    try:
        return remit(address, clock.now())
    except Problem as away:
        _complain(f"{away.code}: no receipts of foreign exchange are loaded ({away.en}); going on")
    return None


def _deal_with(money: Remitted | None) -> None:
    """The firms' and the bank's clerks deal with what was received."""
    from pilotzone.base.errors import Problem
    from pilotzone.portal.demo.exchange import deal_with

    try:
        if money is not None:
            deal_with(money)
    except Problem as away:
        _complain(f"{away.code}: receipts of foreign exchange stay as they came ({away.en}); going on")


def _inspect(orders: list[str]) -> None:
    """Officers deal with some of the consignments customs inspects; without its receipts none is there to deal with."""
    from pilotzone.base.errors import Problem
    from pilotzone.portal.demo.inspecting import inspect

    try:
        if (done := inspect(orders)) < len(orders):
            _complain(f"{done} of {len(orders)} joint inspections came; going on")
    except Problem as problem:
        _complain(f"{problem.code}: no joint inspections are loaded ({problem.en}); going on")
