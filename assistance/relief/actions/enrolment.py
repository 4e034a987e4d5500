"""防贫保 is bought by the county for a year: 两类人群 and households of 收入骤减、支出骤增 (五（二）)."""

from datetime import date

from django.db import transaction

from assistance.refusals import AssistanceRefused
from assistance.relief import desk
from assistance.relief.models import InsuranceCover
from audit import clock
from audit.events import EventKind
from audit.record import record
from households import sudden
from households.models import Household
from policy import parameters
from workflow.models import Case

ROWS_AT_ONCE = 2000


def insurable(*, county: str, group: str, year: int):
    """Households of the group in the county that are not insured in the year yet."""
    if group == InsuranceCover.Group.SUDDEN:
        on = clock.today()
        found = sudden.households(
            county,
            fall=parameters.value("income_fall_ratio", on=on, county=county),
            rise=parameters.value("expense_rise_ratio", on=on, county=county),
        )
    else:
        found = Case.objects.on_register().in_area(county).values("household_id")
    insured = InsuranceCover.objects.filter(year=year).values("household_id")
    return Household.objects.active().filter(pk__in=found).exclude(pk__in=insured)


@transaction.atomic
def enrol(*, county: str, group: str, year: int, starts_on: date, by) -> int:
    """Insure every household of the group that is not insured yet; returns how many were added.

    Run again for the new households of a later month: who is insured already stays as they are.
    """
    if not desk.may_handle(by, desk.INSURANCE, county):
        raise AssistanceRefused("防贫保由县级统筹参保，您没有该权限。")
    if starts_on.year != year:
        raise AssistanceRefused(f"保险起期应在 {year} 年内，请核对。")
    covers = [
        InsuranceCover(
            household_id=pk, year=year, group=group, member_count=members, starts_on=starts_on,
            ends_on=date(year, 12, 31), enrolled_by=by, enrolled_at=clock.now(),
        )
        for pk, members in insurable(county=county, group=group, year=year)
        .values_list("pk", "member_count")
    ]  # fmt: skip
    before = InsuranceCover.objects.filter(year=year).count()
    InsuranceCover.objects.bulk_create(covers, batch_size=ROWS_AT_ONCE, ignore_conflicts=True)
    added = InsuranceCover.objects.filter(year=year).count() - before
    record(
        EventKind.INSURANCE_ENROLLED,
        by=by,
        area=county,
        detail={"year": year, "group": group, "households": added},
    )
    return added
