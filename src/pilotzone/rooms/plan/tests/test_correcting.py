"""Minutes and monthly reports that were given in are corrected by who may, with a reason; what stood before stays and the papers say so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from pilotzone.base.errors import Denied, Refused
from pilotzone.kernel import audit, paper_key
from pilotzone.kernel.access.actor import PLATFORM, Actor
from pilotzone.kernel.access.scope import scope
from pilotzone.kernel.access.units import load_units
from pilotzone.rooms.plan import api
from pilotzone.rooms.plan.models import Correction
from pilotzone.rooms.plan.tests.test_work_pages import text_of, words
from pilotzone.rooms.plan.tests.test_working import COMMERCE, COUNTY, CUSTOMS, FIRM, ITEMS, OFFICE, PLAN, WORK
from pilotzone.rooms.plan.web.filed import printed
from pilotzone.rooms.plan.web.layout import Sheet
from pilotzone.ui.paper import fonts, seal

pytestmark = pytest.mark.django_db
AT = datetime(2020, 2, 3, 8, tzinfo=UTC)
LATER = datetime(2020, 2, 10, 8, tzinfo=UTC)
JANUARY = date(2020, 1, 1)


@pytest.fixture(autouse=True)
def _units() -> None:
    with scope(PLATFORM):
        load_units()


def held() -> int:
    with scope(OFFICE):
        number = api.call(plan=PLAN, kind="quarterly", day=AT.date(), place="", chair="", agenda=ITEMS, at=AT)
        api.hold(meeting=number, minutes="原纪要", at=AT)
    return number


def sent(summary: str = "原小结") -> int:
    seen = api.overview(PLAN, AT.date())
    with scope(COMMERCE):
        body = api.subject_of(PLAN, WORK, AT.date(), COMMERCE.unit_path)
        assert body is not None
        must = {one["no"]: "在办" for one in api.facts_of(seen, body)["tasks"] if one["leads"]}
        return api.send_monthly(plan=PLAN, work=WORK, seen=seen, month=JANUARY, summary=summary, words=must, at=AT)


def corrected(number: int, actor: Actor = COMMERCE, *, summary: str = "新小结", reason: str = "数字写错") -> int:
    with scope(actor):
        report = api.monthly_report(PLAN, COMMERCE.unit_path, JANUARY)
        assert report is not None
        said = {int(task): text for task, text in report.words.items()}
        return api.correct_monthly(monthly=number, summary=summary, words=said, reason=reason, at=LATER)


def test_minutes_are_corrected_by_the_office_and_every_text_before_is_kept() -> None:
    number = held()
    with scope(OFFICE):
        assert api.correct_minutes(meeting=number, minutes="第二稿", reason="漏记一项", at=LATER) == 1
        assert api.correct_minutes(meeting=number, minutes="第三稿", reason="人名写错", at=LATER) == 2
        for minutes, reason, code in (
            ("第三稿", "再改", "unchanged"),
            ("第四稿", " ", "correction_reason"),
            (" ", "x", "minutes"),
        ):
            with pytest.raises(Refused) as refused:
                api.correct_minutes(meeting=number, minutes=minutes, reason=reason, at=LATER)
            assert refused.value.code == f"plan.{code}"
    with scope(COUNTY):
        found = api.meeting(PLAN, number)
        kept = api.corrections(meeting=number)
        assert found is not None and found["minutes"] == "第三稿"
        assert [(one.number, one.reason, one.before) for one in kept] == [
            (2, "人名写错", {"minutes": "第二稿"}), (1, "漏记一项", {"minutes": "原纪要"}),
        ]  # fmt: skip
    with scope(PLATFORM):
        lines = [line for line in audit.trail("plan.meeting", number) if line["action"] == "plan.minutes.correct"]
    assert sorted((line["role"], line["reason"]) for line in lines) == [
        ("zone_officer", "人名写错"),
        ("zone_officer", "漏记一项"),
    ]


def test_minutes_are_nobody_elses_to_correct_nor_before_the_meeting() -> None:
    number = held()
    for actor in (COMMERCE, COUNTY, FIRM):
        with scope(actor), pytest.raises(Denied):
            api.correct_minutes(meeting=number, minutes="别人的", reason="x", at=LATER)
    with scope(OFFICE):
        called = api.call(plan=PLAN, kind="extraordinary", day=LATER.date(), place="", chair="", agenda=ITEMS, at=AT)
        with pytest.raises(Refused, match=r"plan\.meeting_state"):
            api.correct_minutes(meeting=called, minutes="早了", reason="x", at=AT)


def test_a_body_corrects_its_own_report_and_the_day_it_was_sent_stays() -> None:
    number = sent()
    assert corrected(number) == 1
    for actor, code in ((CUSTOMS, "unit"), (COUNTY, "unit")):
        with pytest.raises(Refused) as refused:
            corrected(number, actor)
        assert refused.value.code == f"plan.{code}"
    with pytest.raises(Denied):
        corrected(number, OFFICE)
    with pytest.raises(Refused, match=r"plan\.unchanged"):
        corrected(number)
    with scope(COMMERCE), pytest.raises(Refused, match=r"plan\.(explain|words)"):
        api.correct_monthly(monthly=number, summary="x", words={99: "没有的任务"}, reason="x", at=LATER)
    with scope(OFFICE):
        row = api.monthly_report(PLAN, COMMERCE.unit_path, JANUARY)
        assert row is not None and (row.summary, row.sent_on) == ("新小结", AT.date())
        (kept,) = api.corrections(monthly=number)
        assert kept.before["summary"] == "原小结" and kept.before["words"] == row.words
        (stands,) = [one for one in api.monthly_standing(PLAN, WORK, JANUARY, LATER.date()) if one["corrected"]]
        assert stands["body"].path == COMMERCE.unit_path and stands["standing"].state == "on_time"


def test_who_corrects_after_a_colleague_is_told_and_overwrites_knowingly(login: Callable[[str, str], Client]) -> None:
    office, commerce = login("zone_officer", "zone"), login("liaison", "commerce")
    place = f"/plan/meetings/{held()}/"
    sent()
    report = "/plan/monthly/2020-01/zone.commerce/"
    said = {f"task-{task}": "在办" for task in range(1, 46) if f'name="task-{task}"' in text_of(commerce, report)}
    for client, page, where, field, more in (
        (office, place, f"{place}correct/", "corrected", {}),
        (commerce, report, report, "summary", said),
    ):
        assert 'name="shown" value="0"' in text_of(client, page)
        first = {**more, field: "同事先改的", "why": "漏记", "shown": "0"}
        assert client.post(where, first).status_code == 302
        late = client.post(where, first | {field: "后来者改的"})
        told = late.content.decode()
        assert late.status_code == 422 and "plan.correction_stale" in told and "后来者改的" in told
        assert "同事先改的" in text_of(client, page) and 'name="shown" value="1"' in told
        other = client.post(where, first | {field: "后来者改的", "why": ""}).content.decode()
        assert 'name="shown" value="0"' in other, "another refusal tells of no colleague, and the mark stays"
        assert client.post(where, first | {field: "后来者改的", "shown": "1"}).status_code == 302
        assert "后来者改的" in text_of(client, page)


def test_the_pdf_heads_its_decisions_as_the_word_file_does() -> None:
    sheet = Sheet(
        "纪要",
        [("二、会议纪要", ["同意。"]), ("三、议定事项", []), [["序号", "事项"], ["1", "办理"]]],
        "综试办",
        "2020年2月3日",
    )
    told = printed(sheet).as_dict()
    assert [table["title"] for table in told["tables"]] == ["二、会议纪要", "三、议定事项"]


def test_the_database_keeps_corrections_from_others_and_from_change() -> None:
    number, meeting = sent(), held()
    corrected(number)
    with scope(COMMERCE), connection.cursor() as cursor:
        cursor.execute("UPDATE plan_correction SET reason = 'x'")
        assert cursor.rowcount == 0
    for actor, of in (
        (COUNTY, {"monthly_id": number}),
        (OFFICE, {"monthly_id": number}),
        (COMMERCE, {"meeting_id": meeting}),
    ):
        with scope(actor), pytest.raises(DatabaseError), transaction.atomic():
            Correction.objects.create(**of, unit=COMMERCE.unit_path, number=9, before={}, reason="x", by=1, at=LATER)
    with scope(COUNTY), connection.cursor() as cursor:
        cursor.execute("UPDATE plan_monthly SET summary = 'x'")
        assert cursor.rowcount == 0
    for change in (
        """facts = '{"tasks": []}'""", "sent_on = '2020-01-31'", "sent_at = '2020-01-31'", "sent_by = 7", "month = '2019-12-01'",
        "plan = 'x'",
    ):  # fmt: skip
        refused = pytest.raises(DatabaseError, match="once it was sent")
        with scope(COMMERCE), refused, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE plan_monthly SET summary = 'x', {change} WHERE id = %s", [number])
    with scope(FIRM):
        assert api.corrections(monthly=number) == []


def test_pages_and_papers_say_that_they_are_corrected(login: Callable[[str, str], Client]) -> None:
    office, commerce, county = (
        login("zone_officer", "zone"),
        login("liaison", "commerce"),
        login("district_officer", "360111"),
    )
    number = held()
    place = f"/plan/meetings/{number}/"
    assert "（更正）" not in words(office.get(f"{place}minutes.docx").content)
    wrong = office.post(f"{place}correct/", {"corrected": "改过的纪要", "why": ""})
    assert wrong.status_code == 422 and "plan.correction_reason" in wrong.content.decode()
    assert "改过的纪要" in wrong.content.decode(), "what was typed stays"
    assert office.post(f"{place}correct/", {"corrected": "改过的纪要", "why": "人名写错"}).status_code == 302
    page = text_of(county, place)
    assert (
        all(word in page for word in ("改过的纪要", "人名写错", "第1次更正前的文本", "原纪要"))
        and "更正纪要" not in page
    )
    paper = words(office.get(f"{place}minutes.docx").content)
    assert (
        "纪要（更正）" in paper
        and "第1次更正" in paper
        and "人名写错" in paper
        and "改过的纪要" in paper
        and "原纪要" not in paper
    )
    sent()
    report = "/plan/monthly/2020-01/zone.commerce/"
    assert "更正本月报" in text_of(commerce, report) and "更正本月报" not in text_of(office, report)
    said = {f"task-{task}": "在办" for task in range(1, 46) if f'name="task-{task}"' in text_of(commerce, report)}
    assert commerce.post(report, said | {"summary": "改过的小结", "why": ""}).status_code == 422
    assert commerce.post(report, said | {"summary": "改过的小结", "why": "漏报"}).status_code == 302
    assert county.post(report, said | {"summary": "别人的", "why": "x"}).status_code in (403, 422)
    assert "原小结" in text_of(office, report) and "已更正" in text_of(office, "/plan/monthly/?month=2020-01")
    office.cookies["django_language"] = "en"
    english = text_of(office, "/plan/monthly/?month=2020-01")
    assert " (corrected)" in english and "（corrected" not in english
    office.cookies["django_language"] = "zh-hans"
    for where, more in ((f"{report}report.docx", "漏报"), ("/plan/monthly/report.docx?month=2020-01", "改过的小结")):
        told = words(office.get(where).content)
        assert "（更正）" in told and more in told and "原小结" not in told
    if fonts.found(Path("/nowhere")) is not None:
        for where in (f"{place}minutes.docx", f"{report}report.docx"):
            pdf = office.get(f"{where}?form=pdf").content
            assert seal.verify(pdf, paper_key.public()).state == seal.SOUND
