"""The glossary (docs/glossary.md) as a table, and how an English sentence is looked through for a name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CHINESE = re.compile("[\u3400-\u9fff]")
_ROW = re.compile(r"\| (?P<zh>[^|]+) \| (?P<en>[^|]+) \| (?P<code>[^|]+) \| (?P<meaning>[^|]*) ?\|")


@dataclass(frozen=True)
class Term:
    """One official term and its one English name; `forms` are the ways the name may be written in a sentence."""

    zh: str
    en: str
    forms: tuple[str, ...]


def terms(text: str | None = None) -> Iterator[Term]:
    """Every term of the table. A cell of several terms (a / b) has as many names or one for all; 甲（乙）are two words for one thing."""
    for line in (text or (ROOT / "docs/glossary.md").read_text(encoding="utf-8")).splitlines():
        row = _ROW.fullmatch(line)
        if row is None or not CHINESE.search(row["zh"]) or row["zh"].strip() == "中文":
            continue
        words, names = (re.split(r"\s*/\s*", row[cell].strip()) for cell in ("zh", "en"))
        if len(names) == 1:
            names *= len(words)
        for word, name in zip(words, names, strict=True):
            yield from _term(word, name)


def _term(word: str, name: str) -> Iterator[Term]:
    shown = re.fullmatch(r"(.+?)（(.+)）", word)
    main, others = (shown[1], re.split("、", shown[2])) if shown else (word, [])
    head = re.fullmatch(r"(.+?) \((.+)\)", name)
    if head and len(parts := head[2].split(", ")) == len(others):  # light (green, yellow, red)
        for each, its in zip([main, *others], [head[1], *parts], strict=True):
            yield Term(each, its, forms(its))
        return
    name, *second = name.split(", ")
    yield Term(main, name, forms(name, *second))
    for other in others:
        yield Term(other, second[0] if second else name, forms(name, *second))


def forms(*names: str) -> tuple[str, ...]:
    """A name, its plural and the endings of its verb, in small letters."""
    told = []
    for name in names:
        low = name.lower()
        told += [low, f"{low}s", f"{low}es", re.sub("y$", "ies", low), re.sub("^(\\w+)( of )", r"\1s\2", low)]
        told += [re.sub("ed$", ending, low) for ending in ("", "e", "s", "es", "ing")]  # released: release, releases
        told.append(re.sub("ion$", "", low))  # inspection: inspect
    return tuple(dict.fromkeys(told))


def within(sentence: str, all_terms: list[Term]) -> list[Term]:
    """The terms a Chinese sentence uses, the longest first: 正面清单 is no 清单."""
    found, rest = [], sentence
    for term in sorted(all_terms, key=lambda one: -len(one.zh)):
        if term.zh in rest:
            found.append(term)
            rest = rest.replace(term.zh, "\0")
    return found
