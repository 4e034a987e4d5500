"""`take` and `take_many`: rule, change, history and audit in one transaction."""

import pytest

from accounts.tests import factories as people
from audit.events import EventKind
from audit.models import Event
from workflow import actions
from workflow.models import StatusChange
from workflow.outcomes import StepRefused
from workflow.states import Status
from workflow.tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def cadre():
    return people.village_cadre()


def test_screening_moves_the_case_with_history_and_audit(cadre):
    case = factories.case_in(Status.LEAD)
    factories.VisitFactory(case=case)

    change = actions.take(case=case, step="screen", by=cadre, facts={"risks": ["因病", "因残"]})

    assert case.status == Status.SCREENED
    assert case.version == 2
    assert case.risks == ["因病", "因残"]
    assert (change.source, change.target, change.by) == (Status.LEAD, Status.SCREENED, cadre)
    event = Event.objects.get(kind=EventKind.CASE_SCREENED)
    assert (event.object_id, event.area_code) == (str(case.pk), case.village_id)


def test_screening_asks_for_a_visit(cadre):
    case = factories.case_in(Status.LEAD)

    with pytest.raises(StepRefused, match="走访"):
        actions.take(case=case, step="screen", by=cadre)

    case.refresh_from_db()
    assert case.status == Status.LEAD
    assert not StatusChange.objects.exists()
