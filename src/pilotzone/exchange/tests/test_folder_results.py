"""What became of a dropped file lies beside it as soon as it is judged, also after a restart, and only once."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path

from pilotzone.exchange.channels.folder_results import PATIENCE_S, PER_LOOK, Results


def dropped(root: Path, name: str, receipt: str) -> Path:
    """A file as the folder moved it, with its answer."""
    path = root / "3601999991" / "done" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"<a/>")
    path.with_name(name + ".txt").write_text(f"receipt 回执号: {receipt}\n", encoding="utf-8")
    return path


class Judge:
    """Says what became of the receipts it knows."""

    def __init__(self) -> None:
        self.known: set[str] = set()
        self.asked: list[str] = []
        self.firms: set[str] = set()

    def __call__(self, code: str, receipts: Sequence[str]) -> bytes | None:
        self.asked += receipts
        self.firms.add(code)
        return repr(list(receipts)).encode() if self.known >= set(receipts) else None


def test_a_result_is_written_once_when_it_is_there(tmp_path: Path) -> None:
    judge = Judge()
    told = Results(tmp_path, judge)
    told.look()
    path = dropped(tmp_path, "order.xml", "aa")
    told.expect(path, ["aa"])
    assert told.look() == []
    judge.known.add("aa")
    assert told.look() == [path.with_name("order.xml.result.json")]
    assert path.with_name("order.xml.result.json").read_bytes() == b"['aa']"
    assert told.look() == []
    assert judge.asked == ["aa", "aa"]


def test_what_was_not_answered_before_a_restart_is_found_again(tmp_path: Path) -> None:
    judge = Judge()
    judge.known |= {"aa", "bb"}
    dropped(tmp_path, "one.xml", "aa").with_name("one.xml.result.json").write_text("there")
    two = dropped(tmp_path, "two.xml", "bb")
    assert Results(tmp_path, judge).look() == [two.with_name("two.xml.result.json")]
    assert judge.asked == ["bb"]


def test_what_is_gone_or_too_old_is_asked_no_more(tmp_path: Path) -> None:
    judge = Judge()
    told = Results(tmp_path, judge)
    told.look()
    gone, old = dropped(tmp_path, "gone.xml", "aa"), dropped(tmp_path, "old.xml", "bb")
    told.expect(gone, ["aa"])
    told.expect(old, ["bb"])
    gone.unlink()
    past = time.time() - PATIENCE_S - 60
    os.utime(old.with_name("old.xml.txt"), (past, past))
    assert told.look() == []
    assert judge.asked == []


def test_files_that_wait_long_hold_up_nobody(tmp_path: Path) -> None:
    judge = Judge()
    told = Results(tmp_path, judge)
    told.look()
    for number in range(PER_LOOK):
        told.expect(dropped(tmp_path, f"waiting-{number}.xml", f"w{number}"), [f"w{number}"])
    last = dropped(tmp_path, "last.xml", "zz")
    told.expect(last, ["zz"])
    judge.known.add("zz")
    assert told.look() == []
    assert told.look() == [last.with_name("last.xml.result.json")]


def test_a_result_that_cannot_be_written_holds_up_no_other(tmp_path: Path) -> None:
    judge = Judge()
    judge.known |= {"aa", "bb"}
    told = Results(tmp_path, judge)
    told.look()
    one, two = dropped(tmp_path, "one.xml", "aa"), dropped(tmp_path, "two.xml", "bb")
    blocked = one.with_name("one.xml.result.json")
    blocked.mkdir()
    told.expect(one, ["aa"])
    told.expect(two, ["bb"])
    assert told.look() == [two.with_name("two.xml.result.json")]
    blocked.rmdir()
    assert told.look() == [blocked] and blocked.read_bytes() == b"['aa']"


def test_a_result_is_not_written_through_a_link(tmp_path: Path) -> None:
    judge, victim, elsewhere = Judge(), tmp_path / "victim", tmp_path / "elsewhere"
    victim.write_bytes(b"mine")
    judge.known |= {"aa", "bb"}
    told = Results(tmp_path, judge)
    told.look()
    one = dropped(tmp_path, "one.xml", "aa")
    for name in (".one.xml.part", ".one.xml.result.json.part", "one.xml.result.json"):
        (one.parent / name).symlink_to(victim)
    told.expect(one, ["aa"])
    assert told.look() == [one.with_name("one.xml.result.json")]
    assert victim.read_bytes() == b"mine" and one.with_name("one.xml.result.json").read_bytes() == b"['aa']"
    two = dropped(tmp_path, "two.xml", "bb")
    one.parent.rename(elsewhere)
    one.parent.symlink_to(elsewhere)
    told.expect(two, ["bb"])
    assert told.look() == [] and not (elsewhere / "two.xml.result.json").exists()


def test_an_answer_is_read_through_no_link_and_from_plain_files_only(tmp_path: Path) -> None:
    judge = Judge()
    judge.known |= {"aa", "bb"}
    other = dropped(tmp_path, "other.xml", "aa")
    (tmp_path / "another").mkdir()
    other.parent.rename(tmp_path / "another" / "done")
    mine = dropped(tmp_path, "own.xml", "bb")
    for name in ("link", "pipe", "folder"):
        mine.with_name(f"{name}.xml").write_bytes(b"<a/>")
    mine.with_name("link.xml.txt").symlink_to(tmp_path / "another" / "done" / "other.xml.txt")
    os.mkfifo(mine.with_name("pipe.xml.txt"))
    mine.with_name("folder.xml.txt").mkdir()
    (tmp_path / "linked").mkdir()
    (tmp_path / "linked" / "done").symlink_to(tmp_path / "another" / "done")
    written = Results(tmp_path, judge).look()
    assert written == [
        tmp_path / "3601999991/done/own.xml.result.json",
        tmp_path / "another/done/other.xml.result.json",
    ]
    assert judge.asked == ["bb", "aa"] and judge.firms == {"3601999991", "another"}
