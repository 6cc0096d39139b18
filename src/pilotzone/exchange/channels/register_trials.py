"""What a visitor of a demonstration may try at the simulated registers: accounts with their codes, a firm not yet filed."""

from __future__ import annotations

from pilotzone.base.ids import uscc
from pilotzone.kernel import vault

ACCOUNT = "rep"
_STEM = "Y1360111DEM099001"


def code_of(number: str) -> str:
    """The six-digit code of the legal representative's account at the electronic licence of a body."""
    return f"{int(vault.keyed_hash('demo-licence', number)[:12], 16) % 1_000_000:06d}"


def newcomer() -> str:
    """The credit code of a synthetic body that the registers know and this zone does not."""
    return _STEM + uscc.calc_check_digit(_STEM)
