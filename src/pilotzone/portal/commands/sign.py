"""`pilotzone sign FILE --key K --cert C [-o OUT]`: one enveloped signature, RSA or SM2."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import click

from pilotzone.base.errors import Problem
from pilotzone.exchange import signing


@click.command("sign")
@click.argument("file", type=click.Path(dir_okay=False, allow_dash=True))
@click.option("--key", required=True, type=click.Path(dir_okay=False), help="Private key, PEM (RSA or SM2).")
@click.option("--cert", required=True, type=click.Path(dir_okay=False), help="Its certificate, PEM or DER.")
@click.option("-o", "--out", type=click.Path(dir_okay=False), help="Where to write; standard output without it.")
@click.option("--algorithm", type=click.Choice(sorted(signing.SUITES)), help="By default the one the key asks for.")
@click.option("--json", "as_json", is_flag=True, help="With -o: print what was done as JSON.")
def command(file: str, key: str, cert: str, out: str | None, algorithm: str | None, as_json: bool) -> None:
    """Sign the customs message FILE (- for standard input).

    An encrypted key is opened with the password in PILOTZONE_KEY_PASSWORD.
    """
    password = os.environ.get("PILOTZONE_KEY_PASSWORD", "").encode() or None
    try:
        raw = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        signer = signing.PemSigner(
            Path(key).read_bytes(), Path(cert).read_bytes(), algorithm=algorithm or "", password=password
        )
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
