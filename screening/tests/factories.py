"""Leads, files and rows; `lead_workbook` writes a department's file."""

import io
import uuid

import factory
import xlsxwriter
from django.core.files.base import ContentFile

from accounts.models import Department
from accounts.tests.factories import COUNTY, VILLAGE, UserFactory, area_at
from audit import clock
from households.tests.factories import HouseholdFactory
from screening.models import CellChange, Lead, LeadFile, LeadKind, LeadRow, SheetRow, Source
from workflow import months
from workflow.tests.factories import LeadCaseFactory, MonthlyRoundFactory

INPATIENT = ["姓名", "身份证号", "乡镇", "行政村", "入院日期", "个人自付", "医院名称"]


def workbook(*rows, titles=INPATIENT, above=()) -> bytes:
    """An xlsx of these rows under a header; `above` are title lines over it."""
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"strings_to_numbers": False, "strings_to_formulas": False})
    sheet = book.add_worksheet("名单")
    for number, row in enumerate([*above, titles, *rows]):
        sheet.write_row(number, 0, row)
    book.close()
    return content.getvalue()


def upload(*rows, name="住院名单.xlsx", **more) -> ContentFile:
    """The same, as a file that comes in."""
    return ContentFile(workbook(*rows, **more), name=name)


def kind_of(department="yibao", key="inpatient") -> LeadKind:
    return LeadKind.objects.get(department=department, key=key)


class LeadKindFactory(factory.django.DjangoModelFactory):
    """A further list of 县民政局: being on it is the lead."""

    class Meta:
        model = LeadKind

    department = factory.LazyFunction(lambda: Department.objects.get(pk="minzheng"))
    key = factory.Sequence(lambda n: f"kind{n}")
    label = "临时困难名单"
    risk = "兜底保障"
    columns = factory.LazyFunction(lambda: kind_of().columns[:4])
    rule = "listed"
    cadence = LeadKind.Cadence.MONTHLY
    clause = "附件1-8"


class LeadFileFactory(factory.django.DjangoModelFactory):
    """县医保局's list of this month, received and not checked; `rows` go into its workbook."""

    class Meta:
        model = LeadFile

    class Params:
        rows = ()

    county = factory.LazyFunction(lambda: area_at(COUNTY))
    department = factory.LazyFunction(lambda: Department.objects.get(pk="yibao"))
    kind = factory.LazyAttribute(lambda o: LeadKind.objects.filter(department=o.department).first())
    month = factory.LazyFunction(lambda: months.first_day(clock.today()))
    name = "住院名单.xlsx"
    sha256 = factory.Sequence(lambda n: f"{n:064x}")
    file = factory.LazyAttribute(lambda o: upload(*o.rows))
    received_by = factory.SubFactory(UserFactory)


class SourceFactory(factory.django.DjangoModelFactory):
    """县医保局's folder below the inbox."""

    class Meta:
        model = Source

    county = factory.LazyFunction(lambda: area_at(COUNTY))
    department = factory.LazyFunction(lambda: Department.objects.get(pk="yibao"))
    protocol = Source.Protocol.FOLDER
    address = "医保"


class LeadFactory(factory.django.DjangoModelFactory):
    """A long stay in hospital, reported for a household of 西关村, with its open case."""

    class Meta:
        model = Lead

    source = Lead.Source.DEPARTMENT
    kind = factory.LazyFunction(kind_of)
    case = factory.SubFactory(LeadCaseFactory)
    household = factory.SelfAttribute("case.household")
    village = factory.SelfAttribute("household.village")
    month = factory.LazyFunction(lambda: months.first_day(clock.today()))
    risks = factory.LazyFunction(lambda: ["因病"])
    facts = factory.LazyFunction(lambda: {"self_paid": "12000.00", "stayed_on": "2021-02-11"})
    explanation = "2021-02-11 住院自付 12,000 元 > 11,000 元，一般农户，附件1-1"
    clause = "附件1-1"
    raised_on = factory.LazyFunction(clock.today)
    fact_hash = factory.Sequence(lambda n: f"{n:064x}")


class AnsweredLeadFactory(LeadFactory):
    """Looked at: not true any more."""

    answer = Lead.Answer.NOT_TRUE
    answer_reason = "resolved"
    answered_at = factory.LazyFunction(clock.now)
    answered_by = factory.SubFactory(UserFactory)


class LeadRowFactory(factory.django.DjangoModelFactory):
    """A row that is a lead of somebody nobody knows."""

    class Meta:
        model = LeadRow

    file = factory.SubFactory(LeadFileFactory)
    sheet_row = factory.Sequence(lambda n: n + 2)
    raw = factory.LazyFunction(
        lambda: {"name": "赵不详", "stayed_on": "2021-02-11", "self_paid": "12000"}
    )
    facts = factory.LazyFunction(lambda: {"self_paid": "12000.00", "stayed_on": "2021-02-11"})
    name = "赵不详"
    verdict = LeadRow.Verdict.OK
    match = LeadRow.Match.NOT_FOUND
    reason = "2021-02-11 住院自付 12,000 元 > 11,000 元，一般农户，附件1-1"


class SheetRowFactory(factory.django.DjangoModelFactory):
    """A household of 西关村 on this month's sheet, untouched."""

    class Meta:
        model = SheetRow

    round = factory.SubFactory(MonthlyRoundFactory)
    household = factory.SubFactory(
        HouseholdFactory, village=factory.LazyFunction(lambda: area_at(VILLAGE)), with_members=2
    )
    village = factory.SelfAttribute("household.village")


class CellChangeFactory(factory.django.DjangoModelFactory):
    """A telephone number was changed."""

    class Meta:
        model = CellChange

    id = factory.LazyFunction(uuid.uuid4)
    row = factory.SubFactory(SheetRowFactory)
    key = "phone"
    old = "13800000000"
    new = "13900000000"
    by = factory.SubFactory(UserFactory)
