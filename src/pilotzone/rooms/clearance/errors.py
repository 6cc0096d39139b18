"""What is wrong with a document or a trade: the sentence, its source, whose error it is, how to mend it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from pilotzone.base.sentences import Sentences

REFUSES, WARNS, WAITS = "refuses", "warns", "waits"


@dataclass(frozen=True, slots=True)
class Fault:
    """One judgement as it is shown, stored and answered.

    `code` is ours and stable; `official` the customs code where the specification names one (1332, -301011).
    `whose` is the party that alone may correct it: ebp, ebc, pay, logi, declarant, buyer, area, platform,
    customs, zone. `weight` says what follows: refuses, warns, or waits (a named gap of reference data).
    """

    code: str
    zh: str
    en: str
    source: str
    whose: str
    official: str = ""
    mend_zh: str = ""
    mend_en: str = ""
    weight: str = REFUSES
    tag: str = "B"

    def as_dict(self) -> dict[str, Any]:
        """Plain data for a page, a result or the database; empty parts are left out."""
        return {name: value for name in _SHOWN if (value := getattr(self, name))}


_SHOWN = ("code", "zh", "en", "source", "whose", "official", "mend_zh", "mend_en", "weight", "tag")


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule wearing the regulator's name: the template of its fault; `{field}`s are filled in from the case."""

    code: str
    zh: str
    en: str
    source: str
    whose: str
    official: str = ""
    mend_zh: str = ""
    mend_en: str = ""
    weight: str = REFUSES
    tag: str = "B"

    def fault(self, *, whose: str = "", official: str = "", **values: object) -> Fault:
        """This rule, broken, with the values of the case in its sentences."""
        shown = {name: _shown(value) for name, value in values.items()}
        return Fault(
            code=self.code,
            zh=self.zh.format_map(shown),
            en=self.en.format_map(shown),
            source=self.source,
            whose=whose or self.whose,
            official=official or self.official,
            mend_zh=self.mend_zh.format_map(shown),
            mend_en=self.mend_en.format_map(shown),
            weight=self.weight,
            tag=self.tag,
        )

    def warning(self) -> Rule:
        """The same rule where it only warns."""
        return replace(self, weight=WARNS)


def _shown(value: object) -> str:
    # what a sender wrote is shown cut: a sentence is not a place for a megabyte
    text = str(value)
    return text if len(text) <= 120 else text[:117] + "…"


SENTENCES = Sentences({
    "clearance.unknown": (
        "没有找到，或您无权查看", "Not found, or not yours to see", "PilotZone 单证互助", "", "", "",
    ),
    "clearance.summary.early": (
        "{month}尚未结束，该月结关的清单从{first}起汇总", "{month} is not over: its lists are summed up from {first} on",
        "海关总署公告2018年第194号", "declarant", "请于次月15日前汇总（遇节假日顺延）", "Sum up by the 15th of the next month.",
    ),
    "clearance.summary.nothing": (
        "{month}没有未汇总的清单", "No list of {month} stands open for summary", "海关总署公告2018年第194号", "",
        "请核对月份、收发货人和申报地海关", "Check month, consignor and declaring customs.",
    ),
    "clearance.summary.not_yours": (
        "汇总申请由清单的收发货人或申报企业提出", "The consignor or the declarant of the lists applies for their summary",
        "海关跨境统一版规范 ceb §1 CEB701", "declarant", "请由清单上的企业办理", "Let a firm named in the lists do it.",
    ),
    "clearance.summary.month": (
        "月份应写成 yyyy-mm", "A month is written yyyy-mm", "PilotZone 汇总申报", "", "例如 2021-03", "For example 2021-03.",
    ),
})  # fmt: skip
