from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from pilotzone.base.errors import Gap, Refused
from pilotzone.reference import codes, reasons
from pilotzone.reference.code_files import read_folder

DAY = date(2020, 5, 1)
SHARED = Path(__file__).parents[5] / "shared" / "handbook" / "ceb" / "codes"
EXPECTED = {
    "ciq_package": 94, "country": 241, "currency": 22, "customs_district": 990, "tax_exemption_method": 9,
    "transaction_mode": 7, "transport_mode": 21, "unit": 123, "wrap_type": 7,
}  # fmt: skip


@pytest.mark.parametrize(("name", "count"), EXPECTED.items())
def test_each_list_has_its_entries_and_its_source(name: str, count: int) -> None:
    entries = codes.entries(name, on=DAY)
    assert len(entries) == count
    assert all(entry.zh and entry.en for entry in entries)
    assert codes.manifest(name).source and codes.manifest(name).edition


@pytest.mark.parametrize(
    ("name", "code", "zh"),
    [
        ("currency", "142", "人民币"), ("currency", "502", "美元"), ("country", "142", "中国"),
        ("unit", "035", "千克"), ("unit", "011", "件"), ("customs_district", "4001", "南昌海关"),
        ("receipt_status", "800", "放行"), ("transport_mode", "5", "航空运输"), ("trade_mode", "1210", "保税电商"),
        ("region", "360100", "南昌市"),
    ],
)  # fmt: skip
def test_known_codes_say_their_names(name: str, code: str, zh: str) -> None:
    assert codes.entry(name, code, on=DAY).zh == zh


@pytest.mark.parametrize(
    ("name", "code", "last_without", "first_with"),
    [
        ("trade_mode", "9610", date(2014, 2, 9), date(2014, 2, 10)),
        ("trade_mode", "1239", date(2016, 11, 30), date(2016, 12, 1)),
        ("trade_mode", "9710", date(2020, 6, 30), date(2020, 7, 1)),
        ("trade_mode", "9810", date(2020, 6, 30), date(2020, 7, 1)),
        ("receipt_status", "600", date(2022, 4, 30), date(2022, 5, 1)),
    ],
)
def test_a_code_begins_on_its_day(name: str, code: str, last_without: date, first_with: date) -> None:
    assert not codes.known(name, code, on=last_without)
    with pytest.raises(Gap) as gap:
        codes.entry(name, code, on=last_without)
    assert gap.value.code == "reference.not_yet"
    assert codes.entry(name, code, on=first_with).valid_from == first_with


def test_a_code_ends_on_its_day() -> None:
    assert codes.known("region", "360122", on=date(2015, 8, 16))
    with pytest.raises(Gap) as gap:
        codes.entry("region", "360122", on=date(2015, 8, 17))
    assert gap.value.code == "reference.ended"
    assert "360122" not in {entry.code for entry in codes.entries("region", on=DAY)}


def test_unknown_code_and_unknown_list_are_gaps() -> None:
    assert not codes.known("unit", "999", on=DAY)
    for name, code in (("unit", "999"), ("unit", "x" * 10_000), ("planets", "1")):
        with pytest.raises(Gap) as gap:
            codes.entry(name, code, on=DAY)
        assert gap.value.code == "reference.missing"
        assert len(gap.value.en) < 200


MANIFEST = "l: {zh: 表, en: list, source: s, edition: e, first: 2020-01-01, tag: C, refresh: by hand}\n"


def folder(at: Path, text: str, manifest: str = MANIFEST) -> Path:
    (at / "manifest.yaml").write_text(manifest, encoding="utf-8")
    (at / "l.csv").write_text(text, encoding="utf-8")
    return at


WRONG = {
    "no source": ("code,zh\n1,甲\n", MANIFEST.replace("source: s, ", "")),
    "blank edition": ("code,zh\n1,甲\n", MANIFEST.replace("edition: e", 'edition: ""')),
    "not described": ("code,zh\n1,甲\n", MANIFEST.replace("l:", "m:")),
    "blank name": ("code,zh\n1,\n", MANIFEST),
    "missing column": ("code,en\n1,a\n", MANIFEST),
    "short line": ("code,zh,en\n1,甲\n", MANIFEST),
    "no such day": ("code,zh,valid_from\n1,甲,2020-02-30\n", MANIFEST),
    "twice the same": ("code,zh\n1,甲\n1,乙\n", MANIFEST),
    "overlap": ("code,zh,valid_from,valid_to\n1,甲,2020-01-01,2021-01-01\n1,乙,2020-06-01,\n", MANIFEST),
    "unknown tag": ("code,zh,tag\n1,甲,Z\n", MANIFEST),
    "empty": ("", MANIFEST),
    "open quote": ('code,zh\n1,"甲\n', MANIFEST),
}


@pytest.mark.parametrize(("text", "manifest"), WRONG.values(), ids=WRONG.keys())
def test_a_list_out_of_order_is_refused(tmp_path: Path, text: str, manifest: str) -> None:
    with pytest.raises(Refused):
        read_folder(folder(tmp_path, text, manifest))


def test_a_code_taken_up_again_after_a_pause_is_read(tmp_path: Path) -> None:
    lists = read_folder(folder(tmp_path, "code,zh,valid_from,valid_to\n1,甲,2020-01-01,2020-12-31\n1,乙,2022-01-01,\n"))
    series = lists["l"].series["1"]
    names = [part.value.zh if part.value else None for part in series.stretches]
    assert names == ["甲", None, "乙"]


def test_an_overlay_adds_and_corrects_codes(tmp_path: Path) -> None:
    (tmp_path / "codes").mkdir()
    (tmp_path / "codes" / "customs_district.csv").write_text(
        "code,zh,en,tag\n4016,赣江新区海关,Ganjiang New Area Customs,P\n4006,昌北机场海关,Changbei Airport,P\n",
        encoding="utf-8",
    )
    series = codes.build(tmp_path)["customs_district"].series
    assert len(series) == 991
    assert series["4006"].stretches[0].value is not None
    assert series["4006"].stretches[0].value.zh == "昌北机场海关"


@pytest.mark.parametrize(
    ("code", "whose"),
    [
        ("-621005", "buyer"), ("-621018", "buyer"), ("1313", "buyer"), ("1327", "buyer"), ("1332", "pay"),
        ("-301010", "ebp"), ("-401007", "pay"), ("-504015", "logi"), ("-621029", "declarant"), ("0002", "sender"),
        ("-621017", "customs"), ("3002", "platform"), ("-602500", "declarant"), ("-304001", "ebp"),
    ],
)  # fmt: skip
def test_a_reason_says_whose_error_it_is_and_how_to_mend_it(code: str, whose: str) -> None:
    found = reasons.reason(code)
    assert (found.code, found.whose) == (code, whose)
    assert found.zh_official and found.explanation_zh and found.explanation_en
    assert found.mend_zh and found.mend_en and found.source


def test_every_official_code_is_explained_in_both_languages() -> None:
    whose = {"ebp", "ebc", "pay", "logi", "declarant", "buyer", "site", "sender", "platform", "customs", ""}
    entries = codes.entries("customs_reason", on=DAY)
    assert len(entries) == 200
    for entry in entries:
        assert entry.extra["whose"] in whose, entry.code
        for name in ("explanation_zh", "explanation_en", "mend_zh", "mend_en", "source"):
            assert entry.extra[name] and "{" not in entry.extra[name], entry.code


def test_a_failure_of_the_other_system_may_be_retried_and_a_wrong_message_not() -> None:
    assert reasons.reason("3003").retry
    assert not reasons.reason("-621005").retry


@pytest.mark.parametrize("code", ["", "4711", "-1", "-999998", "１３１３", "x" * 9999])
def test_an_unpublished_code_is_a_gap(code: str) -> None:
    with pytest.raises(Gap):
        reasons.reason(code)


def test_the_code_is_found_inside_the_words_of_a_receipt() -> None:
    assert reasons.code_in("[Code:1313;Desc:超过年度限额],[Field:a,Field:b]") == "1313"
    assert reasons.code_in("新增申报成功[GUID]") == ""


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.exists(), reason="reference material is not beside the checkout")
@pytest.mark.parametrize("name", [*sorted(set(EXPECTED) - {"wrap_type"}), "trade_mode", "error_codes_2018"])
def test_every_code_of_the_handbook_is_carried(name: str) -> None:
    ours = "customs_reason" if name == "error_codes_2018" else name
    ended = {"349", "449"} if name == "country" else set()
    for row in csv.DictReader((SHARED / f"{name}.csv").read_text(encoding="utf-8").splitlines()):
        assert row["code"] in ended or codes.known(ours, row["code"], on=DAY), row["code"]


def test_english_names_are_english() -> None:
    for name in ("ciq_package", "country", "currency", "receipt_status", "trade_mode", "unit", "wrap_type"):
        for entry in codes.entries(name, on=DAY):
            assert entry.en != entry.zh or entry.zh.isascii(), (name, entry.code)


def test_every_customs_district_has_its_english_name_and_says_how_sure_it_is() -> None:
    found = codes.entries("customs_district", on=date(2021, 3, 1))
    lacking = [one.code for one in found if one.en == one.zh or any(sign >= "\u4e00" for sign in one.en)]
    assert lacking == [] and len(found) > 900
    assert {one.extra["en_tag"] for one in found} == {"B", "C"}
    assert [one.en for one in found if one.code in ("4001", "4006")] == [
        "Nanchang Customs",
        "Nanchang Changbei Airport Office",
    ]
