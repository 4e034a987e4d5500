"""A checked file goes out to the villages."""

from collections import defaultdict
from datetime import date

from django.db import transaction

from accounts import access
from accounts.permissions import Permission
from audit import clock
from audit.events import EventKind
from audit.record import record
from jobs.actions import enqueue
from jobs.models import Job
from screening import area_rows
from screening.actions.matter_lists import matters_there, tasks_for
from screening.checking import figures_of
from screening.duties.kinds import KINDS
from screening.merging import merge
from screening.models import LeadFile, LeadRow
from screening.refusals import LeadRefused

State = LeadFile.State
READY = (State.CHECKED, State.DISPATCHED)


@transaction.atomic
def dispatch_leads(*, file, by) -> LeadFile:
    """Make the file's matched leads into tasks of their villages 五（一）三; set-based.

    One case a household whatever the number of departments and rows. Dispatched again, only rows
    settled since are added. Raises LeadRefused for a file that is held or not checked.
    """
    if by is not None and not access.may(by, Permission.LEAD_SETTLE, area=file.county_id):
        raise LeadRefused("名单由县扶贫办下发，您的岗位不能办理")
    file = LeadFile.objects.select_for_update(of=("self",)).select_related("kind").get(pk=file.pk)
    if file.state not in READY:
        raise LeadRefused(f"这份文件现在是“{file.get_state_display()}”，不能下发，请刷新后查看")
    new = _send_out(file, by)
    was_dispatched = file.state == State.DISPATCHED
    file.figures = figures_of(file)
    file.state = State.DISPATCHED
    file.dispatched_at, file.dispatched_by = clock.now(), by
    file.save(update_fields=["figures", "state", "dispatched_at", "dispatched_by"])
    if new or not was_dispatched:
        record(
            EventKind.LEAD_FILE_DISPATCHED,
            by=by,
            obj=file,
            area=file.county_id,
            detail={"leads": len(new), "households": len(set(new.values()))},
        )
    return file


def _send_out(file, by) -> dict[int, object]:
    """Rows become leads of households, or tasks of villages where they name areas; the new ones."""
    return _to_villages(file, by) if file.kind.names_areas else merge(file, by)


def _to_villages(file, by) -> dict[int, str]:
    """Rows that name areas become one task a village 附件1-2, 附件1-9, 附件1-11; new ones -> village."""
    kind, groups, new = KINDS[file.kind.key], defaultdict(dict), {}
    for row, villages in area_rows.named(file).items():
        said = tuple(sorted(row.facts.items()))
        groups[said][row] = villages
    for said, of_rows in groups.items():
        facts = dict(said)
        day = date.fromisoformat(facts.pop("happened_on"))
        wanted = set().union(*of_rows.values())
        there = matters_there(kind, wanted, facts, day)
        made = tasks_for(
            kind=kind, county=file.county_id, villages=wanted - there.keys(), facts=facts,
            happened_on=day, by=by, lead_file=file,
        )  # fmt: skip
        there |= {matter.village_id: matter for matter in made}
        new |= {matter.pk: matter.village_id for matter in made}
        for row, villages in of_rows.items():
            row.matters.add(*(there[code] for code in villages))
    return new


def dispatch_later(*, file, by) -> Job:
    """Dispatch a large file in the background; sending it twice is harmless."""
    return enqueue(
        "screening.dispatch_lead_file",
        by=by,
        title=f"下发{file.kind.label}名单：{file.name}",
        args={"lead_file": file.pk},
    )


@transaction.atomic
def return_later(*, file, only_bad, by) -> Job:
    """Have the department's long workbook written back in the background; `by` gets the file."""
    record(
        EventKind.LEAD_FILE_RETURNED, by=by, obj=file, area=file.county_id,
        detail={"only": "bad" if only_bad else "all"},
    )  # fmt: skip
    return enqueue(
        "screening.return_lead_file",
        by=by,
        title=f"生成{'待改正的行' if only_bad else '原表和结果'}：{file.name}",
        args={"lead_file": file.pk, "only_bad": only_bad},
    )


def dispatch_settled(*, rows, by) -> None:
    """Rows settled after their file went out follow it at once."""
    waiting = LeadRow.objects.to_dispatch().filter(
        pk__in=[row.pk for row in rows], file__state=State.DISPATCHED
    )
    files = LeadFile.objects.filter(pk__in=waiting.values("file")).select_related("kind")
    for file in files.order_by("kind_id", "pk"):  # merging locks the kind: always in this order
        _send_out(file, by)
