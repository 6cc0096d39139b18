"""The sentence of a bilingual thing in one language. Data carries zh and en; pages ask here, never by hand."""

from __future__ import annotations

from collections.abc import Mapping


def said(value: object, field: str = "", language: str = "zh-hans") -> str:
    """The Chinese or English of `value`: its `<field>_zh/_en`, or `zh/en`, or `text_zh/text_en`; text stays as it is.

    Where the asked language is empty the other one is shown: a sentence in the wrong language beats none.
    """
    if isinstance(value, str) or value is None:
        return value or ""
    order = ("en", "zh") if language.startswith("en") else ("zh", "en")
    names = [f"{field}_{tongue}" for tongue in order] if field else [*order, *(f"text_{t}" for t in order)]
    for name in names:
        found = value.get(name) if isinstance(value, Mapping) else getattr(value, name, "")
        if found:
            return str(found)
    return ""
