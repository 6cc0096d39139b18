"""`pilotzone storage`: the tables by day: partitions ahead, closed days into months, months into files and back."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from pilotzone.portal.processes.looking import look

JSON = click.option("--json", "as_json", is_flag=True, help="Print data instead of text, one object a line.")
FOLDER = click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="Of the archive (default: PILOTZONE_HOME/archive).",
)
REASON = click.option("--reason", default="", help="For the audit trail.")
DAY = click.DateTime(formats=["%Y-%m-%d"])
MONTH = click.DateTime(formats=["%Y-%m"])


@click.group("storage", invoke_without_command=True)
@JSON
@click.pass_context
def command(context: click.Context, as_json: bool) -> None:
    """List the partitions of the tables by day and the months that lie in files. Verbs make, merge, detach and attach them."""
    if context.invoked_subcommand is None:
        _tell(_list, as_json=as_json)


@command.command("ahead")
@click.option("--days", type=click.IntRange(0, 62), default=7, show_default=True, help="Days after today.")
@JSON
def ahead(days: int, as_json: bool) -> None:
    """Make the partitions of today and the days after it. The scheduler does it every ten minutes."""

    def work() -> Iterator[dict[str, Any]]:
        from pilotzone.kernel import storage

        yield {"made": storage.ahead(days)}

    _tell(work, as_json=as_json)


@command.command("merge")
@click.option("--month", type=MONTH, help="A closed month, YYYY-MM (default: every one that is due).")
@JSON
def merge(month: datetime | None, as_json: bool) -> None:
    """Put the days of closed months into one partition each; readers and writers go on."""

    def work() -> Iterator[dict[str, Any]]:
        from pilotzone.kernel import clock, storage

        storage.sweep()
        due = storage.due(on=clock.today(), after_days=0 if month else storage.MERGE_AFTER_DAYS)
        for parent, first in due:
            if month is None or first == month.date():
                done = storage.merge(parent, first)
                yield {"table": parent, "month": f"{first:%Y-%m}", "days": done.days, "why": done.why}

    _tell(work, as_json=as_json)


@command.command("detach")
@click.option("--before", type=DAY, required=True, help="Whole months that end before this day, YYYY-MM-DD.")
@FOLDER
@REASON
@JSON
def detach(before: datetime, folder: Path | None, reason: str, as_json: bool) -> None:
    """Move whole months into files with hash and manifest. Refused while the law says they must be kept."""

    def work() -> Iterator[dict[str, Any]]:
        from pilotzone.kernel import archive, clock, storage
        from pilotzone.portal.processes.storekeeping import month_after, refuse_unfinished

        storage.sweep()
        with _owner() as connection:
            months = sorted({leaf.month for leaf in storage.leaves(connection.cursor())})
            for month in [one for one in months if month_after(one) <= before.date()]:
                refuse_unfinished(month)
                for file in archive.detach(connection, _folder(folder), month, on=clock.today(), reason=reason):
                    yield _of_file(month, file)
        storage.sweep()

    _tell(work, as_json=as_json)


@command.command("attach")
@click.argument("month", type=MONTH)
@FOLDER
@REASON
@JSON
def attach(month: datetime, folder: Path | None, reason: str, as_json: bool) -> None:
    """Bring MONTH (YYYY-MM) back from its files; the files stay."""

    def work() -> Iterator[dict[str, Any]]:
        from pilotzone.kernel import archive

        with _owner() as connection:
            for file in archive.attach(connection, _folder(folder), month.date(), reason=reason):
                yield _of_file(month.date(), file)

    _tell(work, as_json=as_json)


def _list() -> Iterator[dict[str, Any]]:
    from pilotzone.kernel import archive, storage
    from pilotzone.kernel.access.actor import PLATFORM
    from pilotzone.kernel.access.scope import scope
    from pilotzone.kernel.database import cursor_of
    from pilotzone.portal.processes.storekeeping import month_after

    with scope(PLATFORM), cursor_of() as cursor:
        for leaf in storage.leaves(cursor):
            yield {
                "table": leaf.parent, "partition": leaf.leaf, "days": (leaf.until - leaf.first).days, "first": leaf.first.isoformat(),
                "rows": leaf.rows, "bytes": leaf.bytes, "where": "table",
            }  # fmt: skip
        for one in archive.detached(cursor):
            yield {
                "table": one["table"], "partition": one["leaf"], "days": (month_after(one["month"]) - one["month"]).days,
                "first": one["month"].isoformat(), "rows": one["rows"], "bytes": one["bytes"], "where": one["file"],
                "sha256": one["sha256"],
            }  # fmt: skip


def _of_file(month: date, file: Any) -> dict[str, Any]:
    return {
        "table": file.parent, "partition": file.leaf, "month": f"{month:%Y-%m}", "rows": file.rows, "bytes": file.bytes,
        "sha256": file.sha256,
    }  # fmt: skip


def _folder(asked: Path | None) -> Path:
    from pilotzone.kernel.home import home

    return asked or home() / "archive"


def _owner() -> Any:
    import psycopg

    from pilotzone.portal.processes import connections, database
    from pilotzone.portal.processes.home import home

    return psycopg.connect(connections.dsn(database.OWNER, home()), autocommit=True)


def _tell(work: Callable[[], Iterator[dict[str, Any]]], *, as_json: bool) -> None:
    """Print what `work` yields; exits 1 where it is refused, 2 where the database does not answer."""
    look()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pilotzone.portal.settings")
    import django

    django.setup()
    import psycopg
    from django.db import Error

    from pilotzone.base.errors import Problem

    try:
        for row in work():
            values = [f"{value:,}" if isinstance(value, int) else str(value) for value in row.values()]
            click.echo(json.dumps(row, ensure_ascii=False) if as_json else "  ".join(values))
    except Problem as problem:
        click.echo(f"{problem.zh} {problem.en} [{problem.code}] {problem.source}", err=True)
        sys.exit(1)
    except (psycopg.OperationalError, Error) as failure:
        click.echo(
            f"the zone's database does not answer or refused: {str(failure).splitlines()[0]}; see `pilotzone doctor`",
            err=True,
        )
        sys.exit(2)
