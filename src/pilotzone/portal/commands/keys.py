"""`pilotzone keys`: issue synthetic demonstration keys and certificates into a folder."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from pilotzone.base.errors import Problem
from pilotzone.exchange.signing.authority import KINDS, DemoAuthority
from pilotzone.kernel.home import home


@click.command("keys")
@click.argument("enterprises", nargs=-1, required=True, metavar="CODE[=NAME]…")
@click.option("--folder", type=click.Path(file_okay=False), help="Default: demo/keys under PILOTZONE_HOME.")
@click.option("--kind", type=click.Choice(["both", *KINDS]), default="both", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def command(enterprises: tuple[str, ...], folder: str | None, kind: str, as_json: bool) -> None:
    """Issue a key and a certificate, labelled SYNTHETIC DEMO, to each enterprise CODE.

    Files: <folder>/CODE/<rsa|sm2>/key.pem and cert.pem; the authority's lie in <folder>/authority. What is
    there and valid stays.
    """
    place = Path(folder) if folder else home() / "demo" / "keys"
    now = datetime.now(UTC)
    try:
        authority = DemoAuthority(place, at=now)
        for item in enterprises:
            code, _, name = item.partition("=")
            for one in KINDS if kind == "both" else (kind,):
                pair = authority.issue(code, name or code, one, at=now)
                told = {
                    "enterprise": code,
                    "kind": one,
                    "key": str(pair.key),
                    "cert": str(pair.certificate),
                    "serial": pair.signer().certificate.serial,
                }
                click.echo(json.dumps(told, ensure_ascii=False) if as_json else f"{code} {one}: {pair.certificate}")
    except OSError as failed:
        click.echo(f"pilotzone keys: {failed.filename or place}: {failed.strerror}", err=True)
        sys.exit(2)
    except Problem as problem:
        click.echo(f"pilotzone keys: {problem.zh} {problem.en} [{problem.code}]", err=True)
        sys.exit(2)
