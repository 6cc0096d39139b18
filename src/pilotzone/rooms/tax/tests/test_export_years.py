"""A producer's month, pre-refunds, promotion cost and a firm's class: what goes on from year to year."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest

from pilotzone.base.days import SHANGHAI
from pilotzone.kernel.access.scope import scope
from pilotzone.reference.rates import rate
from pilotzone.rooms.tax import api
from pilotzone.rooms.tax.api import Claim, Facts, Month
from pilotzone.rooms.tax.tests.exporting import GOOD, JUNE, SPRING, Exporter, Released, decided, officer, refused

pytestmark = pytest.mark.django_db
REPAIRED = {date(2022, 4, 30): 4, date(2022, 5, 1): 1}  # the class on both sides of 公告2022年第9号


def test_a_producer_files_its_month(released: Released) -> None:
    firm = Exporter(
        released, facts=Facts("producer", "A", risk_control=True, capacity_fits=True, first_refund_on=date(2016, 10, 1))
    )
    number = firm.release("A", amount="1000000.00")
    firm.register("A", amount="1000000.00", refund_rate=Decimal("0.10"), received_on=date(2021, 6, 20))
    firm.match()
    producer = Month(output=Decimal("65000.00"), input=Decimal("120000.00"))
    filed = firm.draft((number, 1), kind="production", producer=producer)
    told = firm.filing(filed)
    assert (told["amount"], told["assessment"]["credited"]) == (Decimal("25000.00"), "75000.00")


def test_a_pre_refund_is_settled_by_its_sale_or_recovered(firm: Exporter) -> None:
    sent = [firm.refundable(name, on=date(2025, 3, 10), mode="9810", net="10000.00") for name in "AB"]
    firm.match("2025-03", at=SPRING)
    number = firm.draft(*sent, kind="prerefund", month="2025-03", at=SPRING)
    assert firm.filing(number)["marker"] == "HWC-YT"
    decided(firm, number, at=SPRING, refund_no="TH9")
    assert firm.account()["refunded"] == 2600
    with scope(firm.actor):
        rows = api.prerefunds(on=SPRING.date())["rows"]
        assert [(row["first_on"], row["last_on"]) for row in rows] == [(date(2025, 4, 1), date(2026, 4, 30))] * 2
        with refused("rule.export.settle_early"):
            api.settle_prerefund(rows[0]["id"], Decimal("9000.00"), at=SPRING)
        told = api.settle_prerefund(rows[0]["id"], Decimal("9000.00"), at=datetime(2026, 4, 30, tzinfo=SHANGHAI))
        assert told["difference"] == "-130.00"
        late = datetime(2026, 5, 1, tzinfo=SHANGHAI)
        with refused("rule.export.settle_late"):
            api.settle_prerefund(rows[1]["id"], Decimal("9000.00"), at=late)
        assert api.prerefunds({"state": "overdue"}, on=late.date())["total"] == 1
    more = firm.refundable("C", on=date(2026, 4, 2), mode="9810")
    firm.match("2026-04", at=late)
    with refused("rule.export.prerefund_overdue"):
        firm.draft(more, kind="prerefund", month="2026-04", at=late)
    with scope(officer(1)):
        assert api.recover_prerefund(rows[1]["id"], "逾期未核算", at=late)["difference"] == "-1300.00"
    assert firm.account() == {"applied": 0, "refunded": 2600, "clawed": 1430, "net": 1170}
    assert firm.draft(more, kind="prerefund", month="2026-04", at=late)


def test_promotion_cost_is_carried_from_year_to_year(firm: Exporter) -> None:
    money = Decimal
    with scope(firm.actor):
        first = api.record_promotion(Claim(2019, "general", money("10000000.00"), money("2000000.00")), at=JUNE)
        second = api.record_promotion(Claim(2020, "general", money("16000000.00"), money("1500000.00")), at=JUNE)
        assert (first["carry"], second["deducted"], second["carry"]) == ("500000.00", "2000000.00", "0.00")
        for year in (2018, 2019, 2022):
            with refused("rule.export.promotion_year"):
                api.record_promotion(Claim(year, "general", money("1.00"), money("1.00")), at=JUNE)
        assert [row["carry_in"] for row in api.promotions(firm=firm.firm)["rows"]] == [
            Decimal("500000.00"),
            Decimal("0.00"),
        ]


def test_a_month_is_told_as_it_was_matched_up_to_a_day_however_long_ago(firm: Exporter) -> None:
    def noon(year: int, month: int, day: int) -> datetime:
        return datetime(year, month, day, 12, tzinfo=SHANGHAI)

    firm.release("A", on=date(2020, 11, 2))
    firm.match("2020-10", at=noon(2020, 11, 5))
    firm.match("2020-11", at=datetime(2020, 12, 31, 23, 59, tzinfo=SHANGHAI))
    firm.register("A", on=date(2020, 11, 2))
    firm.match("2020-11", at=datetime(2021, 1, 1, 0, 0, tzinfo=SHANGHAI))
    for n in range(11, 53):
        firm.match(f"{2020 + n // 12}-{n % 12 + 1:02}", at=noon(2024, 6, 1))
    names = ["2020-12", "2020-11", "2020-10"]
    with scope(firm.actor):
        told = {
            until: [(row["month"], row["matched"], row["share"]) for row in api.export_months(names=names, until=until)]
            for until in (date(2020, 12, 31), date(2021, 1, 1), date.max)
        }
        assert len(api.export_months()) == 44
    now = [("2020-11", 1, 1), ("2020-10", 0, None)]
    assert told == {
        date(2020, 12, 31): [("2020-11", 0, 0), ("2020-10", 0, None)], date(2021, 1, 1): now, date.max: [("2020-12", 0, None), *now],
    }  # fmt: skip


def test_class_four_stays_for_its_year(firm: Exporter) -> None:
    from dataclasses import replace

    with scope(officer(1)):
        api.record_export_firm(
            organisation=firm.firm, valid_from=date(2020, 6, 1), general=True, refund_filed=True,
            facts=replace(GOOD, tax_credit="D"), at=JUNE,
        )  # fmt: skip
        for day, number in ((date(2021, 5, 31), 4), (date(2021, 6, 1), 1)):
            told = api.record_export_firm(
                organisation=firm.firm, valid_from=day, general=True, refund_filed=True, facts=GOOD, at=JUNE
            )
            profile = api.export_profile(firm.firm, on=day)
            assert profile is not None and profile["class_number"] == told["class_number"] == number
            why = "rule.export.class.four_locked" if number == 4 else "rule.export.class.one"
            assert told["reasons"][0]["code"] == profile["reasons"][0]["code"] == why
        (row,) = api.export_profiles({"class": "1", "query": firm.run}, on=date(2021, 6, 21))["rows"]
        assert (row["valid_from"], row["class_number"]) == (date(2021, 6, 1), 1), "of each firm what counts that day"
        assert api.export_profiles({"class": "4", "query": firm.run}, on=date(2021, 6, 21))["total"] == 0


def test_a_class_four_recorded_by_mistake_is_corrected_for_its_own_day(firm: Exporter) -> None:
    from dataclasses import replace

    def on(day: date, facts: Facts) -> int:
        with scope(officer(1)):
            told: int = api.record_export_firm(
                organisation=firm.firm, valid_from=day, general=True, refund_filed=True, facts=facts, at=JUNE
            )["class_number"]
        return told

    bad, slip = replace(GOOD, tax_credit="D"), date(2025, 3, 1)
    assert [on(slip, bad), on(date(2025, 9, 1), GOOD), on(slip, GOOD), on(date(2025, 9, 1), GOOD)] == [4, 4, 1, 1]
    assert [on(date(2024, 6, 1), bad), on(slip, GOOD), on(date(2025, 6, 1), GOOD)] == [4, 4, 1], "an earlier lock holds"


def test_a_repaired_credit_ends_the_lock_from_the_day_the_rule_is_in_force(firm: Exporter) -> None:
    from dataclasses import replace

    with scope(officer(1)):
        for day, facts in (
            (date(2021, 9, 1), replace(GOOD, tax_credit="D")),
            *((on, replace(GOOD, credit_repaired=True)) for on in REPAIRED),
        ):
            told = api.record_export_firm(
                organisation=firm.firm, valid_from=day, general=True, refund_filed=True, facts=facts, at=JUNE
            )
            assert told["class_number"] == REPAIRED.get(day, 4), day
            if told["reasons"][0]["code"] == "rule.export.class.four_locked":
                assert "公告2022年第9号" in told["reasons"][0]["source"]
    law = rate("refund.class4.repair_lifts", on=date(2022, 5, 1))
    assert (law.document, law.article, law.tag) == ("税务总局公告2022年第9号", "", "C") and "条款号未见" in law.note
