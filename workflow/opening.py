"""The 1st of the month: every county that works with the system gets its round."""

from datetime import date

from django.db.models import Exists, OuterRef

from areas.models import Area
from workflow import months
from workflow.actions.rounds import open_rounds
from workflow.states import Level


def open_month(period: str, progress) -> dict:
    """Open the round of the month `2021-03` for every county in use; safe to repeat."""
    month = date.fromisoformat(f"{period}-01")
    counties = working_counties()
    progress(0, len(counties), f"开启{months.label(month)}")
    opened = open_rounds(counties=counties, month=month)
    progress(len(counties), len(counties), f"已开启{months.label(month)}")
    return {"month": period, "counties": len(opened)}


def working_counties() -> list[str]:
    """Active counties with villages below them; a city's list may hold empty neighbours."""
    villages = Area.objects.filter(
        level=Level.VILLAGE, is_active=True, code__startswith=OuterRef("code")
    )
    counties = Area.objects.filter(level=Level.COUNTY, is_active=True)
    return list(counties.filter(Exists(villages)).values_list("code", flat=True))
