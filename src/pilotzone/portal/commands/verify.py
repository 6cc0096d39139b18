"""`pilotzone verify FILE… [--at TIME]`: is the signature right, and whose is it."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from pilotzone.base.days import SHANGHAI
from pilotzone.base.errors import Problem
from pilotzone.exchange import signing
from pilotzone.exchange.signing import Authorities, Verdict


@click.command("verify")
@click.argument("files", nargs=-1, required=True, type=click.Path(dir_okay=False))
@click.option("--at", help="The moment to judge at, ISO; Shanghai time without a zone. Now by default.")
@click.option("--ca", multiple=True, type=click.Path(dir_okay=False), help="Trust only what this authority issued.")
@click.option("--edition", type=click.Choice(["2018", "2022"]), help="Only the algorithms of this edition.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def command(files: tuple[str, ...], at: str | None, ca: tuple[str, ...], edition: str | None, as_json: bool) -> None:
    """Verify the XML signature of each customs message FILE."""
    worst = 0
    try:
        moment = _moment(at)
        trust = Authorities(tuple(signing.from_pem(Path(name).read_bytes()) for name in ca)) if ca else None
    except (OSError, Problem, ValueError) as wrong:
        click.echo(f"pilotzone verify: {wrong}", err=True)
        sys.exit(2)
    for name in files:
        try:
            verdict = signing.verify(Path(name).read_bytes(), at=moment, trust=trust, edition=edition)
        except OSError as failed:
            click.echo(f"pilotzone verify: {name}: {failed.strerror}", err=True)
            worst = 2
            continue
        except Problem as problem:
            click.echo(f"pilotzone verify: {name}: {problem.zh} {problem.en} [{problem.code}]", err=True)
            worst = 2
            continue
        click.echo(json.dumps(_told(name, verdict), ensure_ascii=False) if as_json else _line(name, verdict))
        worst = max(worst, 0 if verdict.ok else 1)
    sys.exit(worst)


def _moment(text: str | None) -> datetime:
    if text is None:
        return datetime.now(UTC)
    parsed = datetime.fromisoformat(text)
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=SHANGHAI)


def _told(name: str, verdict: Verdict) -> dict[str, object]:
    """The verdict as plain data; a refusal lists its one error as `pilotzone check` does."""
    error = {
        "code": verdict.code,
        "text_zh": verdict.zh,
        "text_en": verdict.en,
        "source": verdict.source,
    }
    return {
        "file": name,
        "accepted": verdict.ok,
        "algorithm": verdict.algorithm,
        "serial": verdict.serial,
        "subject": verdict.subject,
        "enterprise": verdict.enterprise,
        "certificate_sha256": verdict.certificate_sha256,
        "not_before": verdict.not_before.isoformat() if verdict.not_before else None,
        "not_after": verdict.not_after.isoformat() if verdict.not_after else None,
        "trusted": verdict.trusted,
        "errors": [] if verdict.ok else [error],
    }


def _line(name: str, verdict: Verdict) -> str:
    if verdict.ok:
        return f"{name}: 签名有效 signature valid · {verdict.algorithm} · {verdict.serial} · {verdict.subject}"
    return f"{name}: {verdict.zh} {verdict.en} [{verdict.code}]"
