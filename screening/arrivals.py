"""Which of the month's lists are here, which are missing, which could not be taken."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from django.db.models import TextChoices

from audit import clock
from policy import parameters
from screening.models import LeadFile, LeadKind, Source
from workflow import months

Cadence, State = LeadKind.Cadence, LeadFile.State
QUARTER_ENDS = (3, 6, 9, 12)  # 附件1-8 每季度
OF_THE_EVENT = (Cadence.WITHIN_ONE_DAY, Cadence.ON_EVENT)


class Standing(TextChoices):
    TAKEN = "taken", "已取"
    ATTENTION = "attention", "待处理"
    FAILED = "failed", "出错"
    MISSING = "missing", "缺"
    NOT_DUE = "not_due", "本月不报"
    IF_ANY = "if_any", "发生时报"


@dataclass
class Arrival:
    """One kind of list in one month."""

    kind: LeadKind
    due_on: date | None
    standing: Standing
    files: list[LeadFile] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def is_late(self) -> bool:
        return (
            self.standing in (Standing.MISSING, Standing.FAILED)
            and self.due_on is not None
            and self.due_on < clock.today()
        )


def arrivals(county: str, month: date, departments=None) -> list[Arrival]:
    """Every list of 附件1 that departments deliver (of some departments), in its order."""
    kinds = LeadKind.objects.delivered().select_related("department")
    if departments is not None:
        kinds = kinds.filter(department__in=departments)
    kinds = list(kinds.order_by("department__order", "pk"))
    files, problems = _files(county, month), _problems(county, month)
    due_on = months.gate_date(
        month, int(parameters.value("gate_screening", on=month, county=county))
    )
    return [_arrival(kind, month, due_on, files, problems) for kind in kinds]


def missing(found: list[Arrival]) -> list[Arrival]:
    """Those that somebody must be asked for."""
    return [a for a in found if a.standing in (Standing.MISSING, Standing.FAILED)]


def _files(county, month) -> dict[int, list[LeadFile]]:
    found = defaultdict(list)
    for file in LeadFile.objects.filter(county=county, month=month).order_by("received_at"):
        found[file.kind_id].append(file)
    return found


def _problems(county, month) -> dict[tuple, list[str]]:
    """What went wrong at the last look, by kind, and by department where no kind is named."""
    found = defaultdict(list)
    tried = Source.objects.filter(county=county, is_active=True, tried_month=month)
    for source in tried.exclude(problem=""):
        found[source.department_id, source.kind_id].append(source.problem)
    return found


def _arrival(kind, month, due_on, files, problems) -> Arrival:
    of_kind = files.get(kind.pk, [])
    good = [file for file in of_kind if file.state != State.REFUSED]
    told = [*problems.get((kind.department_id, kind.pk), []),
            *problems.get((kind.department_id, None), [])]  # fmt: skip
    if kind.cadence == Cadence.MONTHLY:
        due_on = months.gate_date(month, 31)
    if kind.cadence in OF_THE_EVENT:
        due_on = None
    if good:
        held = any(file.state in (State.HELD, State.UNNAMED) for file in good)
        return Arrival(kind, due_on, Standing.ATTENTION if held else Standing.TAKEN, good)
    if of_kind or told:
        told += [file.message for file in of_kind]
        return Arrival(kind, due_on, Standing.FAILED, of_kind, told)
    if kind.cadence in OF_THE_EVENT:
        return Arrival(kind, None, Standing.IF_ANY)
    if kind.cadence == Cadence.QUARTERLY and month.month not in QUARTER_ENDS:
        return Arrival(kind, None, Standing.NOT_DUE)
    return Arrival(kind, due_on, Standing.MISSING)
