"""`pilotzone reconcile`: join the ledgers of days that are over, and say what does not agree. Needs a running zone's database."""

from __future__ import annotations

import json
import os
import sys
from datetime import date, datetime, timedelta
from typing import Any

import click

from pilotzone.portal.processes.looking import look


@click.command("reconcile")
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="One day (default: yesterday of the zone's clock).")
@click.option("--from", "first", type=click.DateTime(["%Y-%m-%d"]), help="The first of several days.")
@click.option("--to", "last", type=click.DateTime(["%Y-%m-%d"]), help="The last of several days.")
@click.option("--json", "as_json", is_flag=True, help="Print data instead of text.")
def command(day: datetime | None, first: datetime | None, last: datetime | None, as_json: bool) -> None:
    """Run the daily reconciliation 日对账 now and print its kinds and sums.

    Exit 0: done, every difference has a name; 1: money stays unexplained; 2: the days are not in order, another run is on
    its way, or no zone answers.
    """
    look()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pilotzone.portal.settings")
    import django

    django.setup()
    from django.db import DatabaseError

    from pilotzone.base.errors import Refused

    try:
        told = _run(day or first, day or last)
    except Refused as refused:
        click.echo(f"{refused.code}: {refused.zh} {refused.en}", err=True)
        sys.exit(2)
    except DatabaseError as away:
        click.echo(f"no zone answers: {str(away)[:200]}", err=True)
        sys.exit(2)
    click.echo(json.dumps(told, ensure_ascii=False, indent=1, default=str) if as_json else _text(told))
    sys.exit(1 if told["unexplained"] else 0)


def _run(first: datetime | None, last: datetime | None) -> dict[str, Any]:
    from pilotzone.kernel import clock
    from pilotzone.kernel.access.actor import PLATFORM
    from pilotzone.kernel.access.scope import scope
    from pilotzone.rooms.tracking import api

    with scope(PLATFORM):
        yesterday = clock.today() - timedelta(days=1)
        begins, ends = (_day(one) or yesterday for one in (first, last))
        number = api.ask_reconciliation(begins, ends, channel=api.BY_COMMAND)
    run = api.reconcile(number)
    assert run is not None
    with scope(PLATFORM):
        return {
            "run": run.pk, "first": run.first, "last": run.last, "algorithm": run.algorithm, "edition": run.edition,
            "found": run.found, "fresh": run.fresh, "reopened": run.reopened, "gone": run.gone,
            "unexplained": run.unexplained, "kinds": api.residual_kinds_now(), "sums": api.reconcile_sums(run.pk),
        }  # fmt: skip


def _day(told: datetime | None) -> date | None:
    return told.date() if told else None


def _text(told: dict[str, Any]) -> str:
    from pilotzone.rooms.tracking.api import RECONCILE_PAIRS, RESIDUAL_KINDS

    lines = [
        f"#{told['run']} {told['first']} – {told['last']}: 差异 residuals {told['found']} (新 new {told['fresh']}, 重开 reopened"
        f" {told['reopened']}, 消除 gone {told['gone']})",
        "未核销 not settled:",
    ]
    for row in told["kinds"]:
        kind = RESIDUAL_KINDS[row["kind"]]
        amount = "" if row["amount"] is None else f"{row['amount']} {row['currency']}"
        lines.append(f"  {row['n']:>8}  {kind.zh} {kind.en}  {amount}")
    lines.append("合计 totals:")
    for row in told["sums"]:
        (zh, en), (zh2, en2) = RECONCILE_PAIRS[row["pair"]]
        lines.append(
            f"  {zh} {en} {row['left']} − {zh2} {en2} {row['right']} {row['currency']}: 差异 {row['residual']}, 容差 tolerated"
            f" {row['tolerated']}, 未到期 waiting {row['waiting']}, 已报告 reported {row['lawful']}, 未说明 unexplained"
            f" {row['unexplained']}"
        )
    return "\n".join(lines)
