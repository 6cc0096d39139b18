"""The watched folder: `drop/<organisation code>/in/` → kept → `done/` or `refused/` with an answer beside it.

What lies in `history/` instead of `in/` is the firm's past, taken by another function.

A file counts as whole when size and time did not change between two looks; `.part`, `.tmp` and hidden files wait for
their final name. A file is moved after its message is kept: a crash in between keeps it once more, and the worker
answers the second as a duplicate. Links are never followed: reading, answering and moving go by folders held open.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import structlog

from pilotzone.base.errors import Problem, Refused
from pilotzone.exchange.channels.opened import entered, lies, made, write_new, write_whole

log = structlog.get_logger("folders")
LARGEST = 10 * 1024 * 1024
PER_LOOK = 200
UNFINISHED = (".part", ".tmp", ".crdownload", ".filepart")
XML, EXCEL = ".xml", ".xlsx"
IN, HISTORY = "in", "history"
DONE, REFUSED = "done", "refused"


@dataclass(frozen=True, slots=True)
class Partly:
    """A file taken in part: the receipts of what was taken, why the rest was not, and the rest as a file to be mended."""

    receipts: list[str]
    problem: Problem
    back: bytes


Taken = Callable[[str, str, bytes], list[str] | Partly]


@dataclass(frozen=True, slots=True)
class Moved:
    """What became of one file: the folder it lies in now, and the receipts or the problem."""

    path: Path
    receipts: list[str]
    problem: Problem | None = None


class Folder:
    """Watches `root`. `take(code, file name, bytes)` keeps a file and answers receipt ids or Partly, or raises a Problem.

    `past` does the same for what lies in `history/`; without it that folder is left alone.

    A Refused moves the file to `refused/`; any other Problem (the database is away) leaves it for the next look.
    """

    def __init__(self, root: Path, take: Taken, past: Taken | None = None) -> None:
        self._root = root
        self._takers = {IN: take} if past is None else {IN: take, HISTORY: past}
        self._seen: dict[Path, tuple[int, int]] = {}
        self._failing: set[str] = set()  # whose folders could not be entered or written to, as was told once
        self._left: set[Path] = set()  # firms whose files wait, because no answer can be laid beside them

    def prepare(self, codes: Iterable[str]) -> None:
        """Make the folders of these organisations; where something else lies there, that one has none."""
        for code in codes:
            if code.isalnum():
                for name in self._takers:
                    with suppress(FileExistsError, NotADirectoryError):
                        (self._root / code / name).mkdir(parents=True, exist_ok=True)

    def look(self) -> list[Moved]:
        """Take every file that is whole; what is seen for the first time waits for the next look, and so does what no answer
        can be laid beside: nothing is kept that would be kept again and again."""
        seen: dict[Path, tuple[int, int]] = {}
        whole: list[Path] = []
        for path in self._files():
            try:
                found = path.lstat()
            except OSError:
                continue
            if stat.S_ISDIR(found.st_mode):
                continue
            mark = (found.st_size, found.st_mtime_ns)
            seen[path] = mark
            if self._seen.get(path) == mark:
                whole.append(path)
        self._seen = seen
        firms = {path.parent.parent for path in whole}
        self._leave({firm for firm in firms if not all(_takes(firm / name) for name in (DONE, REFUSED))})
        ready = [path for path in whole if path.parent.parent not in self._left]
        return [moved for path in ready[:PER_LOOK] if (moved := self._one(path)) is not None]

    def _leave(self, firms: set[Path]) -> None:
        for firm in sorted(firms - self._left):
            log.warning("folder.left", folder=firm.name)
        self._left = firms

    def _files(self) -> list[Path]:
        every = (path for name in self._takers for path in self._root.glob(f"*/{name}/*"))
        found = (p for p in every if not p.name.startswith("."))
        return sorted(p for p in found if not p.name.lower().endswith(UNFINISHED))

    def _one(self, path: Path) -> Moved | None:
        """Take one file. Its folder and those of the answers are opened before anything is kept: they stay the same ones whatever is put
        in their place meanwhile. Where one cannot be entered or written to, the firm's file is left and the others go on."""
        code, name = path.parent.parent.name, path.parent.name
        try:
            with entered(self._root, code) as firm, entered(self._root, code, name) as source, made(firm, DONE) as done, made(firm, REFUSED) as refused:  # fmt: skip
                moved = self._taken(path, source, {DONE: done, REFUSED: refused})
            self._failing.discard(code)
        except OSError as failure:
            if code not in self._failing:
                log.warning("folder.left", folder=code, reason=failure.strerror)
            self._failing.add(code)
            return None
        return moved

    def _taken(self, path: Path, source: int, answers: dict[str, int]) -> Moved | None:
        firm, name = path.parent.parent, path.name
        try:
            taken = self._takers[path.parent.name](firm.name, name, _read(source, name))
        except Refused as problem:
            return Moved(firm / REFUSED / _move(source, name, answers[REFUSED], _refusal(problem)), [], problem)
        except Problem:
            return None
        if isinstance(taken, Partly):
            back = _give_back(answers[REFUSED], path, taken)
            told, receipts = f"{REFUSED}/{back}\n{_refusal(taken.problem)}", taken.receipts
        else:
            told, receipts = "", taken
        return Moved(firm / DONE / _move(source, name, answers[DONE], _kept(receipts) + told), receipts)


def _takes(folder: Path) -> bool:
    """Whether files can be laid into a folder, or it can be made; a link is none."""
    place = folder if folder.exists() else folder.parent
    return not folder.is_symlink() and place.is_dir() and os.access(place, os.W_OK | os.X_OK)


def _read(folder: int, name: str) -> bytes:
    """The bytes of a plain file in an opened folder, within the limit."""
    if Path(name).suffix.lower() not in (XML, EXCEL):
        raise _refused("kind", "只接收 .xml 和 .xlsx 文件", "only .xml and .xlsx files are taken")
    try:
        handle = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
    except OSError as failure:
        raise _refused(
            "unreadable", f"文件无法读取：{failure.strerror}", f"cannot be read: {failure.strerror}"
        ) from None
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise _refused("unreadable", "不是普通文件", "not a plain file")
        raw = file.read(LARGEST + 1)
    if not raw:
        raise _refused("empty", "文件为空", "the file is empty")
    if len(raw) > LARGEST:
        raise _refused("too_large", f"文件超过 {LARGEST} 字节", f"the file is larger than {LARGEST} bytes")
    return raw


def _move(source: int, name: str, folder: int, answer: str) -> str:
    """Move a file from one opened folder into another, under a name of its own, which it answers."""
    return _lay(folder, name, answer, lambda free: os.rename(name, free, src_dir_fd=source, dst_dir_fd=folder))


def _give_back(folder: int, path: Path, part: Partly) -> str:
    """Lay what was not taken of a file into an opened folder, whole before it has its name, which it answers."""
    name = f"{path.stem}-refused{path.suffix}"
    return _lay(folder, name, _refusal(part.problem), lambda free: write_whole(folder, free, part.back))


def _lay(folder: int, wanted: str, answer: str, place: Callable[[str], None]) -> str:
    """Place a file under a name that neither a file nor an answer has, and answer the name. Its answer is there first."""
    written, number = Path(wanted), 1
    while True:
        free = wanted if number == 1 else f"{written.stem}-{number}{written.suffix}"
        with suppress(FileExistsError):
            if not lies(folder, free):
                write_new(folder, f"{free}.txt", answer.encode())
                place(free)
                return free
        number += 1


def _kept(receipts: list[str]) -> str:
    return "".join(f"receipt 回执号: {receipt}\n" for receipt in receipts)


def _refusal(problem: Problem) -> str:
    told = [problem.code, problem.zh, problem.en, problem.source, problem.mend_zh, problem.mend_en]
    return "\n".join(filter(None, told)) + "\n"


def _refused(what: str, zh: str, en: str) -> Refused:
    return Refused(
        code=f"channel.folder.{what}", zh=f"{zh}。", en=f"{en[0].upper()}{en[1:]}.", source="docs/operations.md#folder"
    )
