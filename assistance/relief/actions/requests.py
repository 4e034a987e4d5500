"""临时救助 and 兜底救助: asked for by the village, approved by township or county, paid (五（三）)."""

from django.db import IntegrityError, transaction

from accounts import access
from accounts.permissions import Permission
from assistance.refusals import AssistanceRefused
from assistance.relief import desk, rules
from assistance.relief.models import ReliefRequest
from audit import clock
from audit.events import EventKind
from audit.record import record
from households.actions import grant_low_income
from households.refusals import Refused
from policy import codes
from workflow.states import Level

State, Kind = ReliefRequest.State, ReliefRequest.Kind


@transaction.atomic
def request_relief(
    *,
    household,
    kind,
    risk,
    description,
    requested_on,
    by,
    person=None,
    is_ahead=False,
    proofs=(),
) -> ReliefRequest:
    """Ask for relief; `is_ahead` marks 先行帮扶: paid at once, the procedure made up afterwards."""
    if not access.may(by, Permission.ASSISTANCE_EDIT, area=household.village_id):
        raise AssistanceRefused("您不能为该户申请救助。")
    if requested_on > clock.today():
        raise AssistanceRefused("申请日期不能晚于今天，请核对。")
    if risk not in dict(codes.choices("risk")):
        raise AssistanceRefused("没有这种困难原因，请从列表中选择。")
    if person and (person.household_id != household.pk or not person.is_active):
        raise AssistanceRefused("当事人不是该户现有成员（可能已去世或迁出），请重新选择。")
    if is_ahead and kind != Kind.URGENT:
        raise AssistanceRefused("只有急难型临时救助可以先行帮扶、后补程序。")
    try:
        with transaction.atomic():
            relief = ReliefRequest.objects.create(
                household=household, kind=kind, risk=risk, description=description.strip(),
                requested_on=requested_on, requested_by=by, person=person, is_ahead=is_ahead,
                recorded_at=clock.now(),
            )  # fmt: skip
    except IntegrityError:
        raise AssistanceRefused("该户当天已为同一原因申请过这项救助，无需重复登记。") from None
    relief.proofs.add(*proofs)
    _record(EventKind.RELIEF_REQUESTED, relief, by, is_ahead=is_ahead, proofs=len(proofs))
    return relief


@transaction.atomic
def approve_relief(*, relief, level, approved_on, amount_approved, by, protection="", proofs=()):
    """Approve at a level; for 先行帮扶 that was paid already this makes up the procedure."""
    if not may_approve(by, relief, level):
        raise AssistanceRefused("该批准层级不在您的岗位职责范围内。")
    if relief.requested_by_id == by.pk:
        raise AssistanceRefused("不能批准自己提出的申请，请由其他人员批准。")
    _in_order("批准日期", approved_on, not_before=relief.requested_on, earlier="申请日期")
    if relief.kind == Kind.FLOOR and not protection:
        raise AssistanceRefused("兜底救助请选择纳入低保还是特困。")
    if amount_approved is None or amount_approved <= 0:
        raise AssistanceRefused("请填写批准金额。")
    if relief.amount_paid is not None and amount_approved < relief.amount_paid:
        raise AssistanceRefused(f"批准金额少于已先行发放的 {relief.amount_paid} 元，请核对。")
    fields = {
        "level": level, "approved_on": approved_on, "approved_by": by,
        "amount_approved": amount_approved,
        "protection": protection if relief.kind == Kind.FLOOR else "",
    }  # fmt: skip
    unanswered = ReliefRequest.objects.filter(pk=relief.pk, approved_on__isnull=True)
    moved = unanswered.filter(state=State.REQUESTED).update(
        state=State.APPROVED, **fields
    ) or unanswered.filter(state=State.PAID).update(**fields)
    _moved(relief, moved)
    if relief.protection:
        _enter_in_register(relief, by)
    relief.proofs.add(*proofs)
    _record(EventKind.RELIEF_APPROVED, relief, by, level=level, proofs=len(proofs))
    return relief


@transaction.atomic
def pay_relief(*, relief, paid_on, amount_paid, by, proofs=()):
    """Record the money paid out; before approval only for 先行帮扶."""
    _may(by, relief)
    earlier = relief.requested_on if relief.is_ahead else relief.approved_on
    _in_order("发放日期", paid_on, not_before=earlier or relief.requested_on, earlier="批准日期")
    if amount_paid <= 0:
        raise AssistanceRefused("发放金额应大于 0。")
    if relief.amount_approved is not None and amount_paid > relief.amount_approved:
        raise AssistanceRefused(f"发放金额超过批准金额 {relief.amount_approved} 元，请核对。")
    may_pay = ReliefRequest.objects.filter(pk=relief.pk, state=State.APPROVED)
    if relief.is_ahead:
        may_pay = ReliefRequest.objects.filter(pk=relief.pk, state__in=ReliefRequest.OPEN)
    _moved(relief, may_pay.update(state=State.PAID, paid_on=paid_on, amount_paid=amount_paid))
    relief.proofs.add(*proofs)
    _record(
        EventKind.RELIEF_PAID, relief, by,
        amount=str(amount_paid), is_ahead=relief.is_ahead, proofs=len(proofs),
    )  # fmt: skip
    return relief


@transaction.atomic
def refuse_relief(*, relief, refused_on, reason, by):
    """不予救助, with the reason that the household is told."""
    if not (may_approve(by, relief, Level.TOWNSHIP) or may_approve(by, relief, Level.COUNTY)):
        raise AssistanceRefused("该申请不在您的岗位职责范围内。")
    _in_order("不予救助日期", refused_on, not_before=relief.requested_on, earlier="申请日期")
    if not reason.strip():
        raise AssistanceRefused("请填写不予救助的原因，以便向农户说明。")
    moved = ReliefRequest.objects.filter(pk=relief.pk, state__in=ReliefRequest.OPEN).update(
        state=State.REFUSED, refused_on=refused_on, refused_reason=reason.strip()
    )
    _moved(relief, moved)
    _record(EventKind.RELIEF_REFUSED, relief, by)
    return relief


@transaction.atomic
def prove_relief(*, relief, proofs, by):
    """Keep papers that came later, by the village that asked or those who approve and pay."""
    asks = access.may(by, Permission.ASSISTANCE_EDIT, area=relief.household.village_id)
    if not asks:
        _may(by, relief)
    if not proofs:
        raise AssistanceRefused("还没有选择文件，请先选择印证材料。")
    relief.proofs.add(*proofs)
    _record(EventKind.RELIEF_PROVED, relief, by, proofs=len(proofs))
    return relief


def may_approve(user, relief, level) -> bool:
    """The township approves at its own level, the department and county offices at the county's."""
    if level == Level.TOWNSHIP:
        return access.may(user, Permission.CASE_RECHECK, area=relief.household.village_id)
    return level == Level.COUNTY and desk.may_handle(user, desk.RELIEF, relief.household.village_id)


def _enter_in_register(relief, by):
    """低保 or 特困 that was granted stands in the register at once; nobody types it again."""
    try:
        grant_low_income(
            household=relief.household, person=relief.person, kind=relief.protection, by=by
        )
    except Refused as refusal:
        raise AssistanceRefused(f"{refusal}。") from refusal


def _may(by, relief):
    is_township = access.may(by, Permission.CASE_RECHECK, area=relief.household.village_id)
    if not (is_township or desk.may_handle(by, desk.RELIEF, relief.household.village_id)):
        raise AssistanceRefused("救助发放由乡镇、经办部门和县扶贫办登记，您没有该权限。")


def _in_order(label, on, *, not_before, earlier):
    problem = rules.day_problem(
        label, on, not_before=not_before, earlier=earlier, today=clock.today()
    )
    if problem:
        raise AssistanceRefused(problem)


def _moved(relief, count):
    if not count:
        raise AssistanceRefused("该申请的状态已变或尚未批准，请刷新后再办理。")
    relief.refresh_from_db()


def _record(kind, relief, by, **detail):
    record(kind, by=by, obj=relief, area=relief.household.village_id, detail=detail or None)
