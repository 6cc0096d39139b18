"""For how many trades a second a load is prepared: from how fast this machine is, so that signing takes minutes and not an hour.

A load that is used up before the time is over shortens a run and falsifies nothing: the rate is of what was decided.
"""

from __future__ import annotations

import time

from lxml import etree

# trades a second measured on a machine (docs/adr/0014) where `piece` takes PIECE_US, by documents a message and signature
KNOWN = {(100, "rsa"): 683, (1, "rsa"): 465, (100, "sm2"): 600, (1, "sm2"): 256}
PIECE_US = 56.0
MARGIN = 2.0  # what a run may take more than known
STEPS = (250, 350, 500, 700, 1000, 1400, 2000, 2800, 4000, 5600, 8000)  # so that a load that lies ready serves again
_PIECE = b"<list>" + b"".join(b"<field%d>value of a field %d</field%d>" % (n, n, n) for n in range(110)) + b"</list>"


def expected(batch: int, algorithm: str, *, piece_us: float | None = None) -> int:
    """Trades a second to prepare for, one of STEPS; `piece_us`: how long the piece of work takes, measured now without it."""
    us = piece() if piece_us is None else piece_us
    wanted = KNOWN[batch, algorithm] * MARGIN * PIECE_US / us
    return next((step for step in STEPS if step >= wanted), STEPS[-1])


def piece() -> float:
    """Microseconds in which this machine reads a document of some 5 KB: the quickest of many, which others hardly change."""
    best = float("inf")
    for _ in range(200):
        began = time.perf_counter()
        etree.fromstring(_PIECE)
        best = min(best, time.perf_counter() - began)
    return best * 1e6
