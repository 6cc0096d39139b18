"""Before the others start: roles, database, migrations, grants, static files, and the founding of the zone.

Runs as role owner at every start; each step finds what is there and does the rest.
"""

from __future__ import annotations

import os
import sys
import time
import traceback
import warnings
from importlib.util import find_spec
from pathlib import Path

import psycopg
import structlog

from pilotzone.kernel import log_masking
from pilotzone.kernel.database_away import away, passing, sqlstate
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
    owner = connections.dsn(database.OWNER, home())
    database.check_version(owner)
    import django
    from django.core.management import call_command

    django.setup()
    from pilotzone.portal.processes import layout

    layout.lay()
    call_command("migrate", verbosity=0, interactive=False)
    database.grant(owner)


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

    A server that answers may still end or recover from a crash: every step is tried again for a while. What the server
    refuses for good is told at once, in its own words.
    """
    from django.db import Error
    from django.db import connections as lines

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
        except (psycopg.Error, Error) as failure:
            if passing(failure) and time.monotonic() < deadline:
                lines.close_all()  # one the server cut stays cut
                time.sleep(PAUSE_S)
                continue
            tell(failure)
            return 1
        return 0


def tell(failure: Exception) -> None:
    """One line for the log: that the database cannot be reached, or what it refused, by its SQLSTATE and in its words."""
    state, why = sqlstate(failure), _why(failure)
    steps = traceback.extract_tb(failure.__traceback__)[-8:]
    if away(failure):
        log.error(
            "prepare.database",
            zh=f"无法连接数据库，请运行 `pilotzone doctor`：{why}",
            en=f"the database cannot be reached, run `pilotzone doctor`: {why}",
        )
        return
    log.error(
        "prepare.sql",
        zh=f"数据库操作失败（SQLSTATE {state or '无'}）：{why}",
        en=f"a database operation failed (SQLSTATE {state or 'none'}): {why}",
        at=" < ".join(f"{Path(step.filename).name}:{step.lineno}" for step in reversed(steps)),
    )


def _why(failure: Exception) -> str:
    """The server's words without a row's."""
    error = failure if isinstance(failure, psycopg.Error) else failure.__cause__
    said = log_masking.without_rows(str(failure), failure).partition("\n")[0]
    hint = error.diag.message_hint if isinstance(error, psycopg.Error) else ""
    return "; ".join(part for part in (said, hint) if part)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
