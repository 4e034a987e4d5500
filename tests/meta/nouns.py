"""The things that addresses are about, by the first words of the address: one line per noun.

Each makes one thing in 西关村 (or of the person asking) and gives the arguments of its address.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django_celery_beat.models import PeriodicTask

from accounts.models import Department
from accounts.tests.factories import COUNTY, TOWNSHIP, VILLAGE, PostFactory, UserFactory, area_at
from assistance.tests.factories import (
    HelperFactory,
    MeasureFactory,
    MeasureSheetFactory,
    PlanFactory,
)
from assistance.tests.relief_factories import InsuranceClaimFactory, ReliefRequestFactory
from households.models import RegisterImport
from households.tests.factories import HouseholdFactory, PersonFactory
from jobs import scheduling
from jobs.tests.factories import JobFactory
from ledgers.tests.factories import MonthlyExportFactory
from screening.tests.duty_factories import DutyReportFactory, MatterFactory
from screening.tests.factories import (
    CellChangeFactory,
    LeadFactory,
    LeadFileFactory,
    LeadRowFactory,
    SourceFactory,
)
from screening.tests.factories import kind_of as lead_kind
from supervision.board import PRESSING
from workflow.states import Status
from workflow.tests import factories as workflow

EVERYWHERE = "everywhere"  # the same for all who may see it at all
OWN_AREA = "own area"  # does not exist for the same role in the next village, township, county
OWN_COUNTY = "own county"  # shared by a county, does not exist in another
OWN = "own"  # one person's


@dataclass(frozen=True)
class Noun:
    arguments: Callable  # owner -> dict
    belongs: str = EVERYWHERE


def _case(owner) -> dict:
    return {"pk": workflow.case_in(Status.SCREENED, VILLAGE).pk, "step": "put_forward"}


def _schedule(owner) -> dict:
    scheduling.install()
    return {"pk": PeriodicTask.objects.filter(task=scheduling.START).first().pk}


def _user(owner) -> dict:
    return {"pk": UserFactory(area=area_at(COUNTY)).pk}


def _measure(owner) -> dict:
    clinic = Department.objects.get(pk="yibao")
    case = workflow.case_in(Status.MONITORED, VILLAGE)
    return _proved(MeasureFactory(case=case, department=clinic))


def _proved(thing, **more) -> dict:
    """With one proof, opened through what it proves."""
    thing.proofs.add(paper := workflow.AttachmentFactory())
    return {"pk": thing.pk, "file": paper.pk, **more}


def _plan(owner) -> dict:
    return {"pk": PlanFactory(case=workflow.case_in(Status.MONITORED, VILLAGE)).pk}


def _register_import(owner) -> dict:
    county = area_at(COUNTY)
    imported = RegisterImport.objects.create(area=county, codes=[COUNTY], sha256="0" * 64)
    return {"pk": imported.pk}


def _matter(owner) -> dict:
    matter = MatterFactory()
    matter.files.add(photo := workflow.AttachmentFactory())
    return {"pk": matter.pk, "file": photo.pk}


def _duty_report(owner) -> dict:
    report = DutyReportFactory()
    report.files.add(photo := workflow.AttachmentFactory())
    return {"pk": report.pk, "file": photo.pk}


def _in_village():
    return HouseholdFactory(village=area_at(VILLAGE), with_members=2)


def _household(owner) -> dict:
    household = _in_village()
    return {"pk": household.pk, "what": "arrival"}


def _sheet_household(owner) -> dict:
    workflow.MonthlyRoundFactory()
    return _household(owner)


def _person(owner) -> dict:
    return {"pk": PersonFactory(household__village=area_at(VILLAGE)).pk}


NOUNS = {
    "areas/": Noun(lambda owner: {"code": area_at(VILLAGE).pk, "pk": VILLAGE}, OWN_AREA),
    "attachments/": Noun(lambda owner: {"pk": workflow.AttachmentFactory().pk}, OWN_AREA),
    "board/": Noun(lambda owner: {"key": next(iter(PRESSING))}),
    "cases/": Noun(_case, OWN_AREA),
    "claims/": Noun(
        lambda owner: _proved(InsuranceClaimFactory(household=_in_village()), step="inspect"),
        OWN_AREA,
    ),
    "codes/": Noun(lambda owner: {"table": "risk", "code": "因病"}),
    "departments/": Noun(lambda owner: {"key": "yibao"}),
    "duty-months/": Noun(lambda owner: {"department": "yibao", "month": "2021-03"}),
    "duty-reports/": Noun(_duty_report, OWN_COUNTY),
    "helpers/": Noun(lambda owner: {"pk": HelperFactory().pk}, OWN_AREA),
    "help/": Noun(lambda owner: {"key": "home"}),
    "households/": Noun(_household, OWN_AREA),
    "jobs/": Noun(lambda owner: {"pk": JobFactory(created_by=owner).pk}, OWN),
    "lead-files/": Noun(lambda owner: {"pk": LeadFileFactory().pk}, OWN_AREA),
    "lead-kinds/": Noun(lambda owner: {"pk": lead_kind().pk}),
    "lead-rows/": Noun(
        lambda owner: {"pk": LeadRowFactory(township=area_at(TOWNSHIP)).pk}, OWN_AREA
    ),
    "leads/": Noun(lambda owner: {"pk": LeadFactory().pk}, OWN_AREA),
    "ledgers/": Noun(lambda owner: {"key": "annex2"}),
    "ledgers/kept/": Noun(lambda owner: {"pk": MonthlyExportFactory().pk}, OWN_AREA),
    "lists/": Noun(lambda owner: {"pk": workflow.ReportedListFactory().pk}, OWN_AREA),
    "matter-kinds/": Noun(lambda owner: {"kind": "water"}),
    "matters/": Noun(_matter, OWN_AREA),
    "measure-sheets/": Noun(lambda owner: {"pk": MeasureSheetFactory().pk}, OWN_AREA),
    "measures/": Noun(_measure, OWN_AREA),
    "tours/": Noun(lambda owner: {"name": "village"}),
    "meetings/": Noun(
        lambda owner: {"pk": workflow.MeetingFactory().pk, "paper": "minutes"}, OWN_AREA
    ),
    "parameters/": Noun(lambda owner: {"key": "gate_screening"}),
    "persons/": Noun(_person, OWN_AREA),
    "plans/": Noun(_plan, OWN_AREA),
    "posts/": Noun(lambda owner: {"pk": PostFactory().pk}, OWN_AREA),
    "register-imports/": Noun(_register_import, OWN_COUNTY),
    "relief/": Noun(
        lambda owner: _proved(ReliefRequestFactory(household=_in_village()), step="approve"),
        OWN_AREA,
    ),
    "rounds/": Noun(lambda owner: {"pk": workflow.MonthlyRoundFactory().pk}, OWN_COUNTY),
    "schedules/": Noun(_schedule),
    "sheet/changes/": Noun(lambda owner: {"pk": CellChangeFactory().pk}, OWN_AREA),
    "sheet/households/": Noun(_sheet_household, OWN_AREA),
    "sources/": Noun(lambda owner: {"pk": SourceFactory().pk}, OWN_COUNTY),
    "users/": Noun(_user, OWN_AREA),
}
