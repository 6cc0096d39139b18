"""The stages of the Time Release Study, as data/inspection/study.yaml has them, and what of its figures is published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

ALGORITHM = "release_study.v1"
ALL = "*"


@dataclass(frozen=True, slots=True)
class Stage:
    """From one event of a trade to another; `first` is when its first document came."""

    key: str
    begins: str
    ends: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Method:
    """How a month is studied: the stages, from how many trades on a figure is published, how far back trades begin."""

    stages: tuple[Stage, ...]
    least: int
    look_back: int
    again: int
    source: str
    tag: str


def read(raw: Mapping[str, Any]) -> Method:
    """The method as its file has it; KeyError, TypeError or ValueError where it does not."""
    stages = tuple(Stage(row["key"], row["from"], row["to"], row["zh"], row["en"]) for row in raw["stages"])
    return Method(stages, int(raw["least"]), int(raw["look_back"]), int(raw["again"]), raw["source"], raw["tag"])


def shown(n: int, seconds: float | None, least: int) -> float | None:
    """A figure's seconds where enough trades stand behind it."""
    return seconds if n >= least else None


def spoken(seconds: float | None) -> str:
    """Seconds as hours and minutes for a table: 26:05; empty where there are none."""
    if seconds is None:
        return ""
    minutes = round(seconds / 60)
    return f"{minutes // 60}:{minutes % 60:02d}"
