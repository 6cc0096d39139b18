"""Official receipts brought back into a watched folder: `drop/<code>/receipts/NUMBER-MESSAGE.xml`, each once, in their order.

A firm that hands a file in by its folder gets the folder `receipts/`, and what is told from then on; who removes it gets none until it
is there again. How far a firm was told lies beside the firms' folders in `.receipts/<code>`, where no firm writes. A file is whole
under its name before the place moves on: who dies in between writes the same file again.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Container, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import structlog

from pilotzone.exchange.channels.opened import entered, write_whole

log = structlog.get_logger("folders")
NAME, PLACES = "receipts", ".receipts"
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
        self.more: set[str] = set()  # firms whose last look did not bring all

    def begin(self, code: str) -> None:
        """A firm hands a file in: it is told from now on, if it is not already. To be called before the file is kept.

        Where that cannot be noted, the file is kept all the same.
        """
        with self._left(code):
            if not self._place(code).exists() and self._reached(code) is not None:
                with entered(self._root, code) as folder, suppress(FileExistsError):
                    os.mkdir(NAME, dir_fd=folder)

    def look(self, only: Container[str] | None = None) -> list[Path]:
        """Write what came, for the firms of `only` (None: for all); answers where. Nothing is written through a link.

        Where one firm's folder cannot be written to, or its place cannot be read, it is left for the next look and the others go on.
        """
        written: list[Path] = []
        for folder in sorted(self._root.glob(f"*/{NAME}")):
            code = folder.parent.name
            if only is None or code in only or code in self.more:
                with self._left(code):
                    for name in self._one(code):
                        written.append(folder / name)
        return written

    def _one(self, code: str) -> Iterator[str]:
        with entered(self._root, code, NAME) as folder:
            self.more.discard(code)
            after = self._reached(code)
            for _ in range(ROUNDS):
                page = None if after is None else self._fetch(code, after)
                if page is None or page.after == after:
                    return
                for name, content in page.files:
                    write_whole(folder, name, content)
                    yield name
                after = page.after
                self._note(code, after)
            self.more.add(code)

    def _reached(self, code: str) -> int | None:
        """How far a firm was told; a firm without a place begins here and now."""
        place = self._place(code)
        if place.exists():
            return int(place.read_text())
        now = self._fetch(code, None)
        if now is None:
            return None
        place.parent.mkdir(exist_ok=True)
        self._note(code, now.after)
        return now.after

    def _note(self, code: str, after: int) -> None:
        with entered(self._root, PLACES) as folder:
            write_whole(folder, code, str(after).encode())

    def _place(self, code: str) -> Path:
        return self._root / PLACES / code

    @contextmanager
    def _left(self, code: str) -> Iterator[None]:
        """What cannot be written or read holds up only the firm it is of, and is told."""
        try:
            yield
        except (OSError, ValueError) as failure:
            log.warning("folder.receipts_left", folder=code, reason=str(failure)[:200])
