"""`pilotzone ukey`: the simulated E-port card control with a demonstration zone's cards."""

from __future__ import annotations

import asyncio

import click

from pilotzone.kernel.home import home


@click.command("ukey")
@click.option("--port", type=click.IntRange(1, 65535), help="Default: the port in PILOTZONE_UKEY, else 61232.")
@click.option("--card", help="Put this card in first: customs code and kind, e.g. 3601900011/sm2.")
@click.option("--list", "listing", is_flag=True, help="List the cards and end.")
def command(port: int | None, card: str | None, listing: bool) -> None:
    """Stand in for the card control of a firm's machine (SYNTHETIC: a demonstration zone's keys only), until Ctrl-C.

    `pilotzone up` starts one in a demonstration zone by itself; its page at http://127.0.0.1:61232/ changes the card.
    """
    from pilotzone.portal.processes.child import configure_logs
    from pilotzone.simulators.ukey.__main__ import drawer_of, port_of, serve

    drawer = drawer_of(home())
    cards = drawer.cards()
    if listing:
        for one in cards:
            click.echo(f"{one.key}\t{one.serial}\t{one.name}")
        return
    if not cards:
        raise click.ClickException(
            f"no demonstration cards below {home()}; run `pilotzone up` and `pilotzone demo` first"
        )
    if card is not None:
        try:
            drawer.insert(card)
        except KeyError:
            raise click.UsageError(f"no card {card}; `pilotzone ukey --list` shows them") from None
    configure_logs()
    asyncio.run(serve(drawer, port or port_of()))
