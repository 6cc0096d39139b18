"""Official receipts brought back into a watched folder: `drop/<code>/receipts/NUMBER-MESSAGE.xml`, each once, in their order.

A firm that hands a file in by its folder gets the folder `receipts/`, and what is told from then on; who removes it gets none until it
is there again. How far a firm was told lies beside the firms' folders in `.receipts/<code>`, where no firm writes. A file is whole
under its name before the place moves on: who dies in between writes the same file again.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

NAME = "receipts"
ROUNDS = 10  # pages of one firm in one look, so that one with many holds up nobody


@dataclass(frozen=True, slots=True)
class Page:
    """Receipts as files (name, content), and the place after the last of them."""

    files: list[tuple[str, bytes]]
    after: int


Fetch = Callable[[str, int | None], Page | None]


class Receipts:
    """`fetch(code, after)`: the next receipts of a firm, None where nothing can be asked; with None it answers the place of now."""

    def __init__(self, root: Path, fetch: Fetch) -> None:
        self._root, self._fetch = root, fetch

    def begin(self, code: str) -> None:
        """A firm hands a file in: it is told from now on, if it is not already. To be called before the file is kept."""
        if not self._place(code).exists() and self._reached(code) is not None:
            with suppress(OSError):  # it is there, or something else of that name is
                (self._root / code / NAME).mkdir()

    def look(self) -> list[Path]:
        """Write what came; answers where. A link is no folder of the firm's: nothing is written through it.

        Where one firm's folder cannot be written to, it is left for the next look and the others go on.
        """
        written: list[Path] = []
        for folder in sorted(self._root.glob(f"*/{NAME}")):
            with suppress(OSError):
                if folder.is_dir() and not folder.is_symlink() and not folder.parent.is_symlink():
                    written += self._one(folder)
        return written

    def _one(self, folder: Path) -> list[Path]:
        code, written = folder.parent.name, list[Path]()
        after = self._reached(code)
        for _ in range(ROUNDS):
            page = None if after is None else self._fetch(code, after)
            if page is None or page.after == after:
                break
            written += [_write(folder / name, content) for name, content in page.files]
            after = page.after
            _write(self._place(code), str(after).encode())
        return written

    def _reached(self, code: str) -> int | None:
        """How far a firm was told; a firm without a place begins here and now."""
        place = self._place(code)
        if place.exists():
            return int(place.read_text())
        now = self._fetch(code, None)
        if now is None:
            return None
        place.parent.mkdir(exist_ok=True)
        _write(place, str(now.after).encode())
        return now.after

    def _place(self, code: str) -> Path:
        return self._root / f".{NAME}" / code


def _write(path: Path, content: bytes) -> Path:
    """Whole or not at all, and never through a link that lies there."""
    fresh = path.with_name(f".{path.name}.part")
    fresh.unlink(missing_ok=True)
    number = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o644)
    with os.fdopen(number, "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    return fresh.replace(path)
