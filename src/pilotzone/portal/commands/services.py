"""`pilotzone services`: check a service item's file before it is switched on, and list the items there are. No server is needed."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import click

from pilotzone.portal.processes.looking import look


@click.group("services")
def command() -> None:
    """Service items: check a file, list them all."""


@command.command("check")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print data instead of text.")
def check(files: tuple[Path, ...], as_json: bool) -> None:
    """Check items' files, every fault with its line. Exit 0: all in order; 1: faults; 2: a file cannot be read."""
    _django()
    from pilotzone.rooms.services import api

    refused = False
    for path in files:
        try:
            found = api.check_file(path)
        except OSError as error:
            click.echo(f"{path}: {error.strerror or error}", err=True)
            sys.exit(2)
        refused = refused or bool(found)
        if as_json:
            rows = [
                {
                    "code": one.code,
                    "path": one.path,
                    "line": one.line,
                    "text_zh": one.zh,
                    "text_en": one.en,
                    "source": one.source,
                }
                for one in found
            ]
            click.echo(json.dumps({"file": str(path), "accepted": not found, "errors": rows}, ensure_ascii=False))
        else:
            lines = [f"{path}:{one.line}: {one.path or '-'} [{one.code}] {one.zh} {one.en}" for one in found]
            click.echo("\n".join(lines) if lines else f"{path}: ok")
    sys.exit(1 if refused else 0)


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print data instead of text, one object a line.")
def list_(as_json: bool) -> None:
    """List every item, on trial and ended ones too. Exit 1: a file was left out because it is not in order."""
    _django()
    from pilotzone.rooms.services import api

    for one in api.list_items(every=True):
        click.echo(json.dumps(one, ensure_ascii=False) if as_json else _line(one))
    faults = api.faults()
    for path, found in faults.items():
        click.echo(f"{path}:{found[0].line}: left out [{found[0].code}] {found[0].zh} {found[0].en}", err=True)
    sys.exit(1 if faults else 0)


def _line(one: dict[str, Any]) -> str:
    return f"{one['key']:<28} v{one['version']:<3} {one['status_zh']} [{one['tag']}] {one['days']:>3}  {one['zh']}  {one['en']}"


def _django() -> None:
    look(alone=True)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pilotzone.portal.settings")
    import django

    django.setup()
