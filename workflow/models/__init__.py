"""The case and everything the procedure leaves on record."""

from workflow.models.attachment import Attachment
from workflow.models.case import Case, StatusChange
from workflow.models.meeting import Meeting, MeetingDecision
from workflow.models.notice import PublicNotice
from workflow.models.reported_list import ReportedList
from workflow.models.round import MonthlyRound
from workflow.models.visit import Visit
from workflow.states import Category, Gate, Level, Source, Status

__all__ = [
    "Attachment",
    "Case",
    "Category",
    "Gate",
    "Level",
    "Meeting",
    "MeetingDecision",
    "MonthlyRound",
    "PublicNotice",
    "ReportedList",
    "Source",
    "Status",
    "StatusChange",
    "Visit",
]
