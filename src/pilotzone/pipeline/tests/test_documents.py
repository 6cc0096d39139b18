"""Late, twice, changed, deleted, out of order: what the firms send, and what they are told."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from pilotzone.pipeline.tests.papers import BUYER, MESSAGE, Bench, Trade
from pilotzone.reference import edition, goods, loading
from pilotzone.rooms.clearance import api as clearance

NEXT = timedelta(minutes=5)


def codes(bench: Bench, receipt: str) -> list[str]:
    return [fault["code"] for _, findings in bench.results(receipt) for fault in findings]


def test_the_same_message_eight_times_at_once_is_one_document(bench: Bench) -> None:
    raw = bench.paper(Trade(), "order")
    receipts = bench.send(*[raw] * 8)
    states = sorted(bench.results(one)[0][0] for one in receipts)
    assert states == ["accepted"] + ["duplicate"] * 7
    assert bench.rows("SELECT count(*) FROM clearance_document") == [(1,)]


def test_a_repeat_later_is_answered_like_the_first(bench: Bench) -> None:
    trade = Trade()
    papers = bench.all_four(trade)
    bench.send(*papers)
    receipts = bench.send(*papers)
    assert [bench.results(one)[0][0] for one in receipts] == ["duplicate"] * 4
    assert bench.rows("SELECT count(*) FROM exchange_outbox") == [(4,)]
    assert bench.trade(trade)["state"] == "sent"


@pytest.mark.parametrize(
    ("kind", "change", "official"),
    [
        ("order", {"note": "x"}, "-301010"),
        ("payment", {"note": "x"}, "-401007"),
        ("waybill", {"note": "x"}, "-504015"),
        ("list", {"note": "x"}, "-621004"),
    ],
)
def test_the_same_key_with_other_content_is_the_official_duplicate(
    bench: Bench, kind: str, change: dict[str, str], official: str
) -> None:
    trade = Trade()
    bench.send(bench.paper(trade, kind))
    (receipt,) = bench.send(bench.paper(trade, kind, **change))
    ((state, (fault,)),) = bench.results(receipt)
    assert (state, fault["code"], fault["official"]) == ("refused", "rule.key.exists", official)


def test_a_change_replaces_and_an_older_change_loses(bench: Bench) -> None:
    trade = Trade()
    bench.send(bench.paper(trade, "order"))
    newer = Trade(at=trade.at + NEXT)
    older = Trade(at=trade.at - NEXT)
    (accepted,) = bench.send(bench.paper(newer, "order", appType="2", note="newer"))
    (ignored,) = bench.send(bench.paper(older, "order", appType="2", note="older"))
    assert bench.results(accepted)[0][0] == "accepted"
    ((state, (fault,)),) = bench.results(ignored)
    assert (state, fault["official"]) == ("refused", "-301014")
    assert clearance.said(bench.connection.cursor(), bench.trade(trade)["order_id"])[0]["note"] == "newer"


def test_a_change_of_nothing_is_refused(bench: Bench) -> None:
    (receipt,) = bench.send(bench.paper(Trade(), "payment", appType="2"))
    ((state, (fault,)),) = bench.results(receipt)
    assert (state, fault["official"], fault["whose"]) == ("refused", "-401006", "pay")


@pytest.mark.parametrize(
    ("kind", "official"), [("order", "-301011"), ("payment", "-401008"), ("waybill", "-504016"), ("list", "-621012")]
)
def test_what_a_declared_list_uses_cannot_change(bench: Bench, kind: str, official: str) -> None:
    trade = Trade()
    bench.send(*bench.all_four(trade))
    (receipt,) = bench.send(bench.paper(Trade(at=trade.at + NEXT), kind, appType="2", note="x"))
    ((state, (fault,)),) = bench.results(receipt)
    assert (state, fault["official"]) == ("refused", official)


def test_a_deleted_payment_is_missing_again_and_may_come_anew(bench: Bench) -> None:
    trade = Trade()
    bench.send(bench.paper(trade, "order"), bench.paper(trade, "payment"))
    gone = Trade(at=trade.at + NEXT)
    bench.send(bench.paper(gone, "payment", appType="3"))
    assert bench.trade(trade)["missing"] == ["payment", "waybill", "list"]
    (late,) = bench.send(bench.paper(Trade(at=trade.at - NEXT), "payment", note="late"))
    assert bench.results(late)[0][0] == "refused"
    bench.send(bench.paper(Trade(at=trade.at + 2 * NEXT), "payment", note="anew"))
    assert bench.trade(trade)["missing"] == ["waybill", "list"]


def test_after_customs_returned_a_list_it_may_be_declared_again(bench: Bench) -> None:
    trade = Trade()
    bench.send(*bench.all_four(trade))
    returned = bench.receipt(trade, "100", "20210301121000000", "[Code:1300;Desc:人工退单]")
    bench.send(returned, channel="customs")
    stored = bench.trade(trade)
    assert (stored["state"], stored["holder"]) == ("returned", "declarant")
    assert bench.rows("SELECT reserved, used FROM tax_quota") == [(0, 0)]
    again = Trade(at=trade.at + NEXT)
    (receipt,) = bench.send(bench.paper(again, "list"))
    assert bench.results(receipt)[0][0] == "accepted"
    assert bench.trade(trade)["state"] == "sent"
    bench.send(returned, channel="customs")
    assert bench.trade(trade)["state"] == "sent"
    assert [row[0] for row in bench.rows("SELECT reserved FROM tax_quota")] == [100]


def test_a_wrong_amount_is_the_payers_and_his_change_mends_it(bench: Bench) -> None:
    trade = Trade(changes={"payment": {"amountPaid": "99.00"}})
    papers = bench.all_four(trade)
    receipts = bench.send(*papers)
    stored = bench.trade(trade)
    assert (stored["state"], stored["holder"]) == ("refused", "pay")
    assert [reason["official"] for reason in stored["reasons"]] == ["1332"]
    assert [bench.results(one)[0][0] for one in receipts] == ["accepted"] * 3 + ["refused"]
    assert bench.rows("SELECT state FROM clearance_message WHERE name = 'CEB621Message'") == [("dropped",)]
    bench.send(bench.paper(Trade(at=trade.at + NEXT), "payment", appType="2"))
    assert bench.trade(trade)["state"] == "sent"
    assert bench.rows("SELECT state FROM clearance_message WHERE name = 'CEB621Message'") == [("sent",)]


def test_drafts_are_kept_and_never_matched(bench: Bench) -> None:
    trade = Trade()
    (receipt,) = bench.send(bench.paper(trade, "order", signed=False, appStatus="1"), client="ebp")
    assert bench.results(receipt) == [("draft", [])]
    assert bench.trade(trade) == {}
    (unsigned,) = bench.send(bench.paper(trade, "order", signed=False), client="ebp")
    assert bench.results(unsigned)[0][0] == "refused"
    bench.send(bench.paper(trade, "order"))
    assert bench.trade(trade)["state"] == "waiting"


def test_a_draft_nobody_proves_to_have_sent_is_refused(bench: Bench) -> None:
    (receipt,) = bench.send(bench.paper(Trade(), "order", signed=False, appStatus="1"))
    assert codes(bench, receipt) == ["rule.sender.unknown"]


def test_an_unsigned_draft_list_is_kept_although_lists_must_be_signed_when_declared(bench: Bench) -> None:
    (receipt,) = bench.send(bench.paper(Trade(), "list", signed=False, appStatus="1"), channel="desk", client="agent")
    assert bench.results(receipt) == [("draft", [])]


@pytest.mark.parametrize("kind", ["order", "payment", "waybill", "list"])
def test_only_the_right_party_may_send(bench: Bench, kind: str) -> None:
    (receipt,) = bench.send(bench.paper(Trade(), kind, sender="stranger"))
    assert codes(bench, receipt) == ["rule.sender.right"]
    assert bench.rows("SELECT count(*) FROM clearance_key") == [(0,)]
    assert bench.rows("SELECT parties FROM clearance_document") == [([bench.firms["stranger"]],)]


def test_a_signature_that_does_not_fit_refuses_every_document(bench: Bench) -> None:
    raw = bench.paper(Trade(), "order").replace("测试商品".encode(), "别的商品".encode())
    (receipt,) = bench.send(raw)
    assert codes(bench, receipt)[0] == "signature.digest"
    assert bench.trade(Trade()) == {}


def test_another_firms_certificate_proves_nothing(bench: Bench) -> None:
    trade = Trade()
    transfer_of_ebp = bench.message(
        MESSAGE["order"], [(trade.head("order"), trade.lines("order"))], "ebp", signed=False
    )
    from pilotzone.exchange.signing import sign

    (receipt,) = bench.send(sign(transfer_of_ebp, bench.signers["stranger"]))
    assert codes(bench, receipt) == ["rule.sender.certificate"]


def test_a_mandate_lets_the_carrier_send_the_payment(bench: Bench) -> None:
    trade = Trade()
    bench.connection.execute(
        "INSERT INTO clearance_mandate (principal_id, agent_id, kinds, undertaking, valid_from)"
        " VALUES (%s, %s, '[\"payment\"]', '书面担责', '2021-01-01')",
        (bench.firms["pay"], bench.firms["logi"]),
    )
    (receipt,) = bench.send(bench.paper(trade, "payment", sender="logi"))
    assert bench.results(receipt)[0][0] == "accepted"


def test_personal_fields_lie_sealed_and_nowhere_else(bench: Bench) -> None:
    trade = Trade()
    bench.send(*bench.all_four(trade))
    written = str(
        bench.rows("SELECT d.* FROM clearance_document d")
        + bench.rows("SELECT t.* FROM clearance_trade t")
        + bench.rows("SELECT findings FROM exchange_result")
        + bench.events("clearance.trade_changed")
        + bench.events("clearance.document_accepted")
    )
    sealed = b"".join(bytes(row[0]) for row in bench.rows("SELECT body FROM clearance_body"))
    assert not any(secret.encode() in sealed for secret in BUYER.values() if secret != "1")
    for secret in (*BUYER.values(), "测试收货人", "测试路"):
        if secret != "1":
            assert secret not in written


def test_a_message_with_lists_waits_for_its_last_list(bench: Bench) -> None:
    one, two = Trade("T1"), Trade("T2")
    lists = bench.message(MESSAGE["list"], [(t.head("list"), t.lines("list")) for t in (one, two)], "agent")
    bench.send(lists, *[bench.paper(one, kind) for kind in ("order", "payment", "waybill")])
    assert bench.trade(one)["state"] == "passed"
    bench.send(*[bench.paper(two, kind) for kind in ("order", "payment", "waybill")])
    assert (bench.trade(one)["state"], bench.trade(two)["state"]) == ("sent", "sent")


def test_a_list_whose_papers_never_come_is_refused_and_its_neighbours_go(bench: Bench) -> None:
    one, two = Trade("T1"), Trade("T2")
    lists = bench.message(MESSAGE["list"], [(t.head("list"), t.lines("list")) for t in (one, two)], "agent")
    bench.send(lists, *[bench.paper(one, kind) for kind in ("order", "payment", "waybill")])
    bench.send(bench.paper(two, "order"))
    bench.set_clock(one.at + timedelta(days=8))
    bench.pipeline.sweep(bench.connection)
    stored = bench.trade(two)
    assert (stored["state"], stored["holder"]) == ("expired", "pay,logi")
    assert [reason["official"] for reason in stored["reasons"]] == ["-401001", "-504014"]
    assert bench.trade(one)["state"] == "sent"


def test_unknown_goods_wait_for_goods_data_and_are_not_guessed(bench: Bench) -> None:
    trade = Trade(hs="9999999999")
    bench.send(*bench.all_four(trade))
    stored = bench.trade(trade)
    assert (stored["state"], stored["holder"]) == ("gap", "zone,declarant")
    assert stored["reasons"][0]["code"] == "gap.goods.unknown"


def test_a_trade_that_waits_for_goods_goes_on_when_they_are_loaded(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trade, like = Trade(hs="9999999999"), goods.goods(Trade().hs, on=Trade().at.date())
    bench.send(*bench.all_four(trade))
    assert bench.trade(trade)["state"] == "gap"
    head = "hs,zh,unit1,unit2,vat_class,ct_class,tag,source,listed_from"
    row = f"9999999999,合成商品,{like.unit1},{like.unit2},{like.vat_class},{like.ct_class},C,合成数据,2019"
    monkeypatch.setenv("PILOTZONE_HOME", str(tmp_path))
    try:
        loading.load(f"{head}\n{row}\n".encode(), tmp_path / "data", name="g.csv", who="test", at=trade.at)
        bench.pipeline.sweep(bench.connection)
        assert bench.trade(trade)["state"] == "sent"
    finally:
        monkeypatch.undo()
        edition.reload()


def test_the_yearly_limit_refuses_and_consumes_nothing(bench: Bench) -> None:
    for number in range(1, 8):
        bench.send(*bench.all_four(Trade(f"T{number}", price="4500.00")))
    states = [bench.trade(Trade(f"T{number}"))["state"] for number in range(1, 8)]
    assert states == ["sent"] * 5 + ["refused"] * 2
    assert bench.rows("SELECT reserved FROM tax_quota") == [(22500,)]
    assert bench.trade(Trade("T7"))["reasons"][-1]["official"] == "-621018"


@pytest.mark.parametrize(
    "raw", [b"", b"\xff\xfe\x00", b"<a/>", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", b"x" * 5000]
)
def test_hostile_bytes_are_answered_and_stop_nobody(bench: Bench, raw: bytes) -> None:
    receipts = bench.send(raw, bench.paper(Trade(), "order"))
    ((state, findings),) = bench.results(receipts[0])
    assert state == "refused"
    assert findings[0]["code"].startswith("format.")
    assert bench.results(receipts[1])[0][0] == "accepted"


def test_a_deleted_list_lets_its_neighbours_go_on(bench: Bench) -> None:
    one, two = Trade("T1"), Trade("T2")
    lists = bench.message(MESSAGE["list"], [(t.head("list"), t.lines("list")) for t in (one, two)], "agent")
    bench.send(lists, *[bench.paper(one, kind) for kind in ("order", "payment", "waybill")])
    assert bench.trade(one)["state"] == "passed"
    (deleted,) = bench.send(bench.paper(Trade("T2", at=two.at + NEXT), "list", appType="3"))
    assert bench.results(deleted) == [("accepted", [])]
    assert bench.trade(one)["state"] == "sent"
    assert bench.trade(two)["list_id"] is None


def test_a_waybill_shown_with_an_order_stays_free_when_the_list_names_another(bench: Bench) -> None:
    trade = Trade()
    bench.send(bench.paper(trade, "order"), bench.paper(trade, "payment"), bench.paper(trade, "waybill"))
    bench.send(bench.paper(trade, "waybill", logisticsNo="WB-OTHER"))
    bench.send(bench.paper(trade, "list", logisticsNo="WB-OTHER"))
    assert bench.trade(trade)["state"] == "sent"
    later = Trade(at=trade.at + timedelta(hours=1))
    (free,) = bench.send(bench.paper(later, "waybill", appType="2", note="moved"))
    assert codes(bench, free) == []
    (bound,) = bench.send(bench.paper(later, "waybill", appType="2", note="moved", logisticsNo="WB-OTHER"))
    assert codes(bench, bound) == ["rule.change.in_use"]
