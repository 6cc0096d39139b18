"""A county's file of drafts: row by row, partly accepted, twice the same, out as in."""

from __future__ import annotations

import pytest

from pilotzone.base.errors import Denied, Refused
from pilotzone.base.tests.test_workbooks import in_the_last_corner
from pilotzone.kernel.access.actor import ENTERPRISE, PLATFORM, Actor
from pilotzone.kernel.access.firms import trades
from pilotzone.kernel.access.models import Organisation, Unit, UnitLink
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.registry import api
from pilotzone.rooms.registry.engine import sheet
from pilotzone.rooms.registry.models import Filing, Step
from pilotzone.rooms.registry.tests.offices import FOUNDED, Cast, Registers, code_of, confirmed

pytestmark = pytest.mark.django_db
NAMES = ("uscc", "roles", "name", "unit", "phone", "licences")


def file_of(*rows: tuple[str, ...]) -> bytes:
    return sheet.write(NAMES, rows)


def row_of(number: int, **other: str) -> tuple[str, ...]:
    good = {"uscc": code_of(number), "roles": "ebc", "name": f"甲{number}", "unit": "360111", "phone": "0791-88880000"}
    return tuple({**good, **other}.get(name, "") for name in NAMES)


def planted() -> dict[int, tuple[tuple[str, ...], str]]:
    """Faulty rows by the number of the spreadsheet's row, with the code each must be told."""
    good = code_of(20)
    return {
        4: (row_of(2, uscc="91360100"), "rule.filing.uscc_form"),
        5: (row_of(3, uscc=good[:-1] + ("A" if good[-1] != "A" else "B")), "rule.filing.uscc_check"),
        6: (row_of(4, roles="king"), "rule.filing.roles"),
        7: (row_of(5, unit="360102"), "rule.filing.unit"),
        8: (row_of(6, phone="请来电"), "rule.filing.value"),
        9: (row_of(7, licences="food|JY|x|2021-02-30|2022-01-01|"), "rule.filing.licence_form"),
        10: (row_of(1), "registry.upload.twice"),
    }


def test_good_rows_become_drafts_and_faulty_ones_say_why(cast: Cast) -> None:
    wrong = planted()
    with cast.act("county"):
        told = api.uploaded(
            api.upload(name="甲.xlsx", raw=file_of(row_of(1), *(row for row, _ in wrong.values()), row_of(9)))
        )
    assert (told["drafted"], told["same"], told["wrong"]) == (1 + 1, 0, len(wrong))
    found = {row["row"]: [one["code"] for one in row["problems"]] for row in told["rows"] if row["outcome"] == "wrong"}
    assert found == {number: [code] for number, (_, code) in wrong.items()}
    with scope(PLATFORM):
        drafts = Filing.objects.filter(uscc__in=(code_of(1), code_of(9)))
        # the firm of the cast owns the first of them already
        assert {one.state for one in drafts} == {"draft"} and drafts.count() == 2
        assert Filing.objects.get(uscc=cast.code).organisation_id == cast.organisation.pk


def test_what_would_be_cut_is_refused_and_the_other_rows_are_drafted(cast: Cast) -> None:
    """Each row says which entry is too long, as one on the page does; the text itself stands in the answer, whole."""
    names = (*NAMES, "evidence")
    rows = [
        (*row_of(61), "扫描件" * 100), (*row_of(62), "证" * 301), (*row_of(63, name="名" * 161), ""), (*row_of(64, name="名" * 160), ""),
        (*row_of(65, licences=f"food|JY|局|2021-01-01|2022-01-01|{'预' * 201}"), ""),
        (*row_of(66, licences="food|JY|局|2021-01-01|2022-01-01|预包装|散装"), ""),
    ]  # fmt: skip
    with cast.act("county"):
        number = api.upload(name="甲.xlsx", raw=sheet.write(names, rows))
        told = api.uploaded(number)
        answered = sheet.read(api.report(number), sheet.columns(trades()))
    found = {row["row"]: [(one["field"], one["code"]) for one in row["problems"]] for row in told["rows"]}
    assert [found[row["row"]] for row in told["rows"]] == [
        [], [("evidence", "text.long")], [("name", "text.long")], [], [("licences", "text.long")], [],
    ]  # fmt: skip
    (why,) = told["rows"][1]["problems"]
    assert "300" in why["zh"] and "300" in why["en"] and why["mend_zh"] and why["mend_en"]
    assert answered[1].cells["evidence"] == "证" * 301, "nothing typed is lost on the way back"
    with scope(PLATFORM):
        kept = {one.uscc: one for one in Filing.objects.filter(uscc__in=[code_of(n) for n in (61, 62, 63, 64, 65, 66)])}
    assert set(kept) == {code_of(61), code_of(64), code_of(66)}
    assert kept[code_of(61)].evidence == "扫描件" * 100 and kept[code_of(64)].name == "名" * 160
    assert kept[code_of(66)].licences[0]["scope"] == "预包装|散装"


def test_a_files_name_is_kept_whole_or_refused(cast: Cast) -> None:
    with cast.act("county"), pytest.raises(Refused) as refused:
        api.upload(name="名" * 121, raw=file_of(row_of(71)))
    assert refused.value.code == "text.long" and "120" in refused.value.zh


def test_the_same_file_twice_changes_nothing_and_the_answer_can_be_handed_in_again(cast: Cast) -> None:
    raw = file_of(row_of(31), row_of(32, phone="x"))
    with cast.act("county"):
        first = api.upload(name="甲.xlsx", raw=raw)
        assert api.uploaded(first)["drafted"] == 1
        again = api.uploaded(api.upload(name="甲.xlsx", raw=raw))
        assert (again["drafted"], again["same"], again["wrong"]) == (0, 1, 1)
        answer = api.uploaded(api.upload(name="答.xlsx", raw=api.report(first)))
        assert (answer["drafted"], answer["same"], answer["wrong"]) == (0, 1, 1)
        mended = api.uploaded(api.upload(name="乙.xlsx", raw=file_of(row_of(31, phone="0791-1234567"), row_of(32))))
        assert (mended["drafted"], mended["same"], mended["wrong"]) == (2, 0, 0)
    with scope(PLATFORM):
        filing = Filing.objects.get(uscc=code_of(31))
        step = Step.objects.get(filing=filing, number=2)
        assert (filing.version, step.before["phone"], step.after["phone"]) == (2, "0791-88880000", "0791-1234567")


def test_what_is_exported_can_be_handed_in(cast: Cast) -> None:
    with cast.act("county"):
        api.upload(
            name="甲.xlsx", raw=file_of(row_of(41, licences="food|JY1|局|2021-01-01|2022-01-01|预包装"), row_of(42))
        )
        told = api.uploaded(api.upload(name="出.xlsx", raw=api.export(api.Wanted())))
    assert (told["same"], told["wrong"]) == (2, 0)


def test_a_confirmed_filing_and_another_countys_are_left_alone(cast: Cast, registers: Registers) -> None:
    other = Cast(2, county="360102")
    registers.know(other.code, "试验公司2")
    confirmed(cast)
    with other.act("county"):
        api.upload(name="乙.xlsx", raw=file_of(row_of(51, unit="360102")))
    with cast.act("county"):
        told = api.uploaded(api.upload(name="甲.xlsx", raw=file_of(row_of(1), row_of(51))))
    assert [row["problems"][0]["code"] for row in told["rows"]] == [
        "registry.upload.confirmed",
        "registry.upload.elsewhere",
    ]


def test_what_a_firm_fills_in_itself_is_not_written_over(cast: Cast) -> None:
    raw = file_of(row_of(1))
    with cast.act("county"):
        api.upload(name="甲.xlsx", raw=raw)
    with cast.act("clerk"):
        api.start(uscc=cast.code)
    with cast.act("county"):
        told = api.uploaded(api.upload(name="甲.xlsx", raw=file_of(row_of(1, phone="0791-99999999"))))
    assert [row["problems"][0]["code"] for row in told["rows"]] == ["registry.upload.begun"]


def test_drafts_of_a_county_are_its_own_and_only_its_own(cast: Cast) -> None:
    other = Cast(2, county="360102")
    with cast.act("county"):
        number = api.upload(name="甲.xlsx", raw=file_of(row_of(61)))
        assert api.filings(api.Wanted(), page=1, size=10)["total"] == 1
    with other.act("county"):
        assert api.filings(api.Wanted(), page=1, size=10)["total"] == 0
        with pytest.raises(Denied, match=r"kernel\.access\.unknown"):
            api.uploaded(number)
    with cast.act("office"), pytest.raises(Denied, match=r"kernel\.access\.denied"):
        api.upload(name="甲.xlsx", raw=file_of(row_of(62)))


def test_a_parks_operator_drafts_for_its_park_alone(cast: Cast) -> None:
    with scope(PLATFORM):
        operator = Organisation.objects.create(name="园区公司", roles=["park"], created_at=FOUNDED)
        unit = Unit.objects.get(code="park_changdong")
        UnitLink.objects.create(organisation=operator, unit=unit, kind="park", valid_from=FOUNDED.date())
    park = Actor(kind=ENTERPRISE, organisation=operator.pk, role="park")
    with scope(park):
        told = api.uploaded(api.upload(name="园.xlsx", raw=file_of(row_of(71, unit=""), row_of(72, unit="360111"))))
        assert (told["drafted"], [one["code"] for one in told["rows"][1]["problems"]]) == (1, ["rule.filing.unit"])
        assert [one["drafted"] for one in api.uploads()["rows"]] == [1]
    with scope(PLATFORM):
        drafted = Filing.objects.get(uscc=code_of(71))
        assert (drafted.unit_path, drafted.uploader_id) == (unit.path, operator.pk)
        UnitLink.objects.filter(organisation=operator).update(valid_to=FOUNDED.date())
    with scope(park), pytest.raises(Denied, match=r"registry\.upload\.elsewhere"):
        api.upload(name="园.xlsx", raw=file_of(row_of(73)))
    with cast.act("county"):  # the park lies in this county
        assert api.filings(api.Wanted(), page=1, size=10)["total"] == 1


def test_nothing_is_drafted_of_a_file_that_cannot_be_read(cast: Cast) -> None:
    for raw in (b"nothing", in_the_last_corner()):
        with cast.act("county"), pytest.raises(Refused, match=r"registry\.upload\.file"):
            api.upload(name="甲.xlsx", raw=raw)
    with scope(PLATFORM):
        assert Filing.objects.count() == 0


def test_the_template_asks_for_every_field_of_every_role(cast: Cast) -> None:
    with cast.act("county"):
        raw = api.template()
    assert sheet.read(raw, sheet.columns(trades())) == []
    assert len(sheet.columns(trades())) > 50
