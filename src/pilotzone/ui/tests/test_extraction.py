"""Sentences are found wherever our templates and Python say them, and Chinese outside of translate tags too."""

from __future__ import annotations

from pathlib import Path

import pytest

from pilotzone.ui import extraction

HERE = Path("x.html")


@pytest.mark.parametrize(
    ("template", "msgid"),
    [
        ('{% translate "放行" %}', "放行"),
        ('{% translate "目标99%" %}', "目标99%%"),
        ("{% blocktranslate with n=x %}{{ n }}%{% endblocktranslate %}", "%(n)s%%"),
        ("{% trans '放行' as word %}", "放行"),
        ('{% translate "说“放行”与\\"查验\\"" %}', '说“放行”与"查验"'),
        ('{{ x|default:_("放行") }}', "放行"),
        ('{% light "green" _("放行") %}', "放行"),
        ("{% blocktranslate with n=x %}第 {{ n }} 行{% endblocktranslate %}", "第 %(n)s 行"),
        ("{% blocktranslate trimmed %}\n  一\n  二\n{% endblocktranslate %}", "一 二"),
        (
            "{% blocktranslate count n=x %}{{ n }} 票{% plural %}{{ n }} 票们{% endblocktranslate %}",
            "%(n)s 票",
        ),
    ],
)
def test_a_template_says(template: str, msgid: str) -> None:
    assert [found.msgid for found in extraction.of_template(template, HERE)] == [msgid]


@pytest.mark.parametrize(
    ("python", "msgid"),
    [
        ("gettext('放行')", "放行"),
        ("from django.utils.translation import gettext_lazy as _\nx = _('放' '行')", "放行"),
        ("translation.gettext_noop('放行')", "放行"),
        ("pgettext('state', '放行')", "放行"),
        ("ngettext('一票', '多票', n)", "一票"),
    ],
)
def test_python_says(python: str, msgid: str) -> None:
    assert [found.msgid for found in extraction.of_python(python, Path("x.py"))] == [msgid]


def test_what_is_not_said_is_not_found() -> None:
    python = "_ = print\n_('放行')\ngettext(word)\nsay('放行')\n"
    assert list(extraction.of_python(python, Path("x.py"))) == []


def test_chinese_outside_a_translate_tag_is_found_with_its_line() -> None:
    template = '{# 注释 #}\n<p>{% translate "放行" %}</p>\n<p title="提示">裸露</p>\n<a>中文</a>{# zh #}\n'
    found = list(extraction.bare_chinese(template, HERE))
    assert [(one.line, "裸露" in one.msgid) for one in found] == [(3, True)]


def test_missing_counts_every_app_but_each_sentence_once(tmp_path: Path) -> None:
    app = tmp_path / "room"
    (app / "templates").mkdir(parents=True)
    (app / "apps.py").write_text("", encoding="utf-8")
    (app / "templates" / "a.html").write_text('{% translate "甲" %}{% translate "甲" %}{% translate "ID" %}', "utf-8")
    assert [found.msgid for found in extraction.missing(tmp_path)] == ["甲"]
    path = app / extraction.PO
    path.parent.mkdir(parents=True)
    path.write_text('msgid "甲"\nmsgstr "A"\n', encoding="utf-8")
    assert extraction.missing(tmp_path) == []
