"""A chart as plain data. The page holds its table, which any reader can read; script draws the picture over it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

KINDS = ("line", "bar", "stack")


@dataclass(frozen=True)
class Series:
    """One line or bar: its name (translated) and one value per category, None where there is none."""

    name: str
    values: Sequence[float | None]


@dataclass(frozen=True)
class Chart:
    """What `{% chart %}` shows. `refresh` is an address that answers the same shape as JSON, asked again now and then."""

    title: str
    categories: Sequence[str]
    series: Sequence[Series]
    kind: str = "line"
    unit: str = ""
    refresh: str = ""

    def __post_init__(self) -> None:
        """Refuse a kind nobody draws and series whose length differs from the categories'."""
        if self.kind not in KINDS:
            raise ValueError(f"no such chart: {self.kind}")
        for series in self.series:
            if len(series.values) != len(self.categories):
                raise ValueError(f"{series.name}: {len(series.values)} values, {len(self.categories)} categories")

    def as_dict(self) -> dict[str, object]:
        """Plain data for JSON."""
        return asdict(self)

    def as_json(self) -> str:
        """The chart as one line of JSON, for a data attribute (the template escapes it)."""
        return json.dumps(self.as_dict(), ensure_ascii=False, separators=(",", ":"))

    def rows(self) -> list[tuple[str, list[float | None]]]:
        """The table behind the picture: per category the value of each series."""
        return [(name, [series.values[at] for series in self.series]) for at, name in enumerate(self.categories)]

    @property
    def empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not any(value for series in self.series for value in series.values)
