"""Official receipts come back into a firm's folder, each once, from the first file it handed in; whoever dies in between loses none."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from pilotzone.exchange.channels.folder import Folder
from pilotzone.exchange.channels.folder_receipts import ROUNDS, Page, Receipts

CODE = "3601999991"


class Office:
    """Receipts 1 … `count` of one firm, two a page; away while `away`."""

    def __init__(self, count: int) -> None:
        self.count, self.away = count, False

    def __call__(self, code: str, after: int | None) -> Page | None:
        if self.away or code != CODE:
            return None
        if after is None:
            return Page([], self.count)
        last = min(after + 2, self.count)
        return Page([(f"{n}-CEB312Message.xml", b"<a%d/>" % n) for n in range(after + 1, last + 1)], last)


def everybodys(code: str, after: int | None) -> Page:
    """One receipt for each firm."""
    return Page([], 0) if after is None else Page([("1-CEB312Message.xml", b"<a/>")] if after == 0 else [], 1)


@pytest.fixture
def box(tmp_path: Path) -> Path:
    made = tmp_path / CODE
    made.mkdir()
    return made / "receipts"


def names(box: Path) -> list[str]:
    return sorted(path.name for path in box.iterdir())


def test_a_firm_is_told_what_comes_after_its_first_file(tmp_path: Path, box: Path) -> None:
    office = Office(3)
    told = Receipts(tmp_path, office)
    assert told.look() == [] and not box.exists(), "a firm that uses no folder gets none"
    told.begin(CODE)
    assert told.look() == []
    office.count = 8
    assert [path.name for path in told.look()] == [f"{n}-CEB312Message.xml" for n in range(4, 9)]
    assert (box / "8-CEB312Message.xml").read_bytes() == b"<a8/>"
    assert told.look() == [] and len(names(box)) == 5


def test_what_a_firm_took_away_does_not_come_again_also_after_a_restart(tmp_path: Path, box: Path) -> None:
    office = Office(0)
    Receipts(tmp_path, office).begin(CODE)
    office.count = 2
    told = Receipts(tmp_path, office)
    told.look()
    (box / "1-CEB312Message.xml").unlink()
    told = Receipts(tmp_path, office)
    told.begin(CODE)
    assert told.look() == [] and names(box) == ["2-CEB312Message.xml"]


def test_who_removes_the_folder_gets_what_is_missing_when_it_is_there_again(tmp_path: Path, box: Path) -> None:
    office = Office(0)
    told = Receipts(tmp_path, office)
    told.begin(CODE)
    box.rmdir()
    office.count = 1
    told.begin(CODE)
    assert told.look() == [] and not box.exists()
    box.mkdir()
    told.look()
    assert names(box) == ["1-CEB312Message.xml"]


def test_killed_before_the_place_is_noted_the_same_file_is_written_again(
    tmp_path: Path, box: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = Office(0)
    Receipts(tmp_path, office).begin(CODE)
    office.count = 3
    replaced, real = list[Any](), os.replace

    def dies(*names: Any, **folders: Any) -> None:
        if len(replaced) == 2:
            raise KeyboardInterrupt
        replaced.append(names)
        real(*names, **folders)

    monkeypatch.setattr(os, "replace", dies)
    with pytest.raises(KeyboardInterrupt):
        Receipts(tmp_path, office).look()
    monkeypatch.undo()
    Receipts(tmp_path, office).look()
    assert [name for name in names(box) if not name.startswith(".")] == [f"{n}-CEB312Message.xml" for n in (1, 2, 3)]


def test_nothing_is_written_through_a_link(tmp_path: Path, box: Path) -> None:
    elsewhere, victim = tmp_path / "elsewhere", tmp_path / "victim"
    elsewhere.mkdir()
    victim.write_bytes(b"mine")
    office = Office(0)
    told = Receipts(tmp_path, office)
    told.begin(CODE)
    box.rmdir()
    box.symlink_to(elsewhere)
    office.count = 1
    assert told.look() == [] and list(elsewhere.iterdir()) == []
    box.unlink()
    box.mkdir()
    os.symlink(victim, box / ".1-CEB312Message.xml.part")
    os.symlink(victim, box / "1-CEB312Message.xml")
    told.look()
    assert victim.read_bytes() == b"mine" and (box / "1-CEB312Message.xml").read_bytes() == b"<a1/>"


def test_a_folder_changed_for_a_link_while_the_office_is_asked_is_not_written_through(
    tmp_path: Path, box: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    office = Office(0)
    Receipts(tmp_path, office).begin(CODE)
    office.count = 1

    def swaps(code: str, after: int | None) -> Page | None:
        if box.is_dir() and not box.is_symlink():
            box.rename(tmp_path / "moved away")
            box.symlink_to(elsewhere)
        return office(code, after)

    Receipts(tmp_path, swaps).look()
    assert list(elsewhere.iterdir()) == []


def test_a_firms_own_folder_that_is_a_link_is_not_entered(tmp_path: Path) -> None:
    elsewhere = tmp_path / "else" / "where"
    (elsewhere / "receipts").mkdir(parents=True)
    office = Office(0)
    (tmp_path / ".receipts").mkdir()
    (tmp_path / ".receipts" / CODE).write_text("0")
    (tmp_path / CODE).symlink_to(elsewhere)
    office.count = 1
    assert Receipts(tmp_path, office).look() == [] and list((elsewhere / "receipts").iterdir()) == []


def test_a_place_that_cannot_be_kept_holds_up_no_file_that_is_handed_in(tmp_path: Path, box: Path) -> None:
    (box.parent / "in").mkdir()
    (tmp_path / ".receipts").write_text("in the way")
    official = Receipts(tmp_path, Office(0))

    def take(code: str, name: str, raw: bytes) -> list[str]:
        official.begin(code)
        return [name]

    (box.parent / "in" / "order.xml").write_bytes(b"<a/>")
    folder = Folder(tmp_path, take)
    folder.look()
    assert [moved.receipts for moved in folder.look()] == [["order.xml"]]
    assert official.look() == []


@pytest.mark.parametrize("damaged", ["", "many", "1.5"])
def test_a_damaged_place_holds_up_nobody_else_and_is_told(damaged: str, tmp_path: Path, box: Path) -> None:
    told = Receipts(tmp_path, everybodys)
    other = tmp_path / "3601999992"
    other.mkdir()
    for code in (CODE, "3601999992"):
        told.begin(code)
    (tmp_path / ".receipts" / CODE).write_text(damaged)
    with capture_logs() as lines:
        assert told.look() == [other / "receipts" / "1-CEB312Message.xml"]
        told.begin(CODE)
    assert [(line["event"], line["folder"]) for line in lines] == [("folder.receipts_left", CODE)]


def test_only_the_firms_there_is_news_of_are_asked_and_who_has_more_than_one_look_takes(
    tmp_path: Path, box: Path
) -> None:
    office, asked, other = Office(0), list[str](), tmp_path / "3601999992"
    (other / "receipts").mkdir(parents=True)

    def asks(code: str, after: int | None) -> Page | None:
        asked.append(code)
        return office(code, after)

    told = Receipts(tmp_path, asks)
    told.begin(CODE)
    office.count = 2 * ROUNDS + 1
    asked.clear()
    assert len(told.look({CODE})) == 2 * ROUNDS and set(asked) == {CODE}
    assert len(told.look(())) == 1, "what one look did not bring comes with the next"
    asked.clear()
    assert told.look(()) == [] and asked == []
    told.look()
    assert set(asked) == {CODE, "3601999992"}


def test_while_nothing_can_be_asked_nothing_moves_and_a_strangers_folder_stays_empty(tmp_path: Path, box: Path) -> None:
    office = Office(0)
    told = Receipts(tmp_path, office)
    office.away = True
    told.begin(CODE)
    assert not box.exists()
    office.away = False
    told.begin(CODE)
    office.count, office.away = 1, True
    assert told.look() == []
    office.away = False
    (tmp_path / "nobody" / "receipts").mkdir(parents=True)
    assert len(told.look()) == 1 and list((tmp_path / "nobody" / "receipts").iterdir()) == []


def test_a_folder_that_cannot_be_written_to_holds_up_nobody_else(tmp_path: Path, box: Path) -> None:
    told = Receipts(tmp_path, everybodys)
    other = tmp_path / "3601999992"
    other.mkdir()
    for code in (CODE, "3601999992"):
        told.begin(code)
    (box / "1-CEB312Message.xml").mkdir()
    (box / "1-CEB312Message.xml" / "in the way").touch()
    assert told.look() == [other / "receipts" / "1-CEB312Message.xml"]
    (box / "1-CEB312Message.xml" / "in the way").unlink()
    (box / "1-CEB312Message.xml").rmdir()
    assert told.look() == [box / "1-CEB312Message.xml"], "what could not be written comes when it can"
