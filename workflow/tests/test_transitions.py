"""The whole matrix status x step x role, and that everything derived from the table is whole."""

import contextlib

import pytest
from django.conf import settings

from accounts.tests import factories as people
from workflow import actions, diagram
from workflow.actions.steps import obstacles
from workflow.models import StatusChange
from workflow.outcomes import StepRefused
from workflow.presenters import TONES
from workflow.states import OPEN, Level, Status
from workflow.tests import factories
from workflow.transitions import GATE, HOLDER, KEYS, LISTED, STEPS, Evidence, find, steps_from

VILLAGE, TOWNSHIP = {"village_cadre"}, {"township_office"}
OFFICE, GROUP = {"county_office"}, {"leading_group_office"}
BOTH = OFFICE | GROUP
S = Status
# Written by hand from 四（一）to 四（六）, not from the table that it checks.
ALLOWED = {
    (S.LEAD, "screen"): VILLAGE,
    (S.LEAD, "refuse"): VILLAGE,
    (S.LEAD, "close"): VILLAGE,
    (S.SCREENED, "put_forward"): VILLAGE,
    (S.SCREENED, "refuse"): VILLAGE,
    (S.SCREENED, "close"): VILLAGE,
    (S.REVIEWED, "endorse"): TOWNSHIP,
    (S.REVIEWED, "withdraw"): VILLAGE,
    (S.REVIEWED, "send_back"): TOWNSHIP,
    (S.REVIEWED, "refuse"): TOWNSHIP,
    (S.REVIEWED, "close"): TOWNSHIP,
    (S.RECHECKED, "determine"): GROUP,
    (S.RECHECKED, "send_back"): BOTH,
    (S.RECHECKED, "refuse"): GROUP,
    (S.RECHECKED, "close"): BOTH,
    (S.MONITORED, "propose_clearing"): VILLAGE,
    (S.MONITORED, "close"): BOTH,
    (S.CLEARING_REVIEWED, "endorse_clearing"): TOWNSHIP,
    (S.CLEARING_REVIEWED, "withdraw"): VILLAGE,
    (S.CLEARING_REVIEWED, "send_back"): TOWNSHIP,
    (S.CLEARING_REVIEWED, "close"): TOWNSHIP,
    (S.CLEARING_RECHECKED, "clear_risk"): GROUP,
    (S.CLEARING_RECHECKED, "send_back"): BOTH,
    (S.CLEARING_RECHECKED, "close"): BOTH,
    (S.RISK_CLEARED, "undo_clearing"): GROUP,
}
PEOPLE = {
    "village_cadre": people.village_cadre,
    "neighbour": people.neighbour_cadre,
    "other_township": lambda: people.user_at("township_office", people.OTHER_TOWNSHIP),
    "other_county": lambda: people.user_at("leading_group_office", people.OTHER_COUNTY),
    "township_office": people.township_reviewer,
    "county_office": people.county_officer,
    "leading_group_office": people.leading_group_officer,
    "department_clerk": people.department_clerk,
    "supervisor": people.supervisor,
    "system_admin": people.system_admin,
    "security_admin": people.security_admin,
    "audit_admin": people.audit_admin,
    "nobody": people.UserFactory,
}
REASONS = {"refuse": "facts_untrue", "close": "deceased", "undo_clearing": "facts_untrue"}
AREAS = {Level.VILLAGE: people.VILLAGE, Level.COUNTY: people.COUNTY}
VISITS = {
    "screen": factories.VisitFactory,
    "endorse": factories.RecheckVisitFactory,
    "endorse_clearing": factories.ClearingVisitFactory,
}


def ready(status, key):
    """A case in this state with everything on record that the step needs; keyword arguments."""
    row = find(key, status)
    is_unreported = row is not None and Evidence.UNREPORTED in row.needs
    case = factories.CaseFactory(status=status) if is_unreported else factories.case_in(status)
    words = {"comment": "情况属实", "reason": REASONS.get(key, "")}
    if key == "clear_risk":
        words["facts"] = {"clearing_kind": "assisted"}
    if row and Evidence.VISIT in row.needs:
        VISITS[key](case=case)
    if row and Evidence.MEETING in row.needs:
        words["meeting"] = factories.decided(key, case, AREAS[row.level])
    return case, words


@pytest.mark.django_db
@pytest.mark.parametrize("status", Status)
def test_the_whole_matrix(status):
    """Every step from this state by every kind of person; what differs is listed by name."""
    crowd = {name: make() for name, make in PEOPLE.items()}
    wrong = []
    for key in KEYS:
        case, words = ready(status, key)
        for name, user in crowd.items():
            is_allowed = name in ALLOWED.get((status, key), set())
            offered = key in [step.key for step in actions.steps_for(case, user)]
            outcome = attempt(case, key, user, words)
            if (offered, outcome) != (
                is_allowed,
                find(key, status).target if is_allowed else status,
            ):
                wrong.append((key, name, offered, outcome))
            if outcome != status:
                case, words = ready(status, key)
    assert wrong == []


def attempt(case, key, user, words):
    """Where the case stands after the try, as the database has it; with history if it moved."""
    before = StatusChange.objects.filter(case=case).count()
    with contextlib.suppress(StepRefused):
        actions.take(case=case, step=key, by=user, **words)
    case.refresh_from_db()
    moved = StatusChange.objects.filter(case=case).count() - before
    last = StatusChange.objects.filter(case=case).last()
    assert not moved or (moved, last.by, last.target) == (1, user, case.status)
    return case.status


def test_the_matrix_knows_every_row_of_the_table():
    assert set(ALLOWED) == {(step.source, step.key) for step in STEPS}


def test_every_status_has_an_owner_and_a_colour():
    assert set(HOLDER) == set(Status)
    assert set(TONES) == set(Status)
    assert {status for status in Status if HOLDER[status]} == set(OPEN)


def test_every_open_status_leads_on_and_finished_ones_only_back():
    assert all(steps_from(status) for status in OPEN)
    assert [step.key for step in STEPS if step.source not in OPEN] == ["undo_clearing"]


def test_a_step_belongs_to_one_row_only():
    assert len({(step.key, step.source) for step in STEPS}) == len(STEPS)


def test_sending_back_and_refusing_always_say_why():
    assert all(s.comment_required for s in STEPS if s.key in ("send_back", "withdraw"))
    assert all(s.reason_table for s in STEPS if s.key in ("refuse", "close", "undo_clearing"))


def test_a_level_works_only_on_what_was_reported_to_it():
    for step in STEPS:
        if step.key not in ("close", "withdraw"):
            assert (Evidence.LIST in step.needs) == (step.source in LISTED)


def test_only_states_with_a_gate_are_a_to_do():
    assert set(GATE) == set(OPEN) - {Status.MONITORED}


def test_the_diagram_in_the_documentation_is_current():
    kept = (settings.BASE_DIR / "docs" / "case-states.md").read_text(encoding="utf-8")
    assert kept == diagram.page(), "run manage.py state_diagram"


@pytest.mark.django_db
@pytest.mark.parametrize("status", LISTED)
def test_before_the_list_is_reported_the_step_waits(status):
    case = factories.CaseFactory(status=status)
    user = {Level.TOWNSHIP: people.township_reviewer, Level.COUNTY: people.leading_group_officer}[
        HOLDER[status]
    ]()
    step = steps_from(status)[0]

    assert case.is_waiting_for_list
    assert case.holder == HOLDER[status].below
    assert "尚未上报" in obstacles(case, [step], user)[step.key]
    assert [s.key for s in actions.steps_for(case, user)] == ["close"]
