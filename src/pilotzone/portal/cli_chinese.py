"""The command line's help in Chinese, where the terminal's language is Chinese: LC_ALL, LC_MESSAGES or LANG begins with `zh`.

A command is given back as a copy that says the same in Chinese: its text, its options and the frame around them, by the
catalogue of `portal.commands`; what has no Chinese stays English. No Django and no .mo file is needed.
"""

from __future__ import annotations

import copy
import inspect
import os
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

import click

from pilotzone.ui import catalogue

PO = Path(__file__).parent / "commands" / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
SETTINGS = ("LC_ALL", "LC_MESSAGES", "LANG")  # the first that is set counts, as everywhere in POSIX
USAGE, DEFAULT, REQUIRED = "Usage: ", "[default: ", "required]"  # pieces of click's own frame


def wanted(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether whoever asks reads Chinese."""
    told = next((environment[name] for name in SETTINGS if environment.get(name)), "")
    return told.lower().startswith("zh")


@cache
def sentences() -> dict[str, str]:
    """English → Chinese of the catalogue."""
    entries = catalogue.parse(PO.read_text(encoding="utf-8"), str(PO))
    return {entry.msgid: entry.texts[0] for entry in entries if entry.translated}


def paragraphs(text: str | None) -> list[str]:
    """What a command or option says of itself, each paragraph in one line: the keys of the catalogue."""
    return [" ".join(part.split()) for part in inspect.cleandoc(text or "").split("\n\n") if part.strip()]


def told(text: str | None) -> str:
    """The same in Chinese."""
    return "\n\n".join(sentences().get(part, part) for part in paragraphs(text))


def in_short(text: str | None) -> str:
    """The first sentence in Chinese, for the list of commands."""
    first, stop, _rest = told(text).partition("\n\n")[0].partition("。")
    return first + stop


class Formatter(click.HelpFormatter):
    """Writes click's own words in Chinese."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """The line of usage."""
        super().write_usage(prog, args, sentences().get(prefix or USAGE, prefix))

    def write_heading(self, heading: str) -> None:
        """The name of a section."""
        super().write_heading(sentences().get(heading, heading))

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Options or commands, with what is said of each."""
        super().write_dl([(name, _framed(said)) for name, said in rows], col_max, col_spacing)


class Context(click.Context):
    """Shows help by the Chinese formatter."""

    formatter_class = Formatter


def in_chinese(command: click.Command) -> click.Command:
    """A copy of the command, with all below it, that says its help in Chinese; the command itself stays as it is."""
    made = copy.copy(command)
    made.context_class = Context
    made.help = told(command.help)
    made.short_help = in_short(command.short_help or command.help)
    made.params = [_parameter(one) for one in command.params]
    if isinstance(made, click.Group):
        made.commands = {name: in_chinese(one) for name, one in made.commands.items()}
    return made


def _parameter(parameter: click.Parameter) -> click.Parameter:
    if not isinstance(parameter, click.Option) or not parameter.help:
        return parameter
    made = copy.copy(parameter)
    made.help = told(parameter.help)
    return made


def _framed(said: str) -> str:
    """What click wrote itself beside an option: the sentence of --help, the default, whether it is required."""
    words = sentences()
    if said in words:
        return words[said]
    return said.replace(DEFAULT, words[DEFAULT]).replace(REQUIRED, words[REQUIRED])
