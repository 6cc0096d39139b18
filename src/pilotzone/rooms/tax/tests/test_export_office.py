"""The office decides with four eyes, the firm signs by its own card, and the database guards both."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import pytest
from django.db import IntegrityError, transaction

from pilotzone.exchange.signing import DemoAuthority, sign_text
from pilotzone.exchange.signing.certificates import to_pem
from pilotzone.kernel import clock
from pilotzone.kernel.access import certificates
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.tax import api
from pilotzone.rooms.tax.models import RefundEntry, RefundFiling, RefundLine
from pilotzone.rooms.tax.tests.exporting import JUNE, Exporter, decided, officer, refused

pytestmark = pytest.mark.django_db


def test_review_and_decision_are_of_two_persons_with_reasons(firm: Exporter) -> None:
    key = firm.refundable("A")
    firm.match()
    number = firm.draft(key)
    with scope(officer(1)), refused("rule.export.filing_state"):
        api.review_refund(number, "approve", "早了", at=JUNE)
    with scope(PLATFORM):
        RefundFiling.objects.filter(number=number).update(state="signed")
        api.bureau().received(number, accepted=True, receipt_no="SL1", text="", at=JUNE)
    with scope(officer(1)):
        with refused("rule.export.reason"):
            api.review_refund(number, "approve", " ", at=JUNE)
        api.review_refund(number, "refuse", "发票异常", at=JUNE)
        with refused("rule.export.four_eyes"):
            api.decide_refund(number, "refuse", "同意", at=JUNE)
    with scope(officer(2)):
        api.decide_refund(number, "back", "请再核实", at=JUNE)
    with scope(officer(3)):
        api.review_refund(number, "refuse", "发票异常", at=JUNE)
    with scope(officer(1)):
        api.decide_refund(number, "refuse", "同意", at=JUNE)
    assert firm.filing(number)["state"] == "refused" and firm.account()["applied"] == 0
    assert firm.draft(key), "a refused line may be filed again"


def test_the_database_guards_too(firm: Exporter) -> None:
    key = firm.refundable("A")
    firm.match()
    number = firm.draft(key)
    decided(firm, number, refund_no="TH1")
    with scope(PLATFORM):
        filing = RefundFiling.objects.get(number=number)
        for make in (
            lambda: RefundLine.objects.create(
                filing=filing, organisation_id=firm.firm, list_no=key[0], line_no=1, base=1, refund_rate=0, amount=1
            ),
            lambda: RefundEntry.objects.create(
                organisation_id=firm.firm, filing=filing, list_no=key[0], line_no=1, event="REFUND", applied_change=0,
                refunded_change=1, clawed_change=0, at=JUNE,
            ),
            lambda: RefundFiling.objects.filter(pk=filing.pk).update(reviewed_by=2),
        ):  # fmt: skip
            with pytest.raises(IntegrityError), transaction.atomic():
                make()
        assert RefundEntry.objects.filter(filing=filing).update(refunded_change=0) == 0, "entries are never changed"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoAuthority]:
    yield DemoAuthority(tmp_path_factory.mktemp("keys"), at=clock.wall())


@pytest.mark.parametrize("kind", ["rsa", "sm2"])
def test_a_filing_is_signed_by_the_firms_own_card(firm: Exporter, authority: DemoAuthority, kind: str) -> None:
    key = firm.refundable("A")
    firm.match()
    number = firm.draft(key)
    pair = authority.issue(f"X{firm.run}", "出口企业", kind, at=clock.wall())
    signer, card = pair.signer(), pair.signer().certificate
    pem = to_pem(card).decode()
    with scope(firm.actor):
        told = api.compose_refunds(filings=[firm.filing(number)["id"]])
        text = told["messages"][0]["signed_info"]
        value, _ = sign_text(text.encode(), signer)
        with refused("rule.export.signature"):
            api.hand_in_refunds(batch=told["batch"], certificate=pem, signatures=[value], at=JUNE)
    with scope(PLATFORM):
        certificates.register(
            organisation=firm.firm, sha256=card.sha256, serial=card.serial, algorithm=card.key_kind, subject=card.subject,
            valid_from=card.not_before, valid_to=card.not_after,
        )  # fmt: skip
    with scope(firm.actor):
        wrong = base64.b64encode(b"x" * 64).decode()
        with refused("rule.export.signature"):
            api.hand_in_refunds(batch=told["batch"], certificate=pem, signatures=[wrong], at=JUNE)
        api.hand_in_refunds(batch=told["batch"], certificate=pem, signatures=[value], at=JUNE)
    assert firm.filing(number)["state"] == "signed"
    with scope(PLATFORM):
        assert [one["what"] for one in api.bureau().outgoing() if one["number"] == number] == ["filing"]
