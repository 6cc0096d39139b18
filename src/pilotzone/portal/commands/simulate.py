"""`pilotzone simulate`: see and set how the simulated counterparts of a demonstration zone behave."""

from __future__ import annotations

import json
import os
import sys
from typing import Any

import click

from pilotzone.portal.processes.looking import look

JSON = click.option("--json", "as_json", is_flag=True, help="Print data instead of text.")
REFUSED, BAD = 1, 2


@click.group("simulate", invoke_without_command=True)
@click.pass_context
def command(context: click.Context) -> None:
    """See and set how the simulated counterparts behave: customs, single window, banks, carriers, card control, firms' receiving systems.

    Needs a running demonstration zone; refuses in a real one. Exit 0: done; 1: the zone refuses it; 2: no such simulator,
    switch or value, or it is not running.
    """
    if context.invoked_subcommand is None:
        context.invoke(list_)


@command.command("list")
@JSON
def list_(as_json: bool = False) -> None:
    """Print every simulator with its switches; a star marks what is not as usual."""
    for one in _do(lambda board: board.listed()):
        _print(one, as_json)


@command.command("show")
@click.argument("name")
@JSON
def show(name: str, as_json: bool) -> None:
    """Print the switches of the simulator NAME."""
    _print(_do(lambda board: board.one(name)), as_json)


@command.command("set")
@click.argument("name")
@click.argument("switches", nargs=-1, required=True, metavar="SWITCH=VALUE…")
@JSON
def set_(name: str, switches: tuple[str, ...], as_json: bool) -> None:
    """Set switches of the simulator NAME, all or none: slow=2000 down=yes repeat=0.5 reorder=yes review=0.3 inspection=0.1."""
    typed = dict(one.partition("=")[::2] for one in switches)
    if any("=" not in one for one in switches):
        raise click.UsageError("say SWITCH=VALUE, e.g. slow=2000; `pilotzone simulate list` names the switches")
    _print(_do(lambda board: board.change(name, typed)), as_json)


@command.command("reset")
@click.argument("names", nargs=-1, metavar="[NAME]…")
@JSON
def reset(names: tuple[str, ...], as_json: bool) -> None:
    """Everything as usual again, of the simulators named or of all."""

    def work(board: Any) -> list[dict[str, Any]]:
        return [board.reset(name) for name in names or [one["name"] for one in board.listed()]]

    for one in _do(work):
        _print(one, as_json)


@command.command("cancel")
@click.argument("number", metavar="LIST")
def cancel(number: str) -> None:
    """Let the simulated customs cancel the list with this number after its release (before 899: set slow= so that there is time)."""
    click.echo(_do(lambda board: board.cancel_list(number)))


def _do(work: Any) -> Any:
    """What `work` answers of the switchboard; exits where the zone is real, not running, or refuses."""
    look()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pilotzone.portal.settings")
    import django

    django.setup()
    from django.db import OperationalError

    from pilotzone.base.errors import Problem
    from pilotzone.kernel import clock
    from pilotzone.kernel.home import home
    from pilotzone.portal.processes import addresses
    from pilotzone.simulators.control import Switchboard

    try:
        if not clock.is_demo():
            click.echo("simulate.real_zone: 真实综试区没有仿真方 a real zone has no simulated counterparts", err=True)
            sys.exit(REFUSED)
        return work(Switchboard(addresses.counterpart(), home()))
    except Problem as problem:
        said = " ".join(filter(None, (problem.zh, problem.en, problem.mend_zh, problem.mend_en)))
        click.echo(f"{problem.code}: {said}", err=True)
    except OperationalError:
        click.echo("the zone's database does not answer: start the zone with `pilotzone up`", err=True)
    sys.exit(BAD)


def _print(one: dict[str, Any], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(one, ensure_ascii=False))
        return
    told = "  ".join(
        f"{name}={_word(value)}{'' if value == one['usual'][name] else '*'}" for name, value in one["state"].items()
    )
    click.echo(f"{one['name']:14} {one['zh']} {one['en']}\n  {told}")


def _word(value: Any) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)
