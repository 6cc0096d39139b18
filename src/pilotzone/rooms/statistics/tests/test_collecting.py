"""A firm reports by Excel or page, is reminded by working days, and its figures are compared where only statisticians see it."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from pilotzone.base.days import SHANGHAI
from pilotzone.base.errors import Denied, Refused
from pilotzone.kernel.access.actor import AGENCY, DISTRICT, ENTERPRISE, PLATFORM, ZONE, Actor
from pilotzone.kernel.access.models import Organisation
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.statistics import api
from pilotzone.rooms.statistics.engine.collection.due import LATE, NEAR, ON_TIME, OPEN, OVERDUE, due_on, standing
from pilotzone.rooms.statistics.engine.collection.sheet import SHEET
from pilotzone.rooms.statistics.models import Reminder
from pilotzone.rooms.statistics.operations.facts import replace
from pilotzone.rooms.statistics.tests.counting import UNITS, facts, listed
from pilotzone.rooms.statistics.tests.test_releases import STATISTICIAN

NOVEMBER = date(2021, 11, 1)
FIRM = Actor(kind=ENTERPRISE, organisation=901, role="ebc")
ANSWERS = {
    "export_total": "1000.50", "export_9610": "1000.50", "export_1210": "0", "export_9710": "0", "export_9810": "0", "export_other": "0",
    "import_total": "0", "import_9610": "0", "import_1210": "0", "orders": "12", "returns": "0", "zero_report": "",
}  # fmt: skip


def at(day: int) -> datetime:
    return datetime(2021, 12, day, 9, tzinfo=SHANGHAI)


def working(day: date) -> bool:
    return day.weekday() < 5


def filled(values: Mapping[str, str], month: str = "2021-11", edition: str = "zone-monthly-1") -> bytes:
    """The platform's own sheet with other values."""
    raw = api.written_sheet(api.forms()[-1], date.fromisoformat(f"{month}-01"), values, "合成", {"表号": "示例"})
    if edition == "zone-monthly-1":
        return raw
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target)
    sheet = book.add_worksheet(SHEET)
    for number, row in enumerate(CalamineWorkbook.from_filelike(io.BytesIO(raw)).get_sheet_by_name(SHEET).to_python()):
        sheet.write_row(number, 0, [edition if cell == "zone-monthly-1" else cell for cell in row])
    book.close()
    return target.getvalue()


@pytest.fixture
def firms(db: None) -> None:
    with scope(PLATFORM):
        for number in (901, 902):
            Organisation.objects.create(pk=number, name=f"（合成）{number}号", created_at=at(1))
        lists = [
            listed(n, firm=901 + n % 2, flow="E", unit=UNITS[0], amount="500.00", customs="4010" if n < 20 else "5100")
            for n in range(1, 25)
        ]
        replace([one.trade for one in lists], facts(*lists))


@pytest.mark.parametrize(
    ("filed", "on", "state", "days"),
    [
        (None, date(2021, 12, 1), OPEN, 7),
        (None, date(2021, 12, 7), NEAR, 3),
        (None, date(2021, 12, 10), NEAR, 0),
        (None, date(2021, 12, 13), OVERDUE, 1),
        (date(2021, 12, 10), date(2021, 12, 20), ON_TIME, 0),
        (date(2021, 12, 14), date(2021, 12, 20), LATE, 2),
    ],
)
def test_a_report_stands_by_working_days(filed: date | None, on: date, state: str, days: int) -> None:
    found = standing(due_on(NOVEMBER, 10, working), filed, on, working)
    assert (found.state, found.due, found.days) == (state, date(2021, 12, 10), days)


def test_a_due_day_on_a_weekend_moves_to_the_next_working_day() -> None:
    assert due_on(date(2021, 9, 1), 10, working) == date(2021, 10, 11)


def test_the_sheet_comes_back_as_it_went_out() -> None:
    found = api.read_sheet(filled(ANSWERS), api.forms()[-1], NOVEMBER)
    assert found.typed == ANSWERS and found.note == "合成" and found.month == NOVEMBER


def test_every_faulty_cell_is_named() -> None:
    wrong = ANSWERS | {"export_9610": "abc", "orders": "1.5", "returns": "-3"}
    with pytest.raises(Refused) as refused:
        api.read_sheet(filled(wrong), api.forms()[-1], NOVEMBER)
    assert refused.value.code == "statistics.sheet.cells"
    assert len(refused.value.fields) == 3 and all(cell.startswith("E") for cell in refused.value.fields)
    assert any("不是数" in why for why in refused.value.fields.values())


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "statistics.sheet.file"),
        (b"PK\x03\x04 broken", "statistics.sheet.file"),
        (filled(ANSWERS, month="2021-10"), "statistics.sheet.other"),
        (filled(ANSWERS, edition="zone-monthly-0"), "statistics.sheet.other"),
    ],
)
def test_a_foreign_sheet_is_refused(raw: bytes, code: str) -> None:
    with pytest.raises(Refused) as refused:
        api.read_sheet(raw, api.forms()[-1], NOVEMBER)
    assert refused.value.code == code


def test_a_firm_reports_is_reminded_once_and_compared(firms: None) -> None:
    with scope(FIRM):
        told = api.read_sheet(filled(ANSWERS), api.forms()[-1], NOVEMBER)
        assert api.report(month=NOVEMBER, typed=told.typed, note=told.note, at=at(9), today=date(2021, 12, 9)) == 1
        assert api.own_standing(901, NOVEMBER, date(2021, 12, 20)).state == ON_TIME
    with scope(STATISTICIAN):
        rows = {row.firm: row for row in api.asked(NOVEMBER, date(2021, 12, 9))}
        assert [rows[901].standing.state, rows[902].standing.state] == [ON_TIME, NEAR]
        with pytest.raises(Refused) as refused:
            api.remind(month=NOVEMBER, firms=None, at=at(1), today=date(2021, 12, 1))
        assert refused.value.code == "statistics.remind.early"
        assert api.remind(month=NOVEMBER, firms=None, at=at(9), today=date(2021, 12, 9)) == 1
        assert api.remind(month=NOVEMBER, firms=None, at=at(10), today=date(2021, 12, 10)) == 0
        beside = {(row.firm, row.field): row for row in api.mirrored(NOVEMBER, date(2021, 12, 20))}
    own = beside[901, "export_9610"]
    assert (own.own, own.port, own.platform, own.found.verdict) == (
        Decimal("1000.50"),
        Decimal(4500),
        Decimal(6000),
        "port_wins",
    )
    assert beside[902, "export_9610"].found.verdict == "missing"
    with scope(Actor(kind=ENTERPRISE, organisation=902, role="ebc")):
        assert api.reminded(902, NOVEMBER) == date(2021, 12, 9)
        assert Reminder.objects.count() == 1
    with scope(FIRM):
        assert Reminder.objects.count() == 0


@pytest.mark.parametrize(
    "actor",
    [
        Actor(kind=AGENCY, unit_path="zone.customs", role="customs_officer"), Actor(kind=ZONE, unit_path="zone", role="zone_officer"),
        Actor(kind=DISTRICT, unit_path="zone.districts.d360102", role="district_officer"), FIRM,
    ],
)  # fmt: skip
def test_nobody_else_sees_who_reported_or_what_was_compared(firms: None, actor: Actor) -> None:
    with scope(actor):
        for ask in (api.asked, api.mirrored):
            with pytest.raises(Denied):
                ask(NOVEMBER, date(2021, 12, 9))
        assert not Reminder.objects.exclude(organisation_id=actor.organisation).exists()
