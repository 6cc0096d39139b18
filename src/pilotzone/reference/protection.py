"""The rules of managing data (data/protection, and a zone's own beside it): terms, rights, refusals, incident steps, assessments.

The same rows are shown on the page and obeyed by the code; a row that cannot be read is refused with its place.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml

from pilotzone.base.errors import Gap, Refused
from pilotzone.reference import rates
from pilotzone.reference.tables import SHIPPED, Table

DELETE, DETACH, KEEP = "delete", "detach", "keep"
ACTIONS = (DELETE, DETACH, KEEP)
CLASSES = ("public", "internal", "personal", "sensitive", "important")
FILE = "protection/rules.yaml"


@dataclass(frozen=True, slots=True)
class Basis:
    """On what a rule rests: document, article, confidence (A to C, or P for the platform's own)."""

    document: str
    article: str
    tag: str
    since: date | None = None

    def __str__(self) -> str:
        return f"{self.document} {self.article} [{self.tag}]".replace("  ", " ")


@dataclass(frozen=True, slots=True)
class Term:
    """How long something is kept and what then happens. Exactly one of days, months and rate (years of data/rates) is set."""

    key: str
    zh: str
    en: str
    klass: str
    action: str
    starts_zh: str
    starts_en: str
    basis: Basis
    days: int | None = None
    months: int | None = None
    rate: str = ""

    def last(self, today: date) -> date:
        """What began before this day is over today. Gap where the law gives no term for the day."""
        if self.days is not None:
            return today - timedelta(days=self.days)
        months = self.months if self.months is not None else 12 * int(rates.rate(self.rate, on=today).number)
        return _months(today, -months)

    def until(self, start: date, on: date) -> date:
        """The last day of the term of what began on `start`, as the law stands on `on`."""
        if self.days is not None:
            return start + timedelta(days=self.days)
        return _months(start, self.months if self.months is not None else 12 * int(rates.rate(self.rate, on=on).number))


@dataclass(frozen=True, slots=True)
class Right:
    """What somebody may ask for, or on what it is refused, and on what that rests by day. `days` to answer in, 0 for refusals."""

    key: str
    zh: str
    en: str
    days: int
    dated: tuple[Basis, ...]

    def basis(self, on: date) -> Basis:
        """On what it rests on that day; Gap before the first."""
        found = [one for one in self.dated if one.since is not None and one.since <= on]
        if not found:
            raise Gap(
                code="protection.gap",
                zh=f"{on} 尚无依据：{self.zh}",
                en=f"Nothing to rest on for {on}: {self.en}",
                source=FILE,
            )
        return found[-1]


@dataclass(frozen=True, slots=True)
class Step:
    """One step after an incident: within how many hours, whose (a role), on what it rests."""

    number: int
    hours: int
    zh: str
    en: str
    who: str
    basis: Basis


@dataclass(frozen=True, slots=True)
class Assessment:
    """An impact assessment: the day, of what, why, its risk and its outcome, in both languages."""

    made_on: date
    zh: str
    en: str
    purpose: tuple[str, str]
    risk: tuple[str, str]
    outcome: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything the file says."""

    retention: tuple[Term, ...]
    rights: tuple[Right, ...]
    refusals: tuple[Right, ...]
    incident: tuple[Step, ...]
    assessments: tuple[Assessment, ...]

    def term(self, key: str) -> Term:
        """The term of that key; KeyError for none."""
        return {one.key: one for one in self.retention}[key]

    def right(self, key: str) -> Right | None:
        """The right or refusal of that key."""
        return next((one for one in (*self.rights, *self.refusals) if one.key == key), None)


def rules() -> Rules:
    """The rules in force."""
    return _table()


def read(text: str, *, name: str = FILE) -> Rules:
    """The rules of a file's text; Refused `protection.file` says where it is wrong."""
    where = name
    try:
        whole = yaml.safe_load(text)
        parts: dict[str, list[Any]] = {}
        for part, make in _MAKERS.items():
            parts[part] = []
            for at, row in enumerate(whole.get(part) or []):
                where = f"{name} {part} {at + 1}"
                parts[part].append(make(row))
        keys = [one.key for one in parts["retention"]]
        if len(set(keys)) != len(keys):
            raise ValueError("a key stands twice")
    except (yaml.YAMLError, KeyError, TypeError, ValueError, AttributeError, RecursionError) as fault:
        raise Refused(
            code="protection.file", zh=f"数据管理制度文件有误 {where}：{fault}", en=f"The rules of managing data are not in order. {where}: {fault}",
            source=FILE, whose="zone", mend_zh="改正该处后再加载", mend_en="Correct it and load it again",
        ) from fault  # fmt: skip
    return Rules(**{part: tuple(rows) for part, rows in parts.items()})


def build(overlay: Path | None) -> Rules:
    """The shipped rules with a zone's own: a term of the same key in its place, its assessments beside ours."""
    shipped = read((SHIPPED / FILE).read_text(encoding="utf-8"))
    own = overlay / FILE if overlay is not None else None
    if own is None or not own.is_file():
        return shipped
    added = read(own.read_text(encoding="utf-8", errors="replace"))
    terms = {one.key: one for one in shipped.retention} | {one.key: one for one in added.retention}
    return Rules(
        tuple(terms.values()), added.rights or shipped.rights, added.refusals or shipped.refusals,
        added.incident or shipped.incident, (*shipped.assessments, *added.assessments),
    )  # fmt: skip


def _months(day: date, months: int) -> date:
    number = day.year * 12 + day.month - 1 + months
    for day_of_month in range(day.day, 27, -1):
        try:
            return date(number // 12, number % 12 + 1, day_of_month)
        except ValueError:
            continue
    return date(number // 12, number % 12 + 1, min(day.day, 28))


def _basis(row: Any) -> Basis:
    since = row.get("from")
    if row["tag"] not in ("A", "B", "C", "P") or (since is not None and type(since) is not date):
        raise ValueError("tag or from")
    return Basis(_said(row, "document"), str(row.get("article") or ""), str(row["tag"]), since)


def _term(row: Any) -> Term:
    (unit, amount), *more = row["term"].items()
    if more or unit not in ("days", "months", "rate") or row["action"] not in ACTIONS or row["class"] not in CLASSES:
        raise ValueError("term, action or class")
    if unit != "rate" and (type(amount) is not int or not 0 <= amount <= 40_000):
        raise ValueError("term")
    return Term(
        _said(row, "key"), _said(row, "zh"), _said(row, "en"), row["class"], row["action"], _said(row, "starts_zh"), _said(row, "starts_en"),
        _basis(row), **{unit: amount},
    )  # fmt: skip


def _right(row: Any) -> Right:
    return Right(
        _said(row, "key"),
        _said(row, "zh"),
        _said(row, "en"),
        int(row.get("days", 0)),
        tuple(_basis(one) for one in row["basis"]),
    )


def _step(row: Any) -> Step:
    return Step(
        int(row["step"]), int(row["within_hours"]), _said(row, "zh"), _said(row, "en"), _said(row, "who"), _basis(row)
    )


def _assessment(row: Any) -> Assessment:
    if type(row["made_on"]) is not date:
        raise ValueError("made_on")
    told = {part: (_said(row, f"{part}_zh"), _said(row, f"{part}_en")) for part in ("purpose", "risk", "outcome")}
    return Assessment(row["made_on"], _said(row, "zh"), _said(row, "en"), **told)


def _said(row: Any, key: str) -> str:
    text = str(row[key]).strip()
    if not text or len(text) > 300:
        raise ValueError(key)
    return text


_MAKERS: dict[str, Any] = {
    "retention": _term, "rights": _right, "refusals": _right, "incident": _step, "assessments": _assessment,
}  # fmt: skip
_table = Table(build)
