"""Goods loaded from a CSV: whole or not at all, seen without a restart, taken back; a faulty file harms nobody."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest

from pilotzone.base.days import SHANGHAI
from pilotzone.base.errors import Gap, Refused
from pilotzone.reference import edition, goods, loading

DAY = date(2021, 5, 1)
AT = datetime(2021, 5, 1, 12, tzinfo=SHANGHAI)
HEAD = "hs,zh,unit1,vat_class,ct_class,tag,source,valid_from,valid_to\n"
ROW = "9999000000,合成商品,035,standard,none,C,合成数据,,\n"


@pytest.fixture
def zone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The overlay of a zone; afterwards this process knows the shipped data again."""
    folder = tmp_path / "data"
    folder.mkdir()
    monkeypatch.setenv("PILOTZONE_HOME", str(tmp_path))
    edition.reload()
    edition.refresh(every_s=0)
    yield folder
    monkeypatch.undo()
    edition.reload()
    edition.refresh(every_s=0)


def put(folder: Path, text: str, reason: str = "") -> loading.Load:
    return loading.load(text.encode(), folder, name="goods.csv", who="甲", at=AT, reason=reason)


def known(hs: str = "9999000000") -> bool:
    try:
        return bool(goods.goods(hs, on=DAY))
    except Gap:
        return False


def test_a_load_is_shown_before_it_counts_and_taken_back(zone: Path) -> None:
    raw = (HEAD + ROW).encode()
    told = loading.preview(raw, zone)
    assert (told.added, told.faults, known()) == (["9999000000"], [], False)
    before = edition.version()
    made = put(zone, HEAD + ROW, "补充")
    assert known() and made.version == edition.version() != before
    assert loading.preview(raw, zone).same == 1
    changed = HEAD + ROW.replace("standard", "reduced")
    assert loading.preview(changed.encode(), zone).changed == ["9999000000"]
    put(zone, changed)
    assert goods.goods("9999000000", on=DAY).vat_class == "reduced"
    ending = HEAD + ROW.replace(",,\n", ",,2020-12-31\n")
    assert loading.preview(ending.encode(), zone).ended == ["9999000000"]
    assert loading.take_back(zone, who="乙", at=AT).number == 2
    assert goods.goods("9999000000", on=DAY).vat_class == "standard"
    assert loading.take_back(zone, who="乙", at=AT).number == 1
    assert not known()
    assert edition.version() == before
    assert [(one.number, one.who, bool(one.undone)) for one in loading.history(zone)] == [
        (2, "甲", True),
        (1, "甲", True),
    ]
    with pytest.raises(Refused) as nothing:
        loading.take_back(zone, who="乙", at=AT)
    assert nothing.value.code == "reference.nothing_loaded"


def test_a_second_load_keeps_the_numbers_of_the_first(zone: Path) -> None:
    put(zone, HEAD + ROW)
    put(zone, HEAD + ROW.replace("9999000000", "9999000001"))
    assert known() and known("9999000001")


@pytest.mark.parametrize(
    "wrong",
    [
        "", HEAD, HEAD + ROW.replace("standard", "x"), HEAD + ROW + ROW, HEAD + ROW.replace("035", "999"),
        HEAD + ROW + "1,2\n", "hs,zh\n1,2\n", HEAD + ROW.replace("合成数据", ""),
    ],
)  # fmt: skip
def test_a_faulty_file_is_refused_whole(zone: Path, wrong: str) -> None:
    put(zone, HEAD + ROW.replace("9999000000", "9999000001"))
    before, held = edition.version(), (zone / "goods" / loading.LOADED).read_bytes()
    told = loading.preview(wrong.encode(), zone)
    assert told.faults and all(fault.zh and fault.en for fault in told.faults)
    with pytest.raises(Refused):
        put(zone, wrong)
    assert (edition.version(), (zone / "goods" / loading.LOADED).read_bytes()) == (before, held)
    assert len(loading.history(zone)) == 1 and known("9999000001") and not known()


def test_a_number_that_a_hand_laid_file_names_too_is_a_fault(zone: Path) -> None:
    (zone / "goods").mkdir()
    (zone / "goods" / "hand.csv").write_text(HEAD + ROW, encoding="utf-8")
    assert [fault.code for fault in loading.preview((HEAD + ROW).encode(), zone).faults] == ["overlay.overlap"]


def test_a_file_laid_by_hand_is_seen_without_a_restart_and_a_faulty_one_changes_nothing(zone: Path) -> None:
    before = edition.version()
    assert edition.refresh(every_s=0) == before
    (zone / "goods").mkdir()
    hand = zone / "goods" / "hand.csv"
    hand.write_text(HEAD + ROW, encoding="utf-8")
    assert edition.refresh(every_s=1e9) == before, "not looked at again so soon"
    after = edition.refresh(every_s=0)
    assert after != before and known()
    hand.write_text("nonsense", encoding="utf-8")
    assert edition.refresh(every_s=0) == after and known()
    assert [path.endswith("hand.csv") for path, _, _ in edition.faults(zone)] == [True]
    hand.unlink()
    assert edition.refresh(every_s=0) == before and edition.faults(zone) == []


def test_a_zone_starts_with_a_faulty_file_and_uses_the_others(zone: Path) -> None:
    (zone / "goods").mkdir()
    (zone / "goods" / "bad.csv").write_text("nonsense", encoding="utf-8")
    (zone / "goods" / "good.csv").write_text(HEAD + ROW, encoding="utf-8")
    goods._table.put(None)
    assert known() and known("2204210000")


def test_the_template_holds_every_heading_and_no_row(zone: Path) -> None:
    told = loading.preview(loading.template().encode(), zone)
    assert [fault.code for fault in told.faults] == ["overlay.empty"]
    with_row = loading.template() + loading.template().splitlines()[-1].lstrip("# ") + "\r\n"
    assert loading.preview(with_row.encode(), zone).faults == []
