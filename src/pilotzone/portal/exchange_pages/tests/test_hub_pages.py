"""The log, tokens, quality and federation through their pages: who sees them, what they do, what they refuse."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from pilotzone.exchange.catalogue.reading import resources
from pilotzone.exchange.hub import clients, federation, log, verifier
from pilotzone.exchange.hub.errors import refused
from pilotzone.exchange.signing import packages
from pilotzone.exchange.signing.certificates import to_pem
from pilotzone.exchange.tests.hub import granted
from pilotzone.kernel import audit, clock
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.scope import scope
from pilotzone.portal.exchange_pages import quality

pytestmark = pytest.mark.django_db
SignedIn = Callable[..., Client]


@pytest.fixture
def operator(signed_in: SignedIn) -> Client:
    return signed_in("operator", "eport")


@pytest.mark.parametrize("path", ["log/", "log/export.csv", "log/verifier.py", "tokens/", "federation/"])
def test_departments_and_nobody_see_neither_log_nor_tokens(signed_in: SignedIn, path: str) -> None:
    assert signed_in("tax_officer", "tax").get(f"/exchange/{path}").status_code == 403
    assert Client().get(f"/exchange/{path}").status_code in (302, 403)


def test_the_log_is_filtered_opened_and_handed_out(operator: Client, signed_in: SignedIn) -> None:
    granted()
    with scope(PLATFORM):
        log.seal()
        (last, *_rest) = log.entries()
    page = operator.get("/exchange/log/").content.decode()
    assert "部门同意授权" in page and "提出申请" in page
    some = operator.get("/exchange/log/export.csv", {"what": "agreement.applied"}).getvalue().decode()
    assert "提出申请" in some and "部门同意授权" not in some
    assert "没有符合条件的记录" in operator.get("/exchange/log/", {"ticket": "99999999"}).content.decode()
    assert (
        "没有符合条件的记录" in operator.get("/exchange/log/", {"until": "2001-01-01", "ticket": "x"}).content.decode()
    )
    ever = {"since": "0001-01-01", "until": "9999-12-31"}
    assert "提出申请" in operator.get("/exchange/log/", ever).content.decode()
    assert "提出申请" in operator.get("/exchange/log/export.csv", ever).getvalue().decode()
    one = operator.get(f"/exchange/log/{last['number']}/").content.decode()
    assert bytes(last["hash"]).hex() in one and "at_zone" in one
    assert operator.get("/exchange/log/999999/").status_code == 404
    assert "agreement" in operator.get(f"/exchange/log/{last['number']}/").content.decode()
    assert "部门同意授权" in operator.get("/exchange/log/export.csv").getvalue().decode()
    day = clock.today().isoformat()
    whole = signed_in("auditor", "audit").post("/exchange/log/bundle/", {"from": day, "to": day})
    assert verifier.verify(whole.content) == []
    ever = {"from": "0001-01-01", "to": "9999-12-31"}
    assert verifier.verify(signed_in("auditor", "audit").post("/exchange/log/bundle/", ever).content) == []
    assert operator.post("/exchange/log/bundle/", {"from": "2001-01-01", "to": "2001-01-01"}).status_code == 302
    assert operator.get("/exchange/log/verifier.py").content == log.verifier()


def test_a_file_that_cannot_be_begun_is_refused_whole(operator: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(**_: object) -> list[dict[str, object]]:
        raise refused("hub.bundle")

    monkeypatch.setattr(log, "entries", away)
    told = operator.get("/exchange/log/export.csv")
    assert told.status_code == 422 and "hub.bundle" in told.content.decode()
    with scope(PLATFORM):
        assert audit.trail("list", "exchange-log", actions=["hub.log.export"]) == []


def test_a_token_is_shown_once_replaced_and_ended(operator: Client) -> None:
    said = operator.post("/exchange/tokens/", {"unit": "zone.tax", "label": "合成税务系统"}).content.decode()
    (token,) = re.findall(r"pzd_[\w-]+", said)
    assert token not in operator.get("/exchange/tokens/").content.decode()
    with scope(PLATFORM):
        (first,) = clients.clients()
    new = operator.post(f"/exchange/tokens/{first['id']}/rotate/").content.decode()
    assert token not in new and re.findall(r"pzd_[\w-]+", new)
    with scope(PLATFORM):
        latest, was = clients.clients()
        assert was["revoked_at"] and not latest["revoked_at"]
    assert operator.post(f"/exchange/tokens/{latest['id']}/revoke/").status_code == 302
    assert operator.post(f"/exchange/tokens/{latest['id']}/rotate/").status_code == 302
    with scope(PLATFORM):
        assert all(one["revoked_at"] for one in clients.clients())
    for wrong, code in (
        ({"unit": "zone", "label": "x"}, "hub.input"), ({"unit": "zone.tax", "label": ""}, "hub.input"),
        ({"unit": "zone.tax", "label": "x", "push_url": "ftp://x"}, "webhook."),
        ({"unit": "zone.tax", "label": "x", "certificate": SimpleUploadedFile("c.pem", b"no")}, "hub.certificate"),
    ):  # fmt: skip
        answer = operator.post("/exchange/tokens/", wrong)
        assert answer.status_code == 422 and code in answer.content.decode()


def test_quality_unfolds_into_its_parts_for_departments_too(signed_in: SignedIn) -> None:
    page = signed_in("tax_officer", "tax").get("/exchange/quality/", {"owner": "zone.samr"}).content.decode()
    assert "取值完整 25" in page and "取值完整 –" in page and "企业登记基本信息" in page and "清单状态" not in page
    assert "尚未交换" in page and "尚无得分" in page
    sheet = signed_in("operator", "eport").get("/exchange/quality/export.csv").content.decode()
    assert "正常应答 /25" in sheet and "企业登记基本信息" in sheet


def test_quality_comes_in_pages_that_together_hold_every_resource(signed_in: SignedIn) -> None:
    clerk, found, last = signed_in("tax_officer", "tax"), set[str](), -(-len(resources()) // quality.ROWS)
    for page in range(1, last + 1):
        told = re.findall(
            r'href="/catalogue/([a-z_.]+)/"', clerk.get("/exchange/quality/", {"page": page}).content.decode()
        )
        assert 0 < len(set(told)) <= quality.ROWS
        found |= set(told)
    assert found == set(resources())
    assert clerk.get("/exchange/quality/", {"page": "no"}).status_code == 200


def test_bundles_are_written_and_taken_on_the_page(operator: Client, signed_in: SignedIn) -> None:
    pem = to_pem(packages.own_signer().certificate).decode()
    with scope(PLATFORM):
        for code, own in (("city", "district"), ("district", "city")):
            federation.add_peer(
                code=code, own=own, name=f"合成{code}", certificate=pem, resources=["samr.filing_counts"]
            )
        federation.offer("district", "samr.filing_counts", {"甲": [{"county": "甲", "filed": "3"}]})
    down = operator.post("/exchange/federation/out/district/")
    assert down["Content-Disposition"] == 'attachment; filename="bundle-district.jsonl"'
    taken = operator.post("/exchange/federation/in/", {"bundle": SimpleUploadedFile("b", down.content)}, follow=True)
    assert "收到 city 的数据包" in taken.content.decode() and "数据包已接收" in taken.content.decode()
    spoilt = operator.post("/exchange/federation/in/", {"bundle": SimpleUploadedFile("b", b"no")}, follow=True)
    assert "hub.federation" in spoilt.content.decode()
    assert "hub.federation_peer" in operator.post("/exchange/federation/out/town/", follow=True).content.decode()
    auditor = signed_in("auditor", "audit")
    assert "收发数据包" not in auditor.get("/exchange/federation/").content.decode()
    assert auditor.post("/exchange/federation/out/district/").status_code in (302, 403)
    with scope(PLATFORM):
        assert len(federation.journal()) == 2, "the auditor wrote none"
