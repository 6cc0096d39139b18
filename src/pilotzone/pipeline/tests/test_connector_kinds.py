"""What a carrier's and a payment firm's connector make is taken by the platform and completes the match of a trade."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from pilotzone.exchange.connectors import contract
from pilotzone.exchange.connectors.message import Firm, message_of
from pilotzone.exchange.signing import sign
from pilotzone.pipeline.tests.papers import BUYER, CONSIGNEE, FIRMS, Bench, Trade


def made(bench: Bench, name: str, raw: dict[str, Any], role: str, at: datetime) -> list[bytes]:
    """The signed messages of a record in the words of its source."""
    names = {f"{role}_code": FIRMS[role], f"{role}_name": f"测试{role}"}
    told = {key.replace("logi_", "logistics_"): value for key, value in names.items()}
    firm = Firm(cop_code=FIRMS[role], cop_name="测试", dxp_id=f"DXPENT{FIRMS[role]}", **told)
    connector = contract.load(name)
    documents = [one.make(firm, at) for one in connector.kind.declares(connector.do.parse(raw))]
    return [sign(message_of([one], firm, at=at)[1], bench.signers[role]) for one in documents]


def paid(trade: Trade) -> dict[str, Any]:
    """The trade's payment in a settlement report, part of it refunded already."""
    moment = trade.at.isoformat()
    refund = {"refund_id": "R1", "at": moment, "currency": "CNY", "amount": "10.00"}
    payer = {"id_type": "1", "id_number": BUYER["buyerIdNumber"], "name": BUYER["buyerName"]}
    return {
        "transaction_id": f"PAY-{trade.number}", "state": "partly_refunded", "order_no": f"ORDER-{trade.number}",
        "platform": {"code": FIRMS["ebp"], "name": "测试ebp"}, "payer": payer, "currency": "CNY", "created": moment,
        "paid_at": moment, "changed": moment, "gross": trade.total, "fee": "0.60", "refunded": "10.00", "net": "89.40",
        "refunds": [refund],
    }  # fmt: skip


def carried(trade: Trade, *, signed: bool) -> dict[str, Any]:
    """The trade's waybill as its carrier tells it."""
    moment = trade.at.isoformat()
    events = [{"state": "signed", "at": moment, "place": "测试"}] if signed else []
    receiver = {
        "name": CONSIGNEE["consignee"], "address": CONSIGNEE["consigneeAddress"],
        "telephone": CONSIGNEE["consigneeTelephone"],
    }  # fmt: skip
    return {
        "waybill_no": f"WB-{trade.number}", "state": "signed" if signed else "in_transit", "direction": "import",
        "order_no": f"ORDER-{trade.number}", "created": moment, "updated": moment, "currency": "CNY", "freight": "0",
        "insurance": "0", "charged": "0", "weight_kg": "1", "pieces": 1, "consignee": receiver, "events": events,
    }  # fmt: skip


def test_payment_and_waybill_of_connectors_complete_the_match(bench: Bench) -> None:
    trade = Trade()
    (payment,) = made(bench, "payment_feed", paid(trade), "pay", trade.at)
    (waybill,) = made(bench, "carrier_feed", carried(trade, signed=False), "logi", trade.at)
    receipts = bench.send(bench.paper(trade, "order"), payment, waybill, bench.paper(trade, "list"))
    assert [bench.results(one) for one in receipts] == [[("accepted", [])]] * 4
    assert bench.trade(trade)["state"] == "sent"


def test_a_signature_that_comes_later_stands_on_the_trade(bench: Bench) -> None:
    trade = Trade()
    (waybill,) = made(bench, "carrier_feed", carried(trade, signed=False), "logi", trade.at)
    bench.send(bench.paper(trade, "order"), bench.paper(trade, "payment"), waybill, bench.paper(trade, "list"))
    assert "status" not in bench.trade(trade)["stages"]
    again, status = made(bench, "carrier_feed", carried(trade, signed=True), "logi", trade.at + timedelta(minutes=30))
    (receipt,) = bench.send(status)
    assert bench.results(receipt) == [("accepted", [])]
    assert "status" in bench.trade(trade)["stages"]
    (repeated,) = bench.send(again)
    assert bench.results(repeated) != [("accepted", [])], "what the agent's ledger keeps back the platform refuses too"
