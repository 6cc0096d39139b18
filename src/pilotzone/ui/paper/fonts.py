"""The CJK font papers are set in: found in the folders of the zone and of the system, never downloaded."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

SUFFIXES = (".ttc", ".otf", ".ttf", ".otc")
MOST = 20_000  # files looked at: a mistaken folder must not hold up a page
# the beginning of a file's name → the family it holds, the first that is there wins; official papers are set in Song
KNOWN = (
    ("notoserifcjk", "Noto Serif CJK SC"),
    ("notoserifsc", "Noto Serif SC"),
    ("sourcehanserif", "Source Han Serif SC"),
    ("simsun", "SimSun"),
    ("songti", "Songti SC"),
    ("notosanscjk", "Noto Sans CJK SC"),
    ("notosanssc", "Noto Sans SC"),
    ("sourcehansans", "Source Han Sans SC"),
    ("wqy-zenhei", "WenQuanYi Zen Hei"),
    ("wqy-microhei", "WenQuanYi Micro Hei"),
    ("fandolsong", "FandolSong"),
    ("uming", "AR PL UMing CN"),
    ("droidsansfallback", "Droid Sans Fallback"),
    ("msyh", "Microsoft YaHei"),
    ("pingfang", "PingFang SC"),
)


@dataclass(frozen=True)
class Font:
    """A family and the folders its files lie in."""

    family: str
    folders: tuple[str, ...]


def places(home: Path) -> tuple[Path, ...]:
    """Where fonts are looked for: PILOTZONE_FONTS (folders with the system's separator), the state folder, the system's."""
    asked = [Path(one) for one in os.environ.get("PILOTZONE_FONTS", "").split(os.pathsep) if one]
    if asked:
        return tuple(asked)
    system = (
        "/usr/share/fonts",
        "/usr/local/share/fonts",
        "/Library/Fonts",
        "/System/Library/Fonts",
        "C:/Windows/Fonts",
    )
    return (home / "fonts", *map(Path, system))


def found(home: Path) -> Font | None:
    """The font of this machine; None where no folder holds a known one. A found one is remembered, a missing one is not."""
    folders = places(home)
    try:
        return _found(folders)
    except LookupError:
        return None


@lru_cache(maxsize=8)
def _found(folders: tuple[Path, ...]) -> Font:
    best: tuple[int, int] | None = None
    where: dict[int, set[str]] = {}
    for order, file in enumerate(_files(folders)):
        name = file.name.lower()
        for rank, (beginning, _) in enumerate(KNOWN):
            if name.startswith(beginning):
                where.setdefault(rank, set()).add(str(file.parent))
                best = min(best or (rank, order), (rank, order))
                break
    if best is None:
        raise LookupError("no CJK font")
    return Font(KNOWN[best[0]][1], tuple(sorted(where[best[0]])))


def _files(folders: tuple[Path, ...]) -> Iterator[Path]:
    seen = 0
    for folder in folders:
        for path, _, names in os.walk(folder):
            for name in sorted(names):
                seen += 1
                if seen > MOST:
                    return
                if name.lower().endswith(SUFFIXES):
                    yield Path(path, name)
