"""The English catalogue is compiled without gettext's programs and read by Python's own reader."""

from __future__ import annotations

import gettext
import io
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilotzone.ui import catalogue
from pilotzone.ui.catalogue import Entry

SENTENCES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40)


def quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(SENTENCES, SENTENCES, max_size=20))
def test_what_was_written_is_read_back(sentences: dict[str, str]) -> None:
    po = "\n\n".join(f"msgid {quoted(zh)}\nmsgstr {quoted(en)}" for zh, en in sentences.items())
    entries = catalogue.parse(po)
    read = gettext.GNUTranslations(io.BytesIO(catalogue.compiled(entries)))
    assert {zh: read.gettext(zh) for zh in sentences} == sentences


def test_plural_context_and_long_lines_are_kept() -> None:
    po = """
# header
msgid ""
msgstr "Content-Type: text/plain\\n"

msgctxt "document"
msgid "清单"
msgstr "list"
# no blank line before this one
msgid "%(n)s 票"
msgid_plural "%(n)s 票"
msgstr[0] "%(n)s trade"
msgstr[1] "%(n)s trades"

msgid ""
"很长"
"的句子"
msgstr ""
"A long "
"sentence"
"""
    read = gettext.GNUTranslations(io.BytesIO(catalogue.compiled(catalogue.parse(po))))
    assert read.pgettext("document", "清单") == "list"
    assert [read.ngettext("%(n)s 票", "%(n)s 票", n) for n in (1, 2)] == ["%(n)s trade", "%(n)s trades"]
    assert read.gettext("很长的句子") == "A long sentence"


def test_empty_and_fuzzy_translations_are_not_translations() -> None:
    po = 'msgid "甲"\nmsgstr ""\n\n#, fuzzy\nmsgid "乙"\nmsgstr "B"\n'
    assert catalogue.parse(po) == [Entry("甲", ("",))]
    assert not catalogue.parse(po)[0].translated
    read = gettext.GNUTranslations(io.BytesIO(catalogue.compiled(catalogue.parse(po))))
    assert read.gettext("甲") == "甲"


@pytest.mark.parametrize("po", ['msgid "甲', "msgid 甲", '"stray"', "nonsense"])
def test_a_broken_line_is_named(po: str) -> None:
    with pytest.raises(ValueError, match="ours.po:2"):
        catalogue.parse("# first\n" + po, "ours.po")


def test_catalogues_are_compiled_when_they_change_and_only_then(tmp_path: Path) -> None:
    app, folder = tmp_path / "app", tmp_path / "state"
    path = app / catalogue.PO
    path.parent.mkdir(parents=True)
    path.write_text('msgid "放行"\nmsgstr "released"\n', encoding="utf-8")
    assert catalogue.refresh([app, tmp_path / "without"], folder)
    assert not catalogue.refresh([app, tmp_path / "without"], folder)
    path.write_text('msgid "放行"\nmsgstr "Released"\n', encoding="utf-8")
    assert catalogue.refresh([app], folder)
    with (folder / catalogue.MO).open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("放行") == "Released"
    assert [found.name for found in (folder / catalogue.MO).parent.iterdir()] == ["django.mo"]


def test_a_sentence_in_two_apps_keeps_its_first_translation(tmp_path: Path) -> None:
    for app, english in (("one", "first"), ("two", "second")):
        path = tmp_path / app / catalogue.PO
        path.parent.mkdir(parents=True)
        path.write_text(f'msgid "同"\nmsgstr "{english}"\n', encoding="utf-8")
    catalogue.refresh([tmp_path / "one", tmp_path / "two"], tmp_path)
    with (tmp_path / catalogue.MO).open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("同") == "first"
