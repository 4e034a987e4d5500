"""Leads: where a case begins. Department files and their rows, and what became of every line."""

from screening.models.file import LeadFile
from screening.models.kind import LeadKind
from screening.models.lead import Lead
from screening.models.row import LeadRow
from screening.sheet.models import CellChange, SheetRow

__all__ = ["CellChange", "SheetRow", "Lead", "LeadFile", "LeadKind", "LeadRow"]
