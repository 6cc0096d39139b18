"""Pages of measured parts: a part measured anew takes the place of the one before, the others stay as they were taken."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

_MARK = re.compile(r"^<!-- ([\w-]+) -->\n", re.MULTILINE)


def keep(page: Path, introduction: str, order: Sequence[str], name: str, text: str) -> None:
    """Write a part of a page under its name, in `order`; parts that are not named there are dropped."""
    parts = {**_parts(page), name: text.strip() + "\n"}
    told = [f"<!-- {one} -->\n{parts[one]}" for one in order if one in parts]
    page.write_text("\n".join([introduction, *told]), encoding="utf-8")


def _parts(page: Path) -> dict[str, str]:
    if not page.exists():
        return {}
    _, *found = _MARK.split(page.read_text(encoding="utf-8"))
    return {name: text.strip() + "\n" for name, text in zip(found[::2], found[1::2], strict=True)}
