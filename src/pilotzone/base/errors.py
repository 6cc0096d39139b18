"""The few kinds of failure. Each carries a code, a sentence in Chinese and in English, and its source."""

from __future__ import annotations

from typing import Any


class Problem(Exception):
    """A failure that can be shown to the person it concerns.

    `code` is dotted and stable (`rule.limit.single`); `source` names the document or specification paragraph;
    `whose` says who can mend it (ebp, ebc, pay, logi, declarant, buyer, area, platform, customs, zone);
    `fields` maps a field name to what is wrong with it; `mend_zh` and `mend_en` say what to do.
    """

    def __init__(
        self,
        *,
        code: str,
        zh: str,
        en: str,
        source: str = "",
        whose: str = "",
        fields: dict[str, str] | None = None,
        mend_zh: str = "",
        mend_en: str = "",
    ) -> None:
        super().__init__(f"{code}: {en}")
        self.code = code
        self.zh = zh
        self.en = en
        self.source = source
        self.whose = whose
        self.fields = dict(fields or {})
        self.mend_zh = mend_zh
        self.mend_en = mend_en

    def as_dict(self) -> dict[str, Any]:
        """Plain data for a page, an API body or a receipt; code, zh, en, source always, the rest if any."""
        told: dict[str, Any] = {"code": self.code, "zh": self.zh, "en": self.en, "source": self.source}
        for name in ("whose", "fields", "mend_zh", "mend_en"):
            if getattr(self, name):
                told[name] = getattr(self, name)
        return told

    def __reduce__(self) -> tuple[Any, ...]:
        # keyword-only arguments: without this an error could not cross a process boundary
        return (_revive, (type(self), {**self.__dict__}))


def _revive(kind: type[Problem], parts: dict[str, Any]) -> Problem:
    return kind(**parts)


class Refused(Problem):
    """A final failure: the same input will be refused again."""


class Unavailable(Problem):
    """A temporary failure: the same input may pass later; retry."""


class Gap(Problem):
    """Reference data is missing for that day: a named gap, never zero and never a guess."""


class Denied(Problem):
    """The caller may not see or do this."""
