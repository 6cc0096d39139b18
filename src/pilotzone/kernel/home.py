"""Where a zone keeps its state, for the floors below the portal."""

from __future__ import annotations

import os
from pathlib import Path


def home() -> Path:
    """The state folder, absolute: PILOTZONE_HOME, or ./var; a note `moved-to` left in it may point to another."""
    asked = Path(os.environ.get("PILOTZONE_HOME") or "var").absolute()
    note = asked / "moved-to"
    return Path(note.read_text().strip()) if note.is_file() else asked


def secret_file(name: str) -> Path:
    """The place of a secret of this zone; its folder is made readable by its owner only."""
    folder = home() / "secrets"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder / name
