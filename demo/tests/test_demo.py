"""The demo county is plausible, valid, and leaves work for everybody."""

from datetime import date
from random import Random

import pytest
from django.core.management import call_command

from accounts.models import User
from assistance import completeness
from assistance.models import HelperAssignment, InsuranceClaim, Plan, ReliefRequest
from audit import clock
from demo import people
from households import idnumbers
from households.doubts import SCHOOL_AGES
from screening import actions
from screening.models import LeadFile, Matter, Source
from workflow.models import Case, Status

pytestmark = pytest.mark.django_db


def test_people_have_valid_distinct_numbers_that_agree_with_age_and_sex():
    rng, registry = Random(3), people.Registry()
    families = [people.family("410922100201", serial, rng, registry) for serial in range(400)]
    members = [member for family in families for member in family.members]
    assert all(idnumbers.parse(member.id_number, on=people.AS_OF).is_usable for member in members)
    assert len({member.id_number for member in members}) == len(members)
    assert all(idnumbers.sex(member.id_number) == member.sex for member in members)
    assert {family.members[0].relation for family in families} == {"户主"}
    assert 3 < len(members) / len(families) < 4


def test_nobody_is_at_a_school_for_another_age_whatever_the_day():
    rng, registry, day = Random(3), people.Registry(), date(2026, 11, 1)
    families = [
        people.family("410922100201", serial, rng, registry, as_of=day) for serial in range(400)
    ]
    pupils = [m for family in families for m in family.members if m.student_state in SCHOOL_AGES]
    assert len(pupils) > 100
    for member in pupils:
        least, most = SCHOOL_AGES[member.student_state]
        assert least <= idnumbers.age(member.id_number, on=day) <= most


@pytest.mark.slow
def test_seeding_leaves_open_work_in_every_state_and_for_every_post(settings, tmp_path):
    settings.VAR, settings.QF_INBOX = tmp_path, str(tmp_path / "inbox")
    call_command("seed_demo", households=600)
    open_states = set(Status.values) - {Status.CLOSED}
    assert set(Case.objects.values_list("status", flat=True)) == open_states
    for username in ("cun", "cun2", "xiang", "lingdao"):
        user = User.objects.get(username=username)
        assert Case.objects.awaiting(user).exists() or Case.objects.to_report(user).exists(), (
            username
        )
    assert {*LeadFile.objects.values_list("state", flat=True)} == {
        "unnamed", "checked", "dispatched",
    }  # fmt: skip
    assert {*Matter.objects.values_list("holder", flat=True)} == {
        "", "village", "township", "department", "county",
    }  # fmt: skip
    assert Source.objects.exclude(problem="").count() == 1
    pulled = actions.pull_leads(month=clock.today().replace(day=1), in_background=False)
    assert [one.department for one in pulled if one.lead_file] == ["yingji"]
    assert (tmp_path / "demo_accounts.json").exists()
    assert set(InsuranceClaim.objects.values_list("state", flat=True)) == set(
        InsuranceClaim.State.values
    )
    assert set(ReliefRequest.objects.values_list("state", flat=True)) == set(
        ReliefRequest.State.values
    )
    assert ReliefRequest.objects.ahead_of_procedure().exists()
    for plans in (Plan.objects.to_check(), Plan.objects.to_approve(), Plan.objects.returned()):
        assert plans.exists()
    monitored = Case.objects.filter(status=Status.MONITORED)
    late = completeness.failing(monitored, "visit_overdue").count()
    assert 2 <= late <= monitored.count() / 3  # most are visited in time
    assert HelperAssignment.objects.exclude(handover_reason="").exists()
    before = Case.objects.count()
    call_command("seed_demo", households=600)  # a second start changes nothing
    assert Case.objects.count() == before
