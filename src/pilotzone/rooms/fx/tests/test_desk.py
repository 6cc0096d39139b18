"""Receipts through the door: linked, applied for, decided, sent back; nothing is used or settled twice."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from pilotzone.base.days import SHANGHAI
from pilotzone.kernel.access.actor import ENTERPRISE, NOBODY, PLATFORM, Actor
from pilotzone.kernel.access.models import Organisation
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.fx import api
from pilotzone.rooms.fx.models import Decision, Document, Entry, Link, Receipt
from pilotzone.rooms.fx.tests.desks import NOON, SAFE, Desk, refuses

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(db: None) -> Desk:
    return Desk()


def test_a_complete_receipt_is_settled_directly_and_the_decision_is_kept(desk: Desk) -> None:
    receipt = desk.receive("R1")
    desk.link(receipt, "T1")
    told = desk.applied(receipt)
    assert (told["outcome"], told["account"], told["whose"]) == ("direct", "settlement", "bank")
    assert {one["key"] for one in told["parameters"]} >= {"fx.direct_settlement", "fx.complete_share"}
    assert all(set(one) >= {"code", "text_zh", "text_en", "source"} for one in told["reasons"])
    done = desk.decide(receipt)
    assert (done["state"], done["again"]) == ("done", False)
    assert desk.decide(receipt) == {"state": "done", "again": True}
    with desk.as_firm():
        shown = api.receipt(receipt)
    assert (shown["settled"], shown["left"], shown["state"]) == ("100.00", "0.00", "done")
    bank = next(one for one in shown["decisions"] if one["maker"] == "bank")
    assert (bank["outcome"], bank["algorithm"]) == ("settle", "fx_receipt/1") and len(bank["edition"]) == 16


def test_a_refusal_needs_its_reason_and_the_firm_reads_it(desk: Desk) -> None:
    receipt = desk.receive("R1")
    desk.link(receipt, "T1", exporter=desk.stranger)
    assert desk.applied(receipt)["outcome"] == "refuse"
    with refuses("rule.fx.reason_wanted"):
        desk.decide(receipt, "refuse")
    with refuses("rule.fx.reason_wanted"):
        desk.decide(receipt, "settle")
    assert desk.decide(receipt, "refuse", note="收汇人与出口人不一致")["state"] == "refused"
    with desk.as_firm():
        shown = api.receipt(receipt)
        assert shown["decisions"][0]["note"] == "收汇人与出口人不一致" and shown["settled"] == "0.00"
        with refuses("rule.fx.closed"):
            api.apply(receipt=receipt, at=NOON)
    with refuses("rule.fx.closed"):
        desk.decide(receipt, "settle", note="仍办", reference="2")


def test_a_document_serves_once_whatever_its_currency(desk: Desk) -> None:
    first, second = desk.receive("R1"), desk.receive("R2")
    desk.link(first, "T1", "1000.00", usd="100.00", currency="CNY")  # 156 dollars
    desk.link(second, "T1", "1000.00", currency="CNY")
    with scope(PLATFORM):
        document = Document.objects.get(key=f"T1:{desk.run}")
        assert (document.usd, document.used_usd) == (Decimal("156.00"), Decimal("156.00"))
        assert Receipt.objects.get(pk=second).linked_usd == 56
    third = desk.receive("R3")
    with refuses("rule.fx.used_up"):
        desk.link(third, "T1", "1000.00", currency="CNY")
    with refuses("rule.fx.linked_already"):
        desk.link(first, "T1", "1000.00", currency="CNY")
    with refuses("rule.fx.link_over"):
        desk.link(second, "T2", usd="44.01")
    with refuses("rule.fx.used_up"):
        desk.link(third, "T3", usd="-1.00")
    with desk.as_firm():
        shown = api.receipt(second)["documents"]
        assert shown[0]["others"] == [f"R1-{desk.run}"]
        api.unlink(receipt=second, link=shown[0]["id"], at=NOON)
    desk.link(third, "T1", "1000.00", currency="CNY")


def test_without_consent_a_bank_sees_no_document(desk: Desk) -> None:
    receipt = desk.receive("R1")
    desk.link(receipt, "T1")
    with desk.as_firm(), refuses("rule.fx.consent"):
        api.apply(receipt=receipt, at=NOON)
    with desk.as_bank():
        shown = api.receipt(receipt)
        assert (shown["hidden"], shown["documents"], shown["consent"]) == (True, [], None)
        assert shown["linked_usd"] == "100.00"
    desk.applied(receipt)
    with desk.as_bank():
        shown = api.receipt(receipt)
        assert not shown["hidden"] and shown["documents"][0]["number"] == "T1" and shown["consent"] is not None
    with desk.as_firm():
        api.consent(bank=desk.bank, at=NOON, given=False)
    with desk.as_bank():
        assert api.receipt(receipt)["hidden"]


def test_a_client_agrees_too_before_the_bank_sees_his_trades(desk: Desk) -> None:
    with scope(PLATFORM):
        client = Organisation.objects.get(pk=desk.stranger).customs_code
    receipt = desk.receive("R1", client=client)
    desk.link(receipt, "T1", exporter=desk.stranger)
    with refuses("rule.fx.consent"):
        desk.applied(receipt, collecting=list(api.CONDITIONS))
    with desk.as_firm(desk.stranger):
        api.consent(bank=desk.bank, at=NOON)
    told = desk.applied(receipt, collecting=list(api.CONDITIONS))
    assert told["outcome"] == "direct" and "rule.fx.collecting" in [one["code"] for one in told["reasons"]]
    with desk.as_bank():
        assert api.receipt(receipt)["documents"]


def test_strangers_and_nobody_see_nothing_and_each_does_only_his_part(desk: Desk) -> None:
    receipt = desk.receive("R1")
    for actor in (NOBODY, Actor(kind=ENTERPRISE, organisation=desk.stranger, role="ebc")):
        with scope(actor):
            assert api.receipts()["total"] == 0
            with refuses("rule.fx.receipt_unknown"):
                api.receipt(receipt)
    with scope(SAFE):
        assert receipt in [one["id"] for one in api.receipts()["rows"]]
        with refuses("kernel.access.denied"):
            api.decide(receipt=receipt, decision="settle", reference="x", at=NOON)
    with desk.as_firm(), refuses("kernel.access.denied"):
        api.decide(receipt=receipt, decision="settle", reference="x", at=NOON)
    with desk.as_bank(), refuses("kernel.access.denied"):
        api.apply(receipt=receipt, at=NOON)
    with desk.as_firm(desk.stranger), refuses("rule.fx.receipt_unknown"):
        api.apply(receipt=receipt, at=NOON)
    with desk.as_firm(), pytest.raises(DatabaseError), transaction.atomic():
        Receipt.objects.create(
            bank_id=desk.bank, number="X", organisation_id=desk.firm, payer="X", currency="USD", amount=1, usd=1,
            received_on=NOON.date(), taken_at=NOON,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"amount": "1.234"}, "rule.fx.amount_decimals"),
        ({"amount": "-1"}, "rule.fx.amount"),
        ({"amount": "9999999999999"}, "rule.fx.amount"),
        ({"currency": "XYZ"}, "rule.fx.currency"),
        ({"currency": "EUR"}, "rule.fx.rate_missing"),
        ({"received_on": "2021-02-29"}, "rule.fx.day"),
        ({"received_on": "2021-06-11"}, "rule.fx.day"),
        ({"payee": "没有"}, "rule.fx.payee_unknown"),
        ({"payee": "a\0b"}, "rule.fx.payee_unknown"),
        ({"number": ""}, "rule.fx.receipt_unknown"),
    ],
)
def test_a_bad_row_is_refused_by_name_and_stops_no_other(desk: Desk, changed: dict[str, Any], code: str) -> None:
    rows = [desk.row("BAD") | changed, desk.row("GOOD")]
    bad, good = api.take_receipts(rows, bank=desk.bank, at=NOON)
    assert bad.problem is not None and bad.problem.code == code
    assert good.receipt is not None
    with desk.as_bank():
        assert api.receipts()["total"] == 1


def test_a_receipt_told_again_is_the_same_and_other_words_are_refused(desk: Desk) -> None:
    receipt = desk.receive("R1")
    rows = [desk.row("R1"), desk.row("R1", "100.01")]
    again, other = api.take_receipts(rows, bank=desk.bank, at=NOON)
    assert (again.receipt, again.again) == (receipt, True)
    assert other.problem is not None and other.problem.code == "rule.fx.receipt_taken"


def test_an_advance_is_lawful_and_its_report_is_asked_for_and_made(desk: Desk) -> None:
    receipt = desk.receive("R1")
    told = desk.applied(receipt, purpose="advance", expected_on=date(2021, 8, 1))
    assert "rule.fx.advance" in [one["code"] for one in told["reasons"]]
    assert told["reports"] == [{"kind": "advance", "usd": "100.00", "due_on": "2021-07-09"}]
    with desk.as_firm():
        mine = api.of_firm(on=date(2021, 7, 10))["reports"]
        assert [(one["kind"], one["light"]) for one in mine] == [("advance", "red")]
        assert api.of_firm(on=date(2021, 7, 9))["reports"][0]["light"] == "yellow"
        api.report(receipt=receipt, kind="advance", at=NOON)
        with refuses("rule.fx.report_unknown"):
            api.report(receipt=receipt, kind="advance", at=NOON)
    desk.applied(desk.receive("R2"), purpose="advance", expected_on=date(2021, 9, 1))
    with desk.as_firm():
        told = api.credit_reports(None, 1, 1, on=date(2021, 7, 10))
        assert (told["total"], told["rows"][0]["reported_at"]) == (2, None), "what is to be made comes before what was"
    waiting = [one for one in api.reports_made() if one["id"] == mine[0]["id"]]
    assert waiting and api.taken_by_safe({mine[0]["id"]: "SYN-1"}) == 1
    assert mine[0]["id"] not in [one["id"] for one in api.reports_made()]


def test_a_refund_goes_the_way_it_came_or_needs_its_registration(desk: Desk) -> None:
    receipt = desk.receive("R1")
    desk.link(receipt, "T1")
    desk.applied(receipt)
    desk.decide(receipt)
    later = datetime(2022, 3, 1, 12, tzinfo=SHANGHAI)
    with desk.as_bank():
        told = api.send_back(receipt=receipt, amount=Decimal("40.00"), reference="B1", at=NOON)
        assert told["reason"]["code"] == "rule.fx.refund_route" and not told["special"]
        assert api.send_back(receipt=receipt, amount=Decimal("40.00"), reference="B1", at=NOON)["again"]
        with refuses("rule.fx.refund_register"):
            api.send_back(receipt=receipt, amount=Decimal("10.00"), reference="B2", at=later)
        api.send_back(receipt=receipt, amount=Decimal("10.00"), reference="B2", at=later, registration="SYN-REG-1")
        with refuses("rule.fx.refund_over"):
            api.send_back(receipt=receipt, amount=Decimal("50.01"), reference="B3", at=NOON)
        assert api.receipt(receipt)["refunded"] == "50.00"


def test_netted_costs_are_reported_in_full_and_documents_stand_for_the_gross(desk: Desk) -> None:
    receipt = desk.receive("R1", "70.00")
    with desk.as_firm():
        told = api.net_costs(receipt=receipt, costs=[("storage", Decimal("20.00")), ("tax", Decimal("10.00"))], at=NOON)
        assert [(one["leg"], one["amount"]) for one in told["legs"]] == [
            ("net", "70.00"), ("gross_receipt", "100.00"), ("gross_payment", "20.00"), ("gross_payment", "10.00"),
        ]  # fmt: skip
        with refuses("rule.fx.net_kind"):
            api.net_costs(receipt=receipt, costs=[("promotion", Decimal("1.00"))], at=NOON)
    desk.link(receipt, "T1", "100.00")
    assert desk.applied(receipt)["outcome"] == "direct"
    with desk.as_firm(), refuses("rule.fx.link_over"):
        api.net_costs(receipt=receipt, costs=[], at=NOON)


def test_advanced_costs_are_repaid_and_never_beyond(desk: Desk) -> None:
    with scope(PLATFORM):
        client = Organisation.objects.get(pk=desk.stranger).customs_code
    with desk.as_firm():
        number, due = api.advance(
            client=client, kind="storage", currency="USD", amount=Decimal("50.00"), advanced_on=NOON.date(), at=NOON
        )
        assert due == date(2022, 6, 10)
        assert api.repay(outlay=number, amount=Decimal("20.00")) == 30
        with refuses("rule.fx.repay_over"):
            api.repay(outlay=number, amount=Decimal("30.01"))
        assert [one["state"] for one in api.of_firm(on=date(2022, 6, 11))["outlays"]] == ["overdue"]
    with desk.as_firm(desk.stranger), refuses("rule.fx.receipt_unknown"):
        api.repay(outlay=number, amount=Decimal("1.00"))


def test_a_persons_quota_is_kept_for_the_year(desk: Desk) -> None:
    api.take_names([{"code": desk.code, "kind": "individual"}], at=NOON)
    first, second = desk.receive("R1", "30000.00"), desk.receive("R2", "30000.00")
    assert desk.applied(first)["counts_quota"]
    assert desk.applied(second)["counts_quota"], "nothing is used before it is settled"
    desk.decide(first)
    with refuses("rule.fx.reason_wanted"):
        desk.decide(second)
    with desk.as_bank():
        assert api.receipt(second)["advice"]["outcome"] == "wait"


def test_the_total_check_of_a_firm(desk: Desk) -> None:
    rows = [{"code": desk.code, "month": "2021-05-01", "exports": "2000000", "receipts": "1200000"}]
    api.take_months([*rows, {"code": "NOBODY", "month": "2021-05-01"}], at=NOON)
    with desk.as_firm():
        told = api.of_firm(on=NOON.date())["check"]
        assert (told["difference_ratio"], told["fund_goods"], told["level"]) == ("-0.2500", "0.6000", "green")
    with scope(SAFE):
        assert desk.firm in [one["organisation"] for one in api.checks(on=NOON.date())]
        assert desk.firm not in [one["organisation"] for one in api.checks(on=NOON.date(), level="red")]
    with desk.as_firm(desk.stranger):
        assert api.checks(on=NOON.date()) == []


def test_entries_and_decisions_are_never_changed(desk: Desk) -> None:
    receipt = desk.receive("R1")
    desk.link(receipt, "T1")
    desk.applied(receipt)
    desk.decide(receipt)
    with scope(PLATFORM):
        for table in (Entry, Decision):
            assert table.objects.filter(receipt_id=receipt).exists()
            assert table.objects.filter(receipt_id=receipt).update(at=NOON) == 0, "no policy lets anybody"
        with pytest.raises(DatabaseError), transaction.atomic():
            Link.objects.filter(receipt_id=receipt).update(usd=1)
