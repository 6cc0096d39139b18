"""`pilotzone hub`: the log of the exchange between departments handed out and checked, its systems' tokens, other zones' bundles."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import click

DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.group("hub")
def command() -> None:
    """The exchange between departments: its chained log, tokens of departments' systems, bundles with other zones."""


@command.command("export")
@click.option("--from", "since", type=DAY, required=True, help="First day, YYYY-MM-DD.")
@click.option("--to", "until", type=DAY, required=True, help="Last day.")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), default=Path("hub-bundle"), help="Folder to write into."
)
@click.option("--json", "as_json", is_flag=True, help="Print data instead of text.")
def export(since: datetime, until: datetime, out: Path, as_json: bool) -> None:
    """Write the sealed entries of some days, with the script that verifies them offline. Exit 1: nothing lies in these days."""
    with _platform():
        from pilotzone.exchange.hub import log
        from pilotzone.exchange.signing import packages

        log.seal()
        whole = log.bundle(since.date(), until.date())
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
    with _platform():
        from pilotzone.exchange.hub import log

        log.chain_up()
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
@click.option("--push", "push_url", default="", help="Address its messages are pushed to; else it fetches them.")
def token(unit: str, label: str, certificate: Path | None, push_url: str) -> None:
    """Issue a token for a department's system; printed once."""
    with _platform():
        from pilotzone.exchange.hub import clients

        pem = certificate.read_text("ascii", "replace") if certificate else ""
        click.echo(clients.issue(unit=unit, label=label, certificate=pem, push_url=push_url))


@command.group("peer")
def peer() -> None:
    """Other zones' servers with which signed bundles are exchanged."""


@peer.command("add")
@click.argument("code")
@click.option("--own", required=True, help="What the peer calls us.")
@click.option("--name", required=True, help="The peer's name.")
@click.option(
    "--certificate",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Its zone's, PEM.",
)
@click.option("--resource", "resources", multiple=True, help="What it is told; a resource shared unconditionally.")
@click.option("--unit", default="", help="Its district's place in our tree: only that district's firms.")
def add(code: str, own: str, name: str, certificate: Path, resources: tuple[str, ...], unit: str) -> None:
    """Register a peer CODE; done on both sides, each with the other's certificate."""
    with _platform():
        from pilotzone.exchange.hub import federation

        federation.add_peer(
            code=code, own=own, name=name, certificate=certificate.read_text("ascii", "replace"), resources=resources, unit=unit
        )  # fmt: skip


@peer.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print data instead of text.")
def listed(as_json: bool) -> None:
    """The peers and how far both sides are."""
    with _platform():
        from pilotzone.exchange.hub import federation

        found = federation.peers()
    for one in found:
        told = {key: one[key] for key in ("code", "name", "said", "acked", "reached", "kept")} | {
            "ended": bool(one["ended_at"])
        }
        click.echo(
            json.dumps(told, ensure_ascii=False)
            if as_json
            else "  ".join(f"{key} {value}" for key, value in told.items())
        )


@peer.command("show")
@click.argument("code")
@click.option("--resource", default="", help="Only this one.")
def show(code: str, resource: str) -> None:
    """What the peer CODE told and has not taken back: one JSON object a key, a line each."""
    with _platform():
        from pilotzone.exchange.hub import federation

        found = federation.mirrored(code, resource)
    for (name, key), kept in found.items():
        click.echo(json.dumps({"resource": name, "key": key, "rows": kept}, ensure_ascii=False))


@peer.command("end")
@click.argument("code")
def end(code: str) -> None:
    """Exchange nothing more with the peer CODE; what was exchanged stays."""
    with _platform():
        from pilotzone.exchange.hub import federation

        federation.end_peer(code)


@command.group("bundle")
def bundle() -> None:
    """Signed bundles to and from a peer: files that may be lost, doubled or reordered on their way."""


@bundle.command("out")
@click.argument("code")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="File to write.")
def out(code: str, out: Path) -> None:
    """Collect what changed for the peer CODE and write what it is not known to have."""
    with _platform():
        from pilotzone.exchange.hub import federation
        from pilotzone.portal.exchange_pages.collecting import keys_of
        from pilotzone.portal.exchange_pages.providers import plug_in

        plug_in()
        federation.collect(code, keys_of(code))
        out.write_bytes(federation.write_bundle(code))
    click.echo(str(out))


@bundle.command("in")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print data instead of text.")
def into(files: tuple[Path, ...], as_json: bool) -> None:
    """Take bundles, each whole or not at all; exit 1 where one is refused."""
    for file in files:
        with _platform():
            from pilotzone.exchange.hub import federation

            told = federation.read_bundle(file.read_bytes())
        words = (
            f"{told['peer']} {told['number']}: {told['outcome']}, {told['news']} of {told['records']} records are new"
        )
        click.echo(json.dumps(told, ensure_ascii=False) if as_json else words)


@contextmanager
def _platform() -> Iterator[None]:
    """A transaction as the platform; a refusal is one line and exit 1, a database or file that is not there exit 2."""
    _start()
    from django.db import OperationalError

    from pilotzone.base.errors import Problem
    from pilotzone.kernel.access.actor import PLATFORM
    from pilotzone.kernel.access.scope import scope

    try:
        with scope(PLATFORM):
            yield
    except Problem as problem:
        click.echo(f"{problem.code}: {problem.zh} {problem.en}", err=True)
        sys.exit(1)
    except OperationalError as away:
        click.echo(f"pilotzone hub: 数据库没有应答 the database does not answer: {str(away).splitlines()[0]}", err=True)
        sys.exit(2)
    except OSError as failed:
        click.echo(f"pilotzone hub: {failed.filename}: {failed.strerror}", err=True)
        sys.exit(2)


def _start() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pilotzone.portal.settings")
    import django

    django.setup()
