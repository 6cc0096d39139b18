"""The synthetic year is the same for the same seed, has its seasons and reaches every district."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from pilotzone.base.days import SHANGHAI
from pilotzone.base.ids import ric, uscc
from pilotzone.exchange.formats.build import build
from pilotzone.exchange.formats.parse import parse
from pilotzone.portal.demo.firms import UNITS, everyone, sellers
from pilotzone.portal.demo.load import Order, deals, papers, span
from pilotzone.portal.demo.people import CONSUMER, buyer
from pilotzone.portal.demo.wares import wares
from pilotzone.reference.goods import goods
from pilotzone.simulators.customs.filed import STAGE

UNTIL = datetime(2021, 12, 30, 16, 0, tzinfo=SHANGHAI)
YEAR = Order(date(2021, 1, 1), UNTIL, 1500, seed=1)


def test_the_same_seed_gives_the_same_year_and_another_one_another() -> None:
    again, other = list(deals(YEAR)), list(deals(Order(YEAR.first, UNTIL, 1500, seed=2)))
    assert again == list(deals(YEAR))
    assert again != other
    assert len(again) == 1500


def test_double_eleven_is_the_largest_day_and_nothing_comes_from_the_future() -> None:
    made = list(deals(YEAR))
    days = Counter(one.at.date() for one in made)
    assert days.most_common(1)[0][0] == date(2021, 11, 11)
    assert max(one.at for one in made) < UNTIL
    assert {one.at.month for one in made} == set(range(1, 13))


def test_customs_is_done_with_the_last_trades_before_the_year_ends_for_now() -> None:
    made = list(deals(Order(UNTIL.date(), UNTIL, 300, seed=1)))
    told = [at for one in made for at, _ in papers(one, random.Random("last")) if at.date() == UNTIL.date()]
    assert len(made) == 300 and max(told) + 9 * STAGE < UNTIL


def test_every_district_has_enterprises_with_numbers_of_the_right_form() -> None:
    assert {firm.unit for firm in sellers()} == set(UNITS)
    firms = everyone()
    assert len({firm.customs_code for firm in firms}) == len({firm.uscc for firm in firms}) == len(firms)
    assert all(uscc.is_valid(firm.uscc) and firm.uscc.startswith("Y") for firm in firms)


def test_a_buyer_cannot_be_anybody() -> None:
    somebody = buyer(7)
    assert ric.is_valid(somebody.document)
    assert somebody.document[6:10] == "1890"
    assert somebody.phone.startswith("100")
    assert buyer(7) == somebody


def test_the_wares_are_goods_of_the_table_with_its_units() -> None:
    for ware in (*wares("I"), *wares("E")):
        known = goods(ware.hs, on=date(2021, 6, 18))
        assert (ware.unit1, ware.unit2) == (known.unit1, known.unit2), ware.sku


def test_what_is_sent_is_legal_but_for_its_mishaps() -> None:
    chance = random.Random("test")
    for one in list(deals(YEAR))[:40]:
        for at, paper in papers(one, chance):
            guid = "0" * 8 + "-0000-4000-8000-" + "0" * 12
            raw = build(
                paper.message, [(paper.head, paper.lines)], edition="2018", guid=guid,
                transfer={"copCode": paper.sender.customs_code, "copName": "x", "dxpMode": "DXP", "dxpId": "DXPENT0003600001"},
            )  # fmt: skip
            found = [
                f.code
                for f in parse(raw, on=at.date()).findings
                if not f.code.startswith("signature.") and not f.path.endswith("Signature")
            ]
            assert found == [], (paper.message, found)


def test_the_span_ends_with_the_zones_now() -> None:
    assert span(2021, UNTIL) == (date(2021, 1, 1), UNTIL)
    assert span(2020, UNTIL)[1].date() == date(2020, 12, 31)


def test_a_year_has_payments_mended_parcels_signed_for_and_heavy_buyers() -> None:
    chance, made = random.Random("later"), list(deals(YEAR))
    told = [one for deal in made for one in papers(deal, chance)]
    changed = [(at, paper) for at, paper in told if paper.head["appType"] == "2"]
    signed = [(at, paper) for at, paper in told if paper.message == "CEB513Message"]
    assert changed and len(signed) > 50
    assert all(paper.message == "CEB411Message" for _, paper in changed)
    firsts = {
        paper.head["payTransactionId"]: paper.head
        for _, paper in told
        if paper.message == "CEB411Message" and paper.head["appType"] == "1"
    }
    for at, paper in changed:
        first = firsts[paper.head["payTransactionId"]]
        assert (
            first["amountPaid"] != paper.head["amountPaid"]
            and first["appTime"] < paper.head["appTime"] == f"{at:%Y%m%d%H%M%S}"
        )
    assert Counter(one.buyer.document for one in made).most_common(1)[0][1] > 30


def test_the_last_days_are_still_under_way() -> None:
    made = [one for one in deals(YEAR) if one.number.startswith("GJ")][:600]

    def lacking(*, recent: bool) -> int:
        chance = random.Random("recent")
        return sum(len({paper.message for _, paper in papers(one, chance, recent=recent)}) < 4 for one in made)

    assert lacking(recent=True) > 3 * lacking(recent=False)


@pytest.mark.parametrize("trades", [600, 1500, 20_000])
def test_the_consumer_who_can_be_played_bought_lately_and_has_quota_left(trades: int) -> None:
    mine = [
        one
        for one in deals(Order(YEAR.first, UNTIL, trades, seed=1))
        if one.number.startswith("GJ") and one.buyer == buyer(CONSUMER)
    ]
    assert sum((one.goods_value + one.freight for one in mine), Decimal()) < Decimal("20000")
    lately = [one.at for one in mine if timedelta(days=3) < UNTIL - one.at < timedelta(days=15)]
    assert len(lately) >= 2 and len(mine) <= 50
