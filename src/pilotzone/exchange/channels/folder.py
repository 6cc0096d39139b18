"""The watched folder: `drop/<organisation code>/in/` → kept → `done/` or `refused/` with an answer beside it.

What lies in `history/` instead of `in/` is the firm's past, taken by another function.

A file counts as whole when size and time did not change between two looks; `.part`, `.tmp` and hidden files wait for
their final name. A file is moved after its message is kept: a crash in between keeps it once more, and the worker
answers the second as a duplicate. Links are never followed.
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
        code = path.parent.parent.name
        try:
            taken = self._takers[path.parent.name](code, path.name, _read(path))
        except Refused as problem:
            return _move(path, REFUSED, _refusal(problem), problem)
        except Problem:
            return None
        if isinstance(taken, Partly):
            back = _give_back(path, taken)
            return _move(
                path,
                DONE,
                _kept(taken.receipts) + f"{REFUSED}/{back.name}\n" + _refusal(taken.problem),
                receipts=taken.receipts,
            )
        return _move(path, DONE, _kept(taken), receipts=taken)


def _takes(folder: Path) -> bool:
    """Whether files can be laid into a folder, or it can be made; a link is none."""
    place = folder if folder.exists() else folder.parent
    return not folder.is_symlink() and place.is_dir() and os.access(place, os.W_OK | os.X_OK)


def _read(path: Path) -> bytes:
    """The bytes of a plain file of ours, within the limit."""
    if path.suffix.lower() not in (XML, EXCEL):
        raise _refused("kind", "只接收 .xml 和 .xlsx 文件", "only .xml and .xlsx files are taken")
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
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


def _move(
    path: Path, name: str, answer: str, problem: Problem | None = None, *, receipts: list[str] | None = None
) -> Moved:
    """Move a file beside `in`, under a name of its own, with the answer next to it. The answer is there first."""
    target = _free(path.parent.parent / name, path.stem, path.suffix)
    _answer_of(target).write_text(answer, encoding="utf-8")
    path.rename(target)
    return Moved(target, receipts or [], problem)


def _give_back(path: Path, part: Partly) -> Path:
    """Lay what was not taken of a file into `refused/`, whole before it has its name, with the reason beside it."""
    target = _free(path.parent.parent / REFUSED, f"{path.stem}-refused", path.suffix)
    _answer_of(target).write_text(_refusal(part.problem), encoding="utf-8")
    unfinished = target.with_name(f".{target.name}.part")
    unfinished.write_bytes(part.back)
    unfinished.rename(target)
    return target


def _free(folder: Path, stem: str, suffix: str) -> Path:
    """A name in the folder that neither a file nor an answer has."""
    folder.mkdir(exist_ok=True)
    target, number = folder / f"{stem}{suffix}", 1
    while target.exists() or _answer_of(target).exists():
        number += 1
        target = folder / f"{stem}-{number}{suffix}"
    return target


def _kept(receipts: list[str]) -> str:
    return "".join(f"receipt 回执号: {receipt}\n" for receipt in receipts)


def _answer_of(path: Path) -> Path:
    return path.with_name(path.name + ".txt")


def _refusal(problem: Problem) -> str:
    told = [problem.code, problem.zh, problem.en, problem.source, problem.mend_zh, problem.mend_en]
    return "\n".join(filter(None, told)) + "\n"


def _refused(what: str, zh: str, en: str) -> Refused:
    return Refused(
        code=f"channel.folder.{what}", zh=f"{zh}。", en=f"{en[0].upper()}{en[1:]}.", source="docs/operations.md#folder"
    )
