"""What click says of a mistyped command line, in Chinese where the terminal's language is Chinese (`cli_chinese.wanted`).

A sentence of click's that is not in `SAID` is shown as it is: nothing is hidden because nobody translated it.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from typing import IO, Any

import click

from pilotzone.portal import cli_chinese

# click's sentence → ours; the groups are options, values and numbers as they were written
SAID = tuple(
    (re.compile(pattern, re.DOTALL), chinese)
    for pattern, chinese in (
        (r"No such option:? '?([^' ]+?)'?\.? Did you mean (.+?)\??", r"没有选项 \1。是否指 \2？"),
        (r"No such option:? '?([^' ]+?)'?\.? \(Did you mean one of: (.+)\?\)", r"没有选项 \1。是否指其中之一：\2？"),
        (r"No such option:? '?([^' ]+?)'?\.?", r"没有选项 \1。"),
        (r"No such command '(.+?)'\. Did you mean (.+?)\??", r"没有命令“\1”。是否指 \2？"),
        (r"No such command '(.+?)'\. \(Did you mean one of: (.+)\?\)", r"没有命令“\1”。是否指其中之一：\2？"),
        (r"No such command '(.+?)'\.", r"没有命令“\1”。"),
        (r"Missing command\.", "缺少命令。"),
        (r"Missing option (.+?)\.( Choose from:\s*(.+))?", r"缺少选项 \1。\2"),
        (r"Missing (?:argument|parameter) (.+?)\.( Choose from:\s*(.+))?", r"缺少参数 \1。\2"),
        (r"Missing (\w+) (.+?)\.", r"缺少 \1：\2。"),
        (r"Got unexpected extra arguments? \((.+)\)", r"多余的参数：\1"),
        (r"Option '(.+)' does not take a value\.", r"选项 \1 不带值。"),
        (r"Option '(.+)' requires an argument\.", r"选项 \1 须带一个值。"),
        (r"Option '(.+)' requires (\d+) arguments\.", r"选项 \1 须带 \2 个值。"),
        (r"Argument '(.+)' takes (\d+) values\.", r"参数 \1 须带 \2 个值。"),
        (r"Invalid value for (.+?): (.+)", r"\1 的值不符合要求：\2"),
        (r"Invalid value: (.+)", r"值不符合要求：\1"),
        (r"['\"](.*)['\"] is not a valid (?:integer|integer range)\.", r"“\1”不是整数。"),
        (r"['\"](.*)['\"] is not a valid (?:float|float range)\.", r"“\1”不是数。"),
        (r"['\"](.*)['\"] is not a valid boolean\. Recognized values: (?:, )?(.+)", r"“\1”不是逻辑值，可写：\2。"),
        (r"['\"](.*)['\"] is not a valid UUID\.", r"“\1”不是 UUID。"),
        (r"(?:Takes )?(\d+) values(?: are required,)? but (1) was given\.", r"须有 \1 个值，只给了 \2 个。"),
        (r"(?:Takes )?(\d+) values(?: are required,)? but (\d+) were given\.", r"须有 \1 个值，给了 \2 个。"),
        (r"(\S+) is not in the range (.+)\.", r"\1 不在范围 \2 之内。"),
        (r"['\"](.*)['\"] is not one of (.+)\.", r"“\1”不在可选值 \2 之内。"),
        (r"['\"](.*)['\"] is not (.+)\.", r"“\1”不是 \2。"),
        (r"['\"](.*)['\"] does not match the formats? (.+)\.", r"“\1”不符合格式 \2。"),
        (r"(File|Directory|Path) '(.+)' does not exist\.", r"“\2”不存在。"),
        (r"(File|Directory|Path) '(.+)' is a file\.", r"“\2”是文件，须为文件夹。"),
        (r"(File|Directory|Path) '(.+)' is a directory\.", r"“\2”是文件夹，须为文件。"),
        (r"(File|Directory|Path) '(.+)' is not readable\.", r"“\2”不可读。"),
        (r"(File|Directory|Path) '(.+)' is not writable\.", r"“\2”不可写。"),
        (r"(File|Directory|Path) '(.+)' is not executable\.", r"“\2”不可执行。"),
    )
)


def in_chinese(sentence: str) -> str:
    """What click said, in Chinese; a sentence nobody translated stays."""
    for pattern, chinese in SAID:
        found = pattern.fullmatch(sentence.strip())
        if found is not None:
            return _filled(chinese, [one or "" for one in found.groups()])
    return sentence


def _filled(chinese: str, groups: list[str]) -> str:
    if "值不符合要求" in chinese:  # click's sentence of the value stands within that of the option
        groups = [in_chinese(one) for one in groups]
    said = re.sub(r"\\(\d)", lambda number: groups[int(number[1]) - 1], chinese)
    return said.replace(" Choose from:", "可选值：").replace("\n\t", " ").rstrip()


class Mistake(click.UsageError):
    """A wrong command line, told in Chinese."""

    def show(self, file: IO[Any] | None = None) -> None:
        """Usage, where help is, and the sentence, to standard error."""
        if self.ctx is not None:
            click.echo(self.ctx.get_usage(), file=file, err=file is None)
            if self.ctx.help_option_names:
                asked = f"{self.ctx.command_path} {self.ctx.help_option_names[-1]}"
                click.echo(f"说明见：{asked}\n", file=file, err=file is None)
        click.echo(f"错误：{self.format_message()}", file=file, err=file is None)


@contextlib.contextmanager
def told() -> Iterator[None]:
    """Within it a wrong command line is told in the terminal's language; exit code 2, as ever."""
    try:
        yield
    except (Mistake, click.exceptions.NoArgsIsHelpError):
        raise
    except click.UsageError as wrong:
        if not cli_chinese.wanted():
            raise
        raise Mistake(in_chinese(wrong.format_message()), wrong.ctx) from wrong
