"""Numbers between 0 and 1 that anybody can draw again from the seed: SHA-256 of the seed and a label.

No generator with a state: what one unit draws does not hang on who was drawn before, on a machine or on a library's version.
"""

from __future__ import annotations

from hashlib import sha256

_BITS = 53  # what a float holds exactly


def uniform(seed: int | str, *label: str) -> float:
    """In [0, 1), evenly; the same seed and label give the same number everywhere."""
    told = sha256("\x1f".join((str(seed), *label)).encode()).digest()
    return (int.from_bytes(told[:8], "big") >> (64 - _BITS)) / (1 << _BITS)
