"""The platform's problems (application/problem+json, RFC 9457) as exceptions."""

from __future__ import annotations

from collections.abc import Mapping

import httpx

LATER = (408, 425, 429)


class Problem(Exception):
    """A request that failed: `code` is the platform's own, `zh` and `en` its sentence, `mend_zh` and `mend_en` what helps,
    `source` the document behind it, `fields` what is wrong of which parameter, `status` 0 where nobody answered."""

    def __init__(self, status: int, told: Mapping[str, object]) -> None:
        def text(key: str) -> str:
            return str(told.get(key) or "")

        self.status, self.code = status, text("code") or f"http.{status}"
        self.zh, self.en, self.source, self.whose = text("zh"), text("en"), text("source"), text("whose")
        self.mend_zh, self.mend_en = text("mend_zh"), text("mend_en")
        fields = told.get("fields")
        self.fields = {str(key): str(value) for key, value in fields.items()} if isinstance(fields, Mapping) else {}
        super().__init__(" ".join(filter(None, (self.code, self.zh, self.en))))


class Refusal(Problem):
    """The same request will be refused again: mend it."""


class Busy(Problem):
    """The same request may pass later: the platform or the caller's pace was used up after every attempt."""


class Unreachable(Busy):
    """Nobody answered, or the answer was cut off: what was asked may have been done."""


def problem_of(answer: httpx.Response) -> Problem:
    """The problem an answer tells, whoever gave it: a proxy's page of its own keeps the status alone."""
    try:
        told = answer.json()
    except ValueError:
        told = None
    kind = Busy if answer.status_code in LATER or answer.status_code >= 500 else Refusal
    return kind(answer.status_code, told if isinstance(told, dict) else {})
