"""The glossary and the pages agree: an official term has one English name, and no sentence calls it by another."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

import pytest

from pilotzone.ui import extraction
from pilotzone.ui.catalogue import PO, parse
from tests.documents.glossary import Term, forms, terms, within

SOURCE = Path(__file__).parents[2] / "src" / "pilotzone"
TERMS = list(terms())
# of one sign: part of too many other words (票据, 文件) to be looked for in sentences
LABEL = 12  # signs of a label
LOOKED_FOR = [term for term in TERMS if len(term.zh) > 1]


def called(sentence: str, term: Term) -> bool:
    """Whether an English sentence calls a term by its name."""
    return any(re.search(rf"\b{re.escape(form)}\b", sentence.lower()) for form in term.forms)


def akin(label: str, term: Term) -> bool:
    """Whether an English label has a word of a term's name, in whatever form: settle for settlement, accepted for accept."""
    words = [word for form in term.forms for word in re.findall(r"[a-z]{3,}", form.lower())]
    stems = {word[: max(3, min(5, len(word) - 3))] for word in words} | {re.sub("[^A-Za-z]", "", term.en).lower()[:4]}
    return called(label, term) or any(
        word.startswith(stem) for word in re.findall(r"[a-z]+", label.lower()) for stem in stems
    )


def test_no_term_stands_in_the_glossary_with_two_names() -> None:
    names = defaultdict(set)
    for term in TERMS:
        names[term.zh].add(term.en)
    assert {zh: en for zh, en in names.items() if len(en) > 1} == {} and len(names) > 80


def test_a_term_that_is_said_alone_has_the_glossarys_name() -> None:
    known = extraction.known(SOURCE)
    said = [(term, known[term.zh].texts) for term in TERMS if term.zh in known]
    assert [(term.zh, term.en, texts) for term, texts in said for text in texts if text.lower() not in term.forms] == []
    assert len(said) > 40, "the terms are in use"


def test_no_label_calls_a_term_by_a_second_name() -> None:
    """Labels, not whole sentences: a sentence may say the same with a verb or leave it out."""
    wrong = [
        f"{term.zh} = {term.en}: {msgid} | {text}"
        for msgid, entry in extraction.known(SOURCE).items()
        if len(msgid) <= LABEL
        for term in within(msgid, LOOKED_FOR)
        for text in entry.texts
        if not akin(text, term)
    ]
    assert not wrong, "\n".join(wrong)


def test_no_sentence_has_two_translations() -> None:
    """Catalogues are merged when the portal starts: of two translations one would win by the order of apps."""
    told = defaultdict(set)
    for path in SOURCE.rglob(str(PO)):
        for entry in parse(path.read_text(encoding="utf-8"), str(path)):
            if entry.translated:
                told[entry.context, entry.msgid].add(entry.texts)
    assert {msgid: texts for msgid, texts in told.items() if len(texts) > 1} == {}


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ("| 运抵单 / 离境单 | arrival / departure | a | m |", [("运抵单", "arrival"), ("离境单", "departure")]),
        ("| 综合试验区 / 综试区 | pilot zone | z | m |", [("综合试验区", "pilot zone"), ("综试区", "pilot zone")]),
        ("| 清单（申报清单） | list, declaration list | l | m |", [("清单", "list"), ("申报清单", "declaration list")]),
        (
            "| 亮灯（绿灯、黄灯） | light (green, yellow) | l | m |",
            [("亮灯", "light"), ("绿灯", "green"), ("黄灯", "yellow")],
        ),
        ("|---|---|---|---|", []),
    ],
)
def test_a_row_is_read_as_it_is_written(row: str, found: list[tuple[str, str]]) -> None:
    assert [(term.zh, term.en) for term in terms(row)] == found


def test_names_are_known_in_their_forms_and_the_longest_term_counts() -> None:
    (term,) = [one for one in TERMS if one.zh == "放行"]
    assert called("Days after release", term) and called("Goods are Released", term) and not called("set free", term)
    assert "entries" in forms("entry") and [one.zh for one in within("正面清单和回执", TERMS)] == ["正面清单", "回执"]
