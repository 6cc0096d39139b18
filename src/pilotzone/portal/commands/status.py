"""`pilotzone status`: the process tree with its pids, ages and memory."""

from __future__ import annotations

import json
import sys

import click

from pilotzone.portal.processes.home import home
from pilotzone.portal.processes.measure import state_of


@click.command("status")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def command(as_json: bool) -> None:
    """Show what runs on this state folder. Exit 0 when it runs and everything is ready, 1 otherwise."""
    told = state_of(home())
    if as_json:
        print(json.dumps(told, ensure_ascii=False))
    elif not told["running"]:
        print(f"not running ({told['home']})")
    else:
        print(f"{told['url']}  pid {told['pid']}  database {told['database']}  {told['pss_mb']} MB  {told['home']}")
        for row in told["processes"]:
            age = "" if row["uptime_s"] is None else f"{row['uptime_s']} s"
            print(
                f"  {row['name']:12} {row['state']:9} {row['pid'] or '':>8} {age:>10} {row['pss_mb']:>7} MB"
                f"  restarts {row['restarts']}"
            )
    well = told["running"] and all(
        row["state"] in ("ready", "done") for row in told["processes"] if row["name"] != "demo"
    )
    sys.exit(0 if well else 1)
