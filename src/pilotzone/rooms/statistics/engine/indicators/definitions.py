"""An indicator: what it says, how it is reckoned, from what, for whom. One file a group, refused as a whole with every fault by line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from pilotzone.base.errors import Problem, Refused
from pilotzone.rooms.statistics.engine.expressions import Formula, formula
from pilotzone.rooms.statistics.engine.lined import Lined, Unreadable, lined
from pilotzone.rooms.statistics.errors import SENTENCES, refused

GROUPS = {
    "scale": "规模", "structure": "结构", "quality": "质量", "efficiency": "效率", "actors": "主体",
    "carriers": "载体", "channels": "通道", "livelihood": "民生", "contribution": "贡献",
}  # fmt: skip
COVERAGES = {"port": "口岸", "registered": "属地", "platform": "平台"}
PERIODS = ("month", "quarter", "year")
UNITS = (
    "cny",
    "usd",
    "count",
    "ratio",
    "percent",
    "day",
    "hour",
    "m2",
    "tonne",
    "teu",
    "index",
    "cny_per_order",
    "points",
)
TAGS = ("A", "B", "C", "P")
_FIELDS = {"key", "zh", "en", "definition_zh", "definition_en", "unit", "formula", "sources", "coverage", "period",
           "caveats_zh", "caveats_en", "version", "from", "tag"}  # fmt: skip
_SOURCE = {"room", "fact"}


@dataclass(frozen=True, slots=True)
class Source:
    """Where a number of the formula comes from: the room that tells it and the name of the fact there."""

    name: str
    room: str
    fact: str


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator in one version. `coverages` are those it may be published for; they are never added up or mixed."""

    key: str
    group: str
    zh: str
    en: str
    definition_zh: str
    definition_en: str
    unit: str
    formula: Formula
    sources: tuple[Source, ...]
    coverages: tuple[str, ...]
    period: str
    caveats_zh: str
    caveats_en: str
    version: str
    since: date
    tag: str

    def value(self, facts: Mapping[str, Decimal | None]) -> Decimal | None:
        """The figure from facts of one coverage and period; None where a fact has no figure or a divisor is zero."""
        return self.formula.value(facts)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong, with its line."""

    line: int
    where: str
    zh: str
    en: str


def read(text: str, name: str) -> tuple[Indicator, ...]:
    """The indicators of one file; Refused `statistics.indicator.file` with every fault in `fields` (key `line:where`)."""
    try:
        found = lined(text)
    except Unreadable as error:
        raise _refused(name, [Fault(error.line, "", f"不是有效的YAML：{error}", f"no valid YAML: {error}")]) from error
    faults = [Fault(line, key, "重复", "stands twice") for line, key in found.twice]
    told: list[Indicator] = []
    group = found.data.get("group") if isinstance(found.data, dict) else None
    rows = found.data.get("indicators") if isinstance(found.data, dict) else None
    if (
        not isinstance(found.data, dict)
        or set(found.data) != {"group", "indicators"}
        or not isinstance(rows, list)
        or not rows
    ):
        faults.append(Fault(1, "", "应有group与indicators两项", "a file has group and indicators"))
    elif group not in GROUPS:
        faults.append(Fault(found.line("group"), "group", f"没有指标群{group}", f"there is no group {group}"))
    else:
        for at in range(len(rows)):
            one = _indicator(found, at, str(group), faults)
            if one is not None:
                told.append(one)
        seen: set[tuple[str, str]] = set()
        for at, one in enumerate(told):
            if (one.key, one.version) in seen:
                faults.append(Fault(found.line("indicators", at), one.key, "指标重复", "this indicator stands twice"))
            seen.add((one.key, one.version))
    if faults:
        raise _refused(name, faults)
    return tuple(told)


def in_force(every: tuple[Indicator, ...], key: str, on: date) -> Indicator:
    """The version of an indicator on a day; `statistics.indicator.unknown` where there is none."""
    fitting = [one for one in every if one.key == key and one.since <= on]
    if not fitting:
        raise refused("statistics.indicator.unknown", key=key)
    return max(fitting, key=lambda one: one.since)


def _indicator(found: Lined, at: int, group: str, faults: list[Fault]) -> Indicator | None:
    raw = found.data["indicators"][at]
    before = len(faults)

    def fault(where: str, zh: str, en: str) -> None:
        faults.append(Fault(found.line("indicators", at, *(where.split(".") if where else ())), where, zh, en))

    if not isinstance(raw, dict):
        fault("", "应为一组字段", "an indicator is a set of fields")
        return None
    for missing in sorted(_FIELDS - set(raw)):
        fault("", f"缺少{missing}", f"{missing} is missing")
    for strange in sorted(map(str, set(raw) - _FIELDS)):
        fault(strange, "未知字段", "unknown field")
    if len(faults) > before:
        return None
    for name in ("key", "zh", "en", "definition_zh", "definition_en", "version"):
        if not isinstance(raw[name], str) or not raw[name].strip():
            fault(name, "须为文字", "is words")
    for name in ("caveats_zh", "caveats_en"):
        if not isinstance(raw[name], str):
            fault(name, "须为文字", "is words")
    for name, allowed in (("unit", UNITS), ("period", PERIODS), ("tag", TAGS)):
        if raw[name] not in allowed:
            fault(name, f"须为{'、'.join(allowed)}之一", f"is one of {', '.join(allowed)}")
    if type(raw["from"]) is not date:
        fault("from", "须为yyyy-mm-dd", "is yyyy-mm-dd")
    cover = raw["coverage"]
    if (
        not isinstance(cover, list)
        or not cover
        or any(one not in COVERAGES for one in cover)
        or len(set(cover)) != len(cover)
    ):
        fault("coverage", "须为port、registered、platform的列表", "is a list of port, registered, platform")
    sources = _sources(raw["sources"], fault)
    parsed = _formula(raw["formula"], {one.name for one in sources}, fault)
    if len(faults) > before or parsed is None:
        return None
    return Indicator(
        raw["key"], group, raw["zh"], raw["en"], raw["definition_zh"], raw["definition_en"], raw["unit"], parsed, sources,
        tuple(cover), raw["period"], raw["caveats_zh"], raw["caveats_en"], raw["version"], raw["from"], raw["tag"],
    )  # fmt: skip


def _sources(raw: Any, fault: Any) -> tuple[Source, ...]:
    if not isinstance(raw, dict) or not raw:
        fault("sources", "须写明公式中每个数的来源", "names where every number of the formula comes from")
        return ()
    told = []
    for name, where in raw.items():
        if (
            not isinstance(where, dict)
            or set(where) != _SOURCE
            or not all(isinstance(v, str) and v for v in where.values())
        ):
            fault(f"sources.{name}", "须有room与fact", "has room and fact")
        else:
            told.append(Source(str(name), where["room"], where["fact"]))
    return tuple(told)


def _formula(raw: Any, names: set[str], fault: Any) -> Formula | None:
    try:
        parsed = formula(raw)
    except Problem as error:
        fault("formula", error.zh, error.en)
        return None
    for name in sorted(parsed.names - names):
        fault("formula", f"{name}没有来源", f"{name} has no source")
    for name in sorted(names - parsed.names):
        fault(f"sources.{name}", "公式未使用", "the formula does not use it")
    return parsed


def _refused(name: str, faults: list[Fault]) -> Refused:
    first = min(faults, key=lambda one: one.line)
    by_field = {f"{one.line}:{one.where}": one.en for one in faults}
    return SENTENCES.refused(
        "statistics.indicator.file",
        by_field=by_field,
        name=name,
        count=len(faults),
        line=first.line,
        zh=first.zh,
        en=first.en,
    )
