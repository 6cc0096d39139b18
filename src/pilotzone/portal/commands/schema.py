"""pilotzone schema: print the XSD generated from our definitions."""

from __future__ import annotations

import click

from pilotzone.base.errors import Refused
from pilotzone.exchange.formats.definitions import editions_of, full_name, message, message_names
from pilotzone.exchange.formats.xsd import SIGNATURE_SCHEMA, schema_text


@click.command()
@click.argument("name", metavar="MESSAGE", required=False)
@click.option("--edition", metavar="2018|2022", help="Edition of the specification (default: the oldest that has it).")
@click.option("--list", "listing", is_flag=True, help="List the messages instead.")
@click.option(
    "--portable",
    is_flag=True,
    help="Import the signature schema as xmldsig.xsd beside it, not from where it is installed.",
)
def command(name: str | None, edition: str | None, listing: bool, portable: bool) -> None:
    """Print the XSD of MESSAGE (CEB311Message, CEB311 or 311), or of the signature block (xmldsig)."""
    if listing or name is None:
        if not listing:
            raise click.UsageError("name a message, e.g. pilotzone schema CEB311Message, or use --list")
        for known in message_names():
            told = message(known, editions_of(known)[-1])
            click.echo(f"{known}\t{told.zh}\t{told.en}\t{' '.join(editions_of(known))}")
        return
    if name.lower() == "xmldsig":
        click.echo(SIGNATURE_SCHEMA.read_text(encoding="utf-8"), nl=False)
        return
    try:
        full = full_name(name)
        place = SIGNATURE_SCHEMA.name if portable else SIGNATURE_SCHEMA.as_uri()
        click.echo(schema_text(full, edition or editions_of(full)[0], signature_location=place), nl=False)
    except Refused as problem:
        raise click.UsageError(f"{problem.zh} {problem.en}") from None
