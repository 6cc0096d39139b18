"""The command line. A verb is a module of `portal.commands` with a click command named `command`, loaded when called."""

from __future__ import annotations

import importlib
import importlib.util
from typing import Any

import click

from pilotzone.portal import cli_chinese, cli_mistakes

VERBS = (
    "agent", "bench", "capacity", "check", "connector", "demo", "digest", "doctor", "down", "example", "hub",
    "init", "keys", "migrate", "paper", "plan", "reconcile", "reference", "schema", "services", "sign", "simulate",
    "status", "storage", "submit", "tax", "template", "token", "track", "ukey", "up", "verify",
)  # fmt: skip


class Verbs(click.Group):
    """Finds verbs by name, so that `check` never pays for Django."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The verbs whose modules are there, in the order of the help."""
        return [verb for verb in VERBS if importlib.util.find_spec(f"pilotzone.portal.commands.{verb}")]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The verb of that name, its module imported now; None where there is none."""
        if cmd_name not in self.list_commands(ctx):
            return None
        module = importlib.import_module(f"pilotzone.portal.commands.{cmd_name}")
        command: click.Command = module.command
        return cli_chinese.in_chinese(command) if cli_chinese.wanted() else command

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """As of every group; where the terminal's language is Chinese its own help is too."""
        spoken = cli_chinese.in_chinese(self) if cli_chinese.wanted() else self
        with cli_mistakes.told():
            return click.Group.make_context(spoken, info_name, args, parent, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        """As of every group; a wrong command line is told in the terminal's language."""
        with cli_mistakes.told():
            return super().invoke(ctx)


@click.command(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="pilotzone")
def main() -> None:
    """PilotZone 综试通: the platform of a cross-border e-commerce comprehensive pilot zone."""
