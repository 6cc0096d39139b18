"""/track/ knows the number of a payment abroad: who holds it now, a link to its record, for who may see it and nobody else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from pilotzone.base.days import SHANGHAI
from pilotzone.kernel.access.actor import ENTERPRISE, PLATFORM, Actor
from pilotzone.kernel.access.models import Organisation
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.fx import api as fx

pytestmark = pytest.mark.django_db
NOON = datetime(2021, 6, 10, 12, tzinfo=SHANGHAI)
ASKED: dict[str, Any] = {
    "number": "FH-TRACK-1", "purpose": "storage", "payee": "SYNTHETIC WAREHOUSE LLC", "currency": "USD", "amount": Decimal("100.00"),
    "pay_on": date(2021, 6, 10), "at": NOON,
    "vouchers": [{"kind": "invoice", "number": "I1", "issuer": "SYNTHETIC WAREHOUSE LLC", "dated_on": "2021-06-01", "amount": "100.00"}],
}  # fmt: skip


@pytest.fixture
def payment(firms: dict[str, Organisation]) -> int:
    with scope(PLATFORM):
        bank = Organisation.objects.create(name="合成银行", name_en="Synthetic Bank", roles=["bank"], created_at=NOON)
        firms["甲公司"].roles, firms["乙公司"].roles = ["ebc"], ["ebc"]
        for one in firms.values():
            one.save(update_fields=["roles"])
    with scope(Actor(kind=ENTERPRISE, organisation=firms["甲公司"].pk, role="ebc")):
        return int(fx.ask_payment(bank=bank.pk, **ASKED)["id"])


def test_its_firm_reads_who_holds_it_and_comes_to_the_record(payment: int, signed_in: Callable[..., Client]) -> None:
    own = signed_in("ebc", "甲公司")
    page = own.get("/track/", {"q": " FH-TRACK-1 "})
    told = page.content.decode()
    assert page.status_code == 200 and f'href="/fx/payments/{payment}/"' in told and "<strong>银行</strong>" in told
    own.cookies["django_language"] = "en"
    english = own.get("/track/", {"q": "FH-TRACK-1"}).content.decode()
    assert "<strong>bank</strong>" in english and "the bank examines it" in english
    assert own.get("/search/", {"q": "FH-TRACK-1"})["Location"] == f"/fx/payments/{payment}/"
    assert own.get(f"/fx/payments/{payment}/").status_code == 200


@pytest.mark.parametrize("number", ["P1", "付汇 第１号", "FH－７"])
def test_a_number_of_any_form_is_found_as_the_firm_wrote_it(
    payment: int, firms: dict[str, Organisation], signed_in: Callable[..., Client], number: str
) -> None:
    with scope(PLATFORM):
        bank = Organisation.objects.get(name="合成银行").pk
    paper = ASKED["vouchers"][0] | {"number": "I2"}
    with scope(Actor(kind=ENTERPRISE, organisation=firms["甲公司"].pk, role="ebc")):
        made = fx.ask_payment(bank=bank, **(ASKED | {"number": number, "vouchers": [paper]}))["id"]
    page = signed_in("ebc", "甲公司").get("/track/", {"q": number})
    assert page.status_code == 200 and page.content.decode().count(f'href="/fx/payments/{made}/"') == 1
    assert signed_in("ebc", "乙公司").get("/track/", {"q": number}).status_code == 404


def test_the_number_alone_tells_nobody_else_anything(payment: int, signed_in: Callable[..., Client]) -> None:
    for reader in (signed_in("ebc", "乙公司"), Client()):
        page = reader.get("/track/", {"q": "FH-TRACK-1"})
        assert page.status_code == 404
        assert f"/fx/payments/{payment}/" not in page.content.decode() and "银行审核" not in page.content.decode()
        assert reader.get("/api/v1/track/FH-TRACK-1").status_code == 404
