"""A real zone without an administrator: the one-time link that makes the first one, for the terminal, never a log.

The supervisor has no Django, so `link` asks a process of its own; `python -m … welcome URL` is that process.
"""

from __future__ import annotations

import os
import subprocess
import sys

from pilotzone.portal.processes.environment import environment_of
from pilotzone.portal.processes.tree import Plan, Program

PATIENCE_S = 60
NAME = "admin"  # the sign-in name; `pilotzone init --admin` makes another


def link(plan: Plan) -> str:
    """The link of a real zone whose first administrator has no password yet; empty where nobody is to be invited."""
    if plan.demo:
        return ""
    command = (sys.executable, "-m", __name__, plan.address())
    try:
        done = subprocess.run(  # noqa: S603 (our own module)
            command,
            env=environment_of(plan, Program("welcome", command, role="web")),
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip()


def main(url: str) -> int:
    """Print the link, or nothing where the zone has its administrator. 1 with a reason where it cannot be made."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pilotzone.portal.settings")
    import django

    django.setup()
    from pilotzone.base.errors import Problem
    from pilotzone.portal.accounts import first

    try:
        if not first.has_administrator():
            sys.stdout.write(first.invite(NAME, base=url) + "\n")
    except Problem as problem:
        sys.stderr.write(f"{problem.zh} {problem.en}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
