"""The demonstration parties' accounts at the simulated single window; their codes are shown where one signs in."""

from __future__ import annotations

from pilotzone.exchange.channels import singlewindow
from pilotzone.kernel import vault
from pilotzone.kernel.access.roles import read

PERSON = "demo-"  # the persons who play the parties are named so (portal.accounts)


def accounts() -> list[tuple[str, str, dict[str, str]]]:
    """(account, code, what the single window tells of it) for every party of the demonstration, in their order."""
    return [
        (f"sw-{row['key']}", code_of(row["key"]), {"person": PERSON + row["key"], "name": row["person"]})
        for row in read("parties.yaml")
    ]


def code_of(key: str) -> str:
    """Six digits from the zone's own secret; the simulator takes them more than once, so that all can try."""
    return f"{int(vault.keyed_hash('demo-signon', key)[:12], 16) % 1_000_000:06d}"


def register_all(url: str) -> int:
    """Make all accounts known; answers how many. Unavailable where the simulator is away."""
    told = accounts()
    for account, code, person in told:
        singlewindow.register(url, account, code, person)
    return len(told)
