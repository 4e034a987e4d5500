"""Rows that name areas: which villages they mean, and one task for each of those."""

from collections import defaultdict

from areas.models import Area
from screening.models import LeadRow


def named(lead_file) -> dict[LeadRow, set[str]]:
    """The village codes that each usable row of the file means."""
    rows = list(lead_file.rows.leads().filter(match=LeadRow.Match.AREA).order_by("sheet_row"))
    whole = {row.township_id for row in rows if not row.village_id}
    below = defaultdict(set)
    for code in Area.objects.active().under(lead_file.county_id).villages().filter(
        parent__in=whole
    ).values_list("pk", flat=True):  # fmt: skip
        below[code[:9]].add(code)
    return {row: {row.village_id} if row.village_id else below[row.township_id] for row in rows}


def count(lead_file) -> int:
    """How many villages the file names."""
    return len(set().union(*named(lead_file).values()))
