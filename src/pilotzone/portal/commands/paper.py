"""`pilotzone paper`: check a sealed PDF with no server, print the public key, revoke a paper."""

from __future__ import annotations

import base64
import binascii
import json
import os
import sys
from pathlib import Path
from typing import NoReturn

import click

from pilotzone.base.errors import Problem
from pilotzone.kernel import paper_key
from pilotzone.ui.paper import seal


@click.group("paper")
def command() -> None:
    """Papers issued by a zone: verify, key, revoke."""


@command.command("verify")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--key", "key_text", help="Public key in Base64 (default: this zone's own).")
@click.option("--content", is_flag=True, help="Print what the paper says too, as JSON.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def verify(file: Path, key_text: str | None, content: bool, as_json: bool) -> None:
    """Check every byte of FILE against its seal; names the bytes that were changed.

    Exit 0: whole and sealed by that key. 1: changed, foreign or unsealed. 2: the file or key cannot be read. Whether the
    paper still holds is told by the address on it.
    """
    found = _found(file, key_text)
    papers = [dict(one) for one in found.statement.get("papers", ())]
    if not content:
        for one in papers:
            del one["content"]
    changes = [{"first": one.first, "last": one.last, "was": one.was, "now": one.now} for one in found.changes]
    if as_json:
        told = {
            "state": found.state,
            "zh": found.zh,
            "en": found.en,
            "papers": papers,
            "changes": changes,
            "key": found.key,
        }
        click.echo(json.dumps(told, ensure_ascii=False))
    else:
        click.echo(f"{file}: {found.zh} {found.en} [paper.{found.state}]")
        for one in papers:
            click.echo(f"  {one['number']}  {one['kind']}  {one['issued_at']}  {one['address']}")
            if content:
                click.echo(json.dumps(one["content"], ensure_ascii=False, indent=1))
    sys.exit(0 if found.state == seal.SOUND else 1)


@command.command("key")
def key() -> None:
    """Print the public key of this zone's papers, Base64; who has it can verify them anywhere."""
    click.echo(base64.b64encode(paper_key.public()).decode())


@command.command("revoke")
@click.argument("code")
@click.option("--reason", required=True)
def revoke(code: str, reason: str) -> None:
    """Take the issued paper of CODE back for good; its page says so from now on. Exit 1 where there is none in force."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pilotzone.portal.settings")
    import django

    django.setup()
    from django.db import OperationalError

    from pilotzone.kernel import papers
    from pilotzone.kernel.access.actor import PLATFORM
    from pilotzone.kernel.access.scope import scope

    try:
        with scope(PLATFORM):
            told = papers.revoke(code, reason=reason)
    except Problem as problem:
        click.echo(f"pilotzone paper: {problem.zh} {problem.en} [{problem.code}]", err=True)
        sys.exit(1)
    except OperationalError:
        _stop("the zone's database does not answer: start the zone with `pilotzone up`")
    click.echo(f"{told.number} revoked 已撤销")


def _found(file: Path, key_text: str | None) -> seal.Verdict:
    """What the seal says under this key, or the zone's own; ends with 2 where file or key cannot be read."""
    if not key_text and not paper_key.there():
        _stop("no zone's key is on this machine: give --key, as the zone's page /verify/ tells it")
    try:
        key = base64.b64decode(key_text, validate=True) if key_text else paper_key.public()
        if len(key) != paper_key.SIZE:
            raise ValueError("32 bytes")
        return seal.verify(file.read_bytes(), key)
    except (binascii.Error, ValueError) as wrong:
        _stop(f"--key: 32 bytes in Base64 are wanted ({wrong})")
    except OSError as failed:
        _stop(f"{file}: {failed.strerror}")
    except Problem as problem:
        _stop(f"{file}: {problem.zh} {problem.en} [{problem.code}]")


def _stop(text: str) -> NoReturn:
    click.echo(f"pilotzone paper: {text}", err=True)
    sys.exit(2)
