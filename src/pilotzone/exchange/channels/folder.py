"""The watched folder: `drop/<organisation code>/in/` → kept → `done/` or `refused/` with an answer beside it.

What lies in `history/` instead of `in/` is the firm's past, taken by another function.

A file counts as whole when size and time did not change between two looks; `.part`, `.tmp` and hidden files wait for
their final name. A file is moved after its message is kept. One that cannot be moved then is not kept again: only the move is
tried at the next looks; a crash in between keeps it once more, and the worker answers the second as a duplicate. Links are
never followed: reading, answering and moving go by folders held open.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import structlog

from pilotzone.base.errors import Problem, Refused
from pilotzone.exchange.channels.opened import NotPlain, entered, lies, made, plain, write_new, write_whole

log = structlog.get_logger("folders")
LARGEST = 10 * 1024 * 1024
LONGEST_NAME = 215  # bytes: NAME-refused-2.xlsx.txt and .NAME.result.json.part still fit into the 255 of a file system
PER_LOOK = 200
UNFINISHED = (".part", ".tmp", ".crdownload", ".filepart")
XML, EXCEL = ".xml", ".xlsx"
IN, HISTORY = "in", "history"
DONE, REFUSED = "done", "refused"


@dataclass(frozen=True, slots=True)
class Partly:
    """A file taken in part or not at all: the receipts of what was taken, why the rest was not, and the rest as a file to be mended."""

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


@dataclass(slots=True)
class _Held:
    """What became of a file that is still to be moved, by its size and time; `back`: the name under which its rest was given back."""

    mark: tuple[int, int]
    taken: list[str] | Partly | Refused
    back: str = ""


class Folder:
    """Watches `root`. `take(code, file name, bytes)` keeps a file and answers receipt ids or Partly, or raises a Problem.

    `past` does the same for what lies in `history/`; without it that folder is left alone.

    A Refused moves the file to `refused/`; any other Problem (the database is away) leaves it for the next look.
    """

    def __init__(self, root: Path, take: Taken, past: Taken | None = None) -> None:
        self._root = root
        self._takers = {IN: take} if past is None else {IN: take, HISTORY: past}
        self._seen: dict[Path, tuple[int, int]] = {}
        self._held: dict[Path, _Held] = {}
        self._failing: set[str] = set()  # whose folders could not be entered or written to, as was told once
        self._unmade: set[str] = set()  # whose folders could not be made, as was told once
        self._left: set[Path] = set()  # firms whose files wait, because no answer can be laid beside them

    def prepare(self, codes: Iterable[str]) -> None:
        """Make the folders of these organisations; where something else lies there, that one has none."""
        self._root.mkdir(parents=True, exist_ok=True)
        with entered(self._root) as root:
            for code in filter(str.isalnum, codes):
                try:
                    with made(root, code) as firm:
                        for name in self._takers:
                            with made(firm, name):
                                pass
                    self._unmade.discard(code)
                except OSError as failure:
                    self._tell(code, failure)
                    self._unmade.add(code)

    def look(self) -> list[Moved]:
        """Take every file that is whole; what is seen for the first time waits for the next look, and so does what no answer
        can be laid beside: nothing is kept that would be kept again and again. What fails of a firm holds up no other."""
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
        self._held = {path: held for path, held in self._held.items() if seen.get(path) == held.mark}
        ready = [path for path in whole if path.parent.parent not in self._left]
        return self._each(sorted(ready, key=lambda path: (path.parent.parent, path in self._held)))

    def _each(self, ready: Iterable[Path]) -> list[Moved]:
        """Take PER_LOOK files; a firm whose folders fail is left for this look and counts for nothing."""
        moved, tried, failing = list[Moved](), 0, set[Path]()
        for path in ready:
            if tried == PER_LOOK:
                break
            firm = path.parent.parent
            if firm not in failing:
                try:
                    found = self._one(path)
                except OSError as failure:
                    self._tell(firm.name, failure)
                    self._failing.add(firm.name)
                    failing.add(firm)
                    continue
                tried += 1
                self._failing.discard(firm.name)
                moved += [found] if found is not None else []
        return moved

    def _tell(self, code: str, failure: OSError) -> None:
        if code not in self._failing | self._unmade:
            log.warning("folder.left", folder=code, reason=failure.strerror)

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
        in their place meanwhile. OSError where one cannot be entered, or the file not moved from one into the other."""
        code, name = path.parent.parent.name, path.parent.name
        with entered(self._root, code) as firm, entered(self._root, code, name) as source, made(firm, DONE) as done, made(firm, REFUSED) as refused:  # fmt: skip
            answers = {DONE: done, REFUSED: refused}
            _movable(source, answers.values())
            held = self._held.get(path)
            if held is None:
                taken = self._taken(path, source)
                if taken is None:
                    return None
                held = self._held[path] = _Held(self._seen[path], taken)
            moved = _moved(path, source, answers, held)
            del self._held[path]
        return moved

    def _taken(self, path: Path, source: int) -> list[str] | Partly | Refused | None:
        """What a file is answered; None while it cannot be kept."""
        try:
            _named(path.name)
            return self._takers[path.parent.name](path.parent.parent.name, path.name, _read(source, path.name))
        except Refused as problem:
            return problem
        except Problem:
            return None


def _moved(path: Path, source: int, answers: Mapping[str, int], held: _Held) -> Moved:
    """Lay a file and its answer where they belong, and what is to be mended of it, once."""
    firm, name, taken = path.parent.parent, path.name, held.taken
    if isinstance(taken, Refused):
        return Moved(firm / REFUSED / _move(source, name, answers[REFUSED], _refusal(taken)), [], taken)
    if isinstance(taken, list):
        return Moved(firm / DONE / _move(source, name, answers[DONE], _kept(taken)), taken)
    held.back = held.back or _give_back(answers[REFUSED], path, taken)
    told = f"{REFUSED}/{held.back}\n{_refusal(taken.problem)}"
    if not taken.receipts:
        return Moved(firm / REFUSED / _move(source, name, answers[REFUSED], told), [], taken.problem)
    return Moved(firm / DONE / _move(source, name, answers[DONE], _kept(taken.receipts) + told), taken.receipts)


def _movable(source: int, answers: Iterable[int]) -> None:
    """OSError where no file could leave the folder, or not for those of the answers."""
    if not os.access(".", os.W_OK | os.X_OK, dir_fd=source):
        raise OSError(errno.EACCES, os.strerror(errno.EACCES))
    if any(os.fstat(one).st_dev != os.fstat(source).st_dev for one in answers):
        raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))


def _named(name: str) -> None:
    """Refuse a name beside which no answer has room, or that is no text."""
    if _short(name) != name:
        raise _refused(
            "name", f"文件名超过 {LONGEST_NAME} 字节，或不是 UTF-8 编码",
            f"the file's name is longer than {LONGEST_NAME} bytes, or no UTF-8",
        )  # fmt: skip


def _short(name: str) -> str:
    """A name within LONGEST_NAME bytes and of text alone, with its ending where that is one of ours."""
    ending = Path(name).suffix if Path(name).suffix.lower() in (XML, EXCEL) else ""
    stem = os.fsencode(name[: len(name) - len(ending)])[: LONGEST_NAME - len(ending)].decode(errors="ignore")
    return f"{stem or '_'}{ending}"


def _takes(folder: Path) -> bool:
    """Whether files can be laid into a folder, or it can be made; a link is none."""
    place = folder if folder.exists() else folder.parent
    return not folder.is_symlink() and place.is_dir() and os.access(place, os.W_OK | os.X_OK)


def _read(folder: int, name: str) -> bytes:
    """The bytes of a plain file in an opened folder, within the limit."""
    if Path(name).suffix.lower() not in (XML, EXCEL):
        raise _refused("kind", "只接收 .xml 和 .xlsx 文件", "only .xml and .xlsx files are taken")
    try:
        with plain(folder, name) as file:
            raw = file.read(LARGEST + 1)
    except NotPlain:
        raise _refused("unreadable", "不是普通文件", "not a plain file") from None
    except OSError as failure:
        raise _refused(
            "unreadable", f"文件无法读取：{failure.strerror}", f"cannot be read: {failure.strerror}"
        ) from None
    if not raw:
        raise _refused("empty", "文件为空", "the file is empty")
    if len(raw) > LARGEST:
        raise _refused("too_large", f"文件超过 {LARGEST} 字节", f"the file is larger than {LARGEST} bytes")
    return raw


def _move(source: int, name: str, folder: int, answer: str) -> str:
    """Move a file from one opened folder into another, under a name of its own, which it answers."""
    return _lay(folder, _short(name), answer, lambda free: os.rename(name, free, src_dir_fd=source, dst_dir_fd=folder))


def _give_back(folder: int, path: Path, part: Partly) -> str:
    """Lay what was not taken of a file into an opened folder, whole before it has its name, which it answers."""
    name = f"{path.stem}-refused{path.suffix}"
    return _lay(folder, name, _refusal(part.problem), lambda free: write_whole(folder, free, part.back))


def _lay(folder: int, wanted: str, answer: str, place: Callable[[str], None]) -> str:
    """Place a file under a name that neither a file nor an answer has, and answer the name. Its answer is there first, and does not stay
    where the file cannot be placed (OSError)."""
    written, number = Path(wanted), 1
    while True:
        free = wanted if number == 1 else f"{written.stem}-{number}{written.suffix}"
        with suppress(FileExistsError):
            if not lies(folder, free):
                write_new(folder, f"{free}.txt", answer.encode())
                try:
                    place(free)
                except OSError:
                    os.unlink(f"{free}.txt", dir_fd=folder)
                    raise
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
