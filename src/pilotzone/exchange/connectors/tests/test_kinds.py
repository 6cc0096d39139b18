"""Waybills and payments: their money, what is declared of them and when, beside the sales of test_money."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from pilotzone.base.errors import Refused
from pilotzone.exchange.connectors import contract
from pilotzone.exchange.connectors.asking import Answer
from pilotzone.exchange.connectors.kinds import KINDS, Kind
from pilotzone.exchange.connectors.kit import AT, FIRM
from pilotzone.exchange.connectors.message import message_of
from pilotzone.exchange.connectors.payment import Payment, Refund
from pilotzone.exchange.connectors.simulated import BEGAN
from pilotzone.exchange.connectors.store import HELD
from pilotzone.exchange.connectors.sync import judge
from pilotzone.exchange.connectors.tests.worlds import sync_of, world_of
from pilotzone.exchange.connectors.waybill import Waybill
from pilotzone.exchange.formats.check import check

CENTS = st.decimals("0.00", "99999.99", places=2)
SIGNED = datetime(2026, 3, 2, 23, 59, 59, tzinfo=UTC)


@st.composite
def waybills(draw: st.DrawFn) -> Waybill:
    """A waybill whose charges add up."""
    freight, insured, surcharge = draw(CENTS), draw(CENTS), draw(CENTS)
    return Waybill(
        number="L1", status="signed", created=BEGAN, updated=BEGAN, direction=draw(st.sampled_from(("import", "export"))),
        currency="CNY", total=freight + insured + surcharge, freight=freight, insured=insured, surcharge=surcharge,
        weight=draw(st.decimals("0.001", "999.999", places=3)), pieces=1, goods="陶瓷杯", order_no="O1",
        consignee="合成收件人", address="合成路1号", telephone="13800000000", signed=draw(st.none() | st.just(SIGNED)),
    )  # fmt: skip


@st.composite
def payments(draw: st.DrawFn) -> Payment:
    """A payment whose net adds up; up to three refunds."""
    refunds = tuple(Refund(f"R{n}", BEGAN, told) for n, told in enumerate(draw(st.lists(CENTS, max_size=3))))
    refunded = sum((one.amount for one in refunds), Decimal("0.00"))
    gross, fee = refunded + draw(CENTS) + Decimal("0.01"), draw(CENTS)
    return Payment(
        number="P1", status="succeeded", created=BEGAN, updated=BEGAN, order_no="O1", platform_code="36019600EP",
        platform_name="演示平台有限公司", currency="CNY", gross=gross, fee=fee, total=gross - fee - refunded,
        payer_id_type="1", payer_id="110101199003070011", payer="合成支付人", refunded=refunded, refunds=refunds,
        paid=BEGAN,
    )  # fmt: skip


RECORDS = st.tuples(st.just(KINDS["waybill"]), waybills()) | st.tuples(st.just(KINDS["payment"]), payments())


@given(told=RECORDS, off=st.integers(-500, 500))
def test_any_cent_too_many_is_named_and_plain_data_come_back(told: tuple[Kind, Any], off: int) -> None:
    kind, record = told
    assert kind.of(record.as_dict()) == record
    found = kind.differences(replace(record, total=record.total + Decimal(off) / 100))
    assert [one.by for one in found] == ([Decimal(off) / 100] if off else [])
    assert (kind.doubt(replace(record, total=record.total + Decimal(off) / 100)) is None) == (off == 0)


@given(told=RECORDS)
def test_every_document_declares_the_money_and_customs_format_accepts_it(told: tuple[Kind, Any]) -> None:
    kind, record = told
    for declared in kind.declares(record):
        document = declared.make(FIRM, AT)
        _, raw = message_of([document], FIRM, at=AT)
        wrong = [one.code for one in check(raw, on=AT.date()).errors if one.code != "signature.missing"]
        assert wrong == []
        head = document.head
        if isinstance(record, Payment):
            assert Decimal(head["amountPaid"]) == record.total + record.fee + record.refunded
        elif document.name != "CEB513Message":
            assert Decimal(head["freight"]) + Decimal(head["insuredFee"]) == record.total
        else:
            assert (head["logisticsStatus"], head["logisticsTime"]) == ("S", "20260303075959"), "Shanghai time"
    names = [declared.make(FIRM, AT).name for declared in kind.declares(record)]
    guids = [declared.make(FIRM, AT).head["guid"] for declared in kind.declares(record)]
    assert len(set(guids)) == len(names)
    if isinstance(record, Waybill):
        inward = ["CEB511Message", *(["CEB513Message"] if record.signed else [])]
        assert names == (inward if record.direction == "import" else ["CEB505Message"])


def page(name: str, file: str) -> tuple[contract.Connector, list[Any], dict[str, Any]]:
    connector = contract.load(name)
    told = yaml.safe_load((connector.folder / "fixtures" / f"{file}.yaml").read_text("utf-8"))
    found = connector.do.orders(Answer(200, told["body"].encode()))
    return connector, [connector.do.parse(one) for one in found], told


def test_the_fixtures_day_of_a_payment_firm_reconciles_gross_fee_refunds_and_net() -> None:
    connector, records, told = page("payment_feed", "day")
    answer = Answer(200, told["figures"].encode())
    summary = answer.json()
    sums = {part: sum(getattr(one, part) for one in records) for part in ("gross", "fee", "refunded", "total")}
    assert {part: Decimal(summary[part]) for part in ("gross", "fee", "refunded")} == {
        part: sums[part] for part in ("gross", "fee", "refunded")
    }
    assert connector.do.figures_of(answer) == (len(records), sums["total"])
    assert sums["total"] == sums["gross"] - sums["fee"] - sums["refunded"] == Decimal("1319.54")
    assert sum(refund.amount for one in records for refund in one.refunds) == sums["refunded"]


def test_the_fixtures_day_of_a_carrier_reconciles_what_it_charges() -> None:
    connector, records, told = page("carrier_feed", "day")
    charged = sum(one.total for one in records)
    assert connector.do.figures_of(Answer(200, told["figures"].encode())) == (len(records), charged)
    assert charged == sum(one.freight + one.insured + one.surcharge for one in records) == Decimal("150.29")


@pytest.mark.parametrize("name", ["carrier_feed", "payment_feed"])
def test_what_is_a_trouble_is_held_with_the_words_of_the_source(name: str, tmp_path: Path) -> None:
    connector = contract.load(name)
    body = yaml.safe_load((connector.folder / "fixtures" / "troubles.yaml").read_text("utf-8"))["body"].encode()
    sync = sync_of(name, tmp_path, world_of(name, 1), lambda request: Answer(200, body))
    sync.round()
    held = sync.store.held()
    raws = connector.do.orders(Answer(200, body))
    assert [one["number"] for one in held] == sorted(connector.do.key(raw) for raw in raws)
    assert all(judge(connector, raw, {}, AT)[0].outcome == HELD for raw in raws)
    assert {one["order"]["currency"] for one in held} == {"CNY"}
    assert all(path.stat().st_mode & 0o077 == 0 for path in (tmp_path / "held", tmp_path / "orders"))


@pytest.mark.parametrize(("name", "needed"), [("carrier_feed", "logistics_code"), ("payment_feed", "pay_name")])
def test_a_firm_that_does_not_name_itself_declares_nothing(name: str, needed: str) -> None:
    kind = contract.load(name).kind
    record = next(one for one in page(name, "day")[1] if one.status in ("in_transit", "succeeded"))
    with pytest.raises(Refused) as told:
        kind.declares(record)[0].make(replace(FIRM, **{needed: ""}), AT)
    assert (told.value.code, list(told.value.fields)) == ("message.field", [needed])


@pytest.mark.parametrize(
    ("name", "status", "changed"),
    [("carrier_feed", "in_transit", {"consignee": ""}), ("carrier_feed", "in_transit", {"currency": "USD"}),
     ("payment_feed", "succeeded", {"paid": None}), ("payment_feed", "succeeded", {"currency": "USD"})],
)  # fmt: skip
def test_what_the_format_forbids_is_refused_before_it_is_sent(name: str, status: str, changed: dict[str, Any]) -> None:
    kind = contract.load(name).kind
    record = next(one for one in page(name, "day")[1] if one.status == status)
    message_of([kind.declares(record)[0].make(FIRM, AT)], FIRM, at=AT)
    with pytest.raises(Refused) as told:
        message_of([kind.declares(replace(record, **changed))[0].make(FIRM, AT)], FIRM, at=AT)
    assert told.value.code.startswith("format.")


def test_what_a_record_declares_does_not_follow_its_state() -> None:
    waybill = next(one for one in page("carrier_feed", "day")[1] if one.number == "L0002")
    payment = next(one for one in page("payment_feed", "day")[1] if one.number == "P0002")
    later = timedelta(days=1)
    for kind, record, same, other in (
        ("waybill", waybill, {"status": "in_transit", "signed": None}, {"weight": Decimal(2)}),
        ("payment", payment, {"status": "succeeded", "fee": Decimal(9), "refunded": Decimal(1)}, {"gross": Decimal(1)}),
    ):
        first = KINDS[kind].declares(record)[0]
        again = KINDS[kind].declares(replace(record, updated=record.updated + later, **same))[0]
        assert (again.key, again.content) == (first.key, first.content) and first.key == record.number
        assert KINDS[kind].declares(replace(record, **other))[0].content != first.content


def test_a_kind_nobody_knows_is_named(tmp_path: Path) -> None:
    (tmp_path / "connector.py").write_text(
        "KIND = 'whale'\nSETTINGS = ()\nfirst = following = orders = key = parse = 0\n"
    )
    (tmp_path / "statuses.yaml").write_text("paid: ready\n")
    with pytest.raises(Refused) as told:
        contract.load(tmp_path)
    assert told.value.code == "connector.folder"
    assert "KIND: sale | waybill | payment" in told.value.en
