"""The pages of the reconciliation: an officer's with runs, a firm's with its own list; what is refused stays on the page."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.models import Membership, Organisation, Unit
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.tracking import api
from pilotzone.rooms.tracking.models import ReconcileRun, Residual
from pilotzone.rooms.tracking.operations.reconcile import gathering, running, slices
from pilotzone.rooms.tracking.tests.test_reconcile_desk import DAY, Cleared, Desk
from pilotzone.ui.tests.hostile import withstands

pytestmark = pytest.mark.django_db


def signed_in(role: str, **where: Any) -> Client:
    client = Client()
    with scope(PLATFORM):
        person = get_user_model().objects.create_user(username=f"{role}-recon")
        Membership.objects.create(person=person, role=role, valid_from=date(2019, 1, 1), **where)
    client.force_login(person)
    return client


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Desk:
    cleared = Cleared()
    for module in (gathering, running, slices):
        monkeypatch.setattr(module, "clearance", cleared)
    made = Desk(cleared)
    made.billed(made.released("GOOD").number)
    made.released("UNTAXED")
    made.registered(made.released("MONEY", "E").number)
    return made


@pytest.fixture
def officer() -> Client:
    with scope(PLATFORM):
        unit, _ = Unit.objects.get_or_create(path="zone.customs", defaults={"code": "customs", "name_zh": "海关"})
    return signed_in("customs_officer", unit=unit)


def test_an_officer_starts_a_run_reads_its_sums_and_closes_a_residual_with_evidence(
    desk: Desk, officer: Client
) -> None:
    assert "没有符合条件的记录" in officer.get("/reconciliation/").content.decode()
    asked = officer.post("/reconciliation/start/", {"first": DAY.isoformat(), "last": DAY.isoformat()})
    assert asked.status_code == 302
    assert "排队中" in officer.get(asked["Location"]).content.decode()
    api.reconcile()
    page = officer.get(asked["Location"]).content.decode()
    assert "没有未说明的差额" in page
    assert "电子税单" in page
    listed = officer.get("/reconciliation/").content.decode()
    assert "?kind=released_untaxed&amp;" in listed
    assert "?kind=list_unreceived&amp;" not in listed  # SAFE's, not customs'
    residual = desk.one("UNTAXED")["id"]
    refused = officer.post(f"/reconciliation/{residual}/", {"action": "close", "reason": "海关补发税单"})
    assert refused.status_code == 422
    assert "rule.reconcile.evidence" in refused.content.decode()
    closing = {"action": "close", "reason": "海关补发税单", "evidence": "SYN-816-1"}
    refused = officer.post(f"/reconciliation/{residual}/", closing)
    assert "rule.reconcile.two_people" in refused.content.decode()
    firm = signed_in("ebc", organisation=Organisation(pk=desk.firm))
    paper = SimpleUploadedFile("税单.pdf", b"%PDF-1.7 synthetic", "application/pdf")
    assert firm.post(f"/reconciliation/{residual}/", {"file": paper}).status_code == 302
    wrong = firm.post(
        f"/reconciliation/{residual}/", {"file": SimpleUploadedFile("税单.exe", b"MZ", "application/pdf")}
    )
    assert (wrong.status_code, "rule.reconcile.file" in wrong.content.decode()) == (422, True)
    firm.post(f"/reconciliation/{residual}/", {"action": "explain", "reason": "税单在途"})
    for who in (firm, officer):
        assert withstands(who, f"/reconciliation/{residual}/") == []
    officer.post(f"/reconciliation/{residual}/", closing)
    page = officer.get(f"/reconciliation/{residual}/").content.decode()
    (address,) = re.findall(rf"/reconciliation/{residual}/files/\d+/", page)
    told = officer.get(address)
    assert b"".join(told) == b"%PDF-1.7 synthetic"
    assert told["Content-Disposition"].startswith("attachment")
    assert officer.get(f"/reconciliation/{residual}/files/{2**63}/").status_code == 404
    assert "SYN-816-1" in officer.get(f"/reconciliation/{residual}/").content.decode()
    assert desk.one("UNTAXED")["state"] == "closed"


def test_a_difference_of_an_export_leads_to_its_lines_and_one_without_a_number_names_its_trade(
    desk: Desk, officer: Client
) -> None:
    name = "40062021E"
    number = desk.released(name, "E").number
    desk.reconcile()
    with scope(PLATFORM):
        one = Residual.objects.get(number=number, kind="unregistered")
        unit, _ = Unit.objects.get_or_create(path="zone.tax", defaults={"code": "tax", "name_zh": "税务"})
    address = f"/reconciliation/{one.pk}/"
    page = signed_in("tax_officer", unit=unit).get(address).content.decode()
    assert f'href="/tax/export/?list_no={number}"' in page and "/tax/bills/?number=" not in page
    with scope(PLATFORM):
        Residual.objects.filter(pk=one.pk).update(
            kind="signed_unreleased", number="", key="trade:77", owner="zone.customs"
        )
    page = officer.get(address).content.decode()
    assert "交易77（无清单编号）货物" in page and "清单77" not in page and "trade:" not in page
    officer.cookies["django_language"] = "en"
    english = officer.get(address).content.decode()
    assert "The goods of trade 77 (no list number) were signed for" in english


def test_english_pages_are_english(desk: Desk, officer: Client) -> None:
    desk.reconcile()
    residual = desk.one("UNTAXED")["id"]
    for address in ("/reconciliation/", f"/reconciliation/{residual}/"):
        officer.cookies["django_language"] = "en"
        page = officer.get(address).content.decode()
        assert "Released without a tax bill" in page


def test_filters_export_and_handing_over(desk: Desk, officer: Client) -> None:
    desk.reconcile()
    residual = desk.one("UNTAXED")["id"]
    rows = officer.get("/reconciliation/export.csv?kind=released_untaxed").content.decode().splitlines()
    assert len(rows) == 2
    assert desk.run in rows[1]
    assert len(officer.get("/reconciliation/export.csv?kind=tax_differs").content.decode().splitlines()) == 1
    done = officer.post("/reconciliation/hand/", {"chosen": [str(residual)], "action": "hand:zone.tax"})
    assert done.status_code == 302
    assert desk.one("UNTAXED")["owner"] == "zone.tax"
    wrong = officer.post("/reconciliation/hand/", {"chosen": [str(residual)], "action": "hand:nobody"})
    assert wrong.status_code == 422


def test_a_firm_sees_its_own_list_and_no_runs(desk: Desk) -> None:
    desk.reconcile()
    firm = signed_in("ebc", organisation=Organisation(pk=desk.firm))
    page = firm.get("/reconciliation/").content.decode()
    assert "?kind=list_unreceived&amp;" in page
    assert "立即对账" not in page
    assert firm.post("/reconciliation/start/", {"first": DAY.isoformat(), "last": DAY.isoformat()}).status_code == 403
    with scope(PLATFORM):
        run = ReconcileRun.objects.latest("pk").pk
    assert firm.get(f"/reconciliation/runs/{run}/").status_code == 404
    one = firm.get(f"/reconciliation/{desk.one('MONEY')['id']}/").content.decode()
    assert 'value="explain"' in one
    assert 'value="close"' not in one


@pytest.mark.parametrize("day", ["", "nonsense", "2999-01-01"])
def test_days_that_are_none_are_said(desk: Desk, officer: Client, day: str) -> None:
    answer = officer.post("/reconciliation/start/", {"first": day, "last": day})
    assert answer.status_code == 422
    assert "rule.reconcile.days" in answer.content.decode()


def test_strangers_find_nothing(desk: Desk) -> None:
    desk.reconcile()
    for address in ("/reconciliation/", f"/reconciliation/{desk.one('UNTAXED')['id']}/"):
        assert Client().get(address).status_code in (302, 403, 404)
