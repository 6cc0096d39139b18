"""`pilotzone sign FILE --key K --cert C [--out OUT]`: one enveloped signature, RSA or SM2."""

from __future__ import annotations

import json
import os
import sys
from datetime import date, datetime
from pathlib import Path

import click

from pilotzone.base.days import SHANGHAI
from pilotzone.base.errors import Problem, Refused
from pilotzone.exchange import signing
from pilotzone.exchange.formats.definitions import edition_title
from pilotzone.exchange.formats.parse import parse


@click.command("sign")
@click.argument("file", type=click.Path(dir_okay=False, allow_dash=True))
@click.option("--key", required=True, type=click.Path(dir_okay=False), help="Private key, PEM (RSA or SM2).")
@click.option("--cert", required=True, type=click.Path(dir_okay=False), help="Its certificate, PEM or DER.")
@click.option("-o", "--out", type=click.Path(dir_okay=False), help="Where to write; standard output without it.")
@click.option(
    "--algorithm", type=click.Choice(sorted(signing.SUITES)), help="By default the one its edition prints for the key."
)
@click.option("--edition", metavar="2018|2022", help="Sign for this edition instead of the one of the day and mode.")
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="Sign as on this day (default: today, Shanghai).")
@click.option("--json", "as_json", is_flag=True, help="With --out: print what was done as JSON.")
def command(
    file: str, key: str, cert: str, out: str | None, algorithm: str | None, edition: str | None, day: datetime | None,
    as_json: bool,
) -> None:  # fmt: skip
    """Sign the customs message FILE (- for standard input), so that `check` of its edition accepts the signature:
    edition 2018 RSA with SHA-256 (a short key: SHA-1), edition 2022 SM2 with SM3, or RSA with SHA-1.

    An encrypted key is opened with the password in PILOTZONE_KEY_PASSWORD.
    """
    password = os.environ.get("PILOTZONE_KEY_PASSWORD", "").encode() or None
    try:
        if edition:
            edition_title(edition)
    except Refused as problem:
        raise click.UsageError(f"{problem.zh} {problem.en}") from None
    try:
        raw = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        certificate = Path(cert).read_bytes()
        chosen = algorithm or _algorithm(
            raw, certificate, edition, day.date() if day else datetime.now(SHANGHAI).date()
        )
        signer = signing.PemSigner(Path(key).read_bytes(), certificate, algorithm=chosen, password=password)
        signed = signing.sign(raw, signer)
        if out is None:
            sys.stdout.buffer.write(signed)
            sys.stdout.buffer.flush()
        else:
            Path(out).write_bytes(signed)
    except OSError as failed:
        click.echo(f"pilotzone sign: {failed.filename or file}: {failed.strerror}", err=True)
        sys.exit(2)
    except Problem as problem:
        click.echo(f"pilotzone sign: {file}: {problem.zh} {problem.en} [{problem.code}]", err=True)
        sys.exit(2)
    if out is not None and as_json:
        told = {"file": file, "out": out, "algorithm": signer.algorithm, "serial": signer.certificate.serial}
        click.echo(json.dumps(told, ensure_ascii=False))


def _algorithm(raw: bytes, certificate: bytes, edition: str | None, on: date) -> str:
    """What the message's edition prints for this key; empty (the key's own) where the bytes are no message of ours."""
    chosen = parse(raw, edition=edition, on=on, rules=False).edition
    return signing.algorithm_for(signing.from_pem(certificate), chosen) if chosen else ""
