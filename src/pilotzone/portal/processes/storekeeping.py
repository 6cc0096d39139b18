"""What the keeping of storage must know of the rooms."""

from __future__ import annotations

# states of a trade in which nothing more is expected (rooms/clearance/engine/states.py); each of the others is open
AT_REST = (
    "refused", "expired", "cancelled", "past", "returned", "detained", "sent_back", "released", "closed", "error",
)  # fmt: skip
