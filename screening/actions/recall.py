"""撤回派发: a list sent out by mistake is taken back, as far as nobody has begun with it."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef

from accounts import access
from accounts.permissions import Permission
from audit.events import EventKind
from audit.record import record
from screening.models import Lead, LeadFile, LeadRow, Matter
from screening.refusals import LeadRefused
from workflow.actions import take_back_cases
from workflow.models import Case
from workflow.states import Source

State = LeadFile.State
REASON_CHARS = 200


@dataclass(frozen=True)
class Recalled:
    """How many leads came back, and how many stay because somebody has begun."""

    leads: int
    kept: int


@transaction.atomic
def recall_file(*, file, by) -> Recalled:
    """Take back the file's leads that nobody has touched; the file may be sent out again.

    Untouched: not answered, no visit, meeting, plan or step of its case. A lead that another
    department's dispatched row tells, too, stays for that row. Raises LeadRefused.
    """
    if by is None or not access.may(by, Permission.LEAD_SETTLE, area=file.county_id):
        raise LeadRefused("名单由县扶贫办下发和撤回，您的岗位不能办理")
    file = LeadFile.objects.select_for_update(of=("self",)).get(pk=file.pk)
    if file.state != State.DISPATCHED:
        raise LeadRefused(f"这份文件现在是“{file.get_state_display()}”，没有可撤回的，请刷新后查看")
    own = LeadRow.objects.filter(file=file, lead__isnull=False)
    leads = list(Lead.objects.select_for_update().filter(pk__in=own.values("lead")))
    others = LeadRow.objects.filter(lead=OuterRef("pk"), file__state=State.DISPATCHED)
    shared = set(
        Lead.objects.filter(Exists(others.exclude(file=file)), pk__in=[lead.pk for lead in leads])
        .values_list("pk", flat=True)
    )  # fmt: skip
    cases = Case.objects.select_for_update().filter(pk__in={lead.case_id for lead in leads})
    untouched = set(Case.objects.filter(pk__in=[c.pk for c in cases]).untouched(besides=Lead)
                    .values_list("pk", flat=True))  # fmt: skip
    free = [lead for lead in leads if not lead.answer and lead.case_id in untouched]
    tasks = _untouched_tasks(file)
    told = len(leads) + Matter.objects.filter(rows__file=file).distinct().count()
    if told and not free and not tasks:
        raise LeadRefused(
            "这份名单的线索都已经核实或办理，不能撤回；认定有误的，请村里按“不属实”答复"
        )
    gone = [lead.pk for lead in free if lead.pk not in shared]
    own.filter(lead__in=[lead.pk for lead in free]).update(lead=None)
    Lead.objects.filter(pk__in=gone).delete()
    _take_back({lead.case_id for lead in free}, by)
    file.state, file.dispatched_at, file.dispatched_by = State.CHECKED, None, None
    file.save(update_fields=["state", "dispatched_at", "dispatched_by"])
    LeadRow.matters.through.objects.filter(leadrow__file=file, matter__in=tasks).delete()
    Matter.objects.filter(pk__in=tasks, lead_file=file, rows=None).delete()
    back = len(free) + len(tasks)
    recalled = Recalled(back, told - back)
    record(
        EventKind.LEAD_FILE_RECALLED, by=by, obj=file, area=file.county_id,
        detail={"leads": recalled.leads, "kept": recalled.kept},
    )  # fmt: skip
    return recalled


def _untouched_tasks(file) -> list[int]:
    """Area tasks of the file that no village has answered yet."""
    tasks = Matter.objects.select_for_update().filter(rows__file=file).exclude(holder="")
    return list(dict.fromkeys(tasks.values_list("pk", flat=True)))


@transaction.atomic
def recall_lead(*, lead, reason, by) -> None:
    """Take back one department's lead that nobody has touched; its row may be settled anew.

    The department is answered with the reason. Raises LeadRefused.
    """
    reason = reason.strip()[:REASON_CHARS]
    if by is None or not access.may(by, Permission.LEAD_SETTLE, area=lead.village_id):
        raise LeadRefused("线索由县扶贫办下发和撤回，您的岗位不能办理")
    if not reason:
        raise LeadRefused("请写明撤回原因，例如“认错了人”；原因会反馈给部门")
    case = Case.objects.select_for_update().filter(pk=lead.case_id)
    is_untouched = bool(case) and Case.objects.filter(pk=lead.case_id).untouched(Lead).exists()
    lead = Lead.objects.select_for_update().filter(pk=lead.pk).first()
    if lead is None:
        raise LeadRefused("这条线索刚刚已经撤回，请刷新后查看")
    if lead.source != Lead.Source.DEPARTMENT or not lead.rows.exists():
        raise LeadRefused("只有部门名单下发的线索可以撤回；其他线索请村里核实后答复")
    if lead.answer or not is_untouched:
        raise LeadRefused("该户已经核实或办理，不能撤回；认定有误的，请村里按“不属实”答复")
    record(
        EventKind.LEAD_RECALLED, by=by, obj=lead, area=lead.village_id,
        detail={"reason": reason, "explanation": lead.explanation},
    )  # fmt: skip
    lead.rows.update(lead=None, recalled_for=reason)
    case_id = lead.case_id
    lead.delete()
    _take_back({case_id}, by)


def _take_back(case_ids, by) -> None:
    """Cases that only this list had opened."""
    told = Lead.objects.filter(case=OuterRef("pk"))
    empty = Case.objects.filter(~Exists(told), pk__in=case_ids, sources=[Source.DEPARTMENT])
    take_back_cases(cases=list(empty), by=by)
