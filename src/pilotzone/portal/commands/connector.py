"""`pilotzone connector list|test`: the contract test of a connector, for whoever writes one."""

from __future__ import annotations

import json
import sys

import click

from pilotzone.exchange.connectors.contract import shipped
from pilotzone.exchange.connectors.kit import check


@click.group()
def command() -> None:
    """Connectors to marketplaces, shop systems, carriers and payment firms, which run on the firm's side."""


@command.command("list")
def list_() -> None:
    """The connectors that come with the platform."""
    for name in shipped():
        print(name)


@command.command("test")
@click.argument("folder")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a step.")
def test(folder: str, as_json: bool) -> None:
    """Run fixtures → parse → reconcile → status map → message, and a sync with troubles. FOLDER or a shipped name.

    Exit 0: everything holds, 1: the steps marked ✗ do not.
    """
    failed = 0
    for step in check(folder):
        failed += bool(step.wrong)
        if as_json:
            print(json.dumps({"what": step.what, "ok": not step.wrong, "wrong": step.wrong}, ensure_ascii=False))
        else:
            print(f"{'✗' if step.wrong else '✓'} {step.what}{': ' if step.wrong else ''}{step.wrong}")
    sys.exit(bool(failed))
