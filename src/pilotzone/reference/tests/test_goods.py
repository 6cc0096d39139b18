from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilotzone.base.errors import Gap, Refused
from pilotzone.reference import edition, goods, positive_list
from pilotzone.reference.goods import check_overlay, known_goods, load_overlay

DAY = date(2020, 5, 1)


@pytest.mark.parametrize(
    ("hs", "vat", "ct", "unit"),
    [
        ("2204210000", "standard", "wine", "095"),
        ("2203000000", "standard", "beer", "095"),
        ("2208300000", "standard", "spirits", "095"),
        ("3304990049", "standard", "cosmetics", "035"),
        ("9102110000", "standard", "watch", "008"),
        ("4901990000", "reduced", "none", "035"),
        ("9503006000", "standard", "none", "007"),
    ],
)
def test_goods_say_their_classes_and_units(hs: str, vat: str, ct: str, unit: str) -> None:
    found = goods.goods(hs, on=DAY)
    assert (found.vat_class, found.ct_class, found.unit1) == (vat, ct, unit)
    assert found.source and found.tag in "ABCP"


@pytest.mark.parametrize(
    ("day", "name", "lines"),
    [
        (date(2016, 4, 8), "2016-1", 1142), (date(2016, 4, 16), "2016-2", 1293), (date(2018, 12, 31), "2016-2", 1293),
        (date(2019, 1, 1), "2018", 1321), (date(2019, 12, 31), "2018", 1321), (date(2020, 1, 1), "2019", 1413),
        (date(2022, 2, 28), "2019", 1413), (date(2022, 3, 1), "2022", 1476), (date(2026, 11, 23), "2022", 1476),
    ],
)  # fmt: skip
def test_the_edition_changes_on_its_day(day: date, name: str, lines: int) -> None:
    found = positive_list.edition(on=day)
    assert (found.name, found.lines) == (name, lines)
    assert found.valid_from <= day


@pytest.mark.parametrize(
    ("hs", "day", "listed"),
    [
        ("9307009000", date(2022, 2, 28), True),
        ("9307009000", date(2022, 3, 1), False),
        ("1701999020", date(2018, 12, 31), False),
        ("1701999020", date(2019, 1, 1), True),
        ("2208300000", date(2019, 12, 31), False),
        ("2208300000", date(2020, 1, 1), True),
        ("2402200000", DAY, False),
    ],
)
def test_goods_come_onto_the_list_and_leave_it_on_a_day(hs: str, day: date, listed: bool) -> None:
    assert positive_list.listed(hs, on=day) is listed


def test_remarks_carry_their_kind_and_amount_while_listed() -> None:
    sugar = goods.goods("1701999020", on=DAY).remarks
    assert [(remark.kind, remark.quantity, remark.unit) for remark in sugar] == [
        ("personal_weight_quota", Decimal(2), "035")
    ]
    rice = goods.goods("1006302090", on=DAY).remarks[0]
    assert rice.quantity == 20
    assert goods.goods("1701999020", on=date(2018, 12, 31)).remarks == ()
    kinds = {remark.kind for found in known_goods(on=DAY) for remark in found.remarks}
    assert kinds == {"exclusion", "mode_only_1210", "product_name", "personal_weight_quota"}


def test_an_unknown_tariff_is_a_named_gap_and_a_blank_one_is_not_zero() -> None:
    for number in ("8888888888", "", "x" * 5000, "２２０４２１００００"):
        with pytest.raises(Gap) as gap:
            goods.goods(number, on=DAY)
        assert gap.value.code == "reference.hs_unknown"
    assert goods.goods("1901101090", on=DAY).mfn_tariff is None
    assert goods.goods("2203000000", on=DAY).mfn_tariff == 0


def test_a_renumbered_tariff_line_ends_and_its_successor_begins() -> None:
    with pytest.raises(Gap) as ended:
        goods.goods("1509100000", on=date(2022, 1, 1))
    assert ended.value.code == "reference.ended"
    with pytest.raises(Gap) as early:
        goods.goods("1509200000", on=date(2021, 12, 31))
    assert early.value.code == "reference.not_yet"
    assert goods.goods("1509.20.00.00", on=date(2022, 1, 1)).positive_list


def test_there_are_about_150_goods_with_unique_numbers() -> None:
    numbers = [found.hs for found in known_goods(on=DAY)]
    assert len(numbers) == len(set(numbers)) >= 150


HEAD = "hs,zh,unit1,vat_class,ct_class,tag,source,listed_from,mfn_tariff,remarks\n"
ROW = "3304990099,面霜,035,standard,cosmetics,P,某文件,2018,0.01,\n"


def sheet(at: Path, text: str) -> Path:
    path = at / "zone.csv"
    path.write_bytes(text.encode())
    return path


def test_a_zone_adds_its_own_goods(tmp_path: Path) -> None:
    path = sheet(tmp_path, "\ufeff" + HEAD + ROW + "9999000000,样品,011,reduced,none,P,某文件,,,\n")
    assert check_overlay(path) == []
    series = load_overlay(path)
    found = series["9999000000"].at(DAY)
    assert found is not None and found.value is not None
    assert (found.value.vat_class, found.value.origin, found.value.positive_list) == ("reduced", "overlay", False)


@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        (ROW.replace("3304990099", "330499"), "hs", "overlay.hs"),
        (ROW.replace("3304990099", "33049900X9"), "hs", "overlay.hs"),
        (ROW.replace("面霜", ""), "zh", "overlay.blank"),
        (ROW.replace(",035,", ",999,"), "unit1", "overlay.unit"),
        (ROW.replace("standard", "half"), "vat_class", "overlay.choice"),
        (ROW.replace("cosmetics", "luxury"), "ct_class", "overlay.choice"),
        (ROW.replace(",P,", ",X,"), "tag", "overlay.choice"),
        (ROW.replace("某文件", ""), "source", "overlay.blank"),
        (ROW.replace("2018", "2017"), "listed_from", "overlay.edition"),
        (ROW.replace("0.01", "10%"), "mfn_tariff", "overlay.number"),
        (ROW.replace("0.01", "15"), "mfn_tariff", "overlay.range"),
        (ROW.replace("0.01", "NaN"), "mfn_tariff", "overlay.number"),
        (ROW.replace("0.01,", "0.01,whim"), "remarks", "overlay.remark"),
        (ROW.replace("0.01,", "0.01,personal_weight_quota"), "remarks", "overlay.number"),
        (ROW.replace("0.01,", "0.01,personal_weight_quota=2 kilo"), "remarks", "overlay.remark"),
        (ROW.replace("面霜,", ""), "", "overlay.width"),
    ],
)
def test_each_fault_is_named_by_line_and_column(tmp_path: Path, row: str, column: str, code: str) -> None:
    path = sheet(tmp_path, HEAD + ROW.replace("3304990099", "3304990039") + row)
    fault = check_overlay(path)[0]
    assert (fault.line, fault.column, fault.code) == (3, column, code)
    assert fault.zh and fault.en
    with pytest.raises(Refused) as refused:
        load_overlay(path)
    assert f"3:{column}" in refused.value.fields


def test_all_faults_of_a_file_are_told_at_once_up_to_a_limit(tmp_path: Path) -> None:
    bad = "1,,,,,,,9,x,y\n"
    assert len(check_overlay(sheet(tmp_path, HEAD + bad))) >= 9
    assert len(check_overlay(sheet(tmp_path, HEAD + bad * 5000))) == 200


@pytest.mark.parametrize(
    "text",
    ["", "a,b\n", HEAD + '"open', HEAD.replace("hs,", "hs,hs,"), HEAD.replace("remarks", "colour"), "\x00\x00"],
)
def test_a_file_of_another_shape_is_told_not_raised(tmp_path: Path, text: str) -> None:
    assert check_overlay(sheet(tmp_path, text))


def test_another_encoding_is_told(tmp_path: Path) -> None:
    path = tmp_path / "gbk.csv"
    path.write_bytes((HEAD + ROW).encode("gbk"))
    assert check_overlay(path)[0].code == "overlay.encoding"


def test_the_same_number_twice_is_refused(tmp_path: Path) -> None:
    path = sheet(tmp_path, HEAD + ROW + ROW)
    assert check_overlay(path)[0].code == "overlay.overlap"
    with pytest.raises(Refused):
        load_overlay(path)


@settings(max_examples=40, deadline=None)
@given(raw=st.binary(max_size=300))
def test_hostile_bytes_never_break_the_reader(raw: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("raw") / "zone.csv"
    path.write_bytes(HEAD.encode() + raw)
    for fault in check_overlay(path):
        assert fault.zh and fault.en


def test_a_refused_overlay_changes_nothing_and_a_good_one_everything(tmp_path: Path) -> None:
    before = edition.version()
    (tmp_path / "goods").mkdir()
    path = sheet(tmp_path / "goods", HEAD + ROW.replace("3304990099", "9999000000").replace("0.01", "x"))
    try:
        with pytest.raises(Refused):
            edition.reload(tmp_path)
        assert edition.version() == before
        path.write_text(HEAD + ROW.replace("3304990099", "9999000000"), encoding="utf-8")
        assert edition.reload(tmp_path) != before
        assert goods.goods("9999000000", on=DAY).origin == "overlay"
    finally:
        (path.parent).rename(tmp_path / "gone")
        assert edition.reload(tmp_path) == before
    with pytest.raises(Gap):
        goods.goods("9999000000", on=DAY)
