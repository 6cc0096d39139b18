"""`pilotzone digest FILE…`: the Base64 digests of the canonical form with the Signature removed."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from pilotzone.base.errors import Problem
from pilotzone.exchange import signing


@click.command("digest")
@click.argument("files", nargs=-1, required=True, type=click.Path(dir_okay=False))
@click.option("--json", "as_json", is_flag=True, help="The default: one JSON object a line.")
def command(files: tuple[str, ...], as_json: bool) -> None:
    """Print {"file","sha1","sha256","sm3"} of each customs message FILE."""
    unreadable = False
    for name in files:
        try:
            told = {"file": name} | signing.digests(Path(name).read_bytes())
        except OSError as failed:
            click.echo(f"pilotzone digest: {name}: {failed.strerror}", err=True)
            unreadable = True
        except Problem as problem:
            click.echo(f"pilotzone digest: {name}: {problem.zh} {problem.en} [{problem.code}]", err=True)
            unreadable = True
        else:
            click.echo(json.dumps(told, ensure_ascii=False))
    sys.exit(2 if unreadable else 0)
