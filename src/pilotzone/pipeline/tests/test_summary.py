"""汇总申报: one list is asked for once, summed up once; what is not lawful is refused with its reason; customs' results count."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime

import pytest

from pilotzone.exchange import receipts
from pilotzone.exchange.formats.parse import parse
from pilotzone.exchange.tests.pushing import subscribe
from pilotzone.exchange.webhooks import ledger
from pilotzone.pipeline.tests.exports import Export, state, summary, summary_receipt, summary_result, told
from pilotzone.pipeline.tests.papers import Bench

APRIL = datetime(2021, 4, 6, 4, tzinfo=UTC)
LISTS = "SELECT list_no, state FROM clearance_summary_item ORDER BY list_no"


def two_of_march(bench: Bench) -> tuple[Export, Export]:
    one, other = Export("1"), Export("2")
    one.release(bench)
    other.release(bench)
    bench.set_clock(APRIL)
    return one, other


def test_lists_are_asked_for_summed_up_and_told(bench: Bench) -> None:
    one, other = two_of_march(bench)
    (receipt,) = bench.send(summary(bench, "SUM1", [one.list_no, other.list_no], at=APRIL))
    assert told(bench, receipt) == ("accepted", [])
    assert bench.rows(LISTS) == [(one.list_no, "asked"), (other.list_no, "asked")]
    bench.send(summary_receipt("SUM1", "399", APRIL), channel="customs")
    bench.send(summary_result([(one.list_no, "XW1"), (other.list_no, "XW2")], APRIL), channel="customs")
    assert bench.rows(LISTS) == [(one.list_no, "summed"), (other.list_no, "summed")]
    assert bench.rows("SELECT state, sum_no, lists, month::text FROM clearance_summary") == [
        ("declared", "S40062021000000001", 2, "2021-03-01")
    ]
    assert bench.rows("SELECT entry_id, state FROM clearance_declaration") == [("400620210000000001", "R")]
    assert bench.rows("SELECT list_no, line_no FROM clearance_declaration_line ORDER BY 1") == [
        (one.list_no, 1), (other.list_no, 1),
    ]  # fmt: skip
    stages = state(bench)["stages"]
    assert isinstance(stages, dict) and {"summary", "summed"} <= set(stages)
    (event,) = bench.events("clearance.summary_declared")
    assert event["entry_id"] == "400620210000000001" and [line["list_no"] for line in event["lines"]] == [
        one.list_no,
        other.list_no,
    ]


def test_of_two_applications_for_one_list_the_first_wins(bench: Bench) -> None:
    one, other = two_of_march(bench)
    first, second = bench.send(
        summary(bench, "SUM1", [one.list_no], at=APRIL), summary(bench, "SUM2", [one.list_no, other.list_no], at=APRIL)
    )
    assert told(bench, first)[0] == "accepted" and told(bench, second) == ("refused", ["rule.summary.list_done"])
    bench.send(summary_receipt("SUM1", "100", APRIL), channel="customs")
    assert bench.rows(LISTS) == []
    (third,) = bench.send(summary(bench, "SUM3", [one.list_no, other.list_no], at=APRIL))
    assert told(bench, third) == ("accepted", [])


def test_a_change_holds_other_lists_and_a_deletion_none_until_customs_closed_it(bench: Bench) -> None:
    one, other = two_of_march(bench)
    bench.send(summary(bench, "SUM1", [one.list_no], at=APRIL))
    later = APRIL.replace(minute=5)
    bench.send(summary(bench, "SUM1", [other.list_no], at=later, appType="2"))
    assert bench.rows(LISTS) == [(other.list_no, "asked")]
    bench.send(summary(bench, "SUM1", [other.list_no], at=later.replace(minute=6), appType="3"))
    assert bench.rows(LISTS) == []
    bench.send(summary(bench, "SUM9", [one.list_no], at=APRIL))
    bench.send(summary_receipt("SUM9", "399", APRIL), channel="customs")
    (late,) = bench.send(summary(bench, "SUM9", [one.list_no], at=later, appType="3"))
    assert told(bench, late) == ("refused", ["rule.summary.answered"])
    assert bench.rows(LISTS) == [(one.list_no, "asked")]


@pytest.mark.parametrize(
    ("lists", "changes", "code"),
    [
        (["40062021E999999999"], {}, "rule.summary.list_unknown"),
        ([], {"startTime": "20210301000000"}, "rule.period"),
        ([], {"startTime": "20210331000000", "endTime": "20210301000000"}, "rule.period"),
        ([], {"startTime": "20210228000000", "endTime": "20210301000000"}, "rule.summary.period"),
        ([], {"startTime": "20210401000000", "endTime": "20210405000000"}, "rule.summary.early"),
        ([], {"startTime": "20210302000000", "endTime": "20210331000000"}, "rule.summary.nothing"),
        (["own", "own"], {}, "rule.summary.repeated"),
        (["own"], {"msgSeqNo": "2"}, "rule.split"),
        (["own"], {"customsCode": "2900"}, "rule.summary.list_foreign"),
    ],
)
def test_what_is_not_lawful_is_refused(bench: Bench, lists: list[str], changes: dict[str, str], code: str) -> None:
    one = Export("1")
    one.release(bench)
    bench.set_clock(APRIL)
    named = [one.list_no if name == "own" else name for name in lists] or [one.list_no]
    (receipt,) = bench.send(summary(bench, "SUM1", named, at=APRIL, **changes))
    assert told(bench, receipt) == ("refused", [code])
    assert bench.rows(LISTS) == []


def test_a_list_of_this_month_one_not_released_and_one_for_statistics_wait_or_need_none(bench: Bench) -> None:
    early, open_, simple = Export("1"), Export("2"), Export("3", head={"statisticsFlag": "A"})
    early.release(bench)
    open_.send(bench)
    simple.release(bench)
    (now,) = bench.send(summary(bench, "SUM1", [early.list_no], at=early.at))
    assert told(bench, now) == ("refused", ["rule.summary.early"])
    bench.send(open_.receipt("120", open_.at), channel="customs")
    bench.set_clock(APRIL)
    (then,) = bench.send(summary(bench, "SUM2", [open_.list_no, simple.list_no], at=APRIL))
    assert told(bench, then) == ("refused", ["rule.summary.list_state", "rule.summary.list_exempt"])


def test_a_period_takes_every_open_list_of_the_consignor(bench: Bench) -> None:
    one, other = two_of_march(bench)
    bench.send(summary(bench, "SUM1", [one.list_no], at=APRIL))
    whole = {"startTime": "20210301000000", "endTime": "20210331235959"}
    (receipt,) = bench.send(summary(bench, "SUM2", ["40062021E999999999"], at=APRIL, **whole))
    assert told(bench, receipt) == ("accepted", [])
    assert bench.rows("SELECT cop_no, lists FROM clearance_summary ORDER BY 1") == [("SUM1", 1), ("SUM2", 1)]
    assert bench.rows(LISTS) == [(one.list_no, "asked"), (other.list_no, "asked")]


def test_results_come_twice_and_out_of_order(bench: Bench) -> None:
    one, _ = two_of_march(bench)
    bench.send(summary(bench, "SUM1", [one.list_no], at=APRIL))
    later = APRIL.replace(hour=5)
    bench.send(summary_result([(one.list_no, "XW1")], later, state="R"), channel="customs")
    bench.send(summary_result([(one.list_no, "XW1")], APRIL, state="1", entry=""), channel="customs")
    bench.send(summary_result([(one.list_no, "XW1")], later, state="R"), channel="customs")
    assert bench.rows("SELECT entry_id, state FROM clearance_declaration") == [("400620210000000001", "R")]
    assert bench.rows("SELECT count(*) FROM clearance_declaration_line") == [(1,)]
    assert bench.rows(LISTS) == [(one.list_no, "summed")]


def test_what_was_summed_up_elsewhere_counts_and_strange_lists_are_kept_with_the_receipt(bench: Bench) -> None:
    one, _ = two_of_march(bench)
    bench.send(summary_result([(one.list_no, "XW1"), ("29002021E000000001", "X")], APRIL), channel="customs")
    assert bench.rows(LISTS) == [(one.list_no, "summed")]
    (receipt,) = bench.send(summary(bench, "SUM1", [one.list_no], at=APRIL))
    assert told(bench, receipt) == ("refused", ["rule.summary.list_done"])


def test_customs_answers_and_results_are_pushed_to_the_firms(bench: Bench) -> None:
    """702 and 792 as all receipts: to declarant and consignor, signed, official, with the list lines; strangers get none."""
    one, other = two_of_march(bench)
    bench.send(summary(bench, "SUM1", [one.list_no, other.list_no], at=APRIL))
    bench.send(summary_receipt("SUM1", "399", APRIL), channel="customs")
    result = summary_result([(one.list_no, "XW1"), (other.list_no, "XW2")], APRIL)
    bench.send(result, channel="customs")
    for firm in ("agent", "ebc", "logi"):
        with bench.connection.cursor() as cursor:
            told_ = [
                one
                for _, one in receipts.after(cursor, bench.firms[firm])
                if one.message in ("CEB702Message", "CEB792Message")
            ]
        if firm == "logi":
            assert told_ == []
            continue
        kinds = [(one.message, one.return_status) for one in told_]
        assert [kind for kind in kinds if kind != ("CEB702Message", "2")] == [
            ("CEB702Message", "399"),
            ("CEB792Message", "R"),
        ]
        last = told_[-1]
        read = parse(last.xml, on=APRIL.date())
        assert read.findings == [] and [line["invtNo"] for line in read.documents[0].lines] == [
            one.list_no,
            other.list_no,
        ]
        assert last.document_key == told_[-2].document_key and "400620210000000001" in last.info
    kept = bench.rows("SELECT parties FROM clearance_receipt WHERE name = 'CEB792Message'")
    assert {bench.firms["agent"], bench.firms["ebc"]} <= set(kept[0][0])


def test_customs_answers_and_results_go_out_to_the_firms_webhook(bench: Bench) -> None:
    """One kind, `receipt.created`, carries every receipt; 702 and 792 are among them, as official messages."""
    one, _ = two_of_march(bench)
    bench.send(summary(bench, "SUM1", [one.list_no], at=APRIL))
    hook, _ = subscribe(bench.connection, organisation=bench.firms["ebc"])
    bench.send(summary_receipt("SUM1", "399", APRIL), channel="customs")
    bench.send(summary_result([(one.list_no, "XW1")], APRIL), channel="customs")
    with bench.connection.cursor() as cursor:
        assert ledger.form(cursor, 2**62) == 1
        (due,) = [due for due in ledger.claim(cursor, places=8, troubled=4) if due.hook_id == hook]
    pushed = json.loads(due.content)
    assert pushed["type"] == ledger.CREATED
    told_ = {row["message"]: row for row in pushed["data"]["receipts"] if row["return_status"] in ("399", "R")}
    assert {"CEB702Message", "CEB792Message"} <= set(told_)
    last = told_["CEB792Message"]
    read = parse(base64.b64decode(last["xml"]), on=APRIL.date())
    assert read.findings == [] and [line["invtNo"] for line in read.documents[0].lines] == [one.list_no]
    assert "400620210000000001" in last["info"]


def test_a_result_without_an_application_here_is_told_to_its_firms(bench: Bench) -> None:
    one, _ = two_of_march(bench)
    bench.send(summary_result([(one.list_no, "XW1")], APRIL, sum_no="S40062021000000777"), channel="customs")
    with bench.connection.cursor() as cursor:
        found = [told_ for _, told_ in receipts.after(cursor, bench.firms["ebc"]) if told_.message == "CEB792Message"]
    assert [told_.document_key for told_ in found] == ["S40062021000000777+D40062021000000001"]
