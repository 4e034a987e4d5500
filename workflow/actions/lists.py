"""Reporting a list freezes it; what it carries becomes the next level's work."""

from django.db import connection, transaction

from accounts import access
from accounts.permissions import Permission
from areas.models import Area
from audit import clock
from audit.events import EventKind
from audit.record import record
from workflow import lists, reporting, rounds
from workflow.lists import Kind, Stage
from workflow.models import Case, MonthlyRound, ReportedList
from workflow.outcomes import StepRefused
from workflow.states import Gate, Level

REPORTERS = {
    (Level.VILLAGE, Stage.REPORTED): Permission.CASE_SCREEN,
    (Level.TOWNSHIP, Stage.REPORTED): Permission.CASE_RECHECK,
    (Level.COUNTY, Stage.COMPILED): Permission.CASE_COMPILE,
    (Level.COUNTY, Stage.DETERMINED): Permission.CASE_DETERMINE,
}
GATES = {
    (Level.VILLAGE, Kind.SCREENING): Gate.SCREENING,
    (Level.VILLAGE, Kind.ADMISSION): Gate.REVIEW,
    (Level.VILLAGE, Kind.CLEARING): Gate.REVIEW,
    (Level.TOWNSHIP, Kind.ADMISSION): Gate.RECHECK,
    (Level.TOWNSHIP, Kind.CLEARING): Gate.RECHECK,
    (Level.COUNTY, Kind.ADMISSION): Gate.DETERMINATION,
    (Level.COUNTY, Kind.CLEARING): Gate.DETERMINATION,
}


def stage_for(area: Area, by) -> str:
    """At the county the office that acts decides: it puts forward, or it determines 四（五）."""
    if area.level != Level.COUNTY:
        return Stage.REPORTED
    determines = access.may(by, Permission.CASE_DETERMINE, area=area.code)
    return Stage.DETERMINED if determines else Stage.COMPILED


@transaction.atomic
def report_list(*, area, round, kind, by, stage=None) -> ReportedList:
    """Freeze and report the area's list of this kind; an empty one is a zero report.

    Reporting again without anything new returns the list that stands, so a double click is
    harmless; with something new it is a further list with the next number.
    """
    stage = stage or stage_for(area, by)
    _may_report(area, kind, stage, by)
    with clock.at(clock.now()):
        _one_at_a_time(round, area)
        _is_open(round, area)
        cases = lists.candidates(area=area, round=round, kind=kind, stage=stage)
        why = reporting.asked_first(area=area, round=round, kind=kind) or reporting.refusal(
            reporting.obstacles(area=area, kind=kind, cases=cases)
        )
        if why:
            raise StepRefused(why)
        return _freeze(area, round, kind, stage, cases, by)


@transaction.atomic
def compile_list(*, area, round, kind, cases, by) -> ReportedList:
    """Freeze exactly these cases as the 提请名单 of a county session 四（五）."""
    _may_report(area, kind, Stage.COMPILED, by)
    with clock.at(clock.now()):
        _one_at_a_time(round, area)
        return _freeze(area, round, kind, Stage.COMPILED, cases, by)


def _freeze(area, round, kind, stage, cases, by) -> ReportedList:
    ids = sorted(cases.values_list("pk", flat=True))
    if stage == Stage.REPORTED and kind != Kind.SCREENING:
        # A case that moves meanwhile waits for us or drops out: the rows show one moment.
        ids = sorted(cases.filter(pk__in=ids).select_for_update(of=("self",)).order_by("pk")
                     .values_list("pk", flat=True))  # fmt: skip
    earlier = ReportedList.objects.filter(round=round, area=area).order_by("-sequence")
    standing = earlier.filter(kind=kind, stage=stage).first()
    if standing and _is_nothing_new(standing, stage, kind, ids):
        return standing
    rows = lists.snapshot(ids)
    last = earlier.values_list("sequence", flat=True).first() or 0
    county = Area.objects.get(pk=rounds.county_of(area.code))
    number = lists.number_of(area=area, round=round, county_name=county.name, sequence=last + 1)
    figures = lists.figures(rows)
    if kind == Kind.SCREENING:
        figures["on_register"] = lists.on_register(area, besides=ids)
    found = ReportedList.objects.create(
        number=number,
        round=round,
        area=area,
        level=area.level,
        kind=kind,
        stage=stage,
        sequence=last + 1,
        is_zero=not rows,
        is_late=clock.today() > round.gate_on(GATES[area.level, kind]),
        reported_at=clock.now(),
        reported_by=by,
        row_count=len(rows),
        case_ids=ids,
        rows=rows,
        figures=figures,
        checksum=lists.checksum(number=number, kind=kind, stage=stage, rows=rows, figures=figures),
    )
    if stage == Stage.REPORTED and kind != Kind.SCREENING:
        Case.objects.filter(pk__in=ids).update(on_list=found)
    _record(found, by)
    return found


def _is_nothing_new(standing: ReportedList, stage, kind, ids) -> bool:
    """Carried cases are on their list already; the other kinds compare with the last one."""
    if stage == Stage.REPORTED and kind != Kind.SCREENING:
        return not ids
    return set(ids) == set(standing.case_ids)


def _may_report(area, kind, stage, by) -> None:
    if kind not in lists.kinds_at(area.level) or (area.level, stage) not in REPORTERS:
        raise StepRefused("这一级没有这种名单，请返回后重新选择。")
    if not access.may(by, REPORTERS[area.level, stage], area=area.code):
        raise StepRefused(f"{area.short_name}的名单由其经办岗位上报，您没有这个岗位。")


def _is_open(round: MonthlyRound, area) -> None:
    if round.county_id != rounds.county_of(area.code):
        raise StepRefused("名单只能上报到本县的月度。")
    if not MonthlyRound.objects.filter(pk=round.pk, state=MonthlyRound.State.OPEN).exists():
        raise StepRefused(f"{round.label}已经结束，如需补报请县扶贫办重新打开该月。")


def _one_at_a_time(round: MonthlyRound, area) -> None:
    """Two clicks on one area's list wait for each other; other areas are not held up."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, %s))",
            [f"workflow.list.{area.code}", round.pk],
        )


def _record(found: ReportedList, by) -> None:
    record(
        EventKind.LIST_REPORTED,
        by=by,
        obj=found,
        area=found.area_id,
        detail={
            "number": found.number,
            "kind": found.kind,
            "stage": found.stage,
            "rows": found.row_count,
            "is_late": found.is_late,
            "checksum": found.checksum,
        },
    )
