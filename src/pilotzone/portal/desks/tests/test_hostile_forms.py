"""Every form of clearance, tax, fx, services and registry that opens without a record, sent with hostile values by everybody who may."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from pilotzone.kernel import clock
from pilotzone.kernel.access.actor import AGENCY, PLATFORM, Actor
from pilotzone.kernel.access.models import Organisation
from pilotzone.kernel.access.scope import scope
from pilotzone.portal.tests.pages import opening
from pilotzone.rooms.tax import api as tax
from pilotzone.ui.tests.hostile import listens, withstands

pytestmark = pytest.mark.django_db
WHO = {
    "seller": ("ebc", "甲公司"), "service": ("service", "甲公司"), "agent": ("agent", "甲公司"), "bank": ("bank", "甲公司"),
    "tax": ("tax_officer", "tax"), "customs": ("customs_officer", "customs"), "safe": ("safe_officer", "safe"),
    "zone": ("zone_officer", "zone"),
}  # fmt: skip


@pytest.mark.parametrize("name", WHO)
def test_no_form_breaks_whatever_is_sent(
    firms: dict[str, Organisation], signed_in: Callable[..., Client], name: str
) -> None:
    role, body = WHO[name]
    with scope(PLATFORM):
        firms["甲公司"].roles, firms["乙公司"].roles = [role] if body == "甲公司" else ["ebc"], ["agent"]
        for one in firms.values():
            one.save(update_fields=["roles"])
    with scope(Actor(kind=AGENCY, unit_path="zone.tax", role="tax_officer")):
        tax.record_export_firm(
            organisation=firms["甲公司"].pk, valid_from=date(2019, 1, 1), general=True, refund_filed=True,
            facts=tax.Facts("service", "A"), at=clock.now(),
        )  # fmt: skip
    client = signed_in(role, body)
    seen: set[tuple[str, ...]] = set()
    wrong = [told for where in opening() for told in withstands(client, where, seen)]
    assert seen, "somebody who sees no form proves nothing"
    assert not wrong, "\n".join(wrong)


LOOKING = ("zone_officer", "zone"), ("customs_officer", "customs"), ("ebc", "甲公司"), ("tax_officer", "tax")


def test_no_filter_breaks_whatever_is_asked(firms: dict[str, Organisation], signed_in: Callable[..., Client]) -> None:
    seen: set[str] = set()
    clients = [signed_in(*one) for one in LOOKING]
    wrong = [told for client in clients for where in opening(("/",)) for told in listens(client, where, seen)]
    assert "/risk/inspections/" in seen, "a list nobody opens proves nothing"
    assert not wrong, "\n".join(wrong)


def test_no_form_of_an_account_breaks_whatever_is_sent(signed_in: Callable[..., Client]) -> None:
    seen: set[tuple[str, ...]] = set()
    clients = [signed_in(*one) for one in (("firm_admin", "甲公司"), ("zone_officer", "zone"))]
    where = opening(("/accounts/", "/office/"))
    wrong = [told for client in clients for one in where for told in withstands(client, one, seen)]
    assert seen and not wrong, "\n".join(wrong)
