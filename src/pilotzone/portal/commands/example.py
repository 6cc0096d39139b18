"""`pilotzone example`: four unsigned messages of a fresh synthetic trade, to play the parties with."""

from __future__ import annotations

import json
import os
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pilotzone.portal.processes.looking import look

if TYPE_CHECKING:
    from pilotzone.portal.demo.trades import Deal


@click.command("example")
@click.option("--mode", type=click.Choice(["9610", "1210"]), default="9610", show_default=True)
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Default: demo/examples/NUMBER under PILOTZONE_HOME.",
)
@click.option("--seed", type=int, help="The same seed on the same day gives the same trade.")
@click.option(
    "--buyer",
    type=click.Choice(["consumer", "new"]),
    default="consumer",
    show_default=True,
    help="The consumer who can be played, or somebody with an untouched quota.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def command(mode: str, folder: Path | None, seed: int | None, buyer: str, as_json: bool) -> None:
    """Write order, payment, waybill and list of a fresh synthetic import trade, unsigned, and say how to sign and send them.

    Needs a running demonstration zone: the papers bear its clock's time. Exit 2: no zone, or a real one.
    """
    look()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pilotzone.portal.settings")
    import django

    django.setup()
    from django.db import OperationalError

    from pilotzone.kernel import clock
    from pilotzone.portal.demo import example
    from pilotzone.portal.processes.home import home

    try:
        if not clock.is_demo():
            click.echo("example.real_zone: 真实综试区没有演示企业 a real zone has no demonstration firms", err=True)
            sys.exit(2)
        one = example.trade(at=clock.now(), mode=mode, seed=seed, new_buyer=buyer == "new")
    except OperationalError:
        click.echo("the zone's database does not answer: start the zone with `pilotzone up`", err=True)
        sys.exit(2)
    place = folder or home() / "demo" / "examples" / one.number
    place.mkdir(parents=True, exist_ok=True)
    written = []
    for made in example.messages(one):
        file = place / made.name
        file.write_bytes(made.body)
        keys = home() / "demo" / "keys" / made.sender.customs_code / "rsa"
        written.append({
            "file": str(file), "sender": made.sender.customs_code, "name": made.sender.name,
            "key": str(keys / "key.pem"), "cert": str(keys / "cert.pem"), "drop": str(home() / "drop" / made.sender.customs_code / "in"),
        })  # fmt: skip
    if as_json:
        click.echo(json.dumps({"order": one.number, "waybill": one.waybill, "files": written}, ensure_ascii=False))
        return
    _tell(one, place, written)


def _tell(one: Deal, place: Path, written: list[dict[str, str]]) -> None:
    """The lines that sign, check, send and follow the four messages, true where the user stands: no line changes the folder,
    for the state folder is told from it."""
    click.echo(f"# 合成数据 synthetic. 订单 order {one.number}  运单 waybill {one.waybill}\n# {place.absolute()}")
    for told in written:
        file, key, cert, drop = (_from_here(told[name]) for name in ("file", "key", "cert", "drop"))
        signed = _from_here(told["file"].removesuffix(".xml") + "-signed.xml")
        click.echo(f"\n# {told['name']} {told['sender']}")
        click.echo(f"pilotzone sign {file} --key {key} --cert {cert} --out {signed} --on {one.at:%Y-%m-%d}")
        click.echo(f"pilotzone check --on {one.at:%Y-%m-%d} {signed}")
        click.echo(f"pilotzone submit {signed} --wait      # 或放入文件夹 or by folder: cp {signed} {drop}/")
    click.echo(f"\n# 办结后数秒可查 found seconds after its result\npilotzone track {one.number}")


def _from_here(path: str) -> str:
    """A path as a shell word: relative to the working folder where it lies below it, else whole."""
    full, here = Path(path).absolute(), Path.cwd()
    return shlex.quote(str(full.relative_to(here) if full.is_relative_to(here) else full))
