"""A bad self-report by page and by Excel: sent back with its code in both languages, nothing typed lost; a good correction is a revision."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pytest
import xlsxwriter
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from pilotzone.base.days import SHANGHAI
from pilotzone.kernel import clock
from pilotzone.kernel.access.actor import AGENCY, ENTERPRISE, PLATFORM, Actor
from pilotzone.kernel.access.models import Membership, Organisation, Unit
from pilotzone.kernel.access.scope import scope
from pilotzone.kernel.access.units import load_units
from pilotzone.rooms.statistics import api
from pilotzone.rooms.statistics.engine.collection.sheet import SHEET, TITLES
from pilotzone.rooms.statistics.models import Release, Report, ReportBefore
from pilotzone.rooms.statistics.operations.facts import replace
from pilotzone.rooms.statistics.tests.counting import UNITS, facts, listed

FIRM = Actor(kind=ENTERPRISE, organisation=901, role="ebc")
STATISTICIAN = Actor(kind=AGENCY, unit_path="zone.statistics", role="statistician")
KEYS = [field.key for field in api.forms()[-1].fields if field.key != "zero_report"]
GOOD = dict.fromkeys(KEYS, "0") | {"export_total": "5000.50", "export_9610": "5000.50", "orders": "12"}
TOP = 10**12
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
BAD: dict[str, tuple[dict[str, str], str, str, str]] = {
    "negative": ({"returns": "-3"}, "statistics.report.field", "不得为负", "is not negative"),
    "absurd": ({"export_total": f"{TOP + 1}", "export_9610": f"{TOP + 1}"}, "statistics.report.field", "请核对单位", "check the unit"),
    "no number": ({"orders": "十二"}, "statistics.report.field", "不是数", "is no number"),
    "missing": ({"orders": ""}, "statistics.report.field", "没有的填0", "0 where there is nothing"),
    "finer than a cent": ({"returns": "1e-99999"}, "statistics.report.field", "最多两位小数", "has two decimals at most"),
    "half an order": ({"orders": "1.5"}, "statistics.report.field", "须为整数", "is a whole number"),
    "parts do not add up": ({"export_total": "9"}, "statistics.report.hard", "之和须等于出口总额", "add up to the total"),
    "all zero unsaid": (dict.fromkeys(KEYS, "0"), "statistics.report.hard", "须选择零申报", "marked as a zero report"),
    "zero with value": ({"zero_report": "1"}, "statistics.report.hard", "零申报的各项须为0", "everything is 0"),
    "a thousand times": ({"export_total": "5000500", "export_9610": "5000500", "orders": "900"}, "statistics.report.note", "上月的100倍", "a hundred times the month before"),
}  # fmt: skip


@dataclass(frozen=True)
class Doors:
    """The firm, the statistician and a visitor of another firm, signed in; a way to set the day."""

    firm: Client
    office: Client
    other: Client
    on: Any


@pytest.fixture
def doors(db: None, monkeypatch: pytest.MonkeyPatch) -> Doors:
    def on(day: str) -> None:
        moment = datetime.combine(date.fromisoformat(day), datetime.min.time().replace(hour=9), SHANGHAI)
        monkeypatch.setattr(clock, "now", lambda: moment)
        monkeypatch.setattr(clock, "today", moment.date)

    on("2021-12-06")
    with scope(PLATFORM):
        load_units()
        for number in (901, 902):
            Organisation.objects.create(pk=number, name=f"（合成）{number}号", created_at=clock.now())
    return Doors(
        signed("ebc", organisation_id=901),
        signed("statistician", code="statistics"),
        signed("ebc", organisation_id=902),
        on,
    )


def signed(role: str, *, code: str = "", **where: Any) -> Client:
    client = Client()
    with scope(PLATFORM):
        person = get_user_model().objects.create_user(username=f"{role}{where}")
        place = {"unit": Unit.objects.get(code=code)} if code else where
        Membership.objects.create(person=person, role=role, valid_from=date(2019, 1, 1), **place)
    client.force_login(person, backend=BACKEND)
    return client


def file(client: Client, way: str, values: Mapping[str, str], month: str = "2021-11", **more: str) -> Any:
    """Report by the page or by a sheet typed into as a spreadsheet does."""
    if way == "page":
        return client.post(reverse("statistics_mine"), {"month": month, **values, **more})
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target)
    sheet = book.add_worksheet(SHEET)
    edition = api.forms()[-1].version
    for row, line in enumerate(
        [("报告期 Month", month), ("表式版本 Edition", edition), ("说明 Note", more.get("note", "")), (), TITLES]
    ):
        sheet.write_row(row, 0, line)
    for row, key in enumerate([*KEYS, "zero_report"], 5):
        sheet.write_row(row, 0, [key, "", "", "", values.get(key, "")])
    book.close()
    given = SimpleUploadedFile("report.xlsx", target.getvalue())
    return client.post(reverse("statistics_upload"), {"month": month, "file": given, "reason": more.get("reason", "")})


def kept() -> list[tuple[str, int, str]]:
    with scope(STATISTICIAN):
        return [
            (f"{one.month:%Y-%m}", one.revision, one.answers["export_total"])
            for one in Report.objects.order_by("month")
        ]


@pytest.mark.parametrize("way", ["page", "sheet"])
@pytest.mark.parametrize("why", BAD)
def test_a_bad_report_is_sent_back_in_both_languages_and_what_was_typed_stays(doors: Doors, why: str, way: str) -> None:
    change, code, zh, en = BAD[why]
    assert file(doors.firm, way, GOOD, month="2021-10", reason="迟报（合成）").status_code == 302
    for language, said in (("zh-hans", zh), ("en", en)):
        doors.firm.cookies["django_language"] = language
        answer = file(doors.firm, way, GOOD | change)
        page = answer.content.decode()
        named = {code, "statistics.sheet.cells"} if way == "sheet" and code == "statistics.report.field" else {code}
        assert answer.status_code == 422 and any(one in page for one in named) and said in page, (language, page[:4000])
        if why != "all zero unsaid":
            assert 'value="5000.50"' in page or f'value="{change.get("export_9610")}"' in page
    assert kept() == [("2021-10", 1, "5000.50")]


@pytest.mark.parametrize("way", ["page", "sheet"])
def test_a_zero_report_is_a_report_and_silence_is_named(doors: Doors, way: str) -> None:
    collection = reverse("statistics_collection")
    assert file(doors.firm, way, {"zero_report": "1"}).status_code == 302
    assert kept() == [("2021-11", 1, "0")]
    page = doors.office.get(collection, {"month": "2021-11"}).content.decode()
    assert "（合成）901号" in page and "按时" in page
    silent = doors.office.get(collection, {"month": "2021-10", "state": "overdue"}).content.decode()
    assert "（合成）901号" in silent and "已逾期" in silent


@pytest.mark.parametrize("way", ["page", "sheet"])
def test_an_absurd_figure_with_a_note_stands_marked_and_is_revised(doors: Doors, way: str) -> None:
    file(doors.firm, way, GOOD, month="2021-10")
    leap = GOOD | {"export_total": "5000500", "export_9610": "5000500", "orders": "900"}
    assert file(doors.firm, way, leap, note="大客户集中出货（合成）").status_code == 302
    page = doors.office.get(reverse("statistics_desk"), {"month": "2021-11"}).content.decode()
    assert "5000500" in page and "上月的100倍" in page
    told = doors.office.get(reverse("statistics_reports_export"), {"month": "2021-11"}).content.decode()
    assert "上月的100倍" in told and "大客户集中出货" in told
    assert file(doors.firm, way, GOOD).status_code == 302  # before the due day a correction needs no reason
    assert kept() == [("2021-10", 1, "5000.50"), ("2021-11", 2, "5000.50")]
    page = doors.office.get(reverse("statistics_revised"), {"month": "2021-11"}).content.decode()
    assert "5000500 → 5000.50" in page and "900 → 12" in page


@pytest.mark.parametrize("way", ["page", "sheet"])
@pytest.mark.parametrize("closed", ["due day", "published"])
def test_a_changed_past_month_is_a_revision_with_its_reason_and_loses_nothing(
    doors: Doors, closed: str, way: str
) -> None:
    assert file(doors.firm, way, GOOD).status_code == 302
    if closed == "due day":
        doors.on("2021-12-13")
    else:
        with scope(PLATFORM):
            Release.objects.create(
                month=date(2021, 11, 1), stage="preliminary", due_on=date(2021, 12, 3), state="published", consent="（合成）",
                published_on=date(2021, 12, 3), published_at=clock.now(), digest="0" * 64,
            )  # fmt: skip
    later = GOOD | {"export_total": "7000", "export_9610": "7000"}
    answer = file(doors.firm, way, later)
    page = answer.content.decode()
    assert answer.status_code == 422 and "statistics.report.reason" in page and 'value="7000"' in page
    assert kept() == [("2021-11", 1, "5000.50")]
    assert file(doors.firm, way, later, reason="漏计一批货（合成）").status_code == 302
    assert kept() == [("2021-11", 2, "7000")]
    own = doors.firm.get(reverse("statistics_mine"), {"month": "2021-11"}).content.decode()
    assert "漏计一批货（合成）" in own and "5000.50 → 7000" in own
    listed = doors.office.get(reverse("statistics_revised_export"), {"month": "2021-11"}).content.decode()
    assert "漏计一批货（合成）" in listed and "5000.50 → 7000" in listed
    assert "漏计" not in doors.other.get(reverse("statistics_mine"), {"month": "2021-11"}).content.decode()
    assert doors.firm.get(reverse("statistics_revised")).status_code == 403
    with scope(FIRM):
        assert ReportBefore.objects.get().answers["export_total"] == "5000.50"


@pytest.mark.parametrize("month", ["", "2021-13", "x", "0001-01", "9999-12", "2021-12", "2018-01"])
@pytest.mark.parametrize("way", ["page", "sheet"])
def test_a_month_that_cannot_be_reported_is_refused_and_no_other_is_taken_for_it(
    doors: Doors, way: str, month: str
) -> None:
    answer = file(doors.firm, way, GOOD, month=month)
    page = answer.content.decode()
    assert answer.status_code == 422 and ("statistics.report.month" in page or "statistics.report.closed" in page)
    assert kept() == []


@pytest.mark.parametrize("month", ["0001-01", "9999-12", "2000-01", "2099-12", "２０２１"])
@pytest.mark.parametrize(
    "page", ["mine", "sheet", "collection", "mirror", "revised", "measured", "desk", "reports_export"]
)
def test_no_month_in_an_address_breaks_a_page(doors: Doors, page: str, month: str) -> None:
    client = doors.firm if page in ("mine", "sheet") else doors.office
    assert client.get(reverse(f"statistics_{page}"), {"month": month}).status_code in (200, 422)


def test_a_month_without_data_says_so_everywhere(doors: Doors) -> None:
    asked = {"month": "2021-11"}
    told = {
        name: doors.office.get(reverse(f"statistics_{name}"), asked).content.decode()
        for name in ("desk", "collection", "mirror", "revised")
    }
    assert "本月还没有企业申报。" in told["desk"] and "这一月没有应报的企业。" in told["collection"]
    assert "这一月没有可比对的数。" in told["mirror"] and "没有符合条件的记录。" in told["revised"]
    assert "还没有公布的月份" in doors.other.get(reverse("statistics")).content.decode()


def test_a_firm_that_moved_is_counted_in_the_district_of_each_day_and_mirrored_once(doors: Doors) -> None:
    """Two trades before and one after the move within the month: districts by day, the firm's report beside both together."""
    trades = [listed(n, firm=901, flow="E", unit=UNITS[n > 2], amount="1000.00", day=n) for n in (1, 2, 3)]
    with scope(PLATFORM):
        replace([one.trade for one in trades], facts(*trades))
        rows = api.ask(coverage="registered", by="unit", first=date(2021, 11, 1), last=date(2021, 11, 1))
    assert {row.code: row.cny for row in rows} == {UNITS[0]: 2000, UNITS[1]: 1000}
    said = {"export_total": "3000", "export_9610": "3000", "orders": "3"}
    assert file(doors.firm, "page", GOOD | said).status_code == 302
    page = doors.office.get(reverse("statistics_mirror"), {"month": "2021-11"}).content.decode()
    assert page.count("3,000.00") >= 3 and "相符" in page
    table = doors.office.get(
        reverse("statistics_explore"), {"by": "unit", "coverage": "registered", "first": "2021-11", "last": "2021-11"}
    )
    assert "2,000.00" in table.content.decode() and "1,000.00" in table.content.decode()
