"""`pilotzone example`: four messages that are right, of the parties that can be played."""

from __future__ import annotations

import datetime

import pytest

from pilotzone.exchange.formats.parse import parse
from pilotzone.portal.demo.example import messages, trade
from pilotzone.portal.demo.people import CONSUMER, buyer
from pilotzone.portal.demo.season import spread

AT = datetime.datetime(2021, 12, 30, 16, tzinfo=datetime.UTC)


@pytest.mark.parametrize("mode", ["9610", "1210"])
def test_the_four_messages_are_right_but_for_the_signature(mode: str) -> None:
    made = list(messages(trade(at=AT, mode=mode, seed=3)))
    assert [one.name[2:] for one in made] == [
        "order-CEB311.xml", "payment-CEB411.xml", "waybill-CEB511.xml", "list-CEB621.xml",
    ]  # fmt: skip
    assert [one.sender.customs_code for one in made] == ["3601900001", "3601900011", "3601900021", "3601900031"]
    for one in made:
        findings = parse(one.body, on=AT.date()).findings
        (found,) = findings
        assert found.code in ("format.missing", "signature.missing") and found.path.endswith("/Signature"), one.name


def test_each_is_another_trade_and_a_seed_repeats_one() -> None:
    assert trade(at=AT).number != trade(at=AT).number
    assert trade(at=AT, seed=5).number == trade(at=AT, seed=5).number
    assert trade(at=AT, seed=5).seller.customs_code == "3601900100"


def test_the_buyer_is_the_consumer_who_can_be_played_or_somebody_new() -> None:
    assert trade(at=AT, seed=5).buyer == buyer(CONSUMER)
    fresh = trade(at=AT, seed=5, new_buyer=True)
    assert fresh.buyer not in {buyer(number) for number in range(50)}
    assert fresh.basket == trade(at=AT, seed=5).basket


def test_a_year_without_trades_has_no_days() -> None:
    import random

    assert spread(AT.date(), AT.date(), 0, random.Random(1)) == []
