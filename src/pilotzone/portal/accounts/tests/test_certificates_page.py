"""A firm registers its own certificates only, and a lost key is out at once."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from pilotzone.exchange.signing import DemoAuthority, from_pem
from pilotzone.kernel import clock
from pilotzone.kernel.access import certificates
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.members import appoint
from pilotzone.kernel.access.models import Certificate, Organisation, Person
from pilotzone.kernel.access.scope import scope

pytestmark = pytest.mark.django_db
WHERE = "/accounts/certificates/"


@pytest.fixture
def client() -> Client:
    with scope(PLATFORM):
        person = Person.objects.create(username="clerk")
        firm = Organisation.objects.create(
            name="甲", customs_code="3601900001", created_at=datetime.datetime(2021, 1, 1, tzinfo=datetime.UTC)
        )
        appoint(person=person, role_code="ebc", organisation=firm, since=datetime.date(2021, 1, 1))
    client = Client()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def pem(folder: Path, code: str) -> bytes:
    DemoAuthority(folder, at=clock.wall()).issue(code, "甲", "rsa", at=clock.wall())
    return next(folder.glob(f"{code}/rsa/cert.pem")).read_bytes()


def send(client: Client, data: bytes) -> int:
    return int(client.post(WHERE, {"certificate": SimpleUploadedFile("c.pem", data)}).status_code)


def test_its_own_certificate_is_registered_once_and_revoked_once(client: Client, tmp_path: Path) -> None:
    data = pem(tmp_path, "3601900001")
    assert send(client, data) == 302
    assert send(client, data) == 302
    sha256 = from_pem(data).sha256
    page = client.get(WHERE).content.decode()
    assert page.count("有效</strong>") == 1 and from_pem(data).serial in page
    assert client.post(WHERE + "revoke/", {"sha256": sha256, "reason": " "}).status_code == 422
    assert client.post(WHERE + "revoke/", {"sha256": sha256, "reason": "丢失"}).status_code == 302
    assert "已挂失" in client.get(WHERE).content.decode()
    assert client.post(WHERE + "revoke/", {"sha256": sha256, "reason": "再次"}).status_code == 422
    with scope(PLATFORM):
        later = clock.wall() + datetime.timedelta(seconds=1)
        assert not certificates.holders([sha256])[sha256].trusted(later)


def test_somebody_elses_certificate_and_rubbish_are_refused(client: Client, tmp_path: Path) -> None:
    for data in (pem(tmp_path, "3601900002"), b"rubbish", b"-----BEGIN CERTIFICATE-----\nxx", b"\x30\x82\xff"):
        assert send(client, data) == 422
    assert client.post(WHERE).status_code == 422
    with scope(PLATFORM):
        assert not Certificate.objects.exists()


def test_who_is_not_signed_in_is_asked_to() -> None:
    assert Client().get(WHERE).status_code == 302
