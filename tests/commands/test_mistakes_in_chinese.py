"""A mistyped command line is told in Chinese where the terminal is Chinese, in click's own words elsewhere; exit 2 either way."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from pilotzone.portal.cli import main
from pilotzone.portal.cli_mistakes import in_chinese

CASES = [
    (["check", "--nope", "x"], "没有选项 --nope", "No such option"),
    (["chek"], "没有命令“chek”", "No such command"),
    (["capacity"], "缺少选项 '--lists-per-day'", "Missing option"),
    (["capacity", "--lists-per-day", "abc"], "“abc”不是整数", "not a valid integer"),
    (["capacity", "--lists-per-day=-3"], "-3 不在范围", "not in the range"),
    (["check"], "缺少参数", "Missing argument"),
    (["tax", "import", "x"], "多余的参数：x", "unexpected extra argument"),
    (["check", "--on"], "须带一个值", "requires an argument"),
    (["plan", "nothing"], "没有命令“nothing”", "No such command"),
]


@pytest.mark.parametrize(("words", "chinese", "english"), CASES, ids=[" ".join(case[0]) for case in CASES])
def test_both_languages(words: list[str], chinese: str, english: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for language, said in (("zh_CN.UTF-8", chinese), ("C.UTF-8", english)):
        monkeypatch.setenv("LC_ALL", language)
        done = CliRunner().invoke(main, words)
        assert done.exit_code == 2, (language, done.output)
        assert said in done.output, (language, done.output)
        assert ("错误：" in done.output) == (said == chinese)


def test_what_nobody_translated_stays() -> None:
    assert in_chinese("Something new of click's.") == "Something new of click's."


def test_a_group_without_a_command_shows_its_help(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    done = CliRunner().invoke(main, ["plan"])
    assert "选项" in done.output and "错误" not in done.output
