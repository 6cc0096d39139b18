"""A file dropped is taken once it is whole, moved with its answer, and never lost."""

from __future__ import annotations

import errno
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from pilotzone.base.errors import Problem, Refused, Unavailable
from pilotzone.exchange.channels import folder as channel
from pilotzone.exchange.channels.folder import Folder, Partly

TEXTS = {"code": "rule.x", "zh": "不受理", "en": "not taken"}


@dataclass
class Taker:
    """Keeps what it is given, or raises what it was told."""

    problem: Problem | None = None
    part: Partly | None = None
    got: list[tuple[str, str, bytes]] = field(default_factory=list)

    def take(self, code: str, name: str, raw: bytes) -> list[str] | Partly:
        if self.problem:
            raise self.problem
        self.got.append((code, name, raw))
        if self.part:
            return self.part
        return [f"{len(self.got):032x}"]


@pytest.fixture
def taker() -> Taker:
    return Taker()


@pytest.fixture
def drop(tmp_path: Path, taker: Taker) -> Folder:
    folder = Folder(tmp_path, taker.take)
    folder.prepare(["3601000001", "../evil"])
    return folder


def inside(tmp_path: Path, name: str) -> list[str]:
    place = tmp_path / "3601000001" / name
    return sorted(p.name for p in place.iterdir()) if place.exists() else []


def put(tmp_path: Path, name: str, raw: bytes = b"<a/>") -> Path:
    path = tmp_path / "3601000001" / "in" / name
    path.write_bytes(raw)
    return path


def test_folders_are_made_for_codes_only(drop: Folder, tmp_path: Path) -> None:
    assert [p.name for p in tmp_path.iterdir()] == ["3601000001"]


def test_a_whole_file_is_taken_at_the_second_look_and_moved_with_its_receipt(
    drop: Folder, tmp_path: Path, taker: Taker
) -> None:
    put(tmp_path, "order.xml")
    assert drop.look() == []
    (moved,) = drop.look()
    assert taker.got == [("3601000001", "order.xml", b"<a/>")]
    assert inside(tmp_path, "done") == ["order.xml", "order.xml.txt"]
    assert inside(tmp_path, "in") == []
    assert moved.receipts[0] in (tmp_path / "3601000001/done/order.xml.txt").read_text()
    assert drop.look() == []


def test_of_a_file_taken_in_part_the_refused_part_lies_in_refused(drop: Folder, tmp_path: Path, taker: Taker) -> None:
    taker.part = Partly(["0" * 32], Refused(**TEXTS), b"to be mended")
    for _ in range(2):
        put(tmp_path, "orders.xlsx", b"PK")
        drop.look()
        (moved,) = drop.look()
        assert moved.receipts == ["0" * 32]
    assert inside(tmp_path, "done") == ["orders-2.xlsx", "orders-2.xlsx.txt", "orders.xlsx", "orders.xlsx.txt"]
    told = (tmp_path / "3601000001/done/orders.xlsx.txt").read_text()
    assert "0" * 32 in told and "rule.x" in told and "orders-refused.xlsx" in told
    back = tmp_path / "3601000001/refused"
    assert (back / "orders-refused.xlsx").read_bytes() == b"to be mended" and "rule.x" in (
        back / "orders-refused.xlsx.txt"
    ).read_text()
    assert "orders-refused-2.xlsx" in inside(tmp_path, "refused")


def test_a_growing_file_waits_until_it_is_whole(drop: Folder, tmp_path: Path, taker: Taker) -> None:
    path = put(tmp_path, "order.xml", b"<a>")
    drop.look()
    path.write_bytes(b"<a>more")
    assert drop.look() == []
    assert [m.path.name for m in drop.look()] == ["order.xml"]
    assert taker.got[0][2] == b"<a>more"


@pytest.mark.parametrize("name", ["order.xml.part", "order.tmp", ".order.xml"])
def test_an_unfinished_name_waits(drop: Folder, tmp_path: Path, taker: Taker, name: str) -> None:
    put(tmp_path, name)
    assert [drop.look() for _ in range(3)] == [[], [], []]
    assert inside(tmp_path, "in") == [name]


def test_the_same_file_twice_keeps_both_answers(drop: Folder, tmp_path: Path, taker: Taker) -> None:
    for _ in range(2):
        put(tmp_path, "order.xml")
        drop.look()
        drop.look()
    assert len(taker.got) == 2
    assert inside(tmp_path, "done") == ["order-2.xml", "order-2.xml.txt", "order.xml", "order.xml.txt"]


def test_a_refused_file_lies_beside_its_reason(drop: Folder, tmp_path: Path, taker: Taker) -> None:
    taker.problem = Refused(**TEXTS, mend_zh="请改正")
    put(tmp_path, "order.xml")
    drop.look()
    drop.look()
    told = (tmp_path / "3601000001/refused/order.xml.txt").read_text()
    assert told == "rule.x\n不受理\nnot taken\n请改正\n"


def test_when_it_cannot_be_kept_now_the_file_stays(drop: Folder, tmp_path: Path, taker: Taker) -> None:
    taker.problem = Unavailable(**TEXTS)
    put(tmp_path, "order.xml")
    drop.look()
    assert drop.look() == []
    taker.problem = None
    assert len(drop.look()) == 1


@pytest.mark.parametrize(("name", "raw", "code"), [("a.txt", b"x", "kind"), ("a.xml", b"", "empty")])
def test_what_is_no_message_is_refused(
    drop: Folder, tmp_path: Path, taker: Taker, name: str, raw: bytes, code: str
) -> None:
    put(tmp_path, name, raw)
    drop.look()
    (moved,) = drop.look()
    assert moved.problem is not None
    assert moved.problem.code == f"channel.folder.{code}"
    assert taker.got == []


def test_a_file_beyond_the_limit_is_refused(
    drop: Folder, tmp_path: Path, taker: Taker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channel, "LARGEST", 10)
    put(tmp_path, "a.xml", b"x" * 11)
    drop.look()
    assert [m.problem.code for m in drop.look() if m.problem] == ["channel.folder.too_large"]


def test_a_link_to_somebody_elses_file_and_a_pipe_are_not_read(drop: Folder, tmp_path: Path, taker: Taker) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    (tmp_path / "3601000001/in/link.xml").symlink_to(secret)
    os.mkfifo(tmp_path / "3601000001/in/pipe.xml")
    drop.look()
    assert [m.problem.code for m in drop.look() if m.problem] == ["channel.folder.unreadable"] * 2
    assert taker.got == []
    assert secret.read_text() == "secret"


def test_the_past_has_a_folder_of_its_own(tmp_path: Path, taker: Taker) -> None:
    past = Taker()
    folder = Folder(tmp_path, taker.take, past.take)
    folder.prepare(["3601000001"])
    (tmp_path / "3601000001" / "history" / "old.xml").write_bytes(b"<old/>")
    assert folder.look() == []
    (moved,) = folder.look()
    assert moved.path.parent.name == "done"
    assert ([raw for *_, raw in past.got], taker.got) == ([b"<old/>"], [])


@pytest.mark.parametrize("name", ["done", "refused"])
@pytest.mark.parametrize("how", ["file", "link"])
def test_where_no_answer_can_be_laid_nothing_is_kept_and_others_go_on(
    how: str, name: str, drop: Folder, tmp_path: Path, taker: Taker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channel, "PER_LOOK", 1)
    drop.prepare(["3601000002"])
    blocked, elsewhere = tmp_path / "3601000001" / name, tmp_path / "elsewhere"
    elsewhere.mkdir()
    blocked.touch() if how == "file" else blocked.symlink_to(elsewhere)
    put(tmp_path, "order.xml")
    (tmp_path / "3601000002/in/other.xml").write_bytes(b"<b/>")
    drop.look()
    with capture_logs() as lines:
        assert [moved.path.name for moved in drop.look()] == ["other.xml"]
        assert drop.look() == [] and list(elsewhere.iterdir()) == []
    assert [(line["event"], line["folder"]) for line in lines] == [("folder.left", "3601000001")], "told once"
    assert taker.got == [("3601000002", "other.xml", b"<b/>")] and inside(tmp_path, "in") == ["order.xml"]
    blocked.unlink()
    assert [moved.path.name for moved in drop.look()] == ["order.xml"]


def test_a_firm_whose_folder_cannot_be_made_holds_up_nobody(drop: Folder, tmp_path: Path) -> None:
    (tmp_path / "3601000003").touch()
    drop.prepare(["3601000003", "3601000004"])
    assert (tmp_path / "3601000004" / "in").is_dir()


@pytest.mark.parametrize("name", ["in", "done"])
def test_a_folder_changed_for_a_link_while_a_file_is_kept_is_neither_read_nor_written_through(
    name: str, tmp_path: Path
) -> None:
    firm, elsewhere = tmp_path / "3601000001", tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "order.xml").write_bytes(b"another's")

    def swaps(code: str, file: str, raw: bytes) -> list[str]:
        (firm / name).mkdir(exist_ok=True)
        (firm / name).rename(tmp_path / "moved away")
        (firm / name).symlink_to(elsewhere)
        return ["aa"]

    folder = Folder(tmp_path, swaps)
    folder.prepare(["3601000001"])
    put(tmp_path, "order.xml")
    folder.look()
    folder.look()
    assert [p.name for p in elsewhere.iterdir()] == ["order.xml"]
    assert (elsewhere / "order.xml").read_bytes() == b"another's"
    where = "moved away" if name == "done" else "3601000001/done"
    assert (tmp_path / where / "order.xml").read_bytes() == b"<a/>"


def test_an_answer_is_not_written_through_a_link_that_leads_nowhere_yet(drop: Folder, tmp_path: Path) -> None:
    (tmp_path / "3601000001" / "done").mkdir()
    (tmp_path / "3601000001" / "done" / "order.xml.txt").symlink_to(tmp_path / "made by a link")
    put(tmp_path, "order.xml")
    drop.look()
    assert [moved.path.name for moved in drop.look()] == ["order-2.xml"]
    assert not (tmp_path / "made by a link").exists()


def fails(number: int) -> Any:
    """An operation the file system refuses with this errno."""

    def refuse(*_: Any, **__: Any) -> None:
        raise OSError(number, os.strerror(number))

    return refuse


@pytest.mark.parametrize("outcome", ["kept", "in part", "refused"])
def test_a_file_that_cannot_be_moved_is_kept_once_and_moved_when_it_can_be(
    outcome: str, drop: Folder, tmp_path: Path, taker: Taker, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = list[str]()
    if outcome == "in part":
        taker.part = Partly(["0" * 32], Refused(**TEXTS), b"to be mended")

    def take(code: str, name: str, raw: bytes) -> list[str] | Partly:
        asked.append(name)
        if outcome == "refused":
            raise Refused(**TEXTS)
        return taker.take(code, name, raw)

    folder = Folder(tmp_path, take)
    put(tmp_path, "orders.xlsx", b"PK")
    with monkeypatch.context() as broken:
        broken.setattr(os, "rename", fails(errno.EXDEV))
        assert [folder.look() for _ in range(4)] == [[]] * 4
        assert [name for name in inside(tmp_path, "done") + inside(tmp_path, "refused") if "refused" not in name] == []
    assert [moved.path.name for moved in folder.look()] == ["orders.xlsx"]
    assert asked == ["orders.xlsx"] and len(inside(tmp_path, "refused")) == (0 if outcome == "kept" else 2)
    put(tmp_path, "orders.xlsx", b"PK, mended")
    folder.look()
    folder.look()
    assert len(asked) == 2, "another file under the name is another file"


@pytest.mark.parametrize("why", ["not writable", "another file system"])
def test_what_cannot_be_moved_out_of_in_is_not_taken(
    why: str, drop: Folder, tmp_path: Path, taker: Taker, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, "order.xml")
    place = (tmp_path / "3601000001" / "in").stat().st_ino
    real_access, real_stat = os.access, os.fstat

    def access(path: Any, mode: int, **how: Any) -> bool:
        here = os.stat(path, dir_fd=how.get("dir_fd")).st_ino == place
        return not (here and mode & os.W_OK) and bool(real_access(path, mode, **how))

    def fstat(number: int) -> os.stat_result:
        told = real_stat(number)
        return os.stat_result((*told[:2], told.st_dev + 1, *told[3:])) if told.st_ino == place else told

    monkeypatch.setattr(os, *(("access", access) if why == "not writable" else ("fstat", fstat)))
    with capture_logs() as lines:
        assert [drop.look() for _ in range(3)] == [[]] * 3
    assert [(line["event"], line["folder"]) for line in lines] == [("folder.left", "3601000001")], "told once"
    assert taker.got == [] and inside(tmp_path, "in") == ["order.xml"]


@pytest.mark.parametrize(
    "name", ["单" * 82 + ".xml", "o" * 251 + ".xml", os.fsdecode(b"\xd6\xd0.xml")], ids=["Chinese", "long", "GBK"]
)
def test_a_name_that_no_answer_fits_beside_is_refused_with_its_code(
    name: str, drop: Folder, tmp_path: Path, taker: Taker
) -> None:
    put(tmp_path, name)
    drop.look()
    (moved,) = drop.look()
    assert moved.problem is not None and moved.problem.code == "channel.folder.name"
    assert taker.got == [] and inside(tmp_path, "in") == []
    assert sorted(one.endswith(".txt") for one in inside(tmp_path, "refused")) == [False, True]
    assert all(one.encode() for one in inside(tmp_path, "refused"))


def test_of_a_sheet_of_which_nothing_was_taken_all_of_it_comes_back_to_be_mended(
    drop: Folder, tmp_path: Path, taker: Taker
) -> None:
    taker.part = Partly([], Refused(**TEXTS), b"to be mended")
    put(tmp_path, "orders.xlsx", b"PK")
    drop.look()
    (moved,) = drop.look()
    assert (moved.receipts, moved.problem, moved.path.parent.name) == ([], taker.part.problem, "refused")
    assert (tmp_path / "3601000001/refused/orders-refused.xlsx").read_bytes() == b"to be mended"
    told = (tmp_path / "3601000001/refused/orders.xlsx.txt").read_text()
    assert "rule.x" in told and "refused/orders-refused.xlsx" in told and inside(tmp_path, "done") == []


@pytest.mark.parametrize("how", ["unwritable", "loop"])
def test_a_firm_whose_folders_cannot_be_made_is_told_once_and_holds_up_nobody(
    how: str, drop: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.mkdir

    def mkdir(path: Any, *more: Any, **how: Any) -> None:
        if str(path).endswith("3601000003"):
            raise PermissionError(errno.EACCES, "no")
        real(path, *more, **how)

    if how == "loop":
        (tmp_path / "3601000003").symlink_to("3601000003")
    else:
        monkeypatch.setattr(os, "mkdir", mkdir)
    with capture_logs() as lines:
        drop.prepare(["3601000003", "3601000004"])
        drop.prepare(["3601000003", "3601000004"])
    assert (tmp_path / "3601000004" / "in").is_dir()
    assert [(line["event"], line["folder"]) for line in lines] == [("folder.left", "3601000003")]


def test_no_folder_is_made_through_a_link(drop: Folder, tmp_path: Path) -> None:
    elsewhere = tmp_path / "else" / "where"
    elsewhere.mkdir(parents=True)
    (tmp_path / "3601000003").symlink_to(elsewhere)
    drop.prepare(["3601000003"])
    assert list(elsewhere.iterdir()) == []


@pytest.mark.parametrize("name", ["3601000001", "3601000001/in"])
def test_what_lies_behind_a_link_in_place_of_a_firms_folder_is_not_taken(
    name: str, drop: Folder, tmp_path: Path, taker: Taker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channel, "PER_LOOK", 1)
    drop.prepare(["3601000002"])
    elsewhere = tmp_path / "else" / "where" / "here"
    elsewhere.parent.mkdir(parents=True)
    (tmp_path / name).rename(elsewhere)
    (tmp_path / name).symlink_to(elsewhere)
    put(tmp_path, "order.xml")
    (tmp_path / "3601000002/in/other.xml").write_bytes(b"<b/>")
    drop.look()
    with capture_logs() as lines:
        assert [moved.path.name for moved in drop.look()] == ["other.xml"]
        assert drop.look() == []
    assert [(line["event"], line["folder"]) for line in lines] == [("folder.left", "3601000001")], "told once"
    assert taker.got == [("3601000002", "other.xml", b"<b/>")]
