"""What is missing, listed as each language lists it."""

from __future__ import annotations

from collections.abc import Iterable


def lacking(words: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The values `lacking_zh` and `lacking_en` of a sentence, from pairs of Chinese and English words."""
    pairs = list(words)
    return {"lacking_zh": "、".join(zh for zh, _ in pairs), "lacking_en": "; ".join(en for _, en in pairs)}
