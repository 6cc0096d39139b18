"""付汇 through the door: asked for, decided, refunded, advanced; a voucher serves once and nothing is paid twice."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from pilotzone.base.days import SHANGHAI
from pilotzone.kernel.access.actor import NOBODY, PLATFORM
from pilotzone.kernel.access.models import Organisation
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.fx import api
from pilotzone.rooms.fx.models import Backing, Payment, PaymentDecision, Voucher
from pilotzone.rooms.fx.operations import paying
from pilotzone.rooms.fx.tests.desks import NOON, SAFE, Desk, refuses

pytestmark = pytest.mark.django_db
PAYEE = "SYNTHETIC WAREHOUSE LLC"


def paper(number: str, amount: str = "100.00", **changed: Any) -> dict[str, Any]:
    return {"kind": "invoice", "number": number, "issuer": PAYEE, "dated_on": "2021-06-01", "amount": amount} | changed


def ask(
    desk: Desk, number: str = "P1", amount: str = "100.00", who: int | None = None, **changed: Any
) -> dict[str, Any]:
    told = {
        "bank": desk.bank, "number": number, "purpose": "storage", "payee": PAYEE, "currency": "USD",
        "amount": Decimal(amount), "pay_on": NOON.date(), "at": NOON, "vouchers": [paper("INV-1", amount)],
    } | changed  # fmt: skip
    with desk.as_firm(who):
        return api.ask_payment(**told)


def decide(desk: Desk, payment: int, decision: str = "pay", **how: Any) -> dict[str, Any]:
    with desk.as_bank():
        return api.decide_payment(payment=payment, decision=decision, **{"reference": "B1", "at": NOON} | how)


@pytest.fixture
def desk(db: None) -> Desk:
    return Desk()


def test_a_cost_is_paid_on_its_invoice_and_the_decision_is_kept_with_its_rule(desk: Desk) -> None:
    told = ask(desk)
    assert (told["advice"]["outcome"], told["advice"]["algorithm"]) == ("settle", "fx_payment/1")
    assert ask(desk)["again"] is True
    with refuses("rule.fx.pay.taken"):
        ask(desk, amount="99.00")
    assert decide(desk, told["id"])["state"] == "paid"
    assert decide(desk, told["id"]) == {"state": "paid", "again": True, "advice": None}
    with refuses("rule.fx.pay.closed"):
        decide(desk, told["id"], "refuse", reference="B2", note="改主意")
    with desk.as_firm():
        shown = api.payment(told["id"])
        assert [one["maker"] for one in shown["decisions"]] == ["bank", "platform", "platform"]
        assert len(shown["decisions"][0]["edition"]) == 16
        assert api.payments({"state": "paid"})["total"] == 1 and api.payments({"state": "asked"})["total"] == 0


def test_an_invoice_serves_once_whoever_brings_it_and_is_free_after_a_refusal(desk: Desk) -> None:
    first = ask(desk)["id"]
    with refuses("rule.fx.used_up"):
        ask(desk, "P2")
    with refuses("rule.fx.used_up"):
        ask(desk, "P3", who=desk.stranger, vouchers=[paper("inv 1", issuer="Synthetic Warehouse, LLC")])
    with refuses("rule.fx.pay.voucher_differs"):
        ask(desk, "P4", vouchers=[paper("INV-1", "200.00")])
    with scope(PLATFORM):
        assert Payment.objects.filter(number__in=["P2", "P3", "P4"]).count() == 0, "nothing half written"
    with refuses("rule.fx.reason_wanted"):
        decide(desk, first, "refuse")
    assert decide(desk, first, "refuse", note="合同未履行")["state"] == "refused"
    again = ask(desk, "P2")["id"]
    with desk.as_firm():
        assert api.payment(again)["vouchers"][0]["others"] == []
        assert api.payment(first)["vouchers"][0]["undone_at"] is not None


def test_each_state_of_a_payment_is_told_once_and_in_its_order(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[tuple[str, str]] = []

    def hear(kind: str, rows: list[dict[str, Any]], *, key: str = "", **_: Any) -> None:
        assert kind == "fx.payment_changed"
        heard.extend((key, row["state"]) for row in rows)

    monkeypatch.setattr(paying.events, "publish", hear)
    held = ask(desk)["id"]
    ask(desk)
    decide(desk, held, "ask")
    ask(desk, vouchers=[])
    with refuses("rule.fx.reason_wanted"):
        decide(desk, held, "refuse")
    decide(desk, held)
    decide(desk, held)
    assert heard == [(str(held), state) for state in ("applied", "asked", "applied", "paid")]


def test_a_payment_institution_pays_up_to_the_single_limit_of_its_day_and_not_a_cent_more(desk: Desk) -> None:
    api.take_names([{"code": desk.code, "kind": "institution", "klass": "A"}], at=NOON, synthetic=True)
    within = ask(desk, "P1", "50000.00", vouchers=[paper("I1", "50000.00")])
    assert within["advice"]["outcome"] == "settle"
    assert decide(desk, within["id"])["state"] == "paid"
    above = ask(desk, "P2", "50000.01", vouchers=[paper("I2", "50000.01")])
    assert above["advice"]["outcome"] == "refuse"
    assert "rule.fx.institution.single" in [one["code"] for one in above["advice"]["reasons"]]
    with refuses("rule.fx.reason_wanted"):
        decide(desk, above["id"])


def test_a_part_of_an_invoice_and_the_rest_of_it(desk: Desk) -> None:
    ask(desk, "P1", "60.00", vouchers=[paper("INV-1", "100.00", used="60.00")])
    second = ask(desk, "P2", "50.00", vouchers=[paper("INV-1", "100.00")])
    assert second["advice"]["outcome"] == "wait" and second["advice"]["share"] == "80.00%"
    with refuses("rule.fx.reason_wanted"):
        decide(desk, second["id"])
    assert decide(desk, second["id"], "ask")["state"] == "asked"
    more = ask(desk, "P2", "50.00", vouchers=[paper("INV-2", "10.00")])
    assert (more["id"], more["again"], more["advice"]["outcome"]) == (second["id"], False, "settle")
    assert decide(desk, second["id"])["state"] == "paid"


def test_a_refund_goes_to_who_paid_and_moves_the_receipts_own_ledger(desk: Desk) -> None:
    receipt = desk.receive("R1")
    desk.link(receipt, "T1")
    desk.applied(receipt)
    desk.decide(receipt)
    back = {"purpose": "refund", "receipt": receipt, "payee": "SYNTHETIC BUYER LTD"}
    note = paper("RET-1", "40.00", kind="return", issuer="SYNTHETIC BUYER LTD")
    told = ask(desk, "P1", "40.00", vouchers=[note], **back)
    assert [one["code"] for one in told["advice"]["reasons"]] == ["rule.fx.refund_route"]
    decide(desk, told["id"])
    with desk.as_bank():
        assert api.receipt(receipt)["refunded"] == "40.00"
    other = ask(desk, "P2", "10.00", **back | {"payee": "SOMEBODY ELSE", "vouchers": []})
    assert other["advice"]["outcome"] == "refuse"
    much = ask(desk, "P3", "60.01", **back, vouchers=[paper("RET-2", "60.01", kind="return")])
    with refuses("rule.fx.refund_over"):
        decide(desk, much["id"])
    with desk.as_firm():
        assert api.payment(much["id"])["state"] == "applied", "what the receipt refuses, the payment does not keep"
    with refuses("rule.fx.pay.refund_currency"):
        ask(desk, "P4", "10.00", currency="CNY", **back)
    with refuses("rule.fx.receipt_unknown"):
        ask(desk, "P5", "10.00", who=desk.stranger, **back)


def test_a_clients_cost_is_advanced_and_becomes_his_debt(desk: Desk) -> None:
    with scope(PLATFORM):
        client = Organisation.objects.get(pk=desk.stranger).customs_code
    told = ask(desk, client=client)
    assert "rule.fx.pay.for_client" in [one["code"] for one in told["advice"]["reasons"]]
    with desk.as_firm():
        assert api.of_firm(on=NOON.date())["outlays"] == []
    decide(desk, told["id"])
    with desk.as_firm(desk.stranger):
        (owed,) = api.of_firm(on=NOON.date())["outlays"]
        assert (owed["left"], owed["due_on"], owed["kind"]) == (Decimal("100.00"), date(2022, 6, 10), "storage")
        assert api.payments()["total"] == 1, "the client sees what is advanced for him"


def test_an_advance_is_reported_and_safe_takes_the_report(desk: Desk) -> None:
    told = ask(desk, purpose="advance", vouchers=[paper("C1", kind="contract")], expected_on=date(2021, 8, 1))
    assert told["advice"]["reports"] == [{"kind": "advance", "usd": "100.00", "due_on": "2021-07-10"}]
    with desk.as_bank(), refuses("kernel.access.denied"):
        api.report_payment(payment=told["id"], at=NOON)
    with desk.as_firm():
        api.report_payment(payment=told["id"], at=NOON)
        with refuses("rule.fx.report_unknown"):
            api.report_payment(payment=told["id"], at=NOON)
    assert -told["id"] in [one["id"] for one in api.reports_made()]
    assert api.taken_by_safe({-told["id"]: "SYN-9"}) == 1
    with desk.as_firm():
        assert api.payment(told["id"])["safe_no"] == "SYN-9"


def test_a_small_traders_payments_of_the_year_add_up(desk: Desk) -> None:
    goods = {"who": desk.stranger, "purpose": "goods"}
    first = ask(
        desk,
        "P1",
        "199999.00",
        **goods,
        vouchers=[paper("I1", "199999.00"), paper("D1", "199999.00", kind="declaration")],
    )
    assert "rule.fx.micro_near" in [one["code"] for one in first["advice"]["reasons"]]
    second = ask(desk, "P2", "1.00", **goods, vouchers=[paper("I2", "1.00")])
    assert [one["code"] for one in second["advice"]["reasons"]] == ["rule.fx.micro_reached"]
    third = ask(desk, "P3", "1.00", **goods, vouchers=[paper("I3", "1.00")])
    assert (third["advice"]["outcome"], third["advice"]["whose"]) == ("register", "ebc")


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"amount": Decimal("1.234")}, "rule.fx.amount_decimals"),
        ({"amount": Decimal("0")}, "rule.fx.amount"),
        ({"currency": "XYZ"}, "rule.fx.currency"),
        ({"currency": "EUR"}, "rule.fx.rate_missing"),
        ({"pay_on": date(2021, 6, 9)}, "rule.fx.pay.day"),
        ({"pay_on": date(2021, 6, 12)}, "rule.fx.pay.holiday"),
        ({"pay_on": date(2027, 6, 10)}, "rule.fx.pay.no_calendar"),
        ({"purpose": "gift"}, "rule.fx.pay.purpose"),
        ({"payee": " - "}, "rule.fx.pay.field"),
        ({"number": "x" * 41}, "rule.fx.pay.field"),
        ({"country": "1234"}, "rule.fx.pay.field"),
        ({"registration": "x" * 41}, "rule.fx.pay.field"),
        ({"tax_filing": "x" * 41}, "rule.fx.pay.field"),
        ({"vouchers": [paper(f"I{n}") for n in range(21)]}, "rule.fx.pay.vouchers_many"),
        ({"bank": 1}, "rule.fx.bank"),
        ({"client": "没有"}, "rule.fx.payee_unknown"),
        ({"vouchers": [paper("I", "1.001")]}, "rule.fx.amount_decimals"),
        ({"vouchers": [paper("I", dated_on="2021-02-29")]}, "rule.fx.day"),
        ({"vouchers": [paper("I", dated_on="2021-06-11")]}, "rule.fx.day"),
        ({"vouchers": [paper("I", kind="menu")]}, "rule.fx.pay.voucher_kind"),
        ({"vouchers": [paper("I", "100.00", used="100.01")]}, "rule.fx.used_up"),
        ({"vouchers": [paper("I", "500.00", used="100.01")]}, "rule.fx.link_over"),
    ],
)
def test_bad_input_is_refused_by_name_and_leaves_nothing(desk: Desk, changed: dict[str, Any], code: str) -> None:
    with refuses(code):
        ask(desk, **changed)
    with scope(PLATFORM):
        assert not Payment.objects.filter(organisation_id=desk.firm).exists()
        assert not Voucher.objects.filter(issuer=PAYEE).exists()


@pytest.mark.parametrize("changed", [{"note": "字" * 301}, {"reference": "9" * 61}])
def test_a_banks_words_are_kept_whole_or_refused(desk: Desk, changed: dict[str, Any]) -> None:
    held, receipt = ask(desk)["id"], desk.receive("R1")
    with refuses("text.long"):
        decide(desk, held, "ask", **changed)
    desk.link(receipt, "T1")
    desk.applied(receipt)
    with desk.as_bank():
        with refuses("text.long"):
            api.decide(receipt=receipt, decision="ask", **{"reference": "B1", "at": NOON} | changed)
        with refuses("text.long"):
            api.send_back(receipt=receipt, amount=Decimal(1), **{"reference": "B2", "at": NOON} | changed)
        assert (api.payment(held)["state"], api.receipt(receipt)["state"]) == ("applied", "applied")
        long = {"note": "字" * 300, "reference": "9" * 60}
        assert api.decide(receipt=receipt, decision="settle", at=NOON, **long)["state"] == "done"
        assert (api.receipt(receipt)["decisions"][0]["note"], api.receipt(receipt)["entries"][0]["reference"]) == tuple(
            long.values()
        )


def test_an_expired_licence_stops_the_application_and_a_holiday_the_bank(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = ask(desk)["id"]
    saturday = datetime(2021, 6, 12, 12, tzinfo=SHANGHAI)
    with refuses("rule.fx.pay.holiday"):
        decide(desk, held, at=saturday)
    monkeypatch.setattr(paying.registry, "standing", lambda *_, **__: {"ended": ["营业执照"]})
    with refuses("rule.fx.pay.licence"):
        ask(desk, "P2", vouchers=[])
    with refuses("rule.fx.reason_wanted"):
        decide(desk, held)


def test_strangers_see_nothing_and_each_does_only_his_part(desk: Desk) -> None:
    held = ask(desk)["id"]
    for who in (scope(NOBODY), desk.as_firm(desk.stranger)):
        with who:
            assert api.payments()["total"] == 0
            with refuses("rule.fx.pay.unknown"):
                api.payment(held)
    with scope(SAFE):
        assert api.payment(held)["payee"] == PAYEE
    with desk.as_firm(), refuses("kernel.access.denied"):
        api.decide_payment(payment=held, decision="pay", reference="x", at=NOON)
    with desk.as_bank(), refuses("kernel.access.denied"):
        ask_as_bank = {"bank": desk.bank, "number": "P9", "purpose": "storage", "payee": PAYEE, "currency": "USD"}
        api.ask_payment(**ask_as_bank, amount=Decimal(1), pay_on=NOON.date(), at=NOON)
    with scope(PLATFORM):
        assert PaymentDecision.objects.filter(payment_id=held).update(at=NOON) == 0, "no policy lets anybody"
        with pytest.raises(DatabaseError), transaction.atomic():
            Backing.objects.filter(payment_id=held).update(usd=1)


@pytest.mark.parametrize(
    ("decision", "note", "days", "state"),
    [
        ("pay", "", 6, "paid"),
        ("pay", "", 7, ""),
        ("refuse", "合同未履行", 6, "refused"),
        ("refuse", "合同未履行", 8, ""),
        ("ask", "请补合同", 90, "asked"),
    ],
)
def test_a_firm_is_told_what_its_bank_decided(desk: Desk, decision: str, note: str, days: int, state: str) -> None:
    held = ask(desk)["id"]
    with desk.as_firm():
        assert api.payment_news(NOON) == {"rows": [], "total": 0}, "nothing is decided yet"
    decide(desk, held, decision, note=note)
    with desk.as_firm():
        told = api.payment_news(NOON + timedelta(days))
    assert [(one["state"], one["note"], one["number"]) for one in told["rows"]] == (
        [(state, note, "P1")] if state else []
    )
    for other in (desk.as_bank(), desk.as_firm(desk.stranger), scope(NOBODY)):
        with other:
            assert api.payment_news(NOON)["total"] == 0


def test_a_number_finds_what_its_reader_may_see(desk: Desk) -> None:
    held = ask(desk)["id"]
    ask(desk, who=desk.stranger, vouchers=[paper("INV-9")])
    with desk.as_firm():
        assert [one["id"] for one in api.payments_numbered("P1")] == [held]
        assert api.payments_numbered("P") == []
    with desk.as_bank():
        assert len(api.payments_numbered("P1")) == 2
    with scope(NOBODY):
        assert api.payments_numbered("P1") == []
