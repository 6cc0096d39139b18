"""Changes, cancellations and returns written from the record: offered with reasons, saved, kept, signed, closed by customs."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from pilotzone.base.days import stamp
from pilotzone.base.errors import Denied, Refused
from pilotzone.exchange.formats.build import build
from pilotzone.exchange.signing import PemSigner
from pilotzone.kernel import clock
from pilotzone.kernel.access.actor import ENTERPRISE, Actor
from pilotzone.kernel.access.scope import scope
from pilotzone.pipeline.tests.papers import BUYER, FIRMS, Bench, Trade
from pilotzone.rooms.clearance import api

ROLE = {"ebp": "ebp", "ebc": "ebc", "pay": "pay", "logi": "logi", "agent": "agent", "stranger": "agent"}


@pytest.fixture(scope="module")
def zone(standing_zone: Bench) -> Bench:
    """The test firms in a database of this module's own."""
    return standing_zone


def firm(zone: Bench, role: str) -> Actor:
    return Actor(kind=ENTERPRISE, organisation=zone.firms[role], role=ROLE[role])


def work(zone: Bench, *messages: bytes, channel: str = "http") -> list[str]:
    receipts = zone.send(*messages, channel=channel)
    zone.connection.commit()
    return receipts


def made(number: str, **more: Any) -> Trade:
    return Trade(number, at=datetime.now(UTC) - timedelta(minutes=20), **more)


def invt(trade: Trade) -> str:
    return f"40062026I{sum(map(ord, trade.number)):09d}"


def declared(zone: Bench, number: str, **more: Any) -> Trade:
    """A trade that passed and went to customs, which stored it and gave it a number."""
    trade = made(number, **more)
    work(zone, *zone.all_four(trade))
    told = zone.receipt(trade, "120", stamp(trade.at) + "001", "入库", invt_no=invt(trade))
    work(
        zone,
        told.replace(
            f"B20210301{number[1:]:0>9}".encode(), f"B{stamp(trade.at)[:8]}{sum(map(ord, number)):09d}".encode()
        ),
        channel="customs",
    )
    return trade


def released(zone: Bench, number: str, **more: Any) -> Trade:
    trade = declared(zone, number, **more)
    told = zone.receipt(trade, "800", stamp(trade.at) + "900", "放行", invt_no=invt(trade))
    work(
        zone,
        told.replace(
            f"B20210301{number[1:]:0>9}".encode(), f"B{stamp(trade.at)[:8]}{sum(map(ord, number)):09d}".encode()
        ),
        channel="customs",
    )
    return trade


def id_of(zone: Bench, trade: Trade) -> int:
    ((found,),) = zone.rows("SELECT id FROM clearance_trade WHERE order_no = %s", f"ORDER-{trade.number}")
    return int(found)


def offers(zone: Bench, role: str, trade: Trade) -> dict[tuple[str, str], str]:
    """(verb, kind) → the code of what stands against it, empty where it is offered."""
    with scope(firm(zone, role)):
        found = api.change_offers(id_of(zone, trade))
    return {(one["verb"], one["kind"]): "" if one["allowed"] else one["why"]["code"] for one in found}


def begun(zone: Bench, role: str, trade: Trade, verb: str, kind: str = "list") -> int:
    with scope(firm(zone, role)):
        return api.begin_change(trade=id_of(zone, trade), verb=verb, kind=kind)


def told(zone: Bench, role: str, number: int) -> dict[str, Any]:
    with scope(firm(zone, role)):
        return api.access_change(number)


def kept(zone: Bench, role: str, number: int) -> dict[str, Any]:
    """The change kept among the drafts, and what the pipeline made of it."""
    with scope(firm(zone, role)):
        api.keep_change(number=number)
    work(zone)
    return told(zone, role, number)


def signed(zone: Bench, role: str, card: PemSigner, draft: int) -> str:
    with scope(firm(zone, role)):
        pem = base64.b64encode(card.certificate.encoded).decode()
        composed = api.compose_drafts(drafts=[draft], certificate=pem)
        values = [base64.b64encode(card.sign(one["signed_info"].encode())).decode() for one in composed["messages"]]
        (receipt,) = api.hand_in_signed(batch=composed["batch"], certificate=pem, signatures=values)["receipts"]
    work(zone)
    return str(receipt)


def closed(zone: Bench, message: str, head: dict[str, str], status: str) -> None:
    """Customs' answer to an application."""
    answer = {
        "guid": str(uuid4()).upper(), "customsCode": "4006", "agentCode": FIRMS["agent"], "ebpCode": FIRMS["ebp"],
        "ebcCode": FIRMS["ebc"], "copNo": head["copNo"], "preNo": "T20260305000000001", "invtNo": head["invtNo"],
        "returnStatus": status, "returnTime": stamp(clock.now()) + "500", "returnInfo": "审结",
    }  # fmt: skip
    work(zone, build(message, [(answer, [])], edition="2018", guid=answer["guid"]), channel="customs")


def used(zone: Bench) -> Decimal:
    ((found,),) = zone.rows("SELECT coalesce(sum(reserved + used), 0) FROM tax_quota")
    zone.connection.commit()
    return Decimal(found)


def test_every_verb_is_offered_or_says_why_not(zone: Bench) -> None:
    trade = made("W1")
    work(zone, zone.paper(trade, "order"), zone.paper(trade, "payment"))
    assert offers(zone, "ebp", trade) == {
        ("change", "order"): "", ("delete", "order"): "", ("change", "payment"): "rule.sender.right",
        ("delete", "payment"): "rule.sender.right", ("cancel", "list"): "clearance.change.list",
        ("return", "list"): "clearance.change.list",
    }  # fmt: skip
    sent = declared(zone, "S1")
    found = offers(zone, "agent", sent)
    assert (found["change", "list"], found["cancel", "list"]) == ("rule.change.in_use", "")
    assert found["return", "list"] == "rule.refund.state"
    assert ("change", "order") not in found, "an order the declarant does not see"
    done = released(zone, "L1")
    found = offers(zone, "agent", done)
    assert (found["cancel", "list"], found["return", "list"]) == ("rule.cancel.released", "")
    assert offers(zone, "logi", done)["return", "list"] == "rule.sender.right"
    assert offers(zone, "stranger", done) == {}


def test_what_is_not_offered_is_not_begun_and_others_see_nothing(zone: Bench) -> None:
    trade = declared(zone, "N1")
    with pytest.raises(Refused, match="rule.refund.state"):
        begun(zone, "agent", trade, "return")
    with pytest.raises(Refused, match="clearance.change.not_yours"):
        begun(zone, "pay", trade, "cancel")
    with pytest.raises(Refused, match="rule.sender.right"):
        begun(zone, "logi", trade, "cancel")
    with pytest.raises(Refused, match="clearance.unknown"):
        begun(zone, "agent", trade, "burn")
    number = begun(zone, "agent", trade, "cancel")
    for role in ("ebc", "stranger"):
        with scope(firm(zone, role)):
            assert number not in [row["id"] for row in api.changes()["rows"]]
            with pytest.raises(Denied):
                api.access_change(number)
            with pytest.raises(Denied):
                api.discard_change(number=number)


def test_a_changed_order_is_signed_and_matched_again(zone: Bench, demo_keys: dict[str, PemSigner]) -> None:
    trade = made("C1", changes={"order": {"consigneeTelephone": "13900000009"}})
    work(zone, *zone.all_four(trade))
    number = begun(zone, "ebp", trade, "change", "order")
    assert begun(zone, "ebp", trade, "change", "order") == number, "the one being written is opened again"
    one = told(zone, "ebp", number)
    assert (one["head"]["buyerName"], one["head"]["appType"], one["findings"]) == (BUYER["buyerName"], "2", [])
    assert "orderNo" not in one["editable"] and "consigneeTelephone" in one["editable"]
    with scope(firm(zone, "ebp")):
        revision = api.save_change(
            number=number, revision=one["revision"], head={"consigneeTelephone": "13000000001", "orderNo": "OTHER"}
        )
        with pytest.raises(Refused, match="clearance.change.stale"):
            api.save_change(number=number, revision=one["revision"], head={"consigneeTelephone": "1"})
    assert revision == one["revision"] + 1
    one = kept(zone, "ebp", number)
    assert (one["stands"], one["head"]["orderNo"]) == ("draft", "ORDER-C1")
    receipt = signed(zone, "ebp", demo_keys["ebp"], one["draft"])
    assert zone.results(receipt) == [("accepted", [])]
    assert zone.trade(trade)["state"] == "sent"
    zone.connection.commit()
    assert told(zone, "ebp", number)["stands"] == "declared"


def test_what_is_wrong_is_told_and_not_kept(zone: Bench) -> None:
    trade = made("F1")
    work(zone, zone.paper(trade, "order"))
    number = begun(zone, "ebp", trade, "change", "order")
    with scope(firm(zone, "ebp")):
        api.save_change(
            number=number, revision=1, head={"goodsValue": "lots", "buyerName": ""}, lines={0: {"qty": "-"}}
        )
        codes = [one["code"] for one in api.access_change(number)["findings"]]
        assert len(codes) >= 2 and all(code.split(".")[0] in ("format", "rule", "code") for code in codes)
        with pytest.raises(Refused, match="clearance.change.faults"):
            api.keep_change(number=number)
        assert api.access_change(number)["stands"] == "open"


def test_a_deletion_takes_the_document_away(zone: Bench, demo_keys: dict[str, PemSigner]) -> None:
    trade = made("D1")
    work(zone, zone.paper(trade, "order"), zone.paper(trade, "payment"))
    number = begun(zone, "pay", trade, "delete", "payment")
    one = kept(zone, "pay", number)
    assert one["editable"] == [] and one["head"]["appType"] == "3"
    assert zone.results(signed(zone, "pay", demo_keys["pay"], one["draft"])) == [("accepted", [])]
    assert zone.trade(trade)["payment_id"] is None
    zone.connection.commit()


def test_a_cancellation_gives_the_amount_back_once_customs_says_so(
    zone: Bench, demo_keys: dict[str, PemSigner]
) -> None:
    before = used(zone)
    trade = declared(zone, "K1")
    number = begun(zone, "agent", trade, "cancel")
    one = told(zone, "agent", number)
    assert [fault["code"] for fault in one["findings"]] == ["format.too_short"] or one["findings"], "a reason is wanted"
    assert (one["undoes"]["value"], one["undoes"]["booked"]) == (Decimal("100.00"), True)
    with scope(firm(zone, "agent")):
        api.save_change(number=number, revision=1, head={"reason": "买家取消", "copNo": "X", "buyerName": "别人"})
    one = kept(zone, "agent", number)
    assert (
        one["stands"] == "draft"
        and one["head"]["copNo"].startswith("C")
        and one["head"]["buyerName"] == BUYER["buyerName"]
    )
    signed(zone, "agent", demo_keys["agent"], one["draft"])
    assert offers(zone, "agent", trade)["cancel", "list"] == "rule.cancel.underway"
    assert used(zone) == before + 100
    closed(zone, "CEB624Message", one["head"], "399")
    assert zone.trade(trade)["state"] == "cancelled" and used(zone) == before
    one = told(zone, "agent", number)
    assert (one["stands"], one["customs_zh"]) == ("declared", "海关审结")


def test_a_part_return_takes_what_is_left_and_two_at_once_are_told_apart(
    zone: Bench, demo_keys: dict[str, PemSigner]
) -> None:
    before = used(zone)
    trade = released(zone, "R1", qty="3")
    agents, sellers = begun(zone, "agent", trade, "return"), begun(zone, "ebc", trade, "return")
    one = told(zone, "agent", agents)
    assert [(line["values"]["qty"], line["left"]) for line in one["lines"]] == [("3", Decimal(3))]
    assert "gcode" not in one["editable_lines"] and "qty" in one["editable_lines"]
    with scope(firm(zone, "agent")):
        api.save_change(number=agents, revision=1, head={"reason": "尺码"}, lines={0: {"qty": "4", "gcode": "1"}})
        assert "rule.refund.quantity" in [fault["code"] for fault in api.access_change(agents)["findings"]]
        api.save_change(number=agents, revision=2, head={}, lines={0: {"qty": "2"}})
        assert api.access_change(agents)["undoes"]["returned"] == {"1": Decimal(2)}
    with scope(firm(zone, "ebc")):
        api.save_change(number=sellers, revision=1, head={"reason": "不要了"})
    # both are drafts, both signed: the batch lets one through and tells the other what is left
    first, second = kept(zone, "agent", agents), kept(zone, "ebc", sellers)
    won = signed(zone, "agent", demo_keys["agent"], first["draft"])
    lost = signed(zone, "ebc", demo_keys["ebc"], second["draft"])
    assert zone.results(won) == [("accepted", [])]
    ((state, findings),) = zone.results(lost)
    assert (state, [fault["code"] for fault in findings]) == ("refused", ["rule.refund.quantity"])
    second = told(zone, "ebc", sellers)
    assert second["stands"] == "refused" and "可退1" in second["reasons"][0]["zh"]
    closed(zone, "CEB626Message", first["head"], "399")
    assert used(zone) == before + 100
    # the refused one is written on, with what is left
    with scope(firm(zone, "ebc")):
        api.reopen_change(number=sellers)
        again = api.access_change(sellers)
        assert again["lines"][0]["left"] == 1
        api.save_change(number=sellers, revision=again["revision"], head={}, lines={0: {"qty": "1"}})
    last = kept(zone, "ebc", sellers)
    assert zone.results(signed(zone, "ebc", demo_keys["ebc"], last["draft"])) == [("accepted", [])]
    assert offers(zone, "agent", trade)["return", "list"] == "clearance.change.nothing_left"


def test_a_draft_is_given_up_and_signed_no_more(zone: Bench) -> None:
    trade = made("G1")
    work(zone, zone.paper(trade, "order"))
    number = begun(zone, "ebp", trade, "change", "order")
    one = kept(zone, "ebp", number)
    with scope(firm(zone, "ebp")):
        assert api.chosen_drafts([one["draft"]]) != []
        api.discard_change(number=number)
        assert api.chosen_drafts([one["draft"]]) == []
        assert api.access_change(number)["stands"] == "discarded"
        with pytest.raises(Refused, match="clearance.change.closed"):
            api.discard_change(number=number)
    zone.connection.commit()
    assert zone.rows("SELECT length(body) FROM clearance_change WHERE id = %s", number) == [(0,)]
    ((trail,),) = zone.rows(
        "SELECT count(*) FROM kernel_audit WHERE object_kind = 'change' AND object_id = %s", str(number)
    )
    assert trail == 3
    zone.connection.commit()


def test_what_is_written_lies_sealed(zone: Bench) -> None:
    trade = made("P1")
    work(zone, zone.paper(trade, "order"))
    number = begun(zone, "ebp", trade, "change", "order")
    ((body,),) = zone.rows("SELECT body FROM clearance_change WHERE id = %s", number)
    written = str(zone.rows("SELECT after FROM kernel_audit WHERE object_id = %s", str(number)))
    zone.connection.commit()
    for secret in BUYER.values():
        if secret != "1":
            assert secret.encode() not in bytes(body) and secret not in written
