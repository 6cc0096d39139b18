"""Every Chinese sentence a page can say has its English, and no template holds Chinese outside a translate tag."""

from __future__ import annotations

from pathlib import Path

from pilotzone.ui import extraction

SOURCE = Path(__file__).parents[2] / "src" / "pilotzone"


def test_every_sentence_has_its_english() -> None:
    lacking = [f"{one.path.relative_to(SOURCE)}:{one.line}: {one.msgid}" for one in extraction.missing(SOURCE)]
    assert not lacking, "run tools/messages.py --add and fill in:\n" + "\n".join(lacking)


def test_no_template_holds_chinese_outside_a_translate_tag() -> None:
    bare = [
        f"{one.path.relative_to(SOURCE)}:{one.line}: {one.msgid}"
        for path in extraction.templates(SOURCE)
        for one in extraction.bare_chinese(path.read_text(encoding="utf-8"), path)
    ]
    assert not bare, "\n".join(bare)


def test_a_translation_keeps_the_places_of_its_variables() -> None:
    wrong = [
        msgid
        for msgid, entry in extraction.known(SOURCE).items()
        for text in entry.texts
        if extraction.places(msgid) != extraction.places(text)
    ]
    assert not wrong
