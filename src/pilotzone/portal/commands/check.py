"""pilotzone check: judge customs messages without any server."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import click

from pilotzone.base.days import SHANGHAI
from pilotzone.base.errors import Refused
from pilotzone.exchange.formats.check import CheckResult, check
from pilotzone.exchange.formats.definitions import edition_title
from pilotzone.exchange.formats.findings import Finding, limit
from pilotzone.portal.cli_findings import sentences

_SIGNATURE = re.compile(rb"<(?:[\w.-]+:)?Signature[\s>/]")


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@click.option("--edition", metavar="2018|2022", help="Judge by this edition instead of the one of the day and mode.")
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="Judge as on this day (default: today, Shanghai).")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, one line a file.")
@click.option("--signatures/--no-signatures", default=True, help="Verify the XML signature of signed messages.")
def command(files: tuple[str, ...], edition: str | None, day: datetime | None, as_json: bool, signatures: bool) -> None:
    """Judge customs messages: format, code lists, business rules, signature.

    FILE may be a folder (its .xml files) or - for standard input; a DxpMsg envelope is opened. Exit 0: all accepted,
    1: some refused, 2: bad usage or an unreadable file (the others are still judged).
    """
    on = day.date() if day else datetime.now(SHANGHAI).date()
    try:
        if edition:
            edition_title(edition)
    except Refused as problem:
        raise click.UsageError(f"{problem.zh} {problem.en}") from None
    worst = 0
    for name in _names(files):
        raw = _read(name)
        if raw is None:
            worst = 2
            continue
        result = judge(raw, edition, on, signatures)
        _print(name, result, as_json)
        if not result.accepted:
            worst = max(worst, 1)
    sys.exit(worst)


def _names(files: tuple[str, ...]) -> Iterator[str]:
    for name in files:
        path = Path(name)
        if name != "-" and path.is_dir():
            found = sorted(path.rglob("*.xml"))
            yield from map(str, found or [path])  # an empty folder is reported like an unreadable file
        else:
            yield name


def _read(name: str) -> bytes | None:
    """The bytes, at most a little more than a message may have, so that a huge file is judged without being loaded."""
    bound = 2 * limit("bytes")  # an envelope is a third larger than the message inside
    try:
        if name == "-":
            return sys.stdin.buffer.read(bound)
        with Path(name).open("rb") as opened:
            return opened.read(bound)
    except OSError as problem:
        click.echo(f"pilotzone check: {name}: {problem.strerror or problem}; give a readable file", err=True)
        return None


def judge(raw: bytes, edition: str | None, on: date, signatures: bool) -> CheckResult:
    """The judgement of one message as it came, in an envelope or not. Refused for an edition that does not exist."""
    try:
        inner = _opened(raw)
    except Refused as problem:
        return CheckResult("", "", 0, False, (_finding(problem, "/DxpMsg"),))
    result = check(inner, edition=edition, on=on)
    if signatures and result.signed and result.message:
        result = replace(result, errors=(*result.errors, *_signature(inner, result, on)))
    return result


def _opened(raw: bytes) -> bytes:
    """The business message inside an envelope of either kind; anything else as it is."""
    if b"DxpMsg" not in raw[:1024]:
        return raw
    from pilotzone.exchange.formats import envelope  # a plain message does not pay for envelopes

    kind = envelope.kind_of(raw)
    if kind == "DxpMsg":
        return envelope.unwrap(raw, limit("bytes")).data
    if kind == "DxpMsgSv":
        return envelope.unwrap_transit(raw, limit("bytes")).message.data
    return raw


def _signature(raw: bytes, result: CheckResult, on: date) -> tuple[Finding, ...]:
    from pilotzone.exchange import signing  # cryptography is loaded only when there is a signature

    # certificates live by wall time; `on` is the day of the law (docs/dates.md)
    verdict = signing.verify(raw, at=datetime.now(SHANGHAI), edition=result.edition)
    if verdict.ok:
        return ()
    path, found = f"/{result.message}/Signature", _SIGNATURE.search(raw)
    line = raw.count(b"\n", 0, found.start()) + 1 if found else 0
    return (Finding(verdict.code, path, line, verdict.zh, verdict.en, verdict.source),)


def _finding(problem: Refused, path: str) -> Finding:
    return Finding(problem.code, path, 0, problem.zh, problem.en, problem.source)


def _print(name: str, result: CheckResult, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(result.as_dict(name), ensure_ascii=False))
        return
    if result.accepted:
        click.echo(f"{name}: 通过 accepted ({result.message} {result.edition}, {result.documents})")
    else:
        click.echo(f"{name}: 不通过 refused ({result.message or '?'} {result.edition}, {result.documents})")
    for weight, found in (("", result.errors), ("警告 warning ", result.warnings)):
        for one in found:
            click.echo(f"  {weight}{one.code} {one.path}:{one.line}")
            click.echo("\n".join(f"    {line}" for line in sentences(one.as_dict())))
