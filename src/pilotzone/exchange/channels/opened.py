"""Folders held open: what is read and written in one stays in it, whatever is put in its place, and never goes through a link."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

_FOLDER = os.O_RDONLY | os.O_DIRECTORY
_FRESH = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW


class NotPlain(OSError):
    """What lies under a name is no plain file."""


@contextmanager
def entered(root: Path, *names: str) -> Iterator[int]:
    """The folder under these names below `root`, by its descriptor. OSError for a link or where there is none."""
    number = os.open(root, _FOLDER)
    try:
        for name in names:
            outer, number = number, os.open(name, _FOLDER | os.O_NOFOLLOW, dir_fd=number)
            os.close(outer)
        yield number
    finally:
        os.close(number)


@contextmanager
def made(folder: int, name: str) -> Iterator[int]:
    """A folder in an opened one, made where there is none, by its descriptor. OSError for a link."""
    with suppress(FileExistsError):
        os.mkdir(name, dir_fd=folder)
    number = os.open(name, _FOLDER | os.O_NOFOLLOW, dir_fd=folder)
    try:
        yield number
    finally:
        os.close(number)


def lies(folder: int, name: str) -> bool:
    """Whether something lies there under this name, be it a link that leads nowhere."""
    try:
        os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return True


def plain(folder: int, name: str) -> BinaryIO:
    """A plain file in an opened folder, to be read; OSError for a link, NotPlain for a pipe, a folder and the like."""
    file = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
    if not stat.S_ISREG(os.fstat(file).st_mode):
        os.close(file)
        raise NotPlain(errno.EINVAL, os.strerror(errno.EINVAL))
    return os.fdopen(file, "rb")


def write_new(folder: int, name: str, content: bytes) -> None:
    """A new file, whole or none; FileExistsError where something lies there, be it a link."""
    number = os.open(name, _FRESH, 0o644, dir_fd=folder)
    try:
        with os.fdopen(number, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
    except OSError:
        os.unlink(name, dir_fd=folder)
        raise


def write_whole(folder: int, name: str, content: bytes) -> None:
    """Whole or not at all, in place of a file or a link that lies there."""
    fresh = f".{name}.part"
    with suppress(FileNotFoundError):
        os.unlink(fresh, dir_fd=folder)
    write_new(folder, fresh, content)
    os.replace(fresh, name, src_dir_fd=folder, dst_dir_fd=folder)
