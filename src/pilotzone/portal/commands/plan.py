"""`pilotzone plan show`: the tasks and targets of the action plan with their lights, from a zone's database where one runs."""

from __future__ import annotations

import json
import os
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pilotzone.portal.processes.looking import look

if TYPE_CHECKING:
    from pilotzone.rooms.plan.api import Overview, Plan


@click.group("plan")
def command() -> None:
    """The action plan: its 45 tasks and its targets, with lights computed from evidence."""


@command.command("show")
@click.option("--json", "as_json", is_flag=True, help="Print data instead of text.")
@click.option("--plan", "key", default="", help="A plan by its key (default: the one in force, PILOTZONE_PLAN).")
@click.option(
    "--file", "path", type=click.Path(dir_okay=False, path_type=Path), help="A plan from a file, before it is used."
)
def show(as_json: bool, key: str, path: Path | None) -> None:
    """Print every task and target as it stands today.

    Where no zone runs, or the plan is from a file, nothing is known as evidence: said on standard error, lights follow from the
    deadlines alone. Exit 0: printed; 2: no such plan, or its file is not in order.
    """
    look(alone=True)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pilotzone.portal.settings")
    import django

    django.setup()
    from pilotzone.base.errors import Refused
    from pilotzone.rooms.plan import api

    try:
        plan = api.plan_from(path) if path else api.plan_of(key) if key else api.plan_in_force()
    except Refused as refused:
        click.echo(f"{refused.code}: {refused.zh} {refused.en}", err=True)
        sys.exit(2)
    seen = _seen(plan, alone=path is not None)
    click.echo(json.dumps(api.as_data(seen), ensure_ascii=False, indent=1) if as_json else _text(seen))


def _seen(plan: Plan, *, alone: bool) -> Overview:
    from django.db import DatabaseError

    from pilotzone.base.days import SHANGHAI
    from pilotzone.kernel import clock
    from pilotzone.kernel.access.actor import PLATFORM
    from pilotzone.kernel.access.scope import scope
    from pilotzone.rooms.plan import api

    if not alone:
        try:
            with scope(PLATFORM):
                return api.overview(plan, clock.today())
        except DatabaseError:
            click.echo(
                "no zone answers: lights follow from the deadlines alone; start one with `pilotzone up`", err=True
            )
    return api.unproved(plan, datetime.now(SHANGHAI).date())


def _text(seen: Overview) -> str:
    from pilotzone.rooms.plan.api import WORDS

    tasks = [
        f"{one.task.no:>2}  {WORDS[one.light.light][0]}  {one.task.due:<8}{'、'.join(one.task.lead)}  {one.task.zh}  ({one.light.zh})"
        for one in seen.tasks
    ]
    targets = [
        f"{one.target.year}  {WORDS[one.light.light][0]}  {one.target.zh} {'>' if one.target.above else '≥'}{one.target.number:f}"
        f" {one.target.unit}  ({one.light.zh})"
        for one in seen.targets
    ]
    return "\n".join([seen.plan.zh, *tasks, "", *targets])
