"""The rows of a village and month, each pre-filled from the register. Constant queries."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property

from django.db.models import Prefetch
from django.db.models.expressions import RawSQL

from areas.models import Area
from audit import clock
from households import doubt_facts
from households.doubts import Doubt
from households.models import DoubtAnswer, Household, Income, Person, Safeguard
from jobs.workbooks.refusals import CellRefused
from policy import codes
from screening.sheet import columns, doubts
from screening.sheet.columns import BY_KEY, CELLS, TYPED, Target
from screening.sheet.models import SheetRow
from screening.sheet.periods import income_period
from workflow.actions.cases import VILLAGE_DESCRIBES
from workflow.doubt_source import case_of
from workflow.models import Case, MonthlyRound
from workflow.states import ON_REGISTER, OPEN, Category, Status

VILLAGE = Prefetch("village", Area.objects.select_related("parent"))
NOT_WRITTEN = "还没有记入档案，请改正后再保存"


class State(StrEnum):
    UNCONFIRMED = "unconfirmed"
    CONFIRMED = "confirmed"
    CHANGED = "changed"
    DOUBTFUL = "doubtful"

    @property
    def label(self) -> str:
        return STATES[self][0]

    @property
    def tone(self) -> str:
        return STATES[self][1]


STATES = {
    State.UNCONFIRMED: ("未确认", "wait"),
    State.CONFIRMED: ("已确认无变化", "good"),
    State.CHANGED: ("已修改", "good"),
    State.DOUBTFUL: ("有疑点", "late"),
}


@dataclass
class Row:
    """One household in one month: what the register says, what waits, what is wrong."""

    round: MonthlyRound
    household: Household
    case: Case | None = None
    sheet: SheetRow | None = None
    income: Income | None = None  # of the period, else the latest before it
    safeguard: Safeguard | None = None  # the latest
    members: list = field(default_factory=list)
    answers: dict[str, DoubtAnswer] = field(default_factory=dict)  # of doubts, by digest
    told: dict = field(default_factory=dict)  # by other apps, for the doubts
    is_cleared: bool = False  # the last case was cleared, nothing has come since

    @cached_property
    def period(self) -> tuple[date, date]:
        """The twelve months that the amounts speak of."""
        on_register = self.case is not None and self.case.status in ON_REGISTER
        return income_period(self.round.month, is_on_register=on_register)

    @cached_property
    def facts(self) -> dict[str, str]:
        """Canonical text of every cell as the register has it."""
        return {cell.key: cell.text(self._fact(cell)) for cell in CELLS}

    @property
    def drafts(self) -> dict[str, str]:
        return self.sheet.drafts if self.sheet else {}

    def text(self, key: str) -> str:
        """What the cell shows: what was typed last, else the register."""
        return self.drafts.get(key, self.facts[key])

    def shown(self, key: str) -> str:
        return BY_KEY[key].shown(self.text(key))

    def value(self, key: str):
        """What the cell says as a number, an answer, a day; None while it is none."""
        try:
            return BY_KEY[key].value(self.text(key))
        except (ArithmeticError, ValueError):
            return None

    def may_type(self, key: str) -> bool:
        """Whether the village writes this cell in this row."""
        cell = BY_KEY[key]
        if cell.target is Target.CASE:
            return self.case is not None and self.case.status in VILLAGE_DESCRIBES
        return cell.is_typed

    @cached_property
    def errors(self) -> dict[str, str]:
        """The hard ones, by cell: these stop the hand-in."""
        found = {}
        for key, written in self.drafts.items():
            try:
                BY_KEY[key].clean(written)
            except CellRefused as refused:
                found[key] = refused.reason_zh
        for target in (Target.SAFEGUARD, Target.INCOME):
            found = {**self._gaps(target), **found}
        if "risks" not in found and self.may_type("remark") and not self.text("remark"):
            for risk in self.value("risks"):
                if codes.extra("risk", risk).get("needs_remark"):
                    found.setdefault("remark", f"选了“{risk}”，请在备注里写明是什么风险")
        if self.text("checked_how") in columns.REMOTE and not self.text("contacted"):
            found.setdefault("contacted", "电话、视频核实的，请写明联系到了谁")
        for key in self.drafts:
            if not any(BY_KEY[other].target is BY_KEY[key].target for other in found):
                found[key] = NOT_WRITTEN
        return found

    def _gaps(self, target: Target) -> dict[str, str]:
        """Typed in part: the register takes these cells only together."""
        cells = columns.of_target(target)
        if not any(cell.key in self.drafts for cell in cells):
            return {}
        rest = "没有的填 0" if target is Target.INCOME else "请选“是”或“否”"
        return {
            cell.key: f"还没有填{cell.label}，{rest}；填齐后一起记入档案"
            for cell in cells
            if not self.text(cell.key)
        }

    @cached_property
    def _every_doubt(self) -> list[Doubt]:
        return doubts.of(self, clock.today())

    @property
    def doubts(self) -> list[Doubt]:
        """Those that nobody has answered for while their facts were these; hard ones nobody can."""
        return [doubt for doubt in self._every_doubt if doubt.digest not in self.answers]

    @property
    def accepted(self) -> list[DoubtAnswer]:
        """The answers that keep a doubt silent now, the latest first."""
        found = [self.answers[d.digest] for d in self._every_doubt if d.digest in self.answers]
        return sorted(found, key=lambda answer: answer.at, reverse=True)

    @cached_property
    def state(self) -> State:
        if self.errors or self.doubts:
            return State.DOUBTFUL
        if self.sheet and self.sheet.changed_at:
            return State.CHANGED
        return State.CONFIRMED if self.sheet and self.sheet.confirmed_at else State.UNCONFIRMED

    @property
    def why(self) -> str:
        """Why the household is on the sheet."""
        if self.case is None:
            return "本村自行排查"
        if self.case.status in ON_REGISTER:
            return f"监测对象（{Category(self.case.category).label}）"
        return str(Status(self.case.status).label)

    def _fact(self, cell):
        if cell.target is None:
            return SHOWN[cell.key](self)
        holder = getattr(self, HOLDERS[cell.target])
        return None if holder is None else getattr(holder, cell.key)


def _income(row):
    income = row.household.per_capita_income
    return None if income is None else columns.money_text(income)


# Where a row keeps what a target's cells say.
HOLDERS = {
    Target.HOUSEHOLD: "household", Target.SAFEGUARD: "safeguard", Target.INCOME: "income",
    Target.CASE: "case", Target.ROW: "sheet",
}  # fmt: skip
# What the register says and nobody types here, by cell.
SHOWN = {
    "number": lambda row: row.household.number,
    "head_name": lambda row: row.household.head_name,
    "member_count": lambda row: row.household.member_count,
    "household_kind": lambda row: Household.Kind(row.household.kind).label,
    "standing": lambda row: row.why,
    "per_capita_income": _income,
}


def of_village(round: MonthlyRound, village_code: str) -> list[Row]:
    """Every row of the village's month: under monitoring, with open leads or applications, added."""
    return of_households(round, ids_of_village(round, village_code))


def ids_of_village(round: MonthlyRound, village_code: str) -> set[int]:
    """The households of these rows; two queries."""
    open_cases = Case.objects.filter(village_id=village_code, status__in=OPEN)
    added = SheetRow.objects.filter(round=round, village_id=village_code)
    ids = set(open_cases.values_list("household_id", flat=True))
    return ids | set(added.values_list("household_id", flat=True))


def of_households(round: MonthlyRound, household_ids) -> list[Row]:
    """The rows of these households in the order of their numbers. Nine queries for any number."""
    ids = list(household_ids)
    these = _one_parameter(ids)
    households = Household.objects.filter(pk__in=these).prefetch_related(VILLAGE)
    last_cases = Case.objects.filter(
        household_id__in=these, status__in=(*OPEN, Status.RISK_CLEARED)
    ).order_by("pk")
    cases, cleared = {}, set()
    for case in last_cases:
        if case.status in OPEN:
            cases[case.household_id] = case
        else:
            cleared.add(case.household_id)
    sheets = {
        sheet.household_id: sheet
        for sheet in SheetRow.objects.filter(round=round, household_id__in=these).select_related(
            "changed_by", "confirmed_by", "visit__case", "visit__household"
        )
    }
    safeguards = Safeguard.objects.filter(household_id__in=these)
    latest_check = {
        found.household_id: found
        for found in safeguards.order_by("household_id", "-checked_on", "-pk").distinct(
            "household_id"
        )
    }
    found = [
        Row(
            round=round,
            household=household,
            case=cases.get(household.pk),
            sheet=sheets.get(household.pk),
            safeguard=latest_check.get(household.pk),
        )
        for household in households.order_by("number")
    ]
    _put_incomes(found, these)
    members: dict[int, list[Person]] = {}
    for person in Person.objects.active().filter(household_id__in=these):
        members.setdefault(person.household_id, []).append(person)
    by_household: dict[int, dict[str, DoubtAnswer]] = {}
    answers = DoubtAnswer.objects.filter(household_id__in=these).select_related("by")
    for answer in answers:
        by_household.setdefault(answer.household_id, {})[answer.digest] = answer
    told = doubt_facts.told_by_upper_apps(ids, but=case_of)
    for row in found:
        row.told = told.get(row.household.pk, {})
        row.is_cleared = row.case is None and row.household.pk in cleared
        row.answers = by_household.get(row.household.pk, {})
        row.members = members.get(row.household.pk, [])
    return found


def _one_parameter(ids: list[int]) -> RawSQL:
    """Hundreds of numbers in a list cost more to be spelt in every query than the query itself."""
    return RawSQL("SELECT unnest(%s::bigint[])", [ids])


def _put_incomes(found: list[Row], these: RawSQL) -> None:
    """The statement of the row's period, else the latest one that ended before its end."""
    by_household: dict[int, list[Income]] = {}
    statements = Income.objects.filter(household_id__in=these)
    for income in statements.order_by("-period_end", "-pk"):
        by_household.setdefault(income.household_id, []).append(income)
    for row in found:
        start, end = row.period
        kept = by_household.get(row.household.pk, [])
        own = [i for i in kept if (i.period_start, i.period_end) == (start, end)]
        row.income = next(iter(own or kept), None)


def empty_required(row: Row) -> list[str]:
    """Labels of the cells of a row that nobody has filled in."""
    return [cell.label for cell in TYPED if row.may_type(cell.key) and not row.text(cell.key)]
