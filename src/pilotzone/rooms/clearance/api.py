"""The door of the clearance room."""

from __future__ import annotations

from pilotzone.rooms.clearance.engine.case import Tolerance
from pilotzone.rooms.clearance.engine.keys import readable
from pilotzone.rooms.clearance.engine.kinds import BY_MESSAGE as MESSAGES
from pilotzone.rooms.clearance.engine.kinds import FROM_CUSTOMS
from pilotzone.rooms.clearance.errors import REFUSES, WAITS, WARNS, Fault, Rule
from pilotzone.rooms.clearance.operations.customs import OUR_MESSAGE as CUSTOMS_REFERENCE
from pilotzone.rooms.clearance.operations.desk import Settings
from pilotzone.rooms.clearance.operations.flood import sweep, take_batch
from pilotzone.rooms.clearance.operations.inputs import (
    COMMIT,
    OVER,
    RESTORE,
    VOID,
    Answer,
    Bill,
    Book,
    Directory,
    DocumentIn,
    Effect,
    Firm,
    MessageIn,
    Outcome,
    Passed,
    Ready,
    Settlement,
)
from pilotzone.rooms.clearance.queries.mandates import Mandated, mandates


def receipt_message(message: str) -> str:
    """The message of a document's receipts: CEB621Message → CEB622Message."""
    return MESSAGES[message].receipt


__all__ = [
    "COMMIT", "CUSTOMS_REFERENCE", "FROM_CUSTOMS", "MESSAGES", "OVER", "REFUSES", "RESTORE", "VOID", "WAITS",
    "WARNS", "Answer", "Bill", "Book", "Directory", "DocumentIn", "Effect", "Fault", "Firm", "Mandated", "MessageIn",
    "Outcome", "Passed", "Ready", "Rule", "Settings", "Settlement", "Tolerance", "mandates", "readable",
    "receipt_message", "sweep", "take_batch",
]  # fmt: skip
