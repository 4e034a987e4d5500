"""换一个门槛试算: what past files would have given under another line. Reads only."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection

from screening.columns import amount_key
from screening.models import LeadKind
from screening.rules import POPULATION_LABELS

# Households as they are classed today; who is in nobody's household counts as general 附件1-1.
TRIED = r"""
    SELECT population, count(*),
           count(*) FILTER (WHERE is_lead), count(DISTINCT household_id) FILTER (WHERE is_lead),
           count(*) FILTER (WHERE paid > line),
           count(DISTINCT household_id) FILTER (WHERE paid > line)
      FROM (SELECT p.population, r.household_id, r.verdict = 'ok' AS is_lead,
                   (r.facts->>%(key)s)::numeric AS paid,
                   CASE p.population WHEN 'lifted' THEN %(lifted)s ELSE %(general)s END AS line
              FROM screening_leadrow r
              JOIN screening_leadfile f ON f.id = r.file_id
              LEFT JOIN households_household h ON h.id = r.household_id
             CROSS JOIN LATERAL (
                   SELECT CASE h.kind WHEN 'lifted' THEN 'lifted' ELSE 'general' END) p(population)
             WHERE f.kind_id = %(kind)s AND f.county_id = ANY(%(counties)s)
               AND f.month BETWEEN %(since)s AND %(until)s AND f.state <> 'refused'
               AND r.verdict <> 'bad' AND r.facts->>%(key)s ~ '^\d{1,12}(\.\d+)?$') tried
     GROUP BY population ORDER BY population DESC
"""


@dataclass(frozen=True)
class Tried:
    """One group: readable rows, and how many rows and households are flagged, were and would be."""

    population: str
    rows: int
    rows_now: int
    households_now: int
    rows_then: int
    households_then: int

    @property
    def label(self) -> str:
        return POPULATION_LABELS.get(self.population, "合计")

    @property
    def more(self) -> int:
        return self.households_then - self.households_now


def try_line(
    kind: LeadKind, counties: list[str], since: date, until: date, *, lifted: Decimal,
    general: Decimal,
) -> list[Tried]:  # fmt: skip
    """The groups, and their sum last; empty when there is nothing to try it on."""
    with connection.cursor() as cursor:
        cursor.execute(
            TRIED,
            {
                "key": amount_key(kind), "kind": kind.pk, "counties": counties, "since": since,
                "until": until, "lifted": lifted, "general": general,
            },
        )  # fmt: skip
        found = [Tried(*row) for row in cursor.fetchall()]
    if not found:
        return []
    # A household belongs to one group, so the sums count none twice.
    sums = [
        sum(getattr(t, name) for t in found)
        for name in Tried.__dataclass_fields__
        if name != "population"
    ]
    return [*found, Tried("", *sums)]
