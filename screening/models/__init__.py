"""Leads: where a case begins. Department files and their rows, and what became of every line."""

from screening.models.duty_report import DutyReport
from screening.models.file import LeadFile
from screening.models.kind import LeadKind
from screening.models.lead import Lead
from screening.models.matter import Matter, MatterStep
from screening.models.row import LeadRow
from screening.models.source import Source
from screening.sheet.models import CellChange, SheetRow

__all__ = [
    "CellChange",
    "DutyReport",
    "Lead",
    "LeadFile",
    "LeadKind",
    "LeadRow",
    "Matter",
    "MatterStep",
    "SheetRow",
    "Source",
]
