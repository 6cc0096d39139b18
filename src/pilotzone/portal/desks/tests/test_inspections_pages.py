"""The pages of joint inspection: an inspector's whole visit, a phone's sync, who is let in, bad input, the public study."""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from pilotzone.base.days import SHANGHAI
from pilotzone.kernel import clock
from pilotzone.kernel.access.actor import AGENCY, PLATFORM, Actor
from pilotzone.kernel.access.models import Organisation, Person
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.clearance import api as clearance

pytestmark = pytest.mark.django_db
WHERE = "/risk/inspections/"
NOW = datetime(2021, 3, 10, 9, 5, tzinfo=SHANGHAI)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
RELEASE = {"supervision": "passed", "quarantine": "passed", "outcome": "release", "findings": ""}


@pytest.fixture
def order(firms: dict[str, Organisation], monkeypatch: pytest.MonkeyPatch) -> int:
    """An order of 甲公司's, raised by customs' receipt."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    monkeypatch.setattr(clock, "today", NOW.date)
    firm = firms["甲公司"].pk
    row = clearance.inspections.Seen(
        77, "inspection", "I", "9610", "4006", {"orderNo": "ORDER-77", "logisticsNo": "WAY-77", "invtNo": "INVT-77"},
        {"ebc": firm, "logi": 3}, [firm], "100.00",
    )  # fmt: skip
    with scope(PLATFORM):
        clearance.inspections.take([row], NOW)
        (told,) = clearance.inspections.listed({"number": "WAY-77"})["rows"]
    return int(told["id"])


def version(client: Client, number: int) -> str:
    found = re.search(r'name="version" value="(\d+)"', client.get(f"{WHERE}{number}/").content.decode())
    assert found is not None
    return found[1]


def act(client: Client, number: int, verb: str, **fields: str) -> int:
    return client.post(f"{WHERE}{number}/", {"verb": verb, "version": version(client, number), **fields}).status_code


def opened(client: Client, number: int) -> None:
    page = client.get(f"{WHERE}{number}/?on=2021-03-11").content.decode()
    slot = re.search(r'<option value="(1@[^"]+)"', page)
    assert slot is not None, page
    assert act(client, number, "schedule", slot=slot[1]) == 302
    assert act(client, number, "open") == 302


def test_one_visit_from_the_queue_to_both_results(order: int, signed_in: Callable[..., Client]) -> None:
    inspector, firm = signed_in("customs_inspector", "customs"), signed_in("ebc", "甲公司")
    assert "WAY-77" in inspector.get(WHERE).content.decode()
    assert act(inspector, order, "join", agency="samr") == 302
    early = firm.get(f"{WHERE}{order}/notice/", follow=True)
    assert early.status_code == 422 and "paper.not_yet" in early.content.decode()
    opened(inspector, order)
    notice = firm.get(f"{WHERE}{order}/notice/", follow=True).content.decode()
    assert (
        "2021-03-11 08:30–09:00" in notice and "查验位" in notice and "市场监管" in notice and "规则命中" not in notice
    )
    (code,) = set(re.findall(r"/verify/([0-9A-Z-]{23})/", notice))
    assert "有效" in Client().get(f"/verify/{code}/").content.decode()
    assert act(inspector, order, "conclude", supervision="passed", quarantine="", outcome="release") == 422
    assert act(inspector, order, "conclude", **RELEASE) == 302
    after = firm.get(f"/papers/inspection/{order}/").content.decode()
    assert "查验结果" in after and "放行" in after
    told = inspector.get(f"{WHERE}{order}/").content.decode()
    assert "已办结" in told and told.count("未见异常") >= 2 and "第1次开箱" in told
    listed = firm.get(WHERE).content.decode()
    assert "WAY-77" in listed and "放行" in listed
    assert "WAY-77" in inspector.get(f"{WHERE}export.csv?number=INVT-77").content.decode()
    assert "WAY-77" not in inspector.get(f"{WHERE}?state=selected").content.decode()


def test_a_phone_sends_what_it_kept_once_and_a_conflict_is_told(order: int, signed_in: Callable[..., Client]) -> None:
    inspector = signed_in("customs_inspector", "customs")
    opened(inspector, order)
    page = inspector.get(f"{WHERE}{order}/capture/").content.decode()
    assert f'data-capture="{order}"' in page and "desks/capture" in page and "<script>" not in page
    stands, key = version(inspector, order), str(uuid.uuid4())

    def picture(**more: str) -> tuple[int, dict[str, object]]:
        body = {
            "key": key, "kind": "photo", "sha256": hashlib.sha256(PNG).hexdigest(), "name": "a.png",
            "taken_at": NOW.isoformat(), "file": SimpleUploadedFile("a.png", PNG, "image/png"), **more,
        }  # fmt: skip
        answer = inspector.post(f"{WHERE}{order}/picture/", body)
        return answer.status_code, answer.json()

    status, first = picture()
    assert (status, first["again"]) == (200, False)
    assert picture() == (200, {"id": first["id"], "again": True})
    assert picture(key=str(uuid.uuid4()), sha256="0" * 64)[0] == 422
    assert picture(key="none")[1]["code"] == "desk.key"
    assert (
        inspector.post(
            f"{WHERE}{order}/sync/", {"key": key, "version": stands, **RELEASE, "quarantine": ""}
        ).status_code
        == 422
    )
    done = inspector.post(f"{WHERE}{order}/sync/", {"key": key, "version": stands, **RELEASE})
    assert (done.status_code, done.json()["state"]) == (200, "done")
    again = inspector.post(f"{WHERE}{order}/sync/", {"key": key, "version": stands, **RELEASE})
    assert again.json() == done.json()
    other = inspector.post(f"{WHERE}{order}/sync/", {"key": str(uuid.uuid4()), "version": stands, **RELEASE})
    assert (other.status_code, other.json()["code"], other.json()["stands"]["outcome"]) == (
        409,
        "rule.inspection.moved",
        "放行",
    )
    shown = inspector.get(f"{WHERE}pictures/{first['id']}/")
    assert (shown.content, shown["Content-Type"], shown["X-Content-Type-Options"]) == (PNG, "image/png", "nosniff")
    assert "查看" in inspector.get(f"{WHERE}pictures/{first['id']}/custody/").content.decode()
    for role, body in (("ebc", "甲公司"), ("zone_officer", "zone")):
        assert signed_in(role, body).get(f"{WHERE}pictures/{first['id']}/").status_code in (403, 404)


def test_who_is_let_in(order: int, signed_in: Callable[..., Client]) -> None:
    pages = {
        WHERE: {"customs_inspector", "customs_control", "zone_officer", "ebc", "agency_officer"},
        f"{WHERE}{order}/": {"customs_inspector", "customs_control", "zone_officer", "ebc"},
        f"{WHERE}{order}/capture/": {"customs_inspector"},
        f"{WHERE}selection/": {"customs_inspector", "customs_control", "rule_writer", "rule_approver"},
        f"{WHERE}coverage/": {"customs_inspector", "customs_control", "zone_officer", "ebc"},
        "/risk/liaison/": {"customs_officer", "zone_officer", "liaison"},
    }
    bodies = {
        "zone_officer": "zone",
        "ebc": "甲公司",
        "agency_officer": "samr",
        "rule_writer": "zone",
        "rule_approver": "zone",
        "liaison": "commerce",
        "leader": "zone",
    }
    everybody = {*bodies, "customs_inspector", "customs_control", "customs_officer"}
    pages[WHERE] |= {
        "customs_officer",
        "rule_writer",
        "rule_approver",
        "liaison",
    }  # agencies, to whom the list is empty
    pages[f"{WHERE}{order}/"] |= {"customs_officer"}
    pages[f"{WHERE}coverage/"] |= {"customs_officer"}
    clients = {role: signed_in(role, bodies.get(role, "customs")) for role in everybody}
    for path, let_in in pages.items():
        answers = {role: client.get(path).status_code for role, client in clients.items()}
        assert {role for role, status in answers.items() if status == 200} == let_in, (path, answers)
        assert set(answers.values()) <= {200, 403, 404}, (path, answers)
        assert Client().get(path).status_code in (302, 403), path
    assert "WAY-77" not in clients["agency_officer"].get(WHERE).content.decode()
    assert "WAY-77" not in signed_in("ebc", "乙公司").get(WHERE).content.decode()
    for role in ("customs_control", "ebc", "zone_officer"):
        assert (
            clients[role]
            .post(f"{WHERE}{order}/", {"verb": "schedule", "version": "1", "slot": "1@2021-03-11T08:30:00+08:00"})
            .status_code
            == 403
        )


@pytest.mark.parametrize(
    "fields",
    [
        {"verb": "schedule", "version": "1", "slot": ""}, {"verb": "schedule", "version": "1", "slot": "9@2021-03-11T08:30"},
        {"verb": "schedule", "version": "1", "slot": "1@yesterday"}, {"verb": "schedule", "version": "99999999999", "slot": "1@x"},
        {"verb": "open", "version": "1"}, {"verb": "conclude", "version": "1"}, {"verb": "join", "version": "1", "agency": "\0"},
        {"verb": "schedule", "version": "1", "slot": "1@2021-03-11T08:30:00+08:00", "minutes": "-5"}, {"verb": "reopen", "version": "1"},
        {"verb": "schedule", "version": "1", "slot": "1@9999-12-31T23:59:00+08:00"},
    ],
    ids=str,
)  # fmt: skip
def test_bad_input_is_refused_and_nothing_changes(
    order: int, signed_in: Callable[..., Client], fields: dict[str, str]
) -> None:
    inspector = signed_in("customs_inspector", "customs")
    answer = inspector.post(f"{WHERE}{order}/", fields)
    assert (answer.status_code, "rule.inspection." in answer.content.decode()) == (422, True)
    with scope(PLATFORM):
        told = clearance.inspections.told(order)
    assert (told["state"], told["version"], told["openings"]) == ("selected", 1, 0)


def test_the_firm_objects_and_reads_the_answer(order: int, signed_in: Callable[..., Client]) -> None:
    inspector, firm = signed_in("customs_inspector", "customs"), signed_in("ebc", "甲公司")
    opened(inspector, order)
    assert (
        act(
            inspector,
            order,
            "conclude",
            supervision="problem",
            quarantine="passed",
            outcome="hold",
            findings="数量不符",
        )
        == 302
    )
    assert firm.post(f"{WHERE}{order}/", {"verb": "object", "words": "以装箱单为准"}).status_code == 302
    assert "等待海关答复" in firm.get(f"{WHERE}{order}/").content.decode()
    with scope(PLATFORM):
        (made,) = clearance.inspections.told(order)["objections"]
    answer = inspector.post(
        f"{WHERE}{order}/", {"verb": "answer", "objection": str(made["id"]), "upheld": "1", "words": "成立"}
    )
    assert (answer.status_code, "rule.inspection.answer" in answer.content.decode()) == (422, True)


def test_rules_are_written_by_one_and_approved_by_another(order: int, signed_in: Callable[..., Client]) -> None:
    writer, approver, control = (
        signed_in("rule_writer", "zone"),
        signed_in("rule_approver", "zone"),
        signed_in("customs_control", "customs"),
    )
    path = f"{WHERE}selection/"
    assert "近一年命中率" in writer.get(path).content.decode()
    bad = writer.post(path, {"verb": "write", "since": "2021-04-01", "body": "editions: ["})
    assert (bad.status_code, "rule.inspection.rules" in bad.content.decode()) == (422, True)
    body = "editions: [{name: z.v2, from: 2021-01-01, threshold: 5, control: '0.01', rules: [{key: a, weight: 5, zh: 甲, en: a, when: [{fact: flow, op: eq, value: E}]}]}]"
    assert writer.post(path, {"verb": "write", "since": "2021-03-10", "body": body, "note": "试行"}).status_code == 302
    found = re.search(r'name="edition" value="(\d+)"', approver.get(path).content.decode())
    assert found is not None
    assert writer.post(path, {"edition": found[1], "approve": "1"}).status_code == 403
    assert approver.post(path, {"edition": found[1], "approve": "1"}).status_code == 302
    assert "z.v2" in control.get(path).content.decode()
    assert control.get(f"{path}export.csv")["Content-Type"].startswith("text/csv")
    assert writer.get(f"{path}export.csv").status_code == 403
    assert control.get(f"{path}{2**63}/").status_code == 404
    assert control.post(path, {"verb": "control", "trade": "12", "reason": "x"}).status_code == 404, "no such trade"


@pytest.mark.parametrize("day", ["2021-13-40", "", "明天"])
def test_a_day_nobody_can_read_begins_nothing_and_stays_typed(
    order: int, signed_in: Callable[..., Client], day: str
) -> None:
    rules = "editions: [{name: z.v3, from: 2021-01-01, threshold: 5, control: '0.01', rules: [{key: a, weight: 5, zh: 甲, en: a, when: [{fact: flow, op: eq, value: E}]}]}]"
    writer, inspector = signed_in("rule_writer", "zone"), signed_in("customs_inspector", "customs")
    kept = inspector.get(f"{WHERE}coverage/").content.decode()
    facility = re.findall(r'<option value="([^"]+)"', kept.split('name="facility"')[1].split("</select>")[0])[-1]
    for client, path, form in (
        (writer, f"{WHERE}selection/", {"verb": "write", "body": rules, "note": "试行某某"}),
        (inspector, f"{WHERE}coverage/", {"site": "none", "facility": facility, "note": "试行某某"}),
    ):
        answer = client.post(path, form | {"since": day})
        page = answer.content.decode()
        assert answer.status_code == 422 and "desk.day" in page and 'value="试行某某"' in page, path
        (field,) = re.findall(r'<input[^>]*name="since"[^>]*>', page)
        assert f'value="{day}"' in field and day in page.split('role="alert"')[1].split("</p>")[0]
    assert re.search(rf'<option[^>]*value="{facility}"[^>]*selected', page)
    assert "z.v3" not in writer.get(f"{WHERE}selection/").content.decode()
    with scope(PLATFORM):
        assert not clearance.inspections.written()["rows"]


def test_editions_handed_in_go_page_by_page(order: int, signed_in: Callable[..., Client]) -> None:
    writer = signed_in("rule_writer", "zone")
    with scope(Actor(kind=AGENCY, unit_path="zone")), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO clearance_inspectionrules (note, since, body, written_by_id, written_at, approved, decided_at, reason)"
            " SELECT '第' || n || '稿', %(on)s::date, 'editions: []', %(by)s, %(on)s, false, %(on)s, '' FROM generate_series(0, 51) n",
            {"on": NOW, "by": Person.objects.get(username="rule_writer-zone").pk},
        )
    first, second, last = (
        writer.get(f"{WHERE}selection/?state=passed_on&editions={n}").content.decode() for n in (1, 2, 99)
    )
    assert first.count('<pre class="long"') == 50 and "第51稿" in first and "第0稿" not in first
    assert 'rel="next" href="?state=passed_on&amp;editions=2"' in first and 'rel="prev"' in second
    assert "第0稿" in second and "第0稿" in last
    decider = signed_in("rule_approver", "zone")
    with scope(Actor(kind=AGENCY, unit_path="zone")), connection.cursor() as cursor:
        cursor.execute("UPDATE clearance_inspectionrules SET approved = NULL, decided_at = NULL WHERE note = '第0稿'")
        cursor.execute("SELECT id FROM clearance_inspectionrules WHERE note = '第0稿'")
        ((number,),) = cursor.fetchall()
    asked = "state=passed_on&editions=2"
    answer = decider.post(f"{WHERE}selection/?{asked}", {"edition": number, "approve": "0", "reason": "不合适"})
    assert answer["Location"] == f"{WHERE}selection/?{asked}", "who decided on a page goes on there"


def test_a_proposal_tells_what_each_rule_saw_in_words(order: int, signed_in: Callable[..., Client]) -> None:
    hit = {"key": "new", "zh": "新企业", "en": "New", "weight": 30, "seen": {"firm_days": "7", "flow": "I"}}
    with scope(PLATFORM), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO clearance_inspectionproposal"
            " (trade_id, order_no, flow, customs_code, edition, score, hits, control, state, made_at, reason)"
            " VALUES (78, 'ORDER-78', 'I', '4006', 'z.v1', 30, %s, false, 'lapsed', %s, '') RETURNING id",
            (json.dumps([hit]), NOW),
        )
        number = cursor.fetchone()[0]
    page = signed_in("customs_control", "customs").get(f"{WHERE}selection/{number}/").content.decode()
    assert "电商企业登记天数" in page and "进口" in page and "firm_days" not in page


def test_liaison_from_opening_to_closing(order: int, signed_in: Callable[..., Client]) -> None:
    officer = signed_in("customs_officer", "customs")
    assert officer.post("/risk/liaison/", {"port": "ningbo", "subject": "", "words": "x"}).status_code == 422
    made = officer.post("/risk/liaison/", {"port": "ningbo", "subject": "封志核对", "words": "请协助"})
    assert made.status_code == 302
    case = made["Location"]
    assert "2021-03-17" in officer.get(case).content.decode()
    assert officer.post(case, {"verb": "close"}).status_code == 422
    assert officer.post(case, {"words": "已核对"}).status_code == 302
    assert officer.post(case, {"verb": "close"}).status_code == 302
    assert (
        officer.post(
            "/risk/liaison/", {"verb": "contact", "port": "xiamen", "name": "（合成）联系人", "phone": "000"}
        ).status_code
        == 302
    )
    told = officer.get("/risk/liaison/").content.decode()
    assert "（合成）联系人" in told and "封志核对" in told
    assert "封志核对" in officer.get("/risk/liaison/export.csv").content.decode()
    assert officer.get("/risk/liaison/999999/").status_code == 404


def test_everybody_reads_the_study_and_the_coverage(order: int) -> None:
    nobody = Client()
    assert "还没有可公布的月份" in nobody.get("/release-times/").content.decode()
    with scope(PLATFORM):
        clearance.inspections.publish_month((NOW - timedelta(days=30)).date().replace(day=1))
    told = nobody.get("/release-times/?month=2021-02&way=I9999&site=zz").content.decode()
    assert "2021-02" in told and "南昌综合保税区" in told and "少于5票" in told
    assert nobody.get("/release-times/?month=%00").status_code == 200
    assert "月份" in nobody.get("/release-times/export.csv").content.decode()
    assert nobody.get("/api/v1/release-times?month=2021-02").json()["released"] == 0
    assert nobody.get("/api/v1/release-times?month=2020-01").status_code == 404
    joint = nobody.get("/api/v1/joint-inspection").json()
    assert (joint["sites"], joint["covered"]) == (5, 0)
    assert nobody.get("/api/v1/inspections").status_code == 401


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("zh-hans", "4,447票中12票两端的时点齐全"),
        ("en", "12 of 4,447 trades have both events"),
    ],
)
def test_a_stage_hardly_told_says_how_many_of_how_many_and_why(order: int, language: str, said: str) -> None:
    month = date(2021, 2, 1)
    figures = {
        "papers": (4447, 0),
        "platform": (12, 4435),
        "taking": (0, 4447),
        "release": (3000, 1447),
        "review": (0, 0),
    }
    with scope(PLATFORM), connection.cursor() as cursor:
        clearance.inspections.publish_month(month)
        cursor.execute("DELETE FROM clearance_releasestudy WHERE month = %s", [month])
        cursor.executemany(
            "INSERT INTO clearance_releasestudy (month, way, site, stage, n, missing) VALUES (%s, '*', '*', %s, %s, %s)",
            [(month, stage, *counts) for stage, counts in figures.items()],
        )
    nobody = Client()
    nobody.cookies["django_language"] = language
    page = nobody.get("/release-times/?month=2021-02").content.decode()
    assert said in page and ("4,447票中0票" in page or ": 0 of 4,447" in page)
    assert page.count("4,447票中") + page.count("of 4,447 trades") == 2, "only the two stages most trades do not tell"


def test_a_firm_asks_the_api_for_its_own(order: int, signed_in: Callable[..., Client]) -> None:
    own, other = signed_in("ebc", "甲公司"), signed_in("ebc", "乙公司")
    (row,) = own.get("/api/v1/inspections?number=WAY-77").json()["rows"]
    assert (row["state"], row["waybill"], row["openings"]) == ("selected", "WAY-77", 0)
    assert other.get("/api/v1/inspections").json()["total"] == 0
    assert own.get("/api/v1/inspections?state=lost").status_code == 422
