"""Dispatch, settling, answering, applications: the change, its events, and what must not happen."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Department
from accounts.tests.factories import (
    COUNTY,
    NEIGHBOUR,
    VILLAGE,
    area_at,
    county_officer,
    department_clerk,
    neighbour_cadre,
    township_reviewer,
    user_at,
    village_cadre,
)
from audit import clock
from audit.models import Event
from households import idnumbers
from households.models import Person
from households.tests.factories import HouseholdFactory, LiftedHouseholdFactory, next_id_number
from screening import actions, checking
from screening.models import Lead, LeadFile, LeadRow
from screening.tests.factories import LeadFactory, kind_of, upload
from screening.tests.test_checking import person, stay
from workflow.actions import take
from workflow.models import Case
from workflow.states import Status
from workflow.tests.factories import LeadCaseFactory, MonitoredCaseFactory, VisitFactory, moment

pytestmark = pytest.mark.django_db
MONTH = date(2021, 3, 1)
Match, Verdict = LeadRow.Match, LeadRow.Verdict


@pytest.fixture(autouse=True)
def march():
    with clock.at(moment(10)):
        yield


@pytest.fixture
def village():
    return area_at(VILLAGE)


def checked(*rows, department="yibao", key="inpatient", month=MONTH, **more):
    file = actions.receive_file(
        file=upload(*rows, **more), department=Department.objects.get(pk=department),
        kind=kind_of(department, key), month=month, county=area_at(COUNTY), by=None,
        in_background=False,
    )  # fmt: skip
    return checking.check(file)


def certificates(*rows, **more):
    titles = ["姓名", "身份证号", "发证日期", "残疾类别"]
    return checked(*rows, department="canlian", key="new_certificate", titles=titles, **more)


# --- dispatch -----------------------------------------------------------------------------------


def test_two_departments_naming_one_household_make_one_task(village):
    home = HouseholdFactory(village=village)
    _, head = person(home)
    _, wife = person(home, name="李秀英", relation="配偶")
    officer = county_officer()
    hospital = checked(stay(head, paid=20000), stay(head, paid=30000, day="2021-03-01"))
    disabled = certificates(["李秀英", wife, "2021-02-20", "肢体"])
    actions.dispatch_leads(file=hospital, by=officer)
    actions.dispatch_leads(file=disabled, by=officer)
    case = Case.objects.get()
    assert (case.household, case.status, case.sources) == (home, Status.LEAD, ["DEPARTMENT"])
    assert case.risks == ["因病", "因残"]
    assert case.leads.count() == 3
    assert set(case.leads.values_list("kind__department", flat=True)) == {"yibao", "canlian"}
    assert not LeadRow.objects.filter(lead=None).exists()
    assert Event.objects.filter(kind="lead_file_dispatched").count() == 2


def test_dispatched_twice_nothing_is_there_twice(village):
    _, number = person(HouseholdFactory(village=village))
    file = checked(stay(number, paid=20000))
    officer = county_officer()
    for _ in range(2):
        actions.dispatch_leads(file=file, by=officer)
    other = checked(stay(number, paid=20000), above=[["另一份"]])  # another file, the same row
    actions.dispatch_leads(file=other, by=officer)
    assert (Lead.objects.count(), Case.objects.count()) == (1, 1)
    assert set(LeadRow.objects.values_list("lead", flat=True)) == {Lead.objects.get().pk}
    assert Event.objects.filter(kind="lead_file_dispatched").count() == 2


def test_a_household_under_monitoring_keeps_its_case(village):
    home = HouseholdFactory(village=village)
    _, number = person(home)
    case = MonitoredCaseFactory(household=home)
    actions.dispatch_leads(file=checked(stay(number, paid=20000)), by=None)
    assert Case.objects.get() == case
    assert case.leads.count() == 1


def test_a_held_file_is_dispatched_only_after_a_human_confirmed_it(village):
    file = checked(*(stay(next_id_number(), f"陌生{c}", paid=20000) for c in "甲乙丙"))
    officer = county_officer()
    with pytest.raises(actions.LeadRefused, match="不能下发"):
        actions.dispatch_leads(file=file, by=officer)
    actions.confirm_file(file=file, reason="补报", by=officer)
    assert actions.dispatch_leads(file=file, by=officer).state == LeadFile.State.DISPATCHED
    with pytest.raises(actions.LeadRefused, match="不能确认"):
        actions.confirm_file(file=file, reason="补报", by=officer)


def test_the_department_does_not_dispatch(village):
    file = checked(stay(next_id_number()))
    with pytest.raises(actions.LeadRefused, match="县扶贫办"):
        actions.dispatch_leads(file=file, by=department_clerk())


def test_a_discarded_file_leaves_nothing_and_may_come_again(village):
    rows = [stay(next_id_number(), paid=20000)]
    file = checked(*rows)
    actions.discard_file(file=file, by=department_clerk())
    file.refresh_from_db()
    assert (file.state, file.rows.count()) == (LeadFile.State.REFUSED, 0)
    assert Event.objects.filter(kind="lead_file_discarded").count() == 1


def test_dispatching_costs_the_same_queries_for_ten_and_fifty(village):
    def queries(count):
        rows = []
        for _ in range(count):
            _, number = person(HouseholdFactory(village=village))
            rows.append(stay(number, paid=20000))
        file = checked(*rows)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            actions.dispatch_leads(file=file, by=None)
        return len(captured)

    queries(3)
    assert queries(10) == queries(50)


def test_an_answered_lead_is_remembered_for_some_months(village):
    _, number = person(HouseholdFactory(village=village))
    cadre = village_cadre()
    actions.dispatch_leads(file=checked(stay(number, paid=20000)), by=None)
    case = Case.objects.get()
    actions.answer_leads(cases=[case], answer="not_true", reason="reimbursed", by=cadre)
    with clock.at(moment(10, month=4)):
        again = checked(stay(number, paid=20000), month=date(2021, 4, 1), above=[["四月"]])
        actions.dispatch_leads(file=again, by=None)
    lead = Lead.objects.get(month=date(2021, 4, 1))
    assert lead.answer == ""
    assert lead.earlier.answer_reason == "reimbursed"
    with clock.at(moment(10, year=2022)):
        late = checked(stay(number, paid=20000), month=date(2022, 3, 1), above=[["明年"]])
        actions.confirm_file(
            file=late, reason="补报", by=county_officer()
        ) if late.state == "held" else None
        actions.dispatch_leads(file=late, by=None)
    assert Lead.objects.get(month=date(2022, 3, 1)).earlier is None


# --- rows ---------------------------------------------------------------------------------------


@pytest.fixture
def doubtful(village):
    """A row with a number nobody has and the name of 李秀英 of a lifted household."""
    home = LiftedHouseholdFactory(village=village, with_members=2)
    file = checked(stay(next_id_number(), "李秀英", paid=6000))
    row = file.rows.get()
    row.wife = home.members.get(name="李秀英")
    return row


def test_a_chosen_person_settles_the_row_and_follows_a_dispatched_file(doubtful):
    officer = county_officer()
    assert (doubtful.match, doubtful.verdict) == (Match.NAME_ONLY, Verdict.OK)
    actions.dispatch_leads(file=doubtful.file, by=officer)
    assert not Lead.objects.exists()
    row = actions.settle_row(row=doubtful, person=doubtful.wife, by=officer)
    row.refresh_from_db()
    assert (row.match, row.household) == (Match.CHOSEN, doubtful.wife.household)
    assert row.lead.case.household == doubtful.wife.household
    assert row.file.figures["matched"] == 1
    assert Event.objects.filter(kind="lead_row_settled").count() == 1
    with pytest.raises(actions.LeadRefused, match="已经认定"):
        actions.settle_row(row=row, person=doubtful.wife, by=officer)


def test_none_of_them_goes_to_the_townships_pool_and_the_township_settles(doubtful):
    actions.settle_row(row=doubtful, person=None, by=county_officer())
    township = township_reviewer()
    (row,) = LeadRow.objects.visible_to(township).unclaimed()
    assert actions.rematch(rows=[row]) == 0  # a name that was ruled out is not suggested again
    row.refresh_from_db()
    assert row.match == Match.NOT_FOUND
    with pytest.raises(actions.LeadRefused):
        actions.settle_row(
            row=row, person=doubtful.wife, by=user_at("township_office", "410922101")
        )
    actions.settle_row(row=row, person=doubtful.wife, by=township)
    row.refresh_from_db()
    assert row.household == doubtful.wife.household


def test_nobody_in_the_pool_closes_the_row(doubtful):
    officer = county_officer()
    actions.settle_row(row=doubtful, person=None, by=officer)
    actions.settle_row(row=doubtful, person=None, by=township_reviewer())
    assert not LeadRow.objects.unclaimed().exists()


def test_the_village_settles_nothing(doubtful):
    with pytest.raises(actions.LeadRefused, match="不归您"):
        actions.settle_row(row=doubtful, person=doubtful.wife, by=village_cadre())


def test_a_doubt_closes_itself_when_the_register_is_corrected(doubtful):
    actions.dispatch_leads(file=doubtful.file, by=None)
    number = idnumbers.decrypt(doubtful.id_cipher)
    Person.objects.filter(pk=doubtful.wife.pk).update(id_index=idnumbers.blind_index(number))
    assert actions.rematch(rows=[doubtful]) == 1
    doubtful.refresh_from_db()
    assert (doubtful.match, doubtful.person) == (Match.EQUAL, doubtful.wife)
    assert doubtful.lead is not None
    assert not LeadRow.objects.doubtful().exists()


def test_a_bad_cell_is_corrected_in_place(village):
    _, number = person(HouseholdFactory(village=village))
    file = checked(stay(float(number[:17] + "0"), paid="两万"))
    row = file.rows.get()
    assert row.verdict == Verdict.BAD
    clerk = department_clerk()
    actions.correct_row(row=row, cells={"self_paid": "20000"}, by=clerk)
    row.refresh_from_db()
    assert "改成了数字" in row.reason
    assert "个人自付" not in row.reason
    actions.correct_row(row=row, cells={"id_number": number}, by=clerk)
    row.refresh_from_db()
    file.refresh_from_db()
    assert (row.verdict, row.match) == (Verdict.OK, Match.EQUAL)
    assert (file.figures["ok"], file.figures["rejected"]) == (1, 0)
    assert number not in str(row.raw)
    with pytest.raises(actions.LeadRefused, match="不归您改正"):
        actions.correct_row(row=row, cells={"name": "别人"}, by=department_clerk("canlian"))


# --- answers ------------------------------------------------------------------------------------


def test_untrue_leads_end_the_case_with_the_reason_that_follows():
    lead = LeadFactory()
    other = LeadFactory(case=lead.case)
    cadre = village_cadre()
    outcome = actions.answer_leads(
        cases=[lead.case], leads=[lead], answer="not_true", reason="reimbursed", by=cadre
    )
    lead.case.refresh_from_db()
    assert (len(outcome.done), lead.case.status) == (1, Status.LEAD)  # one is still open
    actions.answer_leads(cases=[lead.case], answer="not_true", reason="resolved", by=cadre)
    lead.case.refresh_from_db()
    other.refresh_from_db()
    assert lead.case.status == Status.NOT_ADMITTED
    assert lead.case.not_admitted_reason == "burden_resolved"
    assert (other.answer, other.answered_by) == ("not_true", cadre)
    assert Event.objects.filter(kind="lead_answered").count() == 2
    assert Event.objects.filter(kind="case_refused").count() == 1


def test_a_true_lead_leaves_the_case_to_be_screened():
    lead = LeadFactory()
    actions.answer_leads(cases=[lead.case], answer="true", by=village_cadre())
    lead.case.refresh_from_db()
    lead.refresh_from_db()
    assert (lead.answer, lead.case.status) == ("true", Status.LEAD)


def test_screening_a_case_answers_its_open_leads_as_true():
    lead = LeadFactory()
    cadre = village_cadre()
    VisitFactory(case=lead.case, recorded_by=cadre)
    take(case=lead.case, step="screen", by=cadre, facts={"category": "2", "risks": ["因病"]})
    lead.refresh_from_db()
    assert (lead.answer, lead.answered_by) == ("true", cadre)


def test_refusing_a_case_on_its_page_answers_its_open_leads():
    lead = LeadFactory()
    take(case=lead.case, step="refuse", by=village_cadre(), reason="moved_away")
    lead.refresh_from_db()
    assert (lead.answer, lead.answer_reason) == ("deceased_or_moved", "moved_away")


@pytest.mark.parametrize(
    ("answer", "reason"), [("", "resolved"), ("not_true", ""), ("not_true", "nonsense"), ("x", "")]
)
def test_an_answer_needs_its_words(answer, reason):
    lead = LeadFactory()
    with pytest.raises(actions.LeadRefused):
        actions.answer_leads(cases=[lead.case], answer=answer, reason=reason, by=village_cadre())
    lead.refresh_from_db()
    assert lead.answer == ""


def test_the_neighbour_village_answers_nothing():
    lead = LeadFactory()
    outcome = actions.answer_leads(
        cases=[lead.case], answer="not_true", reason="resolved", by=neighbour_cadre()
    )
    lead.refresh_from_db()
    assert (outcome.done, len(outcome.refused), lead.answer) == ([], 1, "")


def test_two_hundred_answers_with_one_reason_in_twelve_statements(village):
    def answered(count):
        cadre = village_cadre()
        homes = HouseholdFactory.create_batch(count, village=village)
        cases = [LeadFactory(case=LeadCaseFactory(household=home)).case for home in homes]
        cadre_codes = actions.counties_of(cadre, Department.objects.first())  # reads the posts
        assert cadre_codes == []
        with CaptureQueriesContext(connection) as captured:
            outcome = actions.answer_leads(
                cases=cases, answer="not_true", reason="resolved", by=cadre
            )
        assert (len(outcome.done), outcome.refused) == (count, [])
        return [q for q in captured if not q["sql"].startswith(("SAVEPOINT", "RELEASE"))]

    answered(1)  # reads the code tables
    few, many = answered(5), answered(200)
    assert len(few) == len(many) <= 12
    assert Case.objects.filter(status=Status.NOT_ADMITTED).count() == 206


# --- applications -------------------------------------------------------------------------------


def applied(household, by, **more):
    facts = {"applied_on": date(2021, 3, 9), "statement": "住院花费大", "risks": ["因病"], **more}
    return actions.take_application(household=household, by=by, **facts)


def test_an_application_opens_the_case(village):
    home = HouseholdFactory(village=village)
    lead = applied(home, village_cadre())
    assert (lead.source, lead.case.household, lead.case.sources) == (
        "application", home, ["APPLICATION"],
    )  # fmt: skip
    assert lead.explanation == "住院花费大"
    assert Event.objects.filter(kind="application_taken").count() == 1


def test_an_application_sent_twice_is_one(village):
    home, cadre = HouseholdFactory(village=village), village_cadre()
    assert applied(home, cadre) == applied(home, cadre)
    assert (Lead.objects.count(), Case.objects.count()) == (1, 1)


def test_a_cadres_finding_is_its_own_source(village):
    lead = applied(HouseholdFactory(village=village), village_cadre(), source="cadre")
    assert (lead.source, lead.case.sources, lead.clause) == ("cadre", ["SCREENING"], "五（一）")
    assert Event.objects.filter(kind="finding_recorded").count() == 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"applied_on": date(2021, 3, 11)}, "晚于今天"),
        ({"statement": "  "}, "写明情况"),
        ({"statement": "长" * 301}, "最多写"),
        ({"risks": []}, "至少勾选"),
        ({"risks": ["因懒"]}, "至少勾选"),
        ({"source": "department"}, "来源"),
    ],
)
def test_what_an_application_needs(village, change, words):
    with pytest.raises(actions.LeadRefused, match=words):
        applied(HouseholdFactory(village=village), village_cadre(), **change)
    assert not Case.objects.exists()


def test_an_application_is_taken_by_the_own_village_only():
    home = HouseholdFactory(village=area_at(NEIGHBOUR))
    with pytest.raises(actions.LeadRefused, match="不在您负责的村"):
        applied(home, village_cadre())
