"""Edit checks of a self-report: hard ones send it back, soft ones ask for a note. The checks are data (data/statistics/edit_checks.yaml).

Algorithm `checks.v1` (docs/algorithms/statistics_collection.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pilotzone.base.errors import Problem, Refused
from pilotzone.rooms.statistics.engine.expressions import Formula, formula
from pilotzone.rooms.statistics.engine.lined import Lined, Unreadable, lined
from pilotzone.rooms.statistics.errors import refused

ALGORITHM = "checks.v1"
HARD, SOFT = "hard", "soft"
_FIELD = {"key", "zh", "en", "unit", "most", "must", "whole"}
_CHECK = {"key", "weight", "holds", "zh", "en", "source", "tag"}
BEFORE, YEAR = "_before", "_year_before"
CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Field:
    """A number of the form; `most` is what nobody can have reported rightly."""

    key: str
    zh: str
    en: str
    unit: str
    most: Decimal
    must: bool
    whole: bool


@dataclass(frozen=True, slots=True)
class Check:
    """A condition over the fields, and the fields of the month before and the year before (`…_before`, `…_year_before`)."""

    key: str
    weight: str
    holds: Formula
    zh: str
    en: str
    source: str
    tag: str


@dataclass(frozen=True, slots=True)
class Form:
    """A version of the form: from which month it is used, its fields and checks."""

    version: str
    since: date
    fields: tuple[Field, ...]
    checks: tuple[Check, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What a report does not pass; `known` is False where a figure is missing that the check needs (never a refusal)."""

    key: str
    weight: str
    zh: str
    en: str
    source: str
    known: bool = True


def forms(text: str) -> tuple[Form, ...]:
    """The versions of a file, oldest first; `statistics.checks.file` with the line of the first fault."""
    try:
        found = lined(text)
    except Unreadable as error:
        raise _file(error.line, "不是有效的YAML", f"no valid YAML: {error}") from error
    for line, key in found.twice:
        raise _file(line, f"{key}重复", f"{key} stands twice")
    if not isinstance(found.data, dict) or not isinstance(found.data.get("forms"), list) or not found.data["forms"]:
        raise _file(1, "应有forms列表", "a list of forms is expected")
    told = [_form(found, at) for at in range(len(found.data["forms"]))]
    return tuple(sorted(told, key=lambda form: form.since))


def form_of(versions: tuple[Form, ...], month: date) -> Form:
    """The version in force in a month; `statistics.report.month` before the first."""
    fitting = [form for form in versions if form.since <= month]
    if not fitting:
        raise refused("statistics.report.month", month=f"{month:%Y-%m}")
    return fitting[-1]


def judged(
    form: Form, report: Mapping[str, Decimal | None], *, before: Mapping[str, Decimal | None] | None = None,
    year_before: Mapping[str, Decimal | None] | None = None,
) -> list[Found]:  # fmt: skip
    """What a report does not pass, hard findings first.

    Refused `statistics.report.field`: a field that is missing, unknown, negative, absurdly large, not whole, finer than a cent, or no number.
    """
    facts = {field.key: _value(field, report) for field in form.fields}
    for strange in sorted(report.keys() - facts.keys()):
        raise refused(
            "statistics.report.field",
            field=strange,
            field_en=strange,
            what="不在本表中",
            what_en="is not of this form",
            by_field={strange: "不在本表中 / is not of this form"},
        )
    for suffix, other in ((BEFORE, before), (YEAR, year_before)):
        facts |= {f"{field.key}{suffix}": (other or {}).get(field.key) for field in form.fields}
    told = []
    for check in form.checks:
        holds = check.holds.holds(facts)
        if holds is not True:
            told.append(Found(check.key, check.weight, check.zh, check.en, check.source, holds is not None))
    hard = [one for one in told if one.known and one.weight == HARD]
    return hard + [one for one in told if one not in hard]


def may_stand(found: list[Found], *, noted: bool) -> bool:
    """Whether a report is taken: no hard finding, and a note where there is a soft one."""
    known = [one for one in found if one.known]
    return not any(one.weight == HARD for one in known) and (noted or not known)


def fault(field: Field, value: Decimal | None) -> tuple[str, str] | None:
    """What is wrong with a value in itself, in Chinese and English; None where nothing is."""
    if value is None:
        return ("须填报，没有的填0", "is to be reported, 0 where there is nothing") if field.must else None
    if not isinstance(value, Decimal) or not value.is_finite():
        return "不是数，例如应为1234.50", "is no number, such as 1234.50"
    if value < 0:
        return "不得为负，退货另填退货额", "is not negative: returns are reported as returns"
    if value > field.most:
        return f"大于{field.most:f}，请核对单位", f"is above {field.most:f}: check the unit"
    if field.whole and value != value.to_integral_value():
        return "须为整数", "is a whole number"
    if not field.whole and value != value.quantize(CENT):
        return "最多两位小数", "has two decimals at most"
    return None


def refused_for(faults: Mapping[Field, tuple[str, str]]) -> Refused:
    """`statistics.report.field` with the first fault in its sentence and every one by its field."""
    first, (zh, en) = next(iter(faults.items()))
    return refused(
        "statistics.report.field", field=first.zh, field_en=first.en, what=zh, what_en=en,
        by_field={field.key: f"{field.zh}{what[0]} / {field.en} {what[1]}" for field, what in faults.items()},
    )  # fmt: skip


def _value(field: Field, report: Mapping[str, Decimal | None]) -> Decimal | None:
    value = report.get(field.key)
    if wrong := fault(field, value):
        raise refused_for({field: wrong})
    return value


def _file(line: int, zh: str, en: str) -> Refused:
    return refused("statistics.checks.file", line=line, what=zh, what_en=en)


def _form(found: Lined, at: int) -> Form:
    raw = found.data["forms"][at]

    def wrong(what: str, *path: str | int, zh: str = "") -> Problem:
        return _file(found.line("forms", at, *path), zh or f"应有{what}", what if zh else f"expected {what}")

    if not isinstance(raw, dict) or set(raw) != {"version", "from", "fields", "checks"}:
        raise wrong("version, from, fields, checks")
    if type(raw["from"]) is not date:
        raise wrong("from: yyyy-mm-dd", "from")
    fields = []
    for n, row in enumerate(raw["fields"]):
        if not isinstance(row, dict) or not {"key", "zh", "en", "unit", "most"} <= set(row) <= _FIELD:
            raise wrong("field: key, zh, en, unit, most", "fields", n)
        fields.append(
            Field(row["key"], row["zh"], row["en"], row["unit"], Decimal(str(row["most"])), row.get("must", True), row.get("whole", False))
        )  # fmt: skip
    names = {field.key + suffix for field in fields for suffix in ("", BEFORE, YEAR)}
    checks = []
    for n, row in enumerate(raw["checks"]):
        if not isinstance(row, dict) or set(row) != _CHECK:
            raise wrong(", ".join(sorted(_CHECK)), "checks", n)
        if row["weight"] not in (HARD, SOFT) or row["tag"] not in ("A", "B", "C", "P"):
            raise wrong("weight: hard | soft; tag: A | B | C | P", "checks", n)
        try:
            condition = formula(str(row["holds"]))
        except Problem as error:
            raise wrong(error.en, "checks", n, "holds", zh=error.zh) from error
        if strange := condition.names - names:
            shown = ", ".join(sorted(strange))
            raise wrong(f"unknown field {shown}", "checks", n, "holds", zh=f"没有字段{shown}")
        checks.append(Check(row["key"], row["weight"], condition, row["zh"], row["en"], row["source"], row["tag"]))
    for keys in ([one.key for one in fields], [one.key for one in checks]):
        if len(keys) != len(set(keys)):
            raise wrong("a key stands twice", zh="键重复")
    return Form(str(raw["version"]), raw["from"], tuple(fields), tuple(checks))
