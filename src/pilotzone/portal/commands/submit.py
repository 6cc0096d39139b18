"""`pilotzone submit`: send messages to a running platform and print their receipts. No Django, no database."""

from __future__ import annotations

import http.client
import json
import ssl
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click

from pilotzone.portal.cli_findings import sentences
from pilotzone.portal.processes import addresses

LATER = (429, 503)
TRIES = 5
PAUSE_S = 0.3


class Platform:
    """The platform at an address, over one connection that is opened again when it breaks."""

    def __init__(self, url: str, token: str, client_cert: str) -> None:
        self._parts = urlsplit(url)
        if self._parts.scheme not in ("http", "https") or not self._parts.hostname:
            raise click.UsageError(f"--url {url} is no http(s) address")
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._tls: ssl.SSLContext | None = None
        if self._parts.scheme == "https":
            self._tls = ssl.create_default_context()
            if client_cert:
                self._tls.load_cert_chain(client_cert)

    def ask(self, method: str, path: str, body: bytes | None = None) -> tuple[int, dict[str, Any]]:
        """Status and JSON of one request. OSError where the platform cannot be reached."""
        host = self._parts.hostname or ""
        connection: http.client.HTTPConnection
        if self._tls is not None:
            connection = http.client.HTTPSConnection(host, self._parts.port, timeout=60, context=self._tls)
        else:
            connection = http.client.HTTPConnection(host, self._parts.port, timeout=60)
        try:
            headers = {**self._headers, **({"Content-Type": "application/xml"} if body is not None else {})}
            # a message may be turned away while it is still being sent: the answer says why
            with suppress(BrokenPipeError, ConnectionResetError):
                connection.request(method, self._parts.path.rstrip("/") + path, body=body, headers=headers)
            answer = connection.getresponse()
            raw = answer.read()
        except http.client.HTTPException as broken:
            raise OSError(f"{type(broken).__name__}: {broken}") from None
        finally:
            connection.close()
        try:
            told = json.loads(raw)
        except ValueError:
            told = {"code": f"http.{answer.status}", "zh": "", "en": "no JSON answer"}
        return answer.status, told


@click.command("submit")
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@click.option(
    "--url",
    default=addresses.portal,
    show_default="PILOTZONE_URL, else this state folder's zone, else http://127.0.0.1:PILOTZONE_PORT",
)
@click.option("--token", envvar="PILOTZONE_TOKEN", default="", help="The organisation's access token.")
@click.option("--client-cert", default="", help="PEM file with certificate and key, for https.")
@click.option("--wait", is_flag=True, help="Wait for the results of every document.")
@click.option("--patience", default=60.0, show_default=True, help="Seconds to wait for results.")
@click.option(
    "--history", is_flag=True, help="Past messages and receipts of the firm: kept, never sent, never counted."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def command(
    files: tuple[str, ...],
    url: str,
    token: str,
    client_cert: str,
    wait: bool,
    patience: float,
    history: bool,
    as_json: bool,
) -> None:
    """Send customs messages (XML or DxpMsg). Exit 0 = all kept (with --wait: all accepted), 1 = refusals, 2 = unreadable."""
    try:
        platform = Platform(url, token, client_cert)
    except (OSError, ssl.SSLError) as failure:
        raise click.UsageError(f"--client-cert {client_cert}: {failure}") from None
    unreadable = refused = False
    sent: list[tuple[str, str]] = []
    for name in files:
        raw = _read(name)
        if raw is None:
            unreadable = True
            continue
        status, told = _send(platform, raw, url, "/intake/history/" if history else "/intake/")
        if status == 202:
            sent.append((name, told["receipt"]))
        if status != 202 or not wait:
            _print(name, told, as_json=as_json)
        refused |= status != 202
    deadline = time.monotonic() + patience
    for name, receipt in sent if wait else []:
        told = _result(platform, receipt, deadline, url)
        _print(name, told, as_json=as_json)
        states = [told.get("result"), *(document["state"] for document in told.get("documents", []))]
        refused |= told.get("state") != "done" or any(state == "refused" for state in states)
    sys.exit(2 if unreadable else int(refused))


def _read(name: str) -> bytes | None:
    try:
        return sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as failure:
        click.echo(f"{name}: cannot be read ({failure.strerror}); check the name", err=True)
        return None


def _send(platform: Platform, raw: bytes, url: str, path: str) -> tuple[int, dict[str, Any]]:
    """Send once, and again after a pause while the platform says that it is busy."""
    for attempt in range(1, TRIES + 1):
        status, told = _asked(platform, "POST", path, raw, url)
        if status not in LATER or attempt == TRIES:
            break
        time.sleep(PAUSE_S * 2**attempt)
    return status, told


def _result(platform: Platform, receipt: str, deadline: float, url: str) -> dict[str, Any]:
    while True:
        status, told = _asked(platform, "GET", f"/intake/receipts/{receipt}", None, url)
        if status == 200 and told["state"] == "done":
            return told
        if time.monotonic() > deadline:
            return {**told, "receipt": receipt}
        time.sleep(PAUSE_S)


def _asked(platform: Platform, method: str, path: str, body: bytes | None, url: str) -> tuple[int, dict[str, Any]]:
    try:
        return platform.ask(method, path, body)
    except OSError as failure:
        click.echo(
            f"{url} cannot be reached ({failure}); start it with `pilotzone up` or name another by --url", err=True
        )
        sys.exit(1)


def _print(name: str, told: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps({"file": name, **told}, ensure_ascii=False))
        return
    if "receipt" not in told:
        click.echo(f"{name}: {told['code']} {' '.join(filter(None, sentences(told)))}", err=True)
        return
    print(f"{name}: receipt 回执号 {told['receipt']} {told.get('state', '')} {told.get('result', '')}".rstrip())
    for finding in told.get("findings", []):
        _finding(finding, "  ")
    for document in told.get("documents", []):
        print(f"  {document['position']} {document['state']} {document['document']}")
        for finding in document["findings"]:
            _finding(finding, "    ")


def _finding(told: dict[str, Any], indent: str) -> None:
    print(f"{indent}{told['code']}")
    print("\n".join(f"{indent}  {line}" for line in sentences(told)))
