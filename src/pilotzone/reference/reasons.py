"""What a reason code of a customs receipt means, whose error it is, and how to mend it.

The official words are those of the specification; the explanations are ours. Codes of export documents are
published as ranges only; for them the range answers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from pilotzone.base.errors import Gap
from pilotzone.reference import codes

__all__ = ["Reason", "code_in", "reason"]

LIST = "customs_reason"
# the list is dated like any other; its codes have not changed since the first edition, so one day serves
EDITION_DAY = date(2018, 1, 1)
_IN_BRACKETS = re.compile(r"\[\s*Code\s*[:：]\s*(-?[0-9]{3,8})\s*[;；]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reason:
    """`whose`: ebp, ebc, pay, logi, declarant, buyer, site, sender (who sent the message), platform, customs or ''.

    `retry` is true where the same message may simply be sent again later.
    """

    code: str
    zh_official: str
    explanation_zh: str
    explanation_en: str
    whose: str
    mend_zh: str
    mend_en: str
    source: str
    retry: bool = False
    tag: str = "B"


def reason(code: str) -> Reason:
    """The reason of a code (`-621005`, `1313`, `0002`). Gap `reference.missing` where nothing is published."""
    if codes.known(LIST, code, on=EDITION_DAY):
        return _told(codes.entry(LIST, code, on=EDITION_DAY), code)
    if re.fullmatch(r"-[0-9]{4,8}", code, re.ASCII):
        for low, high, entry in _ranges():
            if low <= int(code) <= high:
                return _told(entry, code)
    shown = code[:20]
    raise Gap(
        code="reference.missing",
        zh=f"回执代码{shown}的含义未公布，请以回执文字为准",
        en=f"The meaning of receipt code {shown} is not published; read the words of the receipt",
        source="PilotZone reference.reasons",
        whose="customs",
    )


def code_in(return_info: str) -> str:
    """The code inside `[Code:1313;Desc:…]`; '' where the text carries none."""
    found = _IN_BRACKETS.search(return_info[:5000])
    return found[1] if found else ""


def _told(entry: codes.Entry, code: str) -> Reason:
    extra = entry.extra
    return Reason(
        code=code,
        zh_official=entry.zh,
        explanation_zh=extra["explanation_zh"],
        explanation_en=extra["explanation_en"],
        whose=extra["whose"],
        mend_zh=extra["mend_zh"],
        mend_en=extra["mend_en"],
        source=extra["source"],
        retry=extra["retry"] == "yes",
        tag=entry.tag,
    )


def _ranges() -> tuple[tuple[int, int, codes.Entry], ...]:
    found = []
    for entry in codes.entries(LIST, on=EDITION_DAY):
        ends = entry.code.split("..")
        if len(ends) == 2:
            low, high = sorted(map(int, ends))
            found.append((low, high, entry))
    return tuple(found)
