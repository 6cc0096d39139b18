from __future__ import annotations

import csv
import datetime
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from pilotzone.base.errors import Gap, Refused
from pilotzone.reference import rates
from pilotzone.reference.rate_files import read_folder
from pilotzone.reference.tables import SHIPPED

HERE = Path(__file__).parent
CUTOVERS = yaml.safe_load((HERE / "cases" / "cutovers.yaml").read_text(encoding="utf-8"))["cutovers"]
DAY = datetime.timedelta(days=1)
SHARED = Path(__file__).parents[5] / "shared" / "handbook" / "params.csv"


def says(key: str, on: datetime.date, expected: str) -> None:
    if expected in ("not_yet", "ended"):
        with pytest.raises(Gap) as gap:
            rates.rate(key, on=on)
        assert gap.value.code == f"reference.{expected}"
        return
    found = rates.rate(key, on=on)
    wanted = Decimal(expected) if isinstance(found.value, Decimal) else expected
    assert found.value == wanted
    assert found.valid_from <= on <= (found.valid_to or datetime.date.max)


@pytest.mark.parametrize("case", CUTOVERS, ids=lambda case: f"{case['key']}@{case['day']}")
def test_both_sides_of_a_cut_over_day(case: dict[str, object]) -> None:
    day = case["day"]
    assert isinstance(day, datetime.date)
    says(str(case["key"]), day - DAY, str(case["before"]))
    says(str(case["key"]), day, str(case["after"]))


def test_every_value_names_its_document_and_a_reading_in_two_languages() -> None:
    for key in sorted(rates.keys()):
        names = rates.names(key)
        assert names.zh and names.en and names.unit, key
        for first, value in rates.history(key):
            if value is not None:
                found = rates.rate(key, on=first)
                assert found.document and found.tag in "ABCP", key
                assert isinstance(found.value, str) == (found.unit == "text"), key


def test_an_unknown_key_is_missing_and_never_zero() -> None:
    with pytest.raises(Gap) as gap:
        rates.rate("vat.imaginary", on=datetime.date(2020, 1, 1))
    assert gap.value.code == "reference.missing"
    with pytest.raises(TypeError):
        _ = rates.rate("parcel.rates", on=datetime.date(2020, 1, 1)).number


def test_an_ending_names_the_document_that_ended_it() -> None:
    with pytest.raises(Gap) as gap:
        rates.rate("export.return_exempt.months", on=datetime.date(2028, 1, 1))
    assert "2026年第16号" in gap.value.source


def write(folder: Path, entries: str, *, head: str = "zh: 甲, en: a, unit: CNY") -> Path:
    (folder / "x.yaml").write_text(f"values:\n  k: {{{head}, entries: [{entries}]}}\n", encoding="utf-8")
    return folder


GOOD = '{from: 2019-01-01, value: "1", document: d, tag: A}'
WRONG = {
    "overlap": f'{GOOD[:-1]}, to: 2020-02-01}}, {{from: 2020-01-01, value: "2", document: d, tag: A}}',
    "two from one day": f"{GOOD}, {GOOD}",
    "silent hole": f'{GOOD[:-1]}, to: 2019-06-30}}, {{from: 2020-01-01, value: "2", document: d, tag: A}}',
    "end without an entry that says so": f"{GOOD[:-1]}, to: 2019-06-30}}",
    "end before beginning": f"{GOOD[:-1]}, to: 2018-06-30}}",
    "no document": '{from: 2019-01-01, value: "1", tag: A}',
    "blank document": '{from: 2019-01-01, value: "1", document: " ", tag: A}',
    "no tag": '{from: 2019-01-01, value: "1", document: d}',
    "unknown tag": '{from: 2019-01-01, value: "1", document: d, tag: X}',
    "no value": "{from: 2019-01-01, document: d, tag: A}",
    "a binary fraction": "{from: 2019-01-01, value: 0.1, document: d, tag: A}",
    "not a number": '{from: 2019-01-01, value: "1e3", document: d, tag: A}',
    "not a day": '{from: 2019, value: "1", document: d, tag: A}',
    "a moment": '{from: 2019-01-01 10:00:00, value: "1", document: d, tag: A}',
    "a misspelt field": '{from: 2019-01-01, value: "1", document: d, tag: A, until: 2020-01-01}',
    "no entry": "",
    "an entry that is a word": "soon",
}


@pytest.mark.parametrize("entries", WRONG.values(), ids=WRONG.keys())
def test_a_file_out_of_order_is_refused_whole(tmp_path: Path, entries: str) -> None:
    with pytest.raises(Refused) as refused:
        read_folder(write(tmp_path, entries))
    assert refused.value.code == "reference.rates"
    assert "x.yaml" in refused.value.zh


def test_the_same_shape_in_order_is_read(tmp_path: Path) -> None:
    table = read_folder(
        write(tmp_path, f"{GOOD[:-1]}, to: 2019-12-31}}, {{from: 2020-01-01, value: null, document: e, tag: B}}")
    )
    assert [part.value and part.value.value for part in table.series["k"].stretches] == [Decimal(1), None]


@pytest.mark.parametrize("text", ["", "[]", "values: 3", "values: {k: {zh: a}}", "a: [", "values: {k: 1, k: 2}"])
def test_a_file_of_another_shape_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "x.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(Refused):
        read_folder(tmp_path)


def test_a_key_in_two_files_is_refused(tmp_path: Path) -> None:
    (write(tmp_path, GOOD) / "y.yaml").write_bytes((tmp_path / "x.yaml").read_bytes())
    with pytest.raises(Refused) as refused:
        read_folder(tmp_path)
    assert "already" in refused.value.en


def test_an_overlay_stands_from_its_first_day_and_leaves_history_alone(tmp_path: Path) -> None:
    (tmp_path / "rates").mkdir()
    (tmp_path / "rates" / "zone.yaml").write_text(
        "values:\n  import.limit.single:\n    {zh: 单次, en: single, unit: CNY, entries: ["
        '{from: 2030-01-01, value: "8000", document: 假设文件, tag: P}]}\n',
        encoding="utf-8",
    )
    series = rates.build(tmp_path).series["import.limit.single"]
    values = [(part.first.year, part.value.value, part.value.origin) for part in series.stretches if part.value]
    assert values == [(2016, 2000, "shipped"), (2019, 5000, "shipped"), (2030, 8000, "overlay")]
    assert series.stretches[1].last == datetime.date(2029, 12, 31)
    assert series.stretches[1].value is not None
    assert series.stretches[1].value.valid_to == datetime.date(2029, 12, 31)


def test_shipped_files_hold_no_key_twice() -> None:
    assert set(read_folder(SHIPPED / "rates").series) == set(rates.keys())


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.exists(), reason="reference material is not beside the checkout")
def test_every_parameter_of_the_handbook_is_carried_with_its_tag() -> None:
    for row in csv.DictReader(SHARED.read_text(encoding="utf-8").splitlines()):
        for end in filter(None, (row["valid_from"], row["valid_to"])):
            found = rates.rate(row["param"], on=datetime.date.fromisoformat(end))
            wanted = Decimal(row["value"]) if isinstance(found.value, Decimal) else row["value"]
            assert (found.value, found.tag) == (wanted, row["tag"]), row
