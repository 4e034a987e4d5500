"""The households under monitoring in the order of the national system's own export, one line a
person, so that entering there (四（五）) needs no second form. Column names per domain §7."""

from collections.abc import Iterator

from households.models import Person
from ledgers.help_ledgers import CASES_AT_ONCE, monitored
from ledgers.kept import kept
from ledgers.sheets import Block, Column, Filters, Kind, Ledger, register
from policy import codes
from workflow.models import Case, Status

CATEGORIES = {"1": "脱贫不稳定户", "2": "边缘易致贫户", "3": "突发严重困难户"}
RISK_PLACES = 5

COLUMNS = (
    Column("省", 8), Column("市", 8), Column("县", 10), Column("乡", 12), Column("村", 14),
    Column("自然村", 12), Column("户编号", 18), Column("姓名", 10), Column("证件号码", 22, Kind.ID),
    Column("与户主关系", 10), Column("性别", 6), Column("出生日期", 12), Column("民族", 8),
    Column("文化程度", 12), Column("在校生状况", 12), Column("健康状况", 14),
    Column("劳动技能", 16), Column("务工地点", 14), Column("务工时间（月）", 10, Kind.INT),
    Column("是否参加城乡居民基本医疗保险", 16), Column("是否参加城乡居民基本养老保险", 16),
    Column("低保/特困", 10), Column("家庭人口", 8, Kind.INT), Column("联系电话", 14),
    Column("监测对象类别", 14), Column("识别时间", 10),
    *(Column(f"致贫返贫风险{place}", 14) for place in range(1, RISK_PLACES + 1)),
    Column("人均纯收入（元）", 12, Kind.MONEY), Column("风险是否已消除", 10),
    Column("风险消除时间", 10),
)  # fmt: skip


@kept("national")
def blocks(filters: Filters, user) -> Iterator[Block]:
    """One block a household, in the ledger's usual order."""
    cases = (
        monitored(filters, user)
        .select_related("household", "village__parent__parent__parent__parent")
        .prefetch_related("household__members")
    )
    for case in cases.iterator(chunk_size=CASES_AT_ONCE):
        people = [p for p in case.household.members.all() if p.is_active]
        if people:
            yield [_line(case, p) for p in sorted(people, key=lambda p: p.relation != "户主")]


def _line(case: Case, person: Person) -> tuple:
    village, household = case.village, case.household
    township, county, city, province = _around(village)
    risks = [*codes.labels("risk", case.risks)[:RISK_PLACES], *[""] * RISK_PLACES][:RISK_PLACES]
    income = case.per_capita_income
    return (
        province, city, county, township, village.short_name, household.natural_village,
        household.number, person.name, person.id_cipher, person.relation, person.sex,
        f"{person.birth_on:%Y%m%d}" if person.birth_on else "", person.ethnicity,
        person.education, person.student_state, person.health, person.skill, person.work_place,
        person.work_months, person.medical_insurance, person.pension_insurance,
        person.low_income_kind, household.member_count, person.phone or household.phone,
        CATEGORIES.get(case.category, ""),
        f"{case.identified_on:%Y%m}" if case.identified_on else "", *risks,
        income if income is not None else household.per_capita_income,
        "是" if case.status == Status.RISK_CLEARED else "否",
        f"{case.cleared_on:%Y%m}" if case.cleared_on else "",
    )  # fmt: skip


def _around(village) -> list[str]:
    """Names of township, county, city and province; '' where the division list ends."""
    names, area = [], village.parent
    for _ in range(4):
        names.append(area.short_name if area else "")
        area = area.parent if area else None
    return names


NATIONAL = register(
    Ledger(
        key="national",
        name="监测对象信息（国家系统列序）",
        columns=COLUMNS,
        blocks=blocks,
        clause="四（五）",
        note="在册监测对象一人一行，列序与全国系统导出表一致，供录入和核对",
        is_flat_only=True,
    )
)
