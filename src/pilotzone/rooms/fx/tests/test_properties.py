"""What holds for every receipt, not only for those in the tables."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pilotzone.base.errors import Refused
from pilotzone.rooms.fx.engine.advances import add_months
from pilotzone.rooms.fx.engine.advice import advise
from pilotzone.rooms.fx.engine.amounts import amount_of
from pilotzone.rooms.fx.engine.checks import LEVELS, Month, total_check
from pilotzone.rooms.fx.engine.law import Law
from pilotzone.rooms.fx.engine.ledger import EVENTS, Holding
from pilotzone.rooms.fx.engine.netting import COSTS, net
from pilotzone.rooms.fx.engine.records import KINDS, OUTCOMES, Collecting, Evidence, Money, Payee

CENTS = st.integers(1, 30_000_000).map(lambda cents: Decimal(cents).scaleb(-2))
DAYS = st.dates(date(2013, 1, 1), date(2030, 12, 31))
COUNTS = st.integers(0, 3)
PAYEES = st.builds(
    Payee,
    kind=st.sampled_from(KINDS),
    klass=st.sampled_from(["", "A", "B", "C"]),
    recognised=st.booleans(),
    keeps_pending=st.booleans(),
    room_usd=CENTS,
    received_usd=CENTS,
    paid_usd=CENTS,
    quota_used_usd=CENTS,
)
EVIDENCE = st.builds(
    Evidence,
    matched_usd=st.just(Decimal(0)) | CENTS,
    orders=COUNTS,
    lists=COUNTS,
    waybills=COUNTS,
    registered=st.booleans(),
    proof=st.booleans(),
    payee=st.sampled_from(["own", "client", "market", "agency", "other", "unknown"]),
    exported_on=st.none() | DAYS,
    expected_on=st.none() | DAYS,
    collecting=st.none() | st.builds(Collecting, system=st.booleans(), client=st.booleans()),
)


@given(PAYEES, EVIDENCE, DAYS, CENTS, st.sampled_from(["USD", "CNY"]), st.sampled_from(["goods", "advance"]))
@settings(max_examples=300, deadline=None)
def test_an_advice_is_whole_and_strict_where_the_law_is(
    payee: Payee, evidence: Evidence, on: date, usd: Decimal, currency: str, purpose: str
) -> None:
    told = advise(payee, Money(on=on, usd=usd, currency=currency, purpose=purpose), evidence)
    assert told.outcome in OUTCOMES and told.reasons
    assert all(one.code and one.zh and one.en and one.source for one in told.reasons)
    assert json.loads(json.dumps(told.as_dict())) == told.as_dict()
    if told.outcome == "direct":
        assert payee.klass == "A" and evidence.matched_usd >= usd * Decimal("0.95")
        assert evidence.orders and evidence.lists and evidence.waybills and evidence.registered
        assert on >= date(2019, 4, 11)
    if payee.klass in ("B", "C") and told.account not in ("rmb", "personal"):
        assert told.account == "pending"
    if evidence.payee == "other":
        assert told.outcome == "refuse"
    if currency == "CNY":
        assert told.account == "rmb" and not told.counts_quota
    assert all(usd >= report.usd > 0 and report.due_on for report in told.reports)
    if told.counts_quota:
        assert payee.quota_used_usd + usd <= 50000


@given(CENTS, st.lists(st.tuples(st.sampled_from(COSTS), CENTS), max_size=4), DAYS)
@settings(max_examples=100, deadline=None)
def test_legs_of_a_netted_receipt_re_add(gross: Decimal, costs: list[tuple[str, Decimal]], on: date) -> None:
    told = net(gross, costs, law=Law(on))
    total = sum((amount for _, amount in costs), Decimal(0))
    assert told.ok == (on >= date(2020, 5, 20) and total <= gross)
    if told.ok:
        assert sum((leg.amount for leg in told.legs if leg.leg == "gross_payment"), Decimal(0)) + told.net == gross


MONTHS = st.lists(st.builds(Month, exports=CENTS, imports=CENTS, receipts=CENTS, payments=CENTS), max_size=14)


@given(MONTHS, DAYS)
@settings(max_examples=100, deadline=None)
def test_the_check_looks_back_a_year_and_its_ratio_is_a_share(months: list[Month], on: date) -> None:
    told = total_check(months, on=on)
    assert told.exports == sum((one.exports for one in months[-12:]), Decimal(0))
    assert told.difference == told.imports + told.receipts - told.exports - told.payments
    assert told.level in LEVELS
    if months:
        assert told.difference_ratio is not None and -1 <= told.difference_ratio <= 1
    else:
        assert told.difference_ratio is None


@given(CENTS, st.lists(st.tuples(st.sampled_from(EVENTS), CENTS), max_size=12))
@settings(max_examples=150, deadline=None)
def test_a_holding_is_never_oversold(amount: Decimal, moves: list[tuple[str, Decimal]]) -> None:
    held = Holding(amount)
    for event, moved in moves:
        if held.why_not(event, moved) is None:
            held = held.after(event, moved)
        assert held.left >= 0 and held.refundable >= 0
        assert held.left + held.settled + held.credited + held.returned == amount


@given(DAYS, st.integers(0, 60))
def test_months_later_is_never_another_month(day: date, count: int) -> None:
    later = add_months(day, count)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == count
    assert later.day == day.day or (later.day < day.day and add_months(later.replace(day=1), 1).month != later.month)


@given(st.text(max_size=20))
def test_an_amount_is_read_whole_or_refused(text: str) -> None:
    assume(not (text.isascii() and text.replace(".", "", 1).isdigit()))
    with pytest.raises(Refused):
        amount_of(text, "USD", on=date(2021, 1, 1))
