"""Every command says in Chinese what it does where the terminal's language is Chinese, and in English else."""

from __future__ import annotations

import re
from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from pilotzone.portal import cli_chinese
from pilotzone.portal.cli import main

ENGLISH = dict.fromkeys(cli_chinese.SETTINGS, "")
CHINESE = ENGLISH | {"LANG": "zh_CN.UTF-8"}
HAN = re.compile(r"[一-鿿]")
FRAME = {
    cli_chinese.USAGE, cli_chinese.DEFAULT, cli_chinese.REQUIRED, "Options", "Commands", "Positional arguments",
    "Show this message and exit.",
}  # fmt: skip


def every(command: click.Command, words: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """The command and all below it, by the words that call them."""
    yield words, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below is not None
            yield from every(below, (*words, name))


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in cli_chinese.SETTINGS:
        monkeypatch.delenv(name, raising=False)


def sentences_of(command: click.Command) -> list[str]:
    options = [one.help for one in command.params if isinstance(one, click.Option) and one.help and not one.hidden]
    return [part for text in (command.help, *options) for part in cli_chinese.paragraphs(text)]


def test_every_command_and_option_has_its_chinese_and_no_other_sentence_is_kept() -> None:
    said = {part for _, command in every(main) for part in sentences_of(command)}
    known = cli_chinese.sentences()
    assert said - known.keys() == set(), "portal/commands/locale/zh_Hans: add them"
    assert known.keys() - said - FRAME == set(), "nothing says these any more"
    assert [english for english in said if not HAN.search(known[english])] == []


def test_each_commands_help_is_chinese_from_its_first_line() -> None:
    for words, command in every(main):
        told = CliRunner().invoke(main, [*words, "--help"], env=CHINESE)
        assert told.exit_code == 0 and told.output.startswith("用法："), words
        text = re.sub(r"\s", "", told.output)
        for part in sentences_of(command):
            assert re.sub(r"\s", "", cli_chinese.sentences()[part]) in text, (words, part)
        assert "Options:" not in told.output and "Show this message" not in told.output, words


@pytest.mark.parametrize(
    ("environment", "chinese"),
    [
        ({"LANG": "zh_CN.UTF-8"}, True),
        ({"LC_ALL": "zh_TW.UTF-8", "LANG": "en_US.UTF-8"}, True),
        ({"LC_ALL": "C.UTF-8", "LANG": "zh_CN.UTF-8"}, False),
        ({"LC_MESSAGES": "en_GB", "LANG": "zh_CN"}, False),
        ({"LC_ALL": "", "LANG": "zh_CN"}, True),
        ({"LANG": "de_DE.UTF-8"}, False),
        ({}, False),
    ],
)
def test_the_terminals_language_decides(environment: dict[str, str], chinese: bool) -> None:
    assert cli_chinese.wanted(environment) is chinese
    told = CliRunner().invoke(main, ["down", "--help"], env=ENGLISH | environment).output
    assert told.startswith("用法：" if chinese else "Usage: ")
    assert ("Stop everything in order" in told) is not chinese
