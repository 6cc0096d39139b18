"""The tables of the room."""

from pilotzone.rooms.statistics.models.counting import Cell, Fact, Margin, Pending, Unfilled
from pilotzone.rooms.statistics.models.doubting import Doubt, DoubtTurn
from pilotzone.rooms.statistics.models.recognising import Candidate, Material
from pilotzone.rooms.statistics.models.releasing import Figure, Ground, Release
from pilotzone.rooms.statistics.models.reporting import Reminder, Report, ReportBefore
from pilotzone.rooms.statistics.models.surveying import Survey, SurveyUnit

__all__ = [
    "Candidate",
    "Cell",
    "Doubt",
    "DoubtTurn",
    "Fact",
    "Figure",
    "Ground",
    "Margin",
    "Material",
    "Pending",
    "Release",
    "Reminder",
    "Report",
    "ReportBefore",
    "Survey",
    "SurveyUnit",
    "Unfilled",
]
