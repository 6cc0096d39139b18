"""Who a sender is: by its token, by the certificate its connection or a trusted proxy shows; never by a stranger's word."""

from __future__ import annotations

import base64
import http.client
import json
import ssl
import urllib.parse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from pilotzone.exchange import clients, inbox
from pilotzone.exchange.signing import DemoAuthority
from pilotzone.exchange.signing.authority import Pair
from pilotzone.pipeline.intake.limits import Limits
from pilotzone.pipeline.intake.proxies import Proxies
from pilotzone.pipeline.intake.server import secured_by
from pilotzone.pipeline.intake.tests.conftest import XML, Client, Serve

Ask = Callable[..., tuple[int, dict[str, Any]]]


@dataclass
class Papers:
    """An authority's files, a server's pair, and pairs of two firms and of one nobody registered."""

    authority: Path
    server: Pair
    firm: Pair
    revoked: Pair
    stranger: Pair


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Papers:
    folder = tmp_path_factory.mktemp("tls")
    now = datetime.now(UTC)
    authority = DemoAuthority(folder, at=now)
    pairs = [authority.issue(code, code, "rsa", at=now) for code in ("server", "firm", "revoked", "stranger")]
    return Papers(folder / "authority" / "rsa" / "cert.pem", *pairs)


@pytest.fixture
def firm_41(flood_connect: Callable[[], psycopg.Connection[Any]], papers: Papers) -> Iterator[psycopg.Connection[Any]]:
    """A firm with two certificates, one of them revoked; everything is removed again."""
    connection = flood_connect()
    connection.autocommit = True
    now = datetime.now(UTC)
    (firm,) = connection.execute(
        "INSERT INTO kernel_organisation (name, name_en, uscc, customs_code, dxp_id, roles, synthetic, created_at)"
        " VALUES ('合成企业', '', '', '', '', '[]', true, now()) RETURNING id"
    ).fetchone() or (0,)
    for pair, revoked in ((papers.firm, None), (papers.revoked, now)):
        certificate = pair.signer().certificate
        connection.execute(
            "INSERT INTO kernel_certificate (organisation_id, sha256, serial, algorithm, subject, valid_from, valid_to,"
            " registered_at, revoked_at, revoked_reason) VALUES (%s, %s, %s, 'rsa', '', %s, %s, now(), %s, '')",
            (firm, certificate.sha256, certificate.serial, now - timedelta(1), now + timedelta(1), revoked),
        )
    yield connection
    for table in ("exchange_inbox", "exchange_inbox_group", "exchange_client", "kernel_certificate"):
        connection.execute(f"DELETE FROM {table}")
    connection.execute("DELETE FROM kernel_organisation WHERE id = %s", (firm,))


@pytest.fixture
def secured(serve: Serve, firm_41: psycopg.Connection[Any], papers: Papers, flood_connect: Any) -> Client:
    """An intake over the real database, with TLS beside, and one proxy to be believed: this machine."""
    writer = flood_connect()
    writer.autocommit = True

    @contextmanager
    def reading() -> Iterator[psycopg.Connection[Any]]:
        yield firm_41

    context = secured_by(str(papers.server.certificate), str(papers.server.key), str(papers.authority))
    proxies = Proxies(frozenset({"127.0.0.1"}))
    return serve(
        connect=lambda: writer, reading=reading, pack=inbox.pack, keep=inbox.write, secured=context, proxies=proxies,
        limits=Limits(patience_s=5),
    )  # fmt: skip


def over_tls(
    client: Client, pair: Pair | None, headers: dict[str, str] | None = None, *, path: str = "/intake/"
) -> tuple[int, dict[str, Any]]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    if pair is not None:
        context.load_cert_chain(pair.certificate, pair.key)
    connection = http.client.HTTPSConnection("127.0.0.1", client.secured_port, context=context, timeout=10)
    connection.request("POST", path, body=b"<a/>", headers={**XML, **(headers or {})})
    answer = connection.getresponse()
    told = json.loads(answer.read())
    connection.close()
    return answer.status, told


@pytest.mark.django_db
def test_a_registered_certificate_says_who_sends(
    secured: Client, firm_41: psycopg.Connection[Any], papers: Papers
) -> None:
    assert over_tls(secured, papers.firm)[0] == 202
    firm, owner = firm_41.execute(
        "SELECT c.organisation_id, i.organisation_id FROM kernel_certificate c, exchange_inbox i LIMIT 1"
    ).fetchone() or (0, 1)
    assert firm == owner


@pytest.mark.django_db
def test_a_firm_brings_its_past_and_nobody_else_does(
    secured: Client, firm_41: psycopg.Connection[Any], papers: Papers
) -> None:
    assert over_tls(secured, papers.firm, path="/intake/history/")[0] == 202
    firm, owner, channel = firm_41.execute(
        "SELECT c.organisation_id, i.organisation_id, i.channel FROM kernel_certificate c, exchange_inbox i LIMIT 1"
    ).fetchone() or (0, 1, "")
    assert (owner, channel) == (firm, "history")
    assert secured.ask("POST", "/intake/history/", b"<a/>")[0] == 401


@pytest.mark.django_db
def test_a_certificate_of_nobody_or_revoked_is_refused(secured: Client, papers: Papers) -> None:
    for pair in (papers.stranger, papers.revoked):
        status, told = over_tls(secured, pair)
        assert (status, told["code"]) == (403, "intake.certificate")


@pytest.mark.django_db
def test_a_certificate_of_another_authority_gets_no_connection(secured: Client, tmp_path: Path) -> None:
    now = datetime.now(UTC)
    forged = DemoAuthority(tmp_path, at=now).issue("firm", "firm", "rsa", at=now)
    with pytest.raises((ssl.SSLError, ConnectionError)):
        over_tls(secured, forged)


@pytest.mark.django_db
def test_token_and_certificate_must_be_of_one_firm(
    secured: Client, firm_41: psycopg.Connection[Any], papers: Papers
) -> None:
    (firm,) = firm_41.execute("SELECT organisation_id FROM kernel_certificate LIMIT 1").fetchone() or (0,)
    with firm_41.cursor() as cursor:
        own, other = clients.issue(cursor, firm), clients.issue(cursor, firm + 1)
    assert over_tls(secured, None, {"Authorization": f"Bearer {other}"})[0] == 202
    assert over_tls(secured, papers.firm, {"Authorization": f"Bearer {own}"})[0] == 202
    status, told = over_tls(secured, papers.firm, {"Authorization": f"Bearer {other}"})
    assert (status, told["code"]) == (403, "intake.identity")


@pytest.mark.django_db
def test_a_trusted_proxy_may_tell_of_a_certificate(secured: Client, papers: Papers) -> None:
    pem = papers.firm.certificate.read_text()
    der = ssl.PEM_cert_to_DER_cert(pem[pem.index("-----BEGIN") :])
    for told in (urllib.parse.quote(pem[pem.index("-----BEGIN") :]), f":{base64.b64encode(der).decode()}:"):
        assert secured.post(b"<a/>", {**XML, "Client-Cert": told})[0] == 202
    assert secured.post(b"<a/>", {**XML, "Client-Cert": "no certificate"})[1]["code"] == "intake.certificate"


def test_a_stranger_may_not() -> None:
    believed = Proxies(frozenset({"10.0.0.1"}))
    told = {"client-cert": f":{base64.b64encode(b'x').decode()}:"}
    assert believed.certificate(told, "10.0.0.2") == ""
    assert len(believed.certificate(told, "10.0.0.1")) == 64


@pytest.mark.django_db
def test_guessing_tokens_is_slowed_down_before_it_asks_the_database(secured: Client) -> None:
    told = [secured.post(b"<a/>", {**XML, "Authorization": f"Bearer guess {n}"}) for n in range(30)]
    codes = [body["code"] for _, body in told]
    assert codes[0] == "intake.token"
    assert codes[-1] == "intake.too_many"
