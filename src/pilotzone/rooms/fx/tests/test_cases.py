"""Every case of the tables in `cases/` that an official can read."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from pilotzone.base.errors import Refused
from pilotzone.rooms.fx.engine import advances, amounts, institutions, netting, payments, persons, refunds
from pilotzone.rooms.fx.engine.advice import advise
from pilotzone.rooms.fx.engine.checks import Extra, Month, total_check
from pilotzone.rooms.fx.engine.lacks import lacking
from pilotzone.rooms.fx.engine.law import Law
from pilotzone.rooms.fx.engine.payees import CONDITIONS
from pilotzone.rooms.fx.engine.records import Advice, Collecting, Evidence, Money, Payee

CASES = Path(__file__).parent / "cases"
OTHERS = yaml.safe_load((CASES / "others.yaml").read_text(encoding="utf-8"))
PAYMENTS = yaml.safe_load((CASES / "payments.yaml").read_text(encoding="utf-8"))
RECEIPTS = yaml.safe_load((CASES / "receipts.yaml").read_text(encoding="utf-8"))["cases"]


def rows(table: str) -> Any:
    return pytest.mark.parametrize("case", [pytest.param(one, id=str(one.get("name", one))) for one in OTHERS[table]])


def advice_of(case: dict[str, Any]) -> Advice:
    payee = {key: Decimal(value) if key.endswith("_usd") else value for key, value in case["payee"].items()}
    linked = dict(case["linked"])
    collecting = linked.pop("collecting", None)
    if collecting is not None:
        names = CONDITIONS if collecting == "all" else collecting.split()
        linked["collecting"] = Collecting(**dict.fromkeys(names, True))
    names = {"usd": "matched_usd", "exported": "exported_on", "expected": "expected_on"}
    linked = {names.get(key, key): Decimal(value) if key == "usd" else value for key, value in linked.items()}
    money = case["money"] | {"usd": Decimal(case["money"]["usd"])}
    return advise(Payee(**payee), Money(on=case["day"], **money), Evidence(**linked))


@pytest.mark.parametrize("case", [pytest.param(one, id=one["name"]) for one in RECEIPTS])
def test_a_receipt_is_advised_as_the_table_says(case: dict[str, Any]) -> None:
    told, expect = advice_of(case), case["expect"]
    found = {
        "outcome": told.outcome, "account": told.account, "whose": told.whose, "missing": told.missing,
        "counts_quota": told.counts_quota, "codes": [one.code for one in told.reasons],
        "reports": [f"{one.kind} {one.usd} {one.due_on}" for one in told.reports],
    }  # fmt: skip
    assert {key: found[key] for key in expect} == expect
    assert all(one.zh and one.en and one.source for one in told.reasons)
    assert told.as_dict()["algorithm"] == "fx_receipt/1"


@pytest.mark.parametrize("case", [pytest.param(one, id=one["name"]) for one in PAYMENTS["cases"]])
def test_a_payment_is_advised_as_the_table_says(case: dict[str, Any]) -> None:
    day, payee, pay = case["day"], "SYNTHETIC SUPPLIER LTD", dict(case["pay"])
    back = dict(case["back"]) if "back" in case else None
    returned = back and payments.Returned(
        payer=back.get("payer", payee), received_on=back["received"], own=back.get("own", True)
    )
    out = payments.Outgoing(
        on=day, usd=Decimal(pay.pop("usd")), payee=payee, expected_on=pay.pop("expected", None), returned=returned,
        ended=tuple(pay.pop("ended", ())), **pay,
    )  # fmt: skip
    papers = [
        payments.Paper(
            kind=one["kind"], issuer=one.get("issuer", payee), usd=Decimal(one["usd"]), dated_on=one.get("dated", day)
        )
        for one in case["papers"]
    ]
    payer = Payee(**{key: Decimal(value) if key.endswith("_usd") else value for key, value in case["payer"].items()})
    told, expect = payments.advise_payment(payer, out, papers), case["expect"]
    found = {
        "outcome": told.outcome, "whose": told.whose, "missing": told.missing, "counts_quota": told.counts_quota,
        "codes": [one.code for one in told.reasons],
        "reports": [f"{one.kind} {one.usd} {one.due_on}" for one in told.reports],
    }  # fmt: skip
    assert {key: found[key] for key in expect} == expect
    assert all(one.zh and one.en and one.source for one in told.reasons)


@pytest.mark.parametrize("case", [pytest.param(one, id=one["name"]) for one in PAYMENTS["days"]])
def test_banks_pay_on_working_days(case: dict[str, Any]) -> None:
    if "code" not in case:
        payments.day_to_pay(case["day"])
        return
    with pytest.raises(Refused) as refusal:
        payments.day_to_pay(case["day"])
    assert refusal.value.code == case["code"] and refusal.value.zh and refusal.value.source


@rows("netting")
def test_netting(case: dict[str, Any]) -> None:
    costs = [(name, Decimal(amount)) for name, amount in (one.split() for one in case["costs"])]
    told = netting.net(
        Decimal(case["gross"]), costs, law=Law(case["day"]), klass=case.get("klass", "A"), kind=case.get("kind", "")
    )
    assert [one.code for one in told.reasons] == [case["code"]]
    assert told.ok == ("net" in case)
    if told.ok:
        legs = {
            name: sum(leg.amount for leg in told.legs if leg.leg == name)
            for name in ("net", "gross_receipt", "gross_payment")
        }
        assert (told.net, legs["net"]) == (Decimal(case["net"]), legs["gross_receipt"] - legs["gross_payment"])


@rows("advances")
def test_advanced_costs_are_repaid_within_twelve_months(case: dict[str, Any]) -> None:
    if "code" in case:
        with pytest.raises(Refused) as refusal:
            advances.due_on(case["advanced"])
        assert refusal.value.code == case["code"]
        return
    due = advances.due_on(case["advanced"])
    assert due == case["due"]
    one = Decimal(1)
    assert advances.standing(one, Decimal(0), due, due) == ("open", None)
    late = advances.standing(one, Decimal("0.99"), due, advances.add_months(due, 1))
    assert late[0] == "overdue" and late[1] is not None and late[1].code == "rule.fx.repay_overdue"
    assert advances.standing(one, one, due, advances.add_months(due, 1)) == ("repaid", None)


@rows("refunds")
def test_refunds(case: dict[str, Any]) -> None:
    told = refunds.refund(
        received_on=case["received"], on=case["day"], usd=Decimal(case["usd"]), klass=case["klass"],
        same_route=case.get("route", True),
    )  # fmt: skip
    assert (told.who, told.reason.code) == (case["who"], case["code"])


@rows("institutions")
def test_payment_institutions(case: dict[str, Any]) -> None:
    shows = {name: name != case.get("without") for name in institutions.ASKED if name != "records"}
    one = institutions.Institution(
        staff=case["staff"], records_years=case.get("years", 5), nets=case.get("nets", False), **shows
    )
    assert [told.code for told in institutions.may_do_business(one, Law(case["day"]))] == case["codes"]


@rows("opening")
def test_the_file_for_a_persons_account(case: dict[str, Any]) -> None:
    lacks, told = persons.opening(case["have"].split(), Law(case["day"]))
    assert (lacks, told.code if told else None) == (case["lacks"], case.get("code"))


@rows("checks")
def test_the_total_check(case: dict[str, Any]) -> None:
    months = [Month(**{key: Decimal(value) for key, value in one.items()}) for one in case["months"]]
    extra = {key: Decimal(value) if isinstance(value, str) else value for key, value in case.get("extra", {}).items()}
    told = total_check(months, on=case["day"], extra=Extra(**extra)).as_dict()
    told["onsite"] = sum(one["code"] == "rule.fx.check.onsite" for one in told["reasons"])
    assert {key: told[key] for key in case["expect"]} == case["expect"]


@rows("amounts")
def test_amounts_and_currencies(case: dict[str, Any]) -> None:
    from datetime import date

    def read() -> Decimal:
        return amounts.amount_of(
            case["text"], amounts.currency_of(case["currency"], on=date(2021, 1, 1)), on=date(2021, 1, 1)
        )

    if "code" in case:
        with pytest.raises(Refused) as refusal:
            read()
        assert refusal.value.code == case["code"]
    else:
        assert read() == Decimal(case["amount"])


def test_dollars_go_by_the_table_of_the_month_and_never_by_a_guess() -> None:
    from datetime import date

    on = date(2021, 3, 15)
    assert amounts.in_usd(Decimal("650.00"), "CNY", {"CNY": Decimal("0.154321")}, on=on) == Decimal("100.31")
    assert amounts.in_usd(Decimal("7.00"), "USD", {}, on=on) == 7
    with pytest.raises(Refused) as refusal:
        amounts.in_usd(Decimal(1), "EUR", {}, on=on)
    assert refusal.value.code == "rule.fx.rate_missing" and "2021-03" in refusal.value.zh


def test_what_is_missing_is_listed_in_each_language_alone() -> None:
    assert lacking(institutions.ASKED.values())["lacking_en"].isascii()
    assert lacking(CONDITIONS.values())["lacking_en"].isascii()
    assert lacking([("甲", "a"), ("乙", "b")]) == {"lacking_zh": "甲、乙", "lacking_en": "a; b"}
