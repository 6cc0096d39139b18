"""`pilotzone migrate`: bring roles, tables and grants up to date without starting the platform."""

from __future__ import annotations

import os
import sys

import click


@click.command("migrate")
@click.option("--no-demo", is_flag=True, help="Found a real zone (first time only).")
def command(no_demo: bool) -> None:
    """Create what is missing in the database and exit. `pilotzone up` does this by itself."""
    os.environ["PILOTZONE_DB_ROLE"] = "owner"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pilotzone.portal.settings")
    from pilotzone.portal.processes import connections, postgres, prepare, records
    from pilotzone.portal.processes.home import database_dir, settle

    state = settle(postgres.reachable)
    os.environ["PILOTZONE_HOME"] = str(state)
    server = postgres.Server(database_dir(state), state / "programs")
    mine = connections.embedded() and records.holder(state) is None and not server.running()
    if mine:
        try:
            server.start()
        except postgres.CannotStart as failure:
            raise SystemExit(str(failure)) from None
    try:
        code = prepare.main(["--real" if no_demo else "--demo"])
    finally:
        if mine:
            server.stop()
    if code == 0:
        print(f"up to date: {connections.where()} ({state})")
    sys.exit(code)
