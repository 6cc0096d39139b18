"""pilotzone template: write the Excel template of a message."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from pilotzone.base.days import SHANGHAI
from pilotzone.base.errors import Problem
from pilotzone.exchange.formats.definitions import full_name
from pilotzone.exchange.formats.editions import edition_for
from pilotzone.exchange.formats.sheet_template import template


@click.command()
@click.argument("name", metavar="MESSAGE")
@click.option("--edition", metavar="2018|2022", help="Edition of the specification (default: that of the day).")
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="Code lists of this day (default: today).")
@click.option(
    "-o", "--out", type=click.Path(dir_okay=False, path_type=Path), help="File to write (default: MESSAGE.xlsx)."
)
def command(name: str, edition: str | None, day: datetime | None, out: Path | None) -> None:
    """Write the Excel template of MESSAGE (CEB311Message, CEB311 or 311)."""
    on = day.date() if day else datetime.now(SHANGHAI).date()
    try:
        full = full_name(name)
        content = template(full, edition_for(full, on, edition), on=on)
    except Problem as problem:
        raise click.UsageError(f"{problem.zh} {problem.en}") from None
    target = out or Path(f"{full}.xlsx")
    try:
        target.write_bytes(content)
    except OSError as problem:
        raise click.UsageError(f"{target}: {problem.strerror}; name a file that can be written with --out") from None
    click.echo(str(target))
