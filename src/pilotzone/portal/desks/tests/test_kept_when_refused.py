"""Each form of the rooms, sent with a text too long and money nobody can read: the page says so with a code and keeps every entry."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from pilotzone.kernel import clock
from pilotzone.kernel.access.actor import AGENCY, PLATFORM, Actor
from pilotzone.kernel.access.models import Organisation
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.tax import api as tax
from pilotzone.ui.tests.forms import refused

pytestmark = pytest.mark.django_db
FIRM, SERVICE, AGENT = ("ebc", "甲公司"), ("service", "甲公司"), ("agent", "甲公司")
TAX, CUSTOMS, ZONE = ("tax_officer", "tax"), ("customs_officer", "customs"), ("zone_officer", "zone")


@pytest.mark.parametrize(
    ("who", "where"),
    [
        (FIRM, "/registry/mine/"), (FIRM, "/services/mandates/"), (FIRM, "/help/ask/"), (ZONE, "/help/replays/"),
        (FIRM, "/fx/payments/ask/"), (SERVICE, "/fx/mine/"), (SERVICE, "/tax/export/agencies/"), (FIRM, "/tax/export/register/"),
        (FIRM, "/tax/export/promotion/"), (TAX, "/tax/export/firms/"), (CUSTOMS, "/tax/guarantee/"),
        (CUSTOMS, "/tax/payments/new/"), (FIRM, "/clearance/mandates/"), (FIRM, "/enterprise/webhooks/"),
    ],
)  # fmt: skip
def test_what_was_typed_stands_in_the_form_that_is_refused(
    firms: dict[str, Organisation], signed_in: Callable[..., Client], who: tuple[str, str], where: str
) -> None:
    with scope(PLATFORM):
        firms["甲公司"].roles, firms["乙公司"].roles = [who[0]] if who[1] == "甲公司" else ["ebc"], ["agent"]
        for one in firms.values():
            one.save(update_fields=["roles"])
    with scope(Actor(kind=AGENCY, unit_path="zone.tax", role="tax_officer")):
        tax.record_export_firm(
            organisation=firms["甲公司"].pk, valid_from=date(2019, 1, 1), general=True, refund_filed=True,
            facts=tax.Facts("service", "A"), at=clock.now(),
        )  # fmt: skip
    refused(signed_in(*who), where, 1)
