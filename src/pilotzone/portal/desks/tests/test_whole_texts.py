"""What is typed too long is refused on its page by name, and nothing of it is kept; a list is exported whole or refused."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from pilotzone.base.errors import Refused
from pilotzone.kernel.access import certificates
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.models import Certificate, Organisation
from pilotzone.kernel.access.scope import scope
from pilotzone.ui import sheets

pytestmark = pytest.mark.django_db
SignedIn = Callable[..., Client]
LONG = "长" * 201
KEPT = (
    "clearance_mandate", "exchange_hook", "tax_guarantee_paper", "tax_payment", "statistics_survey", "kernel_site",
    "clearance_personal_read",
)  # fmt: skip


@pytest.fixture
def card(firms: dict[str, Organisation]) -> Certificate:
    """A certificate of 甲公司, which sells and may not be declared lost with half a reason."""
    with scope(PLATFORM):
        firms["甲公司"].roles, firms["乙公司"].roles = ["ebc"], ["agent"]
        for one in firms.values():
            one.save(update_fields=["roles"])
        certificates.register(
            organisation=firms["甲公司"].pk, sha256="ab" * 32, serial="5b6a", algorithm="sm2", subject="CN=甲公司",
            valid_from=datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC),
            valid_to=datetime.datetime(2099, 1, 1, tzinfo=datetime.UTC),
        )  # fmt: skip
        return Certificate.objects.get()


def kept() -> dict[str, int]:
    """How many rows and audit lines of the acts in question there are."""
    with scope(PLATFORM), connection.cursor() as cursor:
        told = {}
        for table in KEPT:
            cursor.execute("SELECT to_regclass(%s)", (table,))
            if cursor.fetchone()[0]:
                cursor.execute(f"SELECT count(*) FROM {table}")
                told[table] = cursor.fetchone()[0]
        cursor.execute("SELECT count(*) FROM kernel_audit WHERE action NOT LIKE 'accounts.%%'")
        return told | {"audit": cursor.fetchone()[0]}


PAPER = {
    "firm": "3601960A01", "number": "保函1", "kind": "cash", "amount": "100.00", "valid_from": "2021-01-01", "valid_to": "",
}  # fmt: skip
PAYMENT = {"receipt_no": "R1", "paid_on": "2021-01-05", "amount": "1.00", "bills": "T1"}


@pytest.mark.parametrize(
    ("who", "where", "form", "field"),
    [
        (
            ("ebc", "甲公司"), "/clearance/mandates/",
            {"agent": "3601960A02", "kinds": ["list"], "undertaking": LONG, "since": "2099-01-01"}, "undertaking",
        ),
        (("ebc", "甲公司"), "/enterprise/webhooks/", {"url": "amqp:out", "description": LONG}, "description"),
        (("customs_officer", "customs"), "/tax/guarantee/", {**PAPER, "reason": LONG}, "reason"),
        (("customs_officer", "customs"), "/tax/payments/new/", {**PAYMENT, "reason": LONG}, "reason"),
        (("customs_officer", "customs"), "/tax/payments/new/", {**PAYMENT, "bills": " ".join(map(str, range(501)))}, "bills"),
        (("customs_officer", "customs"), "/officer/documents/7/", {"reason": LONG}, "reason"),
        (("rule_writer", "zone"), "/risk/inspections/selection/", {"verb": "write", "since": "2021-04-01", "body": "x", "note": LONG}, "note"),
        (("zone_officer", "zone"), "/accounts/people/", {"username": "guan.yuan", "name": "关" * 81, "role": "customs_officer", "body": "customs"}, "name"),
    ],
)  # fmt: skip
def test_what_is_too_long_is_refused_and_nothing_is_kept(
    signed_in: SignedIn, card: Certificate, who: tuple[str, str], where: str, form: dict[str, Any], field: str
) -> None:
    client, before = signed_in(*who), kept()
    answer = client.post(where, form)
    told = answer.content.decode()
    assert answer.status_code == 422 and ("text.many" if field == "bills" else "text.long") in told
    assert kept() == before


@pytest.mark.parametrize("where", ["/office/losses/{}/", "/accounts/certificates/revoke/"])
def test_a_loss_is_not_reported_with_half_a_reason(signed_in: SignedIn, card: Certificate, where: str) -> None:
    client = signed_in(*(("zone_officer", "zone") if "office" in where else ("ebc", "甲公司")))
    answer = client.post(where.format(card.pk), {"sha256": card.sha256, "reason": LONG})
    with scope(PLATFORM):
        card.refresh_from_db()
    assert (answer.status_code, card.revoked_at) == (422, None)
    assert "text.long" in answer.content.decode()


@pytest.mark.parametrize("rows", [0, 1, 499, 500, 501, 1001])
def test_an_export_has_every_row_once(rows: int) -> None:
    def read(page: int, size: int) -> dict[str, Any]:
        return {"rows": [{"id": n} for n in range(rows)][(page - 1) * size : page * size], "total": rows}

    assert [one["id"] for one in sheets.every(read)] == list(range(rows))


@pytest.mark.parametrize(
    ("who", "where"),
    [
        (("ebc", "甲公司"), "/clearance/mandates/export.csv"),
        (("ebc", "甲公司"), "/clearance/changes/export.csv"),
        (("customs_officer", "customs"), "/office/disputes/export.csv"),
    ],
)
def test_beyond_the_limit_an_export_is_refused(
    signed_in: SignedIn, card: Certificate, monkeypatch: pytest.MonkeyPatch, who: tuple[str, str], where: str
) -> None:
    client = signed_in(*who)
    assert client.get(where).status_code == 200
    monkeypatch.setattr(sheets, "MOST", -1)
    assert "desk.export.too_many" in client.get(where).content.decode()


def test_the_limit_is_told_in_both_languages() -> None:
    with pytest.raises(Refused) as told:
        sheets.every(lambda page, size: {"rows": [], "total": sheets.MOST + 1})
    assert str(sheets.MOST) in told.value.zh and str(sheets.MOST) in told.value.en
