"""Pages: right post, wrong post (403), wrong area (404), constant queries, harmless repetition."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.tests import factories as people
from audit import clock
from audit.events import EventKind
from audit.models import Event
from workflow.models import Attachment, StatusChange, Visit
from workflow.states import Status
from workflow.tests import factories

pytestmark = pytest.mark.django_db


def words(response) -> str:
    return response.content.decode()


# --- who may see which page -------------------------------------------------------------------


@pytest.mark.parametrize("name", ["case_list", "meeting_list", "reported_list", "round_list"])
@pytest.mark.parametrize(
    ("person", "expected"),
    [
        (people.village_cadre, 200),
        (people.township_reviewer, 200),
        (people.supervisor, 200),
        (people.system_admin, 403),
        (people.department_clerk, 403),
    ],
)
def test_lists_are_for_those_who_may_see_cases(sign_in, name, person, expected):
    assert sign_in(person()).get(reverse(name)).status_code == expected


def things():
    """One of each, all in 西街村, by url name."""
    case = factories.case_in(Status.REVIEWED)
    return {
        "case_detail": case.pk,
        "visit_new": case.pk,
        "national_mark": factories.case_in(Status.MONITORED).pk,
        "meeting_detail": factories.MeetingFactory().pk,
        "meeting_conclude": factories.MeetingFactory().pk,
        "reported_list_detail": case.on_list_id,
        "attachment_file": factories.AttachmentFactory().pk,
    }


def test_nothing_of_another_village_exists(sign_in):
    neighbour = sign_in(people.neighbour_cadre())
    for name, pk in things().items():
        expected = 403 if name == "national_mark" else 404
        assert neighbour.get(reverse(name, args=[pk])).status_code == expected, name
        assert neighbour.post(reverse(name, args=[pk])).status_code in (403, 404, 405), name


def test_the_villages_own_cadre_sees_all_of_it(cadre):
    for name, pk in things().items():
        if name != "national_mark":
            assert cadre.get(reverse(name, args=[pk])).status_code == 200, name


def test_pages_of_ids_that_do_not_exist_are_not_found(cadre):
    for name in ("case_detail", "meeting_detail", "reported_list_detail", "round_detail"):
        for pk in (0, 2**63, 10**30):
            assert cadre.get(reverse(name, args=[pk])).status_code == 404


def test_a_supervisor_reads_and_has_no_button(sign_in):
    case = factories.case_in(Status.REVIEWED)
    supervisor = sign_in(people.supervisor())

    page = words(supervisor.get(reverse("case_detail", args=[case.pk])))

    assert "张三丰" in page
    assert "您现在可以办理" not in page
    url = reverse("case_step", args=[case.pk, "endorse"])
    assert supervisor.post(url, {"comment": ""}).status_code == 403


# --- the list and its batch -------------------------------------------------------------------


def test_the_list_shows_what_waits_for_the_viewer(reviewer):
    waiting = factories.case_in(Status.REVIEWED)
    factories.CaseFactory(status=Status.REVIEWED, household__head_name="未上报")
    factories.case_in(Status.LEAD)

    shown = [row["case"] for row in reviewer.get(reverse("case_list")).context["rows"]]
    every = reviewer.get(reverse("case_list"), {"scope": "all"}).context["rows"]

    assert shown == [waiting]
    assert len(every) == 3


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"status": "MONITORED"}, 1),
        ({"status": "NONSENSE"}, 0),
        ({"month": "1999-01"}, 0),
        ({"month": "bad"}, 0),
        ({"scope": "all", "area": people.VILLAGE}, 2),
        ({"scope": "all", "village": people.NEIGHBOUR}, 0),
        ({"scope": "all", "village": "%"}, 0),
        ({"overdue": "on"}, 1),
        ({"scope": "all", "page": "10000000000"}, 2),
        ({"scope": "all", "page": "-1"}, 2),
        ({"scope": "all", "village": "\x00"}, 0),
    ],
)
def test_the_list_narrows_down(reviewer, query, count):
    factories.case_in(Status.MONITORED)
    factories.case_in(Status.LEAD, due_on=clock.today().replace(year=2020, day=20))

    response = reviewer.get(reverse("case_list"), query)

    assert response.status_code == 200
    assert len(response.context["rows"]) == count


def test_the_list_costs_the_same_at_ten_and_fifty_rows(reviewer):
    def queries(count):
        for _ in range(count):
            factories.case_in(Status.MONITORED)
        with CaptureQueriesContext(connection) as seen:
            reviewer.get(reverse("case_list"), {"status": "MONITORED"})
        return len(seen)

    queries(1)
    assert queries(9) == queries(40) <= 14


def test_a_batch_is_checked_then_done_once(reviewer):
    cases = [factories.case_in(Status.REVIEWED) for _ in range(2)]
    for case in cases:
        factories.RecheckVisitFactory(case=case)
    data = {"step": "endorse", "case": [case.pk for case in cases], "comment": "情况属实"}
    assert "请核对" in words(reviewer.get(reverse("case_batch"), data))
    assert not StatusChange.objects.exists()

    first = reviewer.post(reverse("case_batch"), data)
    second = reviewer.post(reverse("case_batch"), data)

    assert first.status_code == 302
    assert "已由孙城关于" in words(second)
    assert StatusChange.objects.count() == 2


def test_a_batch_with_a_foreign_case_does_only_the_own(reviewer):
    own = factories.case_in(Status.REVIEWED)
    foreign = factories.case_in(Status.REVIEWED, village="410922101201")
    data = {"step": "send_back", "case": [own.pk, foreign.pk, "x", 2**70], "comment": "补材料"}

    reviewer.post(reverse("case_batch"), data)

    own.refresh_from_db()
    foreign.refresh_from_db()
    assert (own.status, foreign.status) == (Status.SCREENED, Status.REVIEWED)


def test_a_batch_says_what_it_refused_and_why(reviewer):
    ready, unvisited = factories.case_in(Status.REVIEWED), factories.case_in(Status.REVIEWED)
    factories.RecheckVisitFactory(case=ready)
    data = {"step": "endorse", "case": [ready.pk, unvisited.pk], "comment": ""}

    page = words(reviewer.post(reverse("case_batch"), data))

    assert "已办理 1 户，1 户未办理" in page
    assert "走访记录" in page


def test_a_step_that_needs_a_meeting_is_no_batch(cadre):
    case = factories.case_in(Status.SCREENED)

    response = cadre.get(reverse("case_batch"), {"step": "put_forward", "case": case.pk})

    assert response.status_code == 404


# --- one case -----------------------------------------------------------------------------------


def test_a_blocked_step_says_what_is_missing(cadre):
    case = factories.case_in(Status.LEAD)

    page = words(cadre.get(reverse("case_detail", args=[case.pk])))

    assert "还没有登记“入户排查”的走访记录" in page
    assert reverse("case_step", args=[case.pk, "screen"]) not in page


def test_a_step_form_moves_the_case_and_a_second_click_is_harmless(cadre):
    case = factories.case_in(Status.LEAD)
    factories.VisitFactory(case=case)
    url = reverse("case_step", args=[case.pk, "screen"])
    page = cadre.get(url)
    assert page.status_code == 200
    data = {"version": 1, "category": "2", "risks": ["因病"], "comment": "", "remark": "住院"}

    cadre.post(url, data)
    again = cadre.post(url, data, follow=True)

    case.refresh_from_db()
    assert (case.status, case.remark) == (Status.SCREENED, "住院")
    assert "刚才的步骤已不能办理" in words(again)
    assert StatusChange.objects.count() == 1


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ({"version": 9}, "请刷新后查看"),
        ({"version": "abc"}, "整数"),
        ({"comment": "\x00"}, "控制字符"),
        ({"comment": "字" * 600}, "500"),
        ({"risks": ["没有这种风险"]}, "没有这种风险"),
        ({"per_capita_income": "-1"}, "金额不能为负数"),
        ({"category": "3"}, "可选"),
    ],
)
def test_a_bad_step_form_comes_back_with_the_words_and_moves_nothing(cadre, data, text):
    case = factories.case_in(Status.LEAD)
    factories.VisitFactory(case=case)
    good = {"version": 1, "category": "2", "risks": ["因病"], "comment": ""}

    response = cadre.post(reverse("case_step", args=[case.pk, "screen"]), good | data)

    assert response.status_code == 200
    assert text in words(response)
    assert not StatusChange.objects.exists()


def test_a_stale_step_form_keeps_its_words_and_may_be_sent_again(cadre):
    case = factories.case_in(Status.LEAD)
    factories.VisitFactory(case=case)
    url = reverse("case_step", args=[case.pk, "screen"])
    data = {"version": 9, "category": "2", "risks": ["因病"], "comment": "", "remark": "住院"}

    told = cadre.post(url, data)
    assert "住院" in words(told)

    cadre.post(url, data | {"version": told.context["form"]["version"].value()})
    case.refresh_from_db()
    assert case.status == Status.SCREENED


def test_the_case_page_costs_the_same_with_a_long_history(reviewer):
    case = factories.case_in(Status.REVIEWED)

    def queries(count):
        for _ in range(count):
            factories.StatusChangeFactory(case=case)
            factories.VisitFactory(case=case)
        with CaptureQueriesContext(connection) as seen:
            reviewer.get(reverse("case_detail", args=[case.pk]))
        return len(seen)

    queries(1)
    assert queries(3) == queries(10) <= 12


def test_the_leading_group_is_led_to_the_session_that_was_put_forward(sign_in):
    case = factories.case_in(Status.RECHECKED)
    group = sign_in(people.leading_group_officer())
    url = reverse("case_detail", args=[case.pk])
    assert reverse("meeting_new") not in words(group.get(url))

    meeting = factories.MeetingFactory(area=people.area_at(people.COUNTY))
    factories.MeetingDecisionFactory(meeting=meeting, case=case)

    assert reverse("meeting_detail", args=[meeting.pk]) in words(group.get(url))


def test_the_national_mark_is_noted_once(reviewer):
    case = factories.case_in(Status.MONITORED)
    url = reverse("national_mark", args=[case.pk])

    assert "不能晚于今天" in words(reviewer.post(url, {"on": "2090-01-01"}))
    assert reviewer.post(url, {"on": clock.today()}).status_code == 302
    assert reviewer.post(url, {"on": clock.today()}).status_code == 404

    case.refresh_from_db()
    assert case.in_national_system_on == clock.today()


# --- visits and files ---------------------------------------------------------------------------


def visit_data(**kwargs):
    data = {
        "form_key": uuid.uuid4(),
        "visited_on": clock.today(),
        "kind": "home",
        "people": "郑西关、赵驻村",
        "expense": "住院自付 6,320 元",
        "opinion": "有返贫风险",
    }
    return data | kwargs


def test_the_latest_visit_stands_first(cadre):
    case = factories.case_in(Status.LEAD)
    for days in (9, 2, 5):
        factories.VisitFactory(case=case, visited_on=clock.today() - timedelta(days=days))

    found = case.visits.with_photos().values_list("visited_on", flat=True)

    assert [(clock.today() - day).days for day in found] == [2, 5, 9]


def test_a_visit_is_recorded_with_its_photo_and_sent_twice_is_one(cadre):
    case = factories.case_in(Status.LEAD)
    url = reverse("visit_new", args=[case.pk])
    assert "一看基本情况" in words(cadre.get(url))
    data = visit_data()

    assert cadre.post(url, data | {"photos": factories.photo()}).status_code == 302
    assert cadre.post(url, data | {"photos": factories.photo()}).status_code == 302

    visit = Visit.objects.get()
    assert visit.photos.count() == 1
    assert Attachment.objects.count() == 1


@pytest.mark.parametrize(
    "data",
    [{"visited_on": "2090-01-01"}, {"visited_on": "昨天"}, {"people": ""}, {"form_key": "x"}],
)
def test_a_bad_visit_comes_back(cadre, data):
    case = factories.case_in(Status.LEAD)

    response = cadre.post(reverse("visit_new", args=[case.pk]), visit_data(**data))

    assert response.status_code == 200
    assert "有内容需要改正" in words(response)
    assert not Visit.objects.exists()


def test_a_file_is_served_as_what_it_is_and_logged(cadre):
    attachment = factories.AttachmentFactory()

    response = cadre.get(reverse("attachment_file", args=[attachment.pk]))

    assert b"".join(response.streaming_content)[:2] == b"\xff\xd8"
    assert response["Content-Type"] == "image/jpeg"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in response["Cache-Control"]
    assert Event.objects.filter(kind=EventKind.ATTACHMENT_DOWNLOADED).count() == 1


# --- from the household's page ------------------------------------------------------------------


def test_the_village_lists_a_household_itself_and_twice_is_one_case(cadre):
    home = factories.HouseholdFactory(village=people.area_at(people.VILLAGE))
    page = cadre.get(reverse("household_detail", args=[home.pk]))
    url = reverse("case_new", args=[home.pk])
    assert url in words(page)

    first = cadre.post(url)
    second = cadre.post(url)

    case = home.cases.get()
    assert (case.status, case.sources) == (Status.LEAD, ["SCREENING"])
    assert first.url == second.url == reverse("visit_new", args=[case.pk])
    page = words(cadre.get(reverse("household_detail", args=[home.pk])))
    assert reverse("case_detail", args=[case.pk]) in page
    assert url not in page


def test_nobody_else_lists_it(sign_in):
    home = factories.HouseholdFactory(village=people.area_at(people.VILLAGE))
    url = reverse("case_new", args=[home.pk])

    assert sign_in(people.neighbour_cadre()).post(url).status_code == 404
    assert sign_in(people.township_reviewer()).post(url).status_code == 403
    assert not home.cases.exists()
