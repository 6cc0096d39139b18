"""What is wrong with a message, as data: a code, where, and a sentence in both languages with its source."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any

from pilotzone.exchange.formats import loading
from pilotzone.exchange.formats.shapes import Field

SHOWN = 40


@dataclass(frozen=True)
class Finding:
    """`path` is an element path with positions (/CEB311Message/Order[1]/OrderHead/orderNo), `line` 1-based, 0 unknown."""

    code: str
    path: str
    line: int
    zh: str
    en: str
    source: str

    @property
    def kind(self) -> str:
        """format, code, rule or signature."""
        return self.code.partition(".")[0]

    @property
    def whose(self) -> str:
        """Whose error it is: the sender's, unless findings.yaml says another party."""
        return str(catalogue().get(self.code, {}).get("whose", "sender"))

    @property
    def mend(self) -> tuple[str, str]:
        """How to mend it, in Chinese and English: as findings.yaml says of the code, else of its kind."""
        kinds = loading.document("findings")["mends"]
        zh, en = catalogue().get(self.code, {}).get("mend") or kinds.get(self.kind, kinds["format"])
        return str(zh), str(en)

    def as_dict(self) -> dict[str, Any]:
        """The shape of `pilotzone check`: code, path, line, text_zh, text_en, source, whose, mend_zh, mend_en."""
        told = asdict(self)
        told["text_zh"], told["text_en"] = told.pop("zh"), told.pop("en")
        told["source"], told["whose"] = told.pop("source"), self.whose
        told["mend_zh"], told["mend_en"] = self.mend
        return told


def finding(
    code: str, *, path: str, line: int = 0, source: str = "", words: dict[str, Any] | None = None, **more: object
) -> Finding:
    """The finding `code` with its sentences of findings.yaml filled in from `words` and `more`.

    `source` overrides the catalogue's; a word in two languages comes as field_zh and field_en.
    """
    told = catalogue()[code]
    zh, en = told["text"]
    safe = {name: clip(word) for name, word in (more | (words or {})).items()}
    return Finding(
        code=code,
        path=path,
        line=line,
        zh=zh.format_map(safe | {name[:-3]: word for name, word in safe.items() if name.endswith("_zh")}),
        en=en.format_map(safe | {name[:-3]: word for name, word in safe.items() if name.endswith("_en")}),
        source=source or told.get("source", ""),
    )


def named(field: Field) -> dict[str, str]:
    """How a sentence calls a field: Chinese name first in Chinese, English name first in English."""
    return {"field_zh": f"{field.zh}（{field.element}）", "field_en": f"{field.en} ({field.element})"}


def clip(word: object) -> str:
    """A value short enough for a sentence, on one line; hostile content never fills a page."""
    text = " ".join(str(word).split())
    return text if len(text) <= 2 * SHOWN else text[:SHOWN] + "…"


@lru_cache(maxsize=1)
def catalogue() -> dict[str, dict[str, Any]]:
    """Every finding code with its sentences, source, tag."""
    return {code: told for code, told in loading.document("findings").items() if "." in code}


@cache
def tolerance(name: str) -> Decimal:
    """A named tolerance of findings.yaml."""
    return Decimal(loading.document("findings")["tolerances"][name]["value"])


@cache
def limit(name: str) -> int:
    """A named limit of findings.yaml: bytes, findings."""
    return int(loading.document("findings")["limits"][name]["value"])
