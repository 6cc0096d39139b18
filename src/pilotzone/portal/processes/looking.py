"""What only looks at a zone leaves no state folder behind where none stands."""

from __future__ import annotations

import os
import sys
import tempfile

import click

from pilotzone.portal.processes.home import home

_borrowed: list[tempfile.TemporaryDirectory[str]] = []  # removed when the process ends


def look(*, alone: bool = False) -> None:
    """To be called by a verb that only reads, before Django stands.

    Where there is no state folder the verb ends (exit 2, the folder told on standard error); one that reads `alone`, without
    a zone, and one whose database is elsewhere (DATABASE_URL) go on with a folder that goes with the process.
    """
    if home().is_dir():
        return
    if not alone and not os.environ.get("DATABASE_URL"):
        click.echo(
            f"no zone at {home()}: go where the zone was started, or name its state folder by PILOTZONE_HOME", err=True
        )
        sys.exit(2)
    _borrowed.append(tempfile.TemporaryDirectory(prefix="pilotzone-"))
    os.environ["PILOTZONE_HOME"] = _borrowed[-1].name
