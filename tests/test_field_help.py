"""One sentence per field on every form that a village, an office or a department fills in about
households, assistance and matters, from the code table `field_help`."""

import pytest

from accounts.models import Department
from accounts.tests import factories as people
from areas.models import Area
from assistance import forms as assistance
from assistance.models import Helper, Measure, ReliefRequest
from assistance.relief import forms as relief
from assistance.tests.factories import HelperFactory
from households import forms as register
from households.models import Household
from households.tests.factories import HouseholdFactory
from policy import codes
from policy.actions import save_code_item
from policy.field_help import FIELD_HELP
from screening.duties.forms import DutyReportForm, MatterForm, MatterWorkbookForm, StepForm
from screening.duties.kinds import KINDS
from screening.forms import AnswerForm, ApplicationForm
from screening.sheet.columns import TYPED
from workflow import forms as workflow
from workflow.states import Status
from workflow.tests.factories import case_in
from workflow.transitions import STEPS

pytestmark = pytest.mark.django_db


def every_form():
    case = case_in(Status.MONITORED)
    household, members = case.household, case.household.members.all()
    steps = [workflow.StepForm(step=step, case=case) for step in STEPS]
    return [
        register.HouseholdForm(),
        register.NewHouseholdForm(villages=Area.objects.all()),
        register.PersonForm(),
        register.NewPersonForm(),
        register.UnnumberedPersonForm(),
        register.ArrivalForm(),
        register.DepartureForm(members=members),
        register.NewHeadForm(members=members),
        register.SplitForm(members=members),
        register.MergeForm(members=members, others=Household.objects.all()),
        register.IncomeForm(),
        register.SafeguardForm(),
        ApplicationForm(),
        AnswerForm(),
        workflow.VisitForm(purposes=[("HELP", "帮扶走访"), ("CLEARING", "风险消除核实")]),
        workflow.MeetingForm(),
        workflow.NoticeForm(),
        assistance.HelperAssignForm(case=case),
        assistance.MeasureForm(case=case),
        assistance.MeasureAnswerForm(instance=Measure(case=case)),
        relief.ClaimForm(household=household),
        relief.ReliefForm(household=household),
        *steps,
    ]


def forms_of_offices():
    """What township, county and departments fill in about assistance and matters."""
    case = case_in(Status.MONITORED)
    floor = ReliefRequest(household=case.household, kind=ReliefRequest.Kind.FLOOR)
    helper = HelperFactory()
    return [
        assistance.HelperForm(),
        assistance.HandOverForm(helper=helper, known=Helper.objects.all()),
        assistance.ReturnForm(),
        assistance.AttentionForm(),
        assistance.WithdrawForm(),
        assistance.MeasureSheetForm(departments=Department.objects.all()),
        relief.ProofForm(),
        relief.EnrolForm(),
        relief.InspectForm(),
        relief.ClaimPayForm(),
        relief.RefuseForm(),
        relief.ApproveForm(relief=floor, levels=ReliefRequest.LEVELS),
        relief.ReliefPayForm(relief=floor),
        relief.RiskEndedForm(case=case),
        *(
            MatterForm(kind=kind, villages=Area.objects.villages(), county=people.COUNTY)
            for kind in KINDS.values()
        ),
        *(StepForm(kind=kind, asks_outcome=bool(kind.outcomes)) for kind in KINDS.values()),
        MatterWorkbookForm(),
        DutyReportForm(),
    ]


@pytest.mark.parametrize("given", [every_form, forms_of_offices])
def test_every_field_has_its_sentence(given):
    for village in (people.VILLAGE, people.NEIGHBOUR):
        people.area_at(village)
    bare = {
        f"{type(form).__name__}.{name}"
        for form in given()
        for name, field in form.fields.items()
        if not field.help_text and not field.widget.is_hidden
    }
    assert {name for name in bare if not name.partition(".")[2].startswith("relation_")} == set()


def test_no_sentence_is_kept_for_a_field_that_is_gone():
    forms = [*every_form(), *forms_of_offices()]
    asked = {name for form in forms for name in form.fields} | {cell.key for cell in TYPED}
    assert [key for key in FIELD_HELP if key.rpartition(".")[2] not in asked] == []


def test_the_sentences_are_short_and_end_without_a_stop():
    for _label, words in FIELD_HELP.values():
        assert 4 <= len(words) <= 40
        assert words[-1] not in "。；，"


def test_the_county_words_or_silences_a_sentence():
    admin = people.system_admin()
    label = FIELD_HELP["wage"][0]
    for note, is_active, shown in (("只填务工", True, "只填务工"), ("只填务工", False, "")):
        save_code_item(
            table="field_help", code="wage", label=label, note=note, is_active=is_active, by=admin
        )
        assert register.IncomeForm().fields["wage"].help_text == shown
        assert next(cell for cell in TYPED if cell.key == "wage").help == shown


def test_words_no_longer_offered_stay_with_who_has_them():
    person = HouseholdFactory(with_members=1).members.get()
    person.medical_insurance, person.health = "城乡居民医保（外地）", "残疾"
    save_code_item(
        table="health", code="残疾", label="残疾", is_active=False, by=people.system_admin()
    )
    kept = {"medical_insurance": person.medical_insurance, "health": person.health}
    form = register.PersonForm(initial=kept)
    for name, word in kept.items():
        assert (word, word) in form.fields[name].choices
        assert (word, word) not in register.PersonForm().fields[name].choices
    assert codes.choices_with("health", "") == codes.choices("health")
