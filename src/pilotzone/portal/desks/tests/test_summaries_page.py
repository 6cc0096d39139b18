"""汇总申报 on the pages and over the API: months and lights, the draft, declarations; for firms of the lists and for offices."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from pilotzone.exchange import clients
from pilotzone.kernel import clock
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.scope import scope
from pilotzone.kernel.access.units import load_units
from pilotzone.pipeline.tests.exports import Export, summary, summary_receipt, summary_result
from pilotzone.pipeline.tests.papers import Bench
from pilotzone.portal.desks.tests.test_changes_page import clerk

WHERE, APRIL = "/clearance/summary/", datetime(2021, 4, 6, 4, tzinfo=UTC)


@pytest.fixture(scope="module")
def zone(standing_zone: Bench) -> Bench:
    """Three lists of March: two open, one for statistics; the clock stands in April."""
    with scope(PLATFORM):
        load_units()
    zone = standing_zone
    zone.set_clock(datetime(2021, 3, 1, 12, tzinfo=UTC))
    for one in (Export("1"), Export("2"), Export("3", head={"statisticsFlag": "A"})):
        one.release(zone)
    zone.set_clock(APRIL)
    zone.connection.commit()
    clock.forget()
    return zone


def page(client: Client, where: str) -> str:
    answer = client.get(where)
    assert answer.status_code == 200, (where, answer.status_code)
    body: bytes = answer.content if not answer.streaming else b"".join(answer.streaming_content)
    return body.decode()


def test_months_tell_what_is_open_until_when_and_export(zone: Bench) -> None:
    agent = clerk(zone, "agent")
    shown = page(agent, WHERE)
    assert "2021-03" in shown and "2021-04-15" in shown and "tone-yellow" not in shown and "测试ebc" in shown
    csv = page(agent, f"{WHERE}export.csv")
    assert "2021-03" in csv and csv.count("\n") == 2
    assert "没有放行的出口清单" in page(clerk(zone, "pay"), WHERE)
    assert "2021-03" in page(clerk(zone, "customs_officer", "customs"), WHERE)
    for wrong in ("2021-13", "2021", "abcd-ef"):
        assert agent.get(f"{WHERE}{wrong}/").status_code == 404


def test_a_draft_of_what_stands_open_is_kept_to_be_signed(zone: Bench) -> None:
    agent = clerk(zone, "agent")
    where = f"{WHERE}2021-03/"
    shown = page(agent, where)
    assert "起草汇总申请" in shown and "免于汇总" in shown and shown.count("40062021E00000000") >= 3
    only = page(agent, f"{where}?standing=exempt")
    assert "40062021E000000003" in only and "40062021E000000001" not in only
    assert "40062021E000000001" in page(agent, f"{where}export.csv?standing=open")
    seller = zone.firms["ebc"]
    refused = agent.post(where, {"seller": str(seller), "customs": "2900"})
    assert refused.status_code == 422 and "clearance.summary.nothing" in refused.content.decode()
    early = agent.post(f"{WHERE}2021-04/", {"seller": str(seller), "customs": "4006"})
    assert early.status_code == 422 and "clearance.summary.early" in early.content.decode()
    done = agent.post(where, {"seller": str(seller), "customs": "4006", "by_producer": "1"})
    assert done.status_code == 302
    while zone.work().messages:
        pass
    zone.connection.commit()
    drafts = page(agent, "/enterprise/messages/drafts/")
    assert "CEB701Message" in drafts
    assert clerk(zone, "customs_officer", "customs").post(
        where, {"seller": str(seller), "customs": "4006"}
    ).status_code in (403, 422)


def test_declarations_and_each_list_say_where_they_stand(zone: Bench) -> None:
    lists = ["40062021E000000001", "40062021E000000002"]
    zone.send(summary(zone, "SUM1", lists, at=APRIL))
    zone.connection.commit()
    agent = clerk(zone, "agent")
    assert "SUM1" in page(agent, f"{WHERE}2021-03/") and "已申请汇总" in page(agent, f"{WHERE}2021-03/?standing=asked")
    zone.send(summary_receipt("SUM1", "399", APRIL), channel="customs")
    zone.send(summary_result([(one, f"XW{place}") for place, one in enumerate(lists, 1)], APRIL), channel="customs")
    zone.connection.commit()
    assert "400620210000000001" in page(agent, f"{WHERE}declarations/")
    ((number,),) = zone.rows("SELECT id FROM clearance_declaration")
    one = page(agent, f"{WHERE}declarations/{number}/")
    assert lists[0] in one and lists[1] in one
    assert "400620210000000001" in page(agent, f"{WHERE}declarations/export.csv")
    ((trade,),) = zone.rows("SELECT id FROM clearance_trade WHERE order_no = 'XO1'")
    shown = page(agent, f"/enterprise/trades/{trade}/")
    assert "400620210000000001" in shown and "CEB702Message" in shown and "CEB792Message" in shown
    ((simple,),) = zone.rows("SELECT id FROM clearance_trade WHERE order_no = 'XO3'")
    assert "免于汇总" in page(agent, f"/enterprise/trades/{simple}/")
    stranger = clerk(zone, "pay")
    assert stranger.get(f"{WHERE}declarations/{number}/").status_code == 404
    assert "400620210000000001" not in page(stranger, f"{WHERE}declarations/")


def test_the_api_tells_the_same(zone: Bench) -> None:
    with scope(PLATFORM), connection.cursor() as cursor:
        token = {"Authorization": f"Bearer {clients.issue(cursor, zone.firms['agent'], 'test')}"}
    client = Client()

    def get(where: str) -> Any:
        return json.loads(client.get(f"/api/v1/{where}", headers=token).content)

    (row,) = get("summaries")["months"]
    assert (row["month"], row["exempt"], row["total"], row["due"], row["light"]) == (
        "2021-03",
        1,
        3,
        "2021-04-15",
        row["light"],
    )
    assert [one["standing"] for one in get("summaries/2021-03/lists")["rows"]].count("exempt") == 1
    assert get("declarations")["total"] in (0, 1)
    asked = {"seller": zone.firms["ebc"], "customs": "2900"}
    refused = client.post(
        "/api/v1/summaries/2021-03", json.dumps(asked), content_type="application/json", headers=token
    )
    assert json.loads(refused.content)["code"] == "clearance.summary.nothing"
    assert client.get("/api/v1/summaries/2021-13/lists", headers=token).status_code == 422
    assert client.get("/api/v1/declarations/999999", headers=token).status_code == 404


def test_what_is_overdue_stands_in_the_to_do_lists_from_the_day_after(zone: Bench) -> None:
    """The 15th of May 2021 is a Saturday: the last day is Monday the 17th."""
    Export("9", at=APRIL).release(zone)
    agent, officer = clerk(zone, "agent"), clerk(zone, "customs_officer", "customs")
    for day, told in ((17, False), (18, True)):
        zone.set_clock(datetime(2021, 5, day, 4, tzinfo=UTC))
        zone.connection.commit()
        clock.forget()
        for who, where in ((agent, "/enterprise/"), (officer, "/officer/")):
            shown = page(who, where)
            assert ("2021年4月结关的1份出口清单" in shown and "已于2021-05-17到期，逾期1日" in shown) is told
            # by the day of this month: March's lists are overdue beside it where another worker declared them
            assert ("已于2021-05-17到期" in shown) is told
            assert not told or "逾期未汇总申报" in shown
    assert "逾期未汇总申报" not in page(clerk(zone, "pay"), "/enterprise/")
    agent.cookies["django_language"] = "en"
    shown = page(agent, "/enterprise/")
    assert "not summed up: 1, closed in 2021-04" in shown and "due on 2021-05-17, days overdue: 1" in shown


def test_a_summary_applied_for_late_stays_late_when_nothing_is_open_any_more(zone: Bench) -> None:
    """Lists of May 2021 are due on 15 June: what is applied for that night is in time, on the 18th it is three days late."""
    may = datetime(2021, 5, 19, 4, tzinfo=UTC)
    zone.set_clock(may)
    in_time, late = Export("91", at=may), Export("92", at=may)
    for one in (in_time, late):
        one.release(zone)
    numbers = dict(zone.rows("SELECT order_no, invt_no FROM clearance_trade WHERE order_no IN ('XO91', 'XO92')"))
    for name, order, moment in (
        ("LATE1", "XO91", datetime(2021, 6, 15, 15, 59, tzinfo=UTC)),
        ("LATE2", "XO92", datetime(2021, 6, 18, 4, tzinfo=UTC)),
    ):
        zone.set_clock(moment)
        zone.send(summary(zone, name, [numbers[order]], at=moment))
    zone.connection.commit()
    clock.forget()
    agent = clerk(zone, "agent")
    shown, one = page(agent, f"{WHERE}?until=2021-05"), page(agent, f"{WHERE}2021-05/")
    for told in (shown, one, page(agent, f"{WHERE}export.csv?until=2021-05")):
        assert "1份，最迟2021-06-18申请，逾期3日" in told
    agent.cookies["django_language"] = "en"
    assert "1, the latest on 2021-06-18; days late: 3" in page(agent, f"{WHERE}2021-05/")
    with scope(PLATFORM), connection.cursor() as cursor:
        token = {"Authorization": f"Bearer {clients.issue(cursor, zone.firms['agent'], 'late')}"}
    rows = json.loads(Client().get("/api/v1/summaries?until=2021-05", headers=token).content)["months"]
    found = next(row for row in rows if row["month"] == "2021-05")
    assert (found["late"], found["late_on"]) == (1, "2021-06-18")
