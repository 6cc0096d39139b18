"""A mistyped command line is told in Chinese where the terminal is Chinese, in click's own words elsewhere; exit 2 either way."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import click
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


@pytest.mark.parametrize(
    ("kind", "value", "many", "chinese"),
    [
        (click.BOOL, "maybe", 1, "“maybe”不是逻辑值，可写：0, 1, f, false, n, no, off, on, t, true, y, yes。"),
        (click.UUID, "x", 1, "“x”不是 UUID。"),
        (click.INT, "it's", 1, "“it's”不是整数。"),
        (click.Choice(["a"]), "b", 1, "“b”不是 'a'。"),
        (click.INT, ["1"], 2, "须有 2 个值，只给了 1 个。"),
        (click.INT, ["1", "2", "3"], 2, "须有 2 个值，给了 3 个。"),
        (click.Tuple([int, int]), ["1"], 2, "须有 2 个值，只给了 1 个。"),
        (click.Path(executable=True), __file__, 1, f"“{__file__}”不可执行。"),
    ],
    ids=["boolean", "uuid", "quoted", "choice", "too few", "too many", "tuple", "executable"],
)
def test_what_click_says_of_a_value_is_chinese(kind: Any, value: object, many: int, chinese: str) -> None:
    argument = click.Argument(["thing"], type=kind, nargs=many)
    with pytest.raises(click.UsageError) as wrong:
        argument.type_cast_value(click.Context(click.Command("x")), value)
    assert in_chinese(wrong.value.format_message()).endswith(f"的值不符合要求：{chinese}")


@pytest.mark.parametrize(
    ("kind", "chinese"),
    [("parameter", "缺少参数 name。"), ("argument", "缺少参数 name。"), ("key", "缺少 key：name。")],
)
def test_what_is_missing_is_said_in_chinese_whatever_it_is_called(kind: str, chinese: str) -> None:
    assert in_chinese(click.MissingParameter(param_hint="name", param_type=kind).format_message()) == chinese


def test_the_click_that_is_asked_for_has_what_is_used_of_it() -> None:
    asked = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    (least,) = [one.partition(">=")[2] for one in asked if one.startswith("click>=")]
    assert tuple(map(int, least.split("."))) >= (8, 2), "NoArgsIsHelpError came with 8.2"


def test_what_nobody_translated_stays() -> None:
    assert in_chinese("Something new of click's.") == "Something new of click's."


def test_a_group_without_a_command_shows_its_help(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    done = CliRunner().invoke(main, ["plan"])
    assert "选项" in done.output and "错误" not in done.output
