"""One sentence per field on every form that a village fills in, from the code table `field_help`."""

import pytest

from accounts.tests import factories as people
from areas.models import Area
from assistance.forms import HelperAssignForm, MeasureAnswerForm, MeasureForm
from assistance.models import Measure
from assistance.relief.forms import ClaimForm, ReliefForm
from households import forms as register
from households.models import Household
from households.tests.factories import HouseholdFactory
from policy import codes
from policy.actions import save_code_item
from policy.field_help import FIELD_HELP
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
        HelperAssignForm(case=case),
        MeasureForm(case=case),
        MeasureAnswerForm(instance=Measure(case=case)),
        ClaimForm(household=household),
        ReliefForm(household=household),
        *steps,
    ]


def test_every_field_of_a_village_has_its_sentence():
    bare = {
        f"{type(form).__name__}.{name}"
        for form in every_form()
        for name, field in form.fields.items()
        if not field.help_text and not field.widget.is_hidden
    }
    assert {name for name in bare if not name.partition(".")[2].startswith("relation_")} == set()


def test_no_sentence_is_kept_for_a_field_that_is_gone():
    asked = {name for form in every_form() for name in form.fields} | {cell.key for cell in TYPED}
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
