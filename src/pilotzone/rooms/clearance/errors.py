"""What is wrong with a document or a trade: the sentence, its source, whose error it is, how to mend it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

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
