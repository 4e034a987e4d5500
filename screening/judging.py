"""Verdicts on read and matched rows: the rule of the kind with the threshold of year and group."""

from datetime import date
from decimal import Decimal

from policy import parameters
from screening import rules
from screening.columns import amount_key, fact_labels
from screening.matching import Found
from screening.models import LeadRow
from screening.row_form import Row

Verdict = LeadRow.Verdict


class Judge:
    """Judges the rows of one kind, month and county; each threshold is asked for once."""

    def __init__(self, kind, month: date, county: str):
        self.kind, self.month, self.county = kind, month, county
        self.rule = rules.RULES[kind.rule]
        self.labels = fact_labels(kind)
        self.amount_key = amount_key(kind)
        self.limits: dict[tuple[str, date], Decimal | None] = {}

    def judge(self, row: Row, found: Found) -> tuple[str, str]:
        """(verdict, reason) of one row; an unreadable one is bad whatever else it says."""
        if row.problems:
            return Verdict.BAD, row.reason
        judged = self.rule(
            rules.Subject(
                facts=row.facts,
                population=found.population,
                is_known=found.household is not None or found.match == LeadRow.Match.NAME_ONLY,
                limit=self._limit(found.population, row.day or self.month),
                label=self.kind.label,
                clause=self.kind.clause,
                labels=self.labels,
                amount=self._amount(row.facts),
            )
        )
        return (Verdict.OK if judged.is_lead else Verdict.BELOW), judged.reason

    def fact_hash(self, row: Row, found: Found) -> str:
        """The hash of the lead this row is or becomes; '' while nobody is found for it."""
        if found.household is None:
            return ""
        return rules.fact_hash(self.kind.pk, [found.household, found.person], row.facts)

    def _amount(self, facts) -> tuple[str, Decimal] | None:
        if self.amount_key not in facts:
            return None
        return self.labels[self.amount_key], Decimal(facts[self.amount_key])

    def _limit(self, population: str, day: date) -> Decimal | None:
        """The threshold of the year 附件1-1; one that is older than the parameters takes the month's.

        None: the county has set none.
        """
        if not self.kind.parameter:
            return None
        on = day.replace(day=1)
        if (population, on) not in self.limits:
            try:
                self.limits[population, on] = self._value(population, on)
            except parameters.ParameterMissing:
                self.limits[population, on] = self._value_of_month(population)
        return self.limits[population, on]

    def _value_of_month(self, population: str) -> Decimal | None:
        try:
            return self._value(population, self.month)
        except parameters.ParameterMissing:
            return None

    def _value(self, population: str, on: date) -> Decimal:
        return parameters.value(
            self.kind.parameter, on=on, population=population, basis=self.kind.basis,
            county=self.county,
        )  # fmt: skip
