"""Lost keys: the firm or the office reports, both and customs see who was told; the list is filtered and exported."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable

import pytest
from django.test import Client

from pilotzone.kernel.access import certificates
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.models import Certificate, Organisation
from pilotzone.kernel.access.scope import scope

pytestmark = pytest.mark.django_db
WHERE = "/office/losses/"
SignedIn = Callable[..., Client]


@pytest.fixture
def card(firms: dict[str, Organisation]) -> Certificate:
    with scope(PLATFORM):
        certificates.register(
            organisation=firms["甲公司"].pk, sha256="ab" * 32, serial="5b6a", algorithm="sm2", subject="CN=甲公司",
            valid_from=datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC),
            valid_to=datetime.datetime(2099, 1, 1, tzinfo=datetime.UTC),
        )  # fmt: skip
        return Certificate.objects.get()


def test_a_firm_reports_and_the_offices_are_told(signed_in: SignedIn, card: Certificate) -> None:
    office, customs, clerk = (
        signed_in(*who) for who in (("zone_officer", "zone"), ("customs_officer", "customs"), ("ebp", "甲公司"))
    )
    assert "没有挂失的证书" in office.get(WHERE).content.decode()
    assert "5b6a" in office.get(WHERE + "?state=in_force").content.decode()
    assert (
        clerk.post("/accounts/certificates/revoke/", {"sha256": card.sha256, "reason": "ukey丢失"}).status_code == 302
    )
    for desk in (office.get("/office/"), customs.get("/officer/")):
        assert re.search(
            r'<a href="/office/losses/\?state=fresh"><strong>1</strong><span>张证书近七日挂失', desk.content.decode()
        )
    told = "甲公司（1人）、中国（南昌）跨境电子商务综合试验区工作领导小组办公室（1人）、南昌海关（1人）"
    for page in (office.get(WHERE), customs.get(WHERE), office.get(f"{WHERE}{card.pk}/")):
        assert "ukey丢失" in page.content.decode() and told in page.content.decode()
    own = clerk.get("/accounts/certificates/").content.decode()
    assert "已通报" in own and "南昌海关（1人）" in own and "报失人 ebp" in own
    assert "2099-01-01 08:00:00" in office.get(f"{WHERE}{card.pk}/").content.decode()
    export = b"".join(office.get(WHERE + "export.csv").streaming_content).decode()  # type: ignore[attr-defined]
    assert "5b6a" in export and told in export


def test_the_office_revokes_for_a_firm_that_calls_once_and_with_a_reason(
    signed_in: SignedIn, card: Certificate
) -> None:
    office, where = signed_in("zone_officer", "zone"), f"{WHERE}{card.pk}/"
    assert office.post(where, {"reason": " "}).status_code == 422
    assert office.post(where, {"reason": "企业来电"}).status_code == 302
    assert "企业来电" in office.get(where).content.decode()
    answer = office.post(where, {"reason": "again"})
    assert answer.status_code == 422 and "kernel.certificate.unknown" in answer.content.decode()


def test_customs_reads_and_revokes_nothing(signed_in: SignedIn, card: Certificate) -> None:
    customs, where = signed_in("customs_officer", "customs"), f"{WHERE}{card.pk}/"
    assert "<textarea" not in customs.get(where).content.decode()
    assert customs.post(where, {"reason": "x"}).status_code == 403
    with scope(PLATFORM):
        assert Certificate.objects.get().revoked_at is None


@pytest.mark.parametrize("query", ["q=乙", "state=revoked", "q=%00&state=revoked"])
def test_a_filter_that_finds_nothing_says_so(signed_in: SignedIn, card: Certificate, query: str) -> None:
    assert "没有符合条件的记录" in signed_in("zone_officer", "zone").get(f"{WHERE}?{query}").content.decode()


@pytest.mark.parametrize(("role", "body"), [("ebp", "甲公司"), ("district_officer", "360111"), ("leader", "zone")])
def test_others_see_nothing(signed_in: SignedIn, card: Certificate, role: str, body: str) -> None:
    other = signed_in(role, body)
    for path in (WHERE, WHERE + "export.csv", f"{WHERE}{card.pk}/"):
        assert other.get(path).status_code == 403
    assert signed_in("zone_officer", "zone").get(f"{WHERE}999999/").status_code == 404
