"""`pilotzone track NUMBER`: the timeline of any number, from a running zone's database."""

from __future__ import annotations

import json
import os
import sys

import click

from pilotzone.portal.processes.looking import look


@click.command("track")
@click.argument("number")
@click.option("--json", "as_json", is_flag=True, help="Print data instead of text.")
def command(number: str, as_json: bool) -> None:
    """Print the timeline of any order, payment, waybill, list, bill or declaration NUMBER.

    Exit 0: found; 1: no trade has this number; 2: it cannot be a number, or the zone is not running.
    """
    look()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pilotzone.portal.settings")
    import django

    django.setup()
    from django.db import OperationalError

    from pilotzone.base.errors import Refused
    from pilotzone.kernel.access.actor import PLATFORM
    from pilotzone.kernel.access.scope import scope
    from pilotzone.rooms.clearance.api import editions
    from pilotzone.rooms.tracking import api

    try:
        with scope(PLATFORM):
            found = api.timelines(number)
            judged_by = editions(one.trade for one in found)
    except Refused as refused:
        click.echo(f"{refused.code}: {refused.zh} {refused.en}", err=True)
        sys.exit(1 if refused.code == "tracking.not_found" else 2)
    except OperationalError:
        click.echo("the zone's database does not answer: start the zone with `pilotzone up`", err=True)
        sys.exit(2)
    for one in found:
        edition = judged_by.get(one.trade, {}).get("version", "")
        click.echo(json.dumps(_data(one, edition), ensure_ascii=False) if as_json else _text(one, edition))


def _data(one, edition: str) -> dict[str, object]:  # type: ignore[no-untyped-def]  # the type lives behind Django
    return {
        "trade": one.trade,
        "flow": one.flow,
        "mode": one.mode,
        "state": one.state,
        "holder": one.holder,
        "since": one.since.isoformat(),
        "edition": edition,
        "numbers": one.numbers,
        "events": [
            {"at": line.at.isoformat(), "code": line.code, "zh": line.zh, "en": line.en, "source": line.source,
             "state": line.state, "holder": line.holder}
            for line in one.lines
        ],
    }  # fmt: skip


def _text(one, edition: str) -> str:  # type: ignore[no-untyped-def]  # the type lives behind Django
    from pilotzone.base.days import SHANGHAI
    from pilotzone.rooms.tracking.api import holder_name

    numbers = "  ".join(f"{kind} {number}" for kind, number in one.numbers.items())
    head = f"{one.flow} {one.mode}  {one.state}  {holder_name(one.holder, 'zh')}  {numbers}"
    lines = [f"  {line.at.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}  {line.state:<10} {line.zh}" for line in one.lines]
    return "\n".join([head, *lines, *([f"  reference data 资料版本 {edition}"] if edition else [])])
