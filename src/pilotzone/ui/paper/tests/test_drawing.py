"""Drawing: hostile and long texts, bounds, the same bytes for the same sheet, a machine without fonts."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import typst

from pilotzone.base.errors import Refused, Unavailable
from pilotzone.kernel import paper_key
from pilotzone.ui.paper import drawing, fonts, seal
from pilotzone.ui.paper.draw import TEMPLATE
from pilotzone.ui.paper.sheet import digest_of
from pilotzone.ui.paper.tests.conftest import needs_font

Make = Callable[..., drawing.Printed]
HOSTILE = (
    "#panic(1)", "$ x^2 $", '"quoted" \\ back', "*bold* _it_ `raw`", "@label <first-0>", "// comment /* c */", "#include \"/etc/passwd\"",
    "= Heading\n- item\n+ more", "nul\0in\x07side", "\u202eright to left", "[#read(\"/etc/passwd\")]", "😀 𠮷 混排 mixed", "",
)  # fmt: skip


def texts(one: drawing.Printed) -> str:
    """Everything the template sets, as its own query tells it: what it was given and what it made of it are one thing."""
    inputs = {"papers": json.dumps([drawing._told(one)], ensure_ascii=False), "family": "x"}
    code = "#let papers = json(bytes(sys.inputs.papers))\n#metadata(papers) <told>"
    found = typst.query(code.encode(), "<told>", field="value", one=True, sys_inputs=inputs)
    return str(found)


@needs_font
@pytest.mark.parametrize("language", ["zh", "en"])
def test_hostile_texts_are_set_as_they_are(printed: Make, language: str) -> None:
    papers = [printed(text, language=language) for text in HOSTILE]
    drawn = drawing.pdf(papers)
    assert drawn.startswith(b"%PDF-") and b"root:x" not in drawn and len(drawn) > 10_000


@pytest.mark.parametrize("text", [text for text in HOSTILE if text.isprintable()])
def test_what_the_template_is_given_is_the_sheet_itself(printed: Make, text: str) -> None:
    assert json.loads(texts(printed(text)))[0]["lead"] == text


def test_the_template_reads_data_and_nothing_else() -> None:
    template = TEMPLATE.read_text(encoding="utf-8")
    assert (
        "eval(" not in template and "read(" not in template and "#import" not in template and "plugin(" not in template
    )


@needs_font
def test_a_very_long_text_and_a_very_long_table_are_drawn(printed: Make) -> None:
    assert drawing.pdf([printed("长" * 50_000 + "a" * 50_000)]).startswith(b"%PDF-")
    assert drawing.pdf([printed(rows=3000)]).startswith(b"%PDF-")


def test_too_much_is_refused_before_it_is_drawn(printed: Make) -> None:
    for papers, code in (
        ([printed("x" * 2_000_000)], "paper.too_large"), ([printed(rows=drawing.MOST_ROWS + 1)], "paper.too_large"),
        ([], "paper.too_many"), ([printed()] * 201, "paper.too_many"),
    ):  # fmt: skip
        with pytest.raises(Refused) as refused:
            drawing.pdf(papers)
        assert refused.value.code == code


@needs_font
def test_the_same_paper_has_the_same_bytes_kept_or_drawn_anew(printed: Make, home: Path) -> None:
    first = drawing.pdf([printed()])
    assert drawing.pdf([printed()]) == first
    (kept,) = (home / "papers").rglob("*.pdf")
    assert kept.stat().st_mode & 0o077 == 0
    kept.unlink()
    assert drawing.pdf([printed()]) == first
    assert drawing.pdf([printed("98.01")]) != first


def test_a_machine_without_a_font_says_so(printed: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PILOTZONE_FONTS", str(tmp_path / "empty"))
    with pytest.raises(Unavailable) as away:
        drawing.pdf([printed()])
    assert away.value.code == "paper.font" and "fonts-noto-cjk" in away.value.mend_en and "字体" in away.value.zh


def test_a_font_of_the_state_folder_is_found_at_once(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "places", lambda state: (state / "fonts",))
    assert fonts.found(home) is None
    (home / "fonts" / "deep").mkdir(parents=True)
    (home / "fonts" / "deep" / "NotoSerifSC-Regular.otf").touch()
    (home / "fonts" / "readme.txt").touch()
    assert fonts.found(home) == fonts.Font("Noto Serif SC", (str(home / "fonts" / "deep"),))


def test_a_drawing_that_fails_is_said_and_not_kept(printed: Make, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "found", lambda state: fonts.Font("No Such", ()))
    monkeypatch.setattr(drawing, "TIMEOUT_S", 0.0)
    with pytest.raises(Unavailable) as failed:
        drawing.pdf([printed()])
    assert failed.value.code == "paper.failed" and not (home / "papers").exists()


def test_facts_fill_their_lines(printed: Make) -> None:
    rows = [["a", "1"], ["b", "2"], ["c", "3"], ["long", "x" * 40], ["d", "4"]]
    assert [row[2] for row in drawing._lines(rows)] == [False, False, True, True, True]


@needs_font
def test_a_reader_of_pdf_sees_the_same_page_with_the_seal_and_without(printed: Make, tmp_path: Path) -> None:
    drawn = drawing.pdf([printed()])
    content = {"zh": printed().sheet}
    file = seal.sealed(drawn, [{"number": "SD1", "digest": digest_of(content), "content": content}])

    def seen(pdf: bytes) -> object:
        (tmp_path / "one.pdf").write_bytes(pdf)
        shown = b'#set page(width: auto, height: auto, margin: 0pt)\n#image("one.pdf", page: 1)'
        (tmp_path / "main.typ").write_bytes(shown)
        return typst.compile(str(tmp_path / "main.typ"), root=str(tmp_path), format="png", ppi=40)

    assert file.startswith(drawn) and seen(file) == seen(drawn)
    place = len(drawn) // 2
    changed = file[:place] + bytes((file[place] ^ 8,)) + file[place + 1 :]
    assert seal.verify(file, paper_key.public()).state == seal.SOUND
    assert f"byte {place} was" in seal.verify(changed, paper_key.public()).en
