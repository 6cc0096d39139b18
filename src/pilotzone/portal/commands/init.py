"""`pilotzone init`: give the zone its first administrator."""

from __future__ import annotations

import os
import sys

import click

from pilotzone.portal.processes import addresses


@click.command("init")
@click.option("--admin", default="admin", show_default=True, help="Sign-in name of the first administrator.")
@click.option(
    "--url", default=addresses.portal, show_default="the zone of this state folder", help="Where the portal is reached."
)
def command(admin: str, url: str) -> None:
    """Print the one-time link with which the first administrator sets a password.

    The link ends after three days or at first use; run again for a new one. The zone must be running.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pilotzone.portal.settings")
    import django

    django.setup()
    from django.db import OperationalError

    from pilotzone.base.errors import Problem
    from pilotzone.portal.accounts import first

    try:
        click.echo(first.invite(admin, base=url))
    except Problem as problem:
        click.echo(f"{problem.zh} {problem.en} {problem.mend_en} [{problem.code}]", err=True)
        sys.exit(1)
    except OperationalError:
        click.echo(
            "数据库未启动，请先执行 pilotzone up。 The database is not running; start it with pilotzone up.", err=True
        )
        sys.exit(2)
