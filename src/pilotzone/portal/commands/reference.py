"""`pilotzone reference load FILE`: load goods an official prepared; the running zone takes them up within a second."""

from __future__ import annotations

import getpass
import json
import sys
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import click

from pilotzone.base.errors import Refused
from pilotzone.portal.processes.home import home
from pilotzone.reference import loading

LOADED, REFUSED = 0, 1


@click.group()
def command() -> None:
    """The zone's own reference data 本地参考数据."""


@command.command("load")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Judge and compare only; write nothing.")
@click.option("--reason", default="", help="Why, for the history.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def load(file: Path, dry_run: bool, reason: str, as_json: bool) -> None:
    """Load goods from a CSV, whole or not at all. Exit 0 = loaded (or fine), 1 = refused, 2 = unreadable."""
    try:
        raw = file.read_bytes()
    except OSError as error:
        click.echo(f"cannot read {file}: {error}", err=True)
        sys.exit(2)
    folder = home() / "data"
    told = loading.preview(raw, folder)
    number = None
    if not told.faults and not dry_run:
        at = datetime.now().astimezone()
        try:
            number = loading.load(raw, folder, name=file.name, who=getpass.getuser(), at=at, reason=reason).number
        except Refused as refused:
            click.echo(f"{refused.code} {refused.zh} / {refused.en}", err=True)
            sys.exit(REFUSED)
    if as_json:
        shown = {**asdict(told), "counts": told.counts(), "load": number}
        print(json.dumps(shown, ensure_ascii=False))
    else:
        for fault in told.faults:
            print(f"{file.name}:{fault.line} {fault.column} {fault.code} {fault.zh} / {fault.en}")
        counts = told.counts()
        print(
            f"rows 行 {counts['rows']} · added 新增 {counts['added']} · changed 变更 {counts['changed']}"
            f" · ended 终止 {counts['ended']} · same 不变 {counts['same']} · faults 错误 {counts['faults']}"
        )
    sys.exit(REFUSED if told.faults else LOADED)


@command.command("take-back")
def take_back() -> None:
    """Undo the last load that stands."""
    try:
        undone = loading.take_back(home() / "data", who=getpass.getuser(), at=datetime.now().astimezone())
    except Refused as refused:
        click.echo(f"{refused.code} {refused.zh} / {refused.en}", err=True)
        sys.exit(REFUSED)
    print(f"taken back 已撤回 #{undone.number} {undone.name}")
