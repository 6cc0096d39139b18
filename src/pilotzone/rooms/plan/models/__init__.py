"""The tables of the room."""

from pilotzone.rooms.plan.models.centre import CentreRecord
from pilotzone.rooms.plan.models.correcting import Correction
from pilotzone.rooms.plan.models.reporting import DONE, GOING, Deadline, Objection, Report
from pilotzone.rooms.plan.models.training import Training
from pilotzone.rooms.plan.models.working import (
    Action,
    Appeal,
    Chase,
    Liaison,
    Meeting,
    Monthly,
    Notice,
    Scorecard,
    Secondment,
)

__all__ = [
    "DONE",
    "GOING",
    "Action",
    "Appeal",
    "CentreRecord",
    "Chase",
    "Correction",
    "Deadline",
    "Liaison",
    "Meeting",
    "Monthly",
    "Notice",
    "Objection",
    "Report",
    "Scorecard",
    "Secondment",
    "Training",
]
