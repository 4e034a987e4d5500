"""报案 by the village; 查勘, 赔付 or refusal by the desk of the insurance (五（二）)."""

from datetime import date

from django.db import IntegrityError, transaction

from accounts import access
from accounts.permissions import Permission
from assistance.refusals import AssistanceRefused
from assistance.relief import desk, rules
from assistance.relief.models import InsuranceClaim, InsuranceCover
from audit import clock
from audit.events import EventKind
from audit.record import record
from households import payouts
from policy import codes

State = InsuranceClaim.State


@transaction.atomic
def report_claim(
    *, household, happened_on, cause, description, by, person=None, proofs=()
) -> InsuranceClaim:
    """Report an accident or disaster of an insured household; the insurance must run that day."""
    if not access.may(by, Permission.ASSISTANCE_EDIT, area=household.village_id):
        raise AssistanceRefused("您不能为该户报案。")
    today = clock.today()
    _in_order("出险日期", happened_on, not_before=date.min, earlier="")
    if not codes.extra("insurance_cause", cause):
        raise AssistanceRefused("没有这种出险原因，请从列表中选择。")
    if person and person.household_id != household.pk:
        raise AssistanceRefused("当事人不是该户成员，请重新选择。")
    cover = InsuranceCover.objects.filter(household=household, year=happened_on.year).first()
    if cover is None:
        raise AssistanceRefused(
            f"该户 {happened_on.year} 年未参加防贫保，请与县扶贫办核对参保名册。"
        )
    if not rules.is_covered(cover.starts_on, cover.ends_on, happened_on):
        raise AssistanceRefused(
            f"出险日期不在保险期内（{cover.starts_on} 至 {cover.ends_on}），请核对。"
        )
    try:
        with transaction.atomic():
            claim = InsuranceClaim.objects.create(
                household=household, cover=cover, person=person, happened_on=happened_on,
                cause=cause, description=description.strip(), reported_on=today, reported_by=by,
                recorded_at=clock.now(),
            )  # fmt: skip
    except IntegrityError:
        raise AssistanceRefused("该户同一天同一原因已经报案，无需重复登记。") from None
    claim.proofs.add(*proofs)
    _record(EventKind.CLAIM_REPORTED, claim, by, proofs=len(proofs))
    return claim


@transaction.atomic
def inspect_claim(*, claim, inspected_on, inspector, finding, amount_claimed, by, proofs=()):
    """查勘: what was found on the spot and the amount that is asked for."""
    _may(by, claim)
    _in_order("查勘日期", inspected_on, not_before=claim.reported_on, earlier="报案日期")
    _move(
        claim, (State.REPORTED,), state=State.INSPECTED, inspected_on=inspected_on,
        inspector=inspector.strip(), finding=finding.strip(), amount_claimed=amount_claimed,
    )  # fmt: skip
    claim.proofs.add(*proofs)
    _record(EventKind.CLAIM_INSPECTED, claim, by, proofs=len(proofs))
    return claim


@transaction.atomic
def pay_claim(*, claim, paid_on, amount_paid, by, proofs=()):
    """The money has arrived; it becomes 理赔收入 of every period that holds the day."""
    _may(by, claim)
    _in_order("到账日期", paid_on, not_before=claim.inspected_on, earlier="查勘日期")
    if amount_paid <= 0:
        raise AssistanceRefused("赔付金额应大于 0；不赔付的请登记“不予理赔”。")
    _move(claim, (State.INSPECTED,), state=State.PAID, paid_on=paid_on, amount_paid=amount_paid)
    payouts.carry(claim.household)
    claim.proofs.add(*proofs)
    _record(EventKind.CLAIM_PAID, claim, by, amount=str(amount_paid), proofs=len(proofs))
    return claim


@transaction.atomic
def refuse_claim(*, claim, refused_on, reason, by):
    """不予理赔, with the reason that the household is told."""
    _may(by, claim)
    _in_order("不予理赔日期", refused_on, not_before=claim.reported_on, earlier="报案日期")
    if not reason.strip():
        raise AssistanceRefused("请填写不予理赔的原因，以便向农户说明。")
    _move(
        claim, InsuranceClaim.OPEN, state=State.REFUSED, refused_on=refused_on,
        refused_reason=reason.strip(),
    )  # fmt: skip
    _record(EventKind.CLAIM_REFUSED, claim, by)
    return claim


@transaction.atomic
def prove_claim(*, claim, proofs, by):
    """Keep papers that came later, by the village that reported or the desk that handles."""
    reports = access.may(by, Permission.ASSISTANCE_EDIT, area=claim.household.village_id)
    if not reports:
        _may(by, claim)
    if not proofs:
        raise AssistanceRefused("还没有选择文件，请先选择印证材料。")
    claim.proofs.add(*proofs)
    _record(EventKind.CLAIM_PROVED, claim, by, proofs=len(proofs))
    return claim


def paid_to(household) -> list[tuple]:
    """What 防贫保 has paid this household: (day, 元); told to `households.payouts`."""
    paid = InsuranceClaim.objects.filter(household=household, state=State.PAID)
    return list(paid.values_list("paid_on", "amount_paid"))


def _may(by, claim):
    if not desk.may_handle(by, desk.INSURANCE, claim.household.village_id):
        raise AssistanceRefused("查勘理赔由防贫保经办部门和县扶贫办登记，您没有该权限。")


def _in_order(label, on, *, not_before, earlier):
    problem = rules.day_problem(
        label, on, not_before=not_before or date.min, earlier=earlier, today=clock.today()
    )
    if problem:
        raise AssistanceRefused(problem)


def _move(claim, sources, **fields):
    """One conditional UPDATE: whoever comes second is told so."""
    moved = InsuranceClaim.objects.filter(pk=claim.pk, state__in=sources).update(**fields)
    if not moved:
        raise AssistanceRefused("该理赔的状态已变，请刷新后再办理。")
    claim.refresh_from_db()


def _record(kind, claim, by, **detail):
    record(kind, by=by, obj=claim, area=claim.household.village_id, detail=detail or None)
