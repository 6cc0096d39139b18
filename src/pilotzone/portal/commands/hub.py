"""`pilotzone hub`: the log of the exchange between departments handed out, checked, and its systems' tokens."""

from __future__ import annotations

import json
import os
import sys
from datetime import datetime
from pathlib import Path

import click

DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.group("hub")
def command() -> None:
    """The exchange between departments: its chained log, and tokens of departments' systems."""


@command.command("export")
@click.option("--from", "since", type=DAY, required=True, help="First day, YYYY-MM-DD.")
@click.option("--to", "until", type=DAY, required=True, help="Last day.")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), default=Path("hub-bundle"), help="Folder to write into."
)
@click.option("--json", "as_json", is_flag=True, help="Print data instead of text.")
def export(since: datetime, until: datetime, out: Path, as_json: bool) -> None:
    """Write the sealed entries of some days, with the script that verifies them offline. Exit 1: nothing lies in these days."""
    _start()
    from pilotzone.base.errors import Refused
    from pilotzone.exchange.hub import log
    from pilotzone.exchange.signing import packages
    from pilotzone.kernel.access.actor import PLATFORM
    from pilotzone.kernel.access.scope import scope

    try:
        with scope(PLATFORM):
            log.seal()
            whole = log.bundle(since.date(), until.date())
    except Refused as problem:
        click.echo(f"{problem.code}: {problem.zh} {problem.en}", err=True)
        sys.exit(1)
    try:
        out.mkdir(parents=True, exist_ok=True)
        bundle = out / f"hub-{since:%Y%m%d}-{until:%Y%m%d}.jsonl"
        bundle.write_bytes(whole)
        (out / "verifier.py").write_bytes(log.verifier())
    except OSError as failed:
        click.echo(f"pilotzone hub: {failed.filename or out}: {failed.strerror}", err=True)
        sys.exit(2)
    told = {
        "bundle": str(bundle),
        "entries": whole.count(b'"kind":"entry"'),
        "fingerprint": packages.own_signer().certificate.sha256,
    }
    words = f"{told['entries']} entries: python3 {out / 'verifier.py'} {bundle} --fingerprint {told['fingerprint']}"
    click.echo(json.dumps(told, ensure_ascii=False) if as_json else words)


@command.command("check")
def check() -> None:
    """Recompute the chain in the database. Exit 1: some entry does not hold; its number is printed."""
    _start()
    from pilotzone.exchange.hub import log
    from pilotzone.kernel.access.actor import PLATFORM
    from pilotzone.kernel.access.scope import scope

    with scope(PLATFORM):
        found = log.broken()
    click.echo("\n".join(str(number) for number in found) if found else "the chain holds")
    sys.exit(1 if found else 0)


@command.command("token")
@click.option("--unit", required=True, help="The department, for example zone.tax.")
@click.option("--label", required=True, help="What the system is called.")
@click.option(
    "--certificate",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="PEM; the system must then sign.",
)
def token(unit: str, label: str, certificate: Path | None) -> None:
    """Issue a token for a department's system; printed once."""
    _start()
    from pilotzone.base.errors import Refused
    from pilotzone.exchange.hub import clients
    from pilotzone.kernel.access.actor import PLATFORM
    from pilotzone.kernel.access.scope import scope

    try:
        with scope(PLATFORM):
            click.echo(
                clients.issue(unit=unit, label=label, certificate=certificate.read_text("ascii") if certificate else "")
            )
    except (Refused, UnicodeDecodeError) as problem:
        click.echo(str(problem), err=True)
        sys.exit(2)


def _start() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pilotzone.portal.settings")
    import django

    django.setup()
