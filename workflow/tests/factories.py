"""Cases in every state, with the rows that state presupposes: visits, meetings, lists, history.

`case_in(Status.RECHECKED)` is the short way. The people named here are the fixed personas' posts.
"""

import datetime
import io
from decimal import Decimal

import factory
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from accounts.tests.factories import COUNTY, VILLAGE, UserFactory, area_at
from audit import clock
from households.tests.factories import HouseholdFactory
from workflow import lists, months
from workflow.models import (
    Attachment,
    Case,
    Meeting,
    MeetingDecision,
    MonthlyRound,
    PublicNotice,
    ReportedList,
    StatusChange,
    Visit,
)
from workflow.states import ON_REGISTER, Category, Level, Source, Status
from workflow.transitions import LISTED

GATE_DAYS = {"screening": 20, "review": 25, "recheck": 28, "determination": 30}


class MonthlyRoundFactory(factory.django.DjangoModelFactory):
    """The open month of 清丰县; this month unless told."""

    class Meta:
        model = MonthlyRound
        django_get_or_create = ("county", "month")

    county = factory.LazyFunction(lambda: area_at(COUNTY))
    month = factory.LazyFunction(lambda: months.first_day(clock.today()))

    @classmethod
    def _adjust_kwargs(cls, **kwargs):
        days = months.gate_dates(kwargs["month"], GATE_DAYS)
        return {f"{gate.value}_on": day for gate, day in days.items()} | kwargs


class ClosedRoundFactory(MonthlyRoundFactory):
    """A month that is over."""

    state = MonthlyRound.State.CLOSED
    closed_at = factory.LazyFunction(clock.now)
    closed_by = factory.SubFactory(UserFactory)


class ReportedListFactory(factory.django.DjangoModelFactory):
    """A list of one village that carries the cases of `case_ids`; its checksum is right."""

    class Meta:
        model = ReportedList

    round = factory.SubFactory(MonthlyRoundFactory)
    area = factory.LazyFunction(lambda: area_at(VILLAGE))
    level = factory.LazyAttribute(lambda o: o.area.level)
    kind = ReportedList.Kind.ADMISSION
    sequence = factory.LazyAttribute(
        lambda o: ReportedList.objects.filter(round=o.round, area=o.area).count() + 1
    )
    number = factory.LazyAttribute(
        lambda o: lists.number_of(
            area=o.area, round=o.round, county_name="清丰县", sequence=o.sequence
        )
    )
    is_late = False
    reported_by = factory.SubFactory(UserFactory)
    case_ids = factory.LazyFunction(list)
    rows = factory.LazyAttribute(lambda o: lists.snapshot(o.case_ids))
    row_count = factory.LazyAttribute(lambda o: len(o.rows))
    is_zero = factory.LazyAttribute(lambda o: not o.rows)
    figures = factory.LazyAttribute(lambda o: lists.figures(o.rows))

    @classmethod
    def _adjust_kwargs(cls, **kwargs):
        sum_of = {key: kwargs[key] for key in ("number", "kind", "rows", "figures")}
        kwargs["checksum"] = lists.checksum(**sum_of, stage=kwargs.get("stage", "REPORTED"))
        return kwargs


class CaseFactory(factory.django.DjangoModelFactory):
    """An open lead of 西街村; `status=` puts it anywhere with the dates that state needs."""

    class Meta:
        model = Case
        skip_postgeneration_save = True

    household = factory.SubFactory(
        HouseholdFactory, village=factory.LazyFunction(lambda: area_at(VILLAGE)), with_members=3
    )
    village = factory.SelfAttribute("household.village")
    round = factory.SubFactory(MonthlyRoundFactory)
    status = Status.LEAD
    category = Category.MARGINAL
    risks = factory.LazyFunction(lambda: ["因病"])
    sources = factory.LazyFunction(lambda: [Source.SCREENING])
    per_capita_income = Decimal("5200.00")
    due_on = factory.LazyAttribute(lambda o: o.round.screening_on)
    identified_on = factory.LazyAttribute(
        lambda o: clock.today() if o.status in (*ON_REGISTER, Status.RISK_CLEARED) else None
    )
    cleared_on = factory.LazyAttribute(
        lambda o: clock.today() if o.status == Status.RISK_CLEARED else None
    )
    not_admitted_reason = factory.LazyAttribute(
        lambda o: "facts_untrue" if o.status == Status.NOT_ADMITTED else ""
    )
    closed_reason = factory.LazyAttribute(lambda o: "deceased" if o.status == Status.CLOSED else "")


class CarriedCaseFactory(CaseFactory):
    """On the reported list of the level below, as its holder needs it."""

    class Meta:
        abstract = True

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        case = super()._create(model_class, *args, **kwargs)
        put_on_list(case)
        return case


class LeadCaseFactory(CaseFactory):
    status = Status.LEAD


class ScreenedCaseFactory(CaseFactory):
    status = Status.SCREENED


class ReviewedCaseFactory(CarriedCaseFactory):
    status = Status.REVIEWED


class RecheckedCaseFactory(CarriedCaseFactory):
    status = Status.RECHECKED


class MonitoredCaseFactory(CaseFactory):
    status = Status.MONITORED


class ClearingReviewedCaseFactory(CarriedCaseFactory):
    status = Status.CLEARING_REVIEWED


class ClearingRecheckedCaseFactory(CarriedCaseFactory):
    status = Status.CLEARING_RECHECKED


class RiskClearedCaseFactory(CaseFactory):
    status = Status.RISK_CLEARED
    clearing_kind = "assisted"


class NotAdmittedCaseFactory(CaseFactory):
    status = Status.NOT_ADMITTED


class ClosedCaseFactory(CaseFactory):
    status = Status.CLOSED


BY_STATUS = {
    Status.LEAD: LeadCaseFactory,
    Status.SCREENED: ScreenedCaseFactory,
    Status.REVIEWED: ReviewedCaseFactory,
    Status.RECHECKED: RecheckedCaseFactory,
    Status.MONITORED: MonitoredCaseFactory,
    Status.CLEARING_REVIEWED: ClearingReviewedCaseFactory,
    Status.CLEARING_RECHECKED: ClearingRecheckedCaseFactory,
    Status.RISK_CLEARED: RiskClearedCaseFactory,
    Status.NOT_ADMITTED: NotAdmittedCaseFactory,
    Status.CLOSED: ClosedCaseFactory,
}


def case_in(status, village: str = VILLAGE, **kwargs) -> Case:
    """A case in this state in the village of this code."""
    if "household" not in kwargs:
        kwargs["household"] = HouseholdFactory(village=area_at(village), with_members=3)
    return BY_STATUS[status](**kwargs)


def put_on_list(case: Case) -> ReportedList:
    """The list of the level below that brings the case to its holder."""
    is_village = case.status in (Status.REVIEWED, Status.CLEARING_REVIEWED)
    code = case.village_id if is_village else case.village_id[:9]
    is_admission = case.status in (Status.REVIEWED, Status.RECHECKED)
    kind = ReportedList.Kind.ADMISSION if is_admission else ReportedList.Kind.CLEARING
    if case.status not in LISTED:
        raise ValueError(f"{case.status} is not carried by a list")
    found = ReportedListFactory(area=area_at(code), round=case.round, kind=kind, case_ids=[case.pk])
    case.on_list = found
    case.save(update_fields=["on_list"])
    return found


class VisitFactory(factory.django.DjangoModelFactory):
    """A village's screening visit."""

    class Meta:
        model = Visit
        skip_postgeneration_save = True

    case = factory.SubFactory(LeadCaseFactory)
    household = factory.SelfAttribute("case.household")
    level = Level.VILLAGE
    purpose = Visit.Purpose.SCREENING
    visited_on = factory.LazyFunction(clock.today)
    visitors = "郑西关、赵驻村"
    findings = factory.LazyFunction(lambda: {"expense": "住院自付较多"})
    recorded_by = factory.SubFactory(UserFactory)


class RecheckVisitFactory(VisitFactory):
    """A township's joint visit 四（四）."""

    case = factory.SubFactory(ReviewedCaseFactory)
    level = Level.TOWNSHIP
    purpose = Visit.Purpose.RECHECK


class ClearingVisitFactory(VisitFactory):
    """A township's visit before it endorses a clearing 四（六）."""

    case = factory.SubFactory(ClearingReviewedCaseFactory)
    level = Level.TOWNSHIP
    purpose = Visit.Purpose.CLEARING


class MeetingFactory(factory.django.DjangoModelFactory):
    """A village review of today, twelve expected, ten present, still being written."""

    class Meta:
        model = Meeting

    area = factory.LazyFunction(lambda: area_at(VILLAGE))
    level = factory.LazyAttribute(lambda o: o.area.level)
    round = factory.SubFactory(MonthlyRoundFactory)
    held_on = factory.LazyFunction(clock.today)
    place = "村委会会议室"
    host = "郑西关"
    recorder = "赵驻村"
    expected_count = 12
    present_count = 10
    attendees = "郑西关、赵驻村等"
    recorded_by = factory.SubFactory(UserFactory)


class MeetingDecisionFactory(factory.django.DjangoModelFactory):
    """A household on the agenda, not yet decided."""

    class Meta:
        model = MeetingDecision

    meeting = factory.SubFactory(MeetingFactory)
    case = factory.SubFactory(ScreenedCaseFactory)


class PublicNoticeFactory(factory.django.DjangoModelFactory):
    """Up in the village since today, for five days."""

    class Meta:
        model = PublicNotice

    meeting = factory.SubFactory(MeetingFactory)
    posted_on = factory.LazyFunction(clock.today)
    ends_on = factory.LazyAttribute(lambda o: o.posted_on + datetime.timedelta(days=4))
    contact = "0393-7000000"
    recorded_by = factory.SubFactory(UserFactory)


def decided(step: str, case: Case, area_code: str) -> Meeting:
    """A concluded meeting of this area that decided this step for the case."""
    meeting = MeetingFactory(area=area_at(area_code), round=case.round)
    MeetingDecisionFactory(meeting=meeting, case=case, decision="ADMIT", step=step, votes_for=10)
    meeting.state, meeting.concluded_at = Meeting.State.CONCLUDED, clock.now()
    meeting.concluded_by = meeting.recorded_by
    meeting.save()
    return meeting


class StatusChangeFactory(factory.django.DjangoModelFactory):
    """A step that was taken: the village screened a lead."""

    class Meta:
        model = StatusChange

    case = factory.SubFactory(ScreenedCaseFactory)
    step = "screen"
    source = Status.LEAD
    target = Status.SCREENED
    level = Level.VILLAGE
    by = factory.SubFactory(UserFactory)
    round = factory.SelfAttribute("case.round")


class AttachmentFactory(factory.django.DjangoModelFactory):
    """A small photo of 西街村."""

    class Meta:
        model = Attachment

    file = factory.LazyFunction(lambda: photo("stored.jpg"))
    name = "签到册.jpg"
    content_type = "image/jpeg"
    sha256 = "0" * 64
    size = 1000
    area = factory.LazyFunction(lambda: area_at(VILLAGE))
    uploaded_by = factory.SubFactory(UserFactory)


def photo(name: str = "现场.jpg", *, size=(64, 48), image_format="JPEG", exif=None):
    """An uploaded picture; `exif` bytes are put into it."""
    content = io.BytesIO()
    extra = {"exif": exif} if exif else {}
    Image.new("RGB", size, "seagreen").save(content, image_format, **extra)
    return SimpleUploadedFile(name, content.getvalue(), content_type="image/jpeg")


def moment(day: int, hour: int = 10, *, month: int = 3, year: int = 2021) -> datetime.datetime:
    """A moment of the month the official document came out in."""
    return datetime.datetime(year, month, day, hour)
