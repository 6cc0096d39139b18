"""Before the others start: roles, database, migrations, grants, static files, and the founding of the zone.

Runs as role owner at every start; each step finds what is there and does the rest.
"""

from __future__ import annotations

import os
import sys
import time
import warnings
from importlib.util import find_spec

import psycopg
import structlog

from pilotzone.portal.processes import connections, database
from pilotzone.portal.processes.home import database_dir, home
from pilotzone.portal.processes.postgres import Server

log = structlog.get_logger("prepare")
PATIENCE_S, PAUSE_S = 60.0, 0.5


def bring_up_to_date() -> None:
    """Roles and database of the embedded server, tables (laid out anew or migrated), grants."""
    if connections.embedded():
        admin = Server(database_dir(), home() / "programs").dsn()
        database.create_roles(admin)
        database.create_database(admin, os.environ.get("PILOTZONE_DB_NAME", connections.NAME))
    import django
    from django.core.management import call_command

    django.setup()
    from pilotzone.portal.processes import layout

    layout.lay()
    call_command("migrate", verbosity=0, interactive=False)
    database.grant(connections.dsn(database.OWNER, home()))


def found(*, demo: bool) -> None:
    """Found the zone once, as a demonstration or a real one, with its units."""
    from pilotzone.kernel import clock
    from pilotzone.kernel.access.actor import PLATFORM
    from pilotzone.kernel.access.scope import scope

    with scope(PLATFORM):
        from pilotzone.portal.demo.season import START

        clock.found(demo=demo, start=START if demo else None)
        if find_spec("pilotzone.kernel.access.units"):
            from pilotzone.kernel.access.units import load_units

            load_units()


def collect() -> None:
    """Copy the static files to where the web process serves them from, if the settings name such a place."""
    from django.conf import settings
    from django.core.management import call_command

    if not settings.STATIC_ROOT:
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        call_command("collectstatic", verbosity=0, interactive=False)


def main(words: list[str]) -> int:
    """Every step in order; 1 with one line that says what to do where it cannot go on.

    A server that answers may still end or recover from a crash: every step is tried again for a while.
    """
    from django.db import OperationalError

    from pilotzone.base.errors import Problem

    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            bring_up_to_date()
            found(demo="--real" not in words)
            collect()
        except Problem as problem:
            log.error("prepare.refused", code=problem.code, zh=problem.zh, en=problem.en)
            return 1
        except (psycopg.OperationalError, OperationalError) as away:
            if time.monotonic() < deadline:
                time.sleep(PAUSE_S)
                continue
            log.error(
                "prepare.database",
                zh="无法连接数据库，请运行 `pilotzone doctor`",
                en="the database cannot be reached",
                error=str(away)[:300],
                mend="run `pilotzone doctor`",
            )
            return 1
        return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
