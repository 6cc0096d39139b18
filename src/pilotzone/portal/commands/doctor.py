"""`pilotzone doctor`: name what is wrong and the mend."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict

import click

from pilotzone.portal.processes import connections, tuning
from pilotzone.portal.processes.diagnosis import findings

UNREACHED = {"doctor.role", "doctor.database_away"}


@click.command("doctor")
@click.option("--port", type=click.IntRange(1, 65533), envvar="PILOTZONE_PORT", default=8000, show_default=True)
@click.option(
    "--memory-gb", type=click.FloatRange(0.5, 65536), help="Memory of the database's machine (default: this one's)."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def command(port: int, memory_gb: float | None, as_json: bool) -> None:
    """Look at folder, disk, ports, front-end files and database. Exit 0 = nothing wrong, 1 = something is.

    For a server of one's own (DATABASE_URL) the DBA's SQL is printed: roles where they fail, settings where they are low.
    """
    memory = int(memory_gb * tuning.GB) if memory_gb else tuning.memory_here()
    found = findings(port, memory=memory)
    for one in found:
        if as_json:
            print(json.dumps(asdict(one), ensure_ascii=False))
        else:
            print(f"{one.code}\n  {one.zh}\n  {one.en}\n  → {one.mend}")
    codes = {one.code for one in found}
    if not as_json and codes & UNREACHED:
        needed = ", ".join(connections.password_setting(role) for role in connections.roles())
        print("\n-- for the DBA, once before the first start, in psql as superuser. Put in passwords;")
        print(f"-- the zone is given them as {needed}.\n{connections.dba_sql()}")
    if not as_json and codes & (UNREACHED | {"doctor.setting", "doctor.durability"}):
        lines = "\n".join(tuning.alter(tuning.own(memory, os.cpu_count() or 1)))
        print(f"\n-- settings for {memory / tuning.GB:.0f} GB of memory, as superuser:\n{lines}")
    if not found and not as_json:
        print("nothing wrong 一切正常")
    sys.exit(1 if found else 0)
