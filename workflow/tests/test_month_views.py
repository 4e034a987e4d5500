"""Pages of meetings, lists and months: from start to end, repetition is harmless."""

import uuid

import pytest
from django.urls import reverse

from accounts.tests import factories as people
from audit import clock
from workflow.models import Meeting, MonthlyRound, ReportedList
from workflow.states import Status
from workflow.tests import factories

pytestmark = pytest.mark.django_db


def words(response) -> str:
    return response.content.decode()


def meeting_data(**kwargs):
    data = {
        "form_key": uuid.uuid4(),
        "held_on": clock.today(),
        "place": "村委会",
        "host": "郑西关",
        "recorder": "赵驻村",
        "expected_count": 12,
        "present_count": 10,
    }
    return data | kwargs


def test_a_village_holds_its_review_from_start_to_end(cadre):
    case = factories.case_in(Status.SCREENED)
    cadre.post(f"{reverse('meeting_new')}?area={people.VILLAGE}", meeting_data())
    meeting = Meeting.objects.get()
    line = f"d{meeting.decisions.get().pk}"
    votes = {f"{line}-decision": "ADMIT", f"{line}-votes_for": 10, f"{line}-votes_against": 0}

    saved = cadre.post(reverse("meeting_detail", args=[meeting.pk]), votes | {"then": "conclude"})
    assert saved.url == reverse("meeting_conclude", args=[meeting.pk])
    assert "张三丰户：纳入监测，同意" in words(cadre.get(saved.url))
    cadre.post(saved.url, {"minutes": "会议记录一份"})
    again = cadre.post(saved.url, {"minutes": "另一份"}, follow=True)

    case.refresh_from_db()
    meeting.refresh_from_db()
    assert (case.status, meeting.minutes) == (Status.REVIEWED, "会议记录一份")
    assert "已经结束" in words(again)


def test_too_many_votes_come_back_with_the_name(cadre):
    factories.case_in(Status.SCREENED)
    cadre.post(f"{reverse('meeting_new')}?area={people.VILLAGE}", meeting_data())
    meeting = Meeting.objects.get()
    line = f"d{meeting.decisions.get().pk}"
    votes = {f"{line}-decision": "ADMIT", f"{line}-votes_for": 11}

    page = words(cadre.post(reverse("meeting_detail", args=[meeting.pk]), votes))

    assert "张三丰户：票数合计 11 超过实到 10 人" in page


def test_a_bad_meeting_comes_back(cadre):
    url = f"{reverse('meeting_new')}?area={people.VILLAGE}"
    factories.MonthlyRoundFactory()

    page = words(cadre.post(url, meeting_data(present_count=20)))

    assert "实到人数不能超过应到人数" in page
    assert not Meeting.objects.exists()


def test_a_meeting_elsewhere_is_not_found(cadre):
    assert cadre.get(reverse("meeting_new"), {"area": people.NEIGHBOUR}).status_code == 404


def test_a_zero_report_is_one_click_after_the_check_page(cadre):
    round = factories.MonthlyRoundFactory()
    url = f"{reverse('list_report', args=[round.pk])}?area={people.VILLAGE}&kind=SCREENING"
    assert "零报告，报城关镇" in words(cadre.get(url))

    response = cadre.post(url)
    cadre.post(url)

    found = ReportedList.objects.get()
    assert found.is_zero
    assert response.url == reverse("reported_list_detail", args=[found.pk])
    assert found.number in words(cadre.get(response.url))


def test_no_list_of_another_area_is_reported(cadre):
    round = factories.MonthlyRoundFactory()
    url = reverse("list_report", args=[round.pk])

    for query in (f"?area={people.NEIGHBOUR}", "?kind=NONSENSE", "?area=%00"):
        assert cadre.post(url + query).status_code == 404
    assert not ReportedList.objects.exists()


def test_the_month_shows_the_townships_villages(reviewer):
    round = factories.MonthlyRoundFactory()
    people.area_at(people.VILLAGE)

    page = reviewer.get(reverse("round_detail", args=[round.pk]))

    assert [state.code for state in page.context["states"]] == [people.VILLAGE]
    assert "未上报" in words(page)


def test_a_closed_month_is_reopened_with_a_reason(sign_in):
    office = sign_in(people.county_officer())
    round = factories.MonthlyRoundFactory()
    office.post(reverse("round_close", args=[round.pk]))
    url = reverse("round_reopen", args=[round.pk])
    assert "有内容需要改正" in words(office.post(url, {"reason": ""}))

    office.post(url, {"reason": "两村补报"})

    assert MonthlyRound.objects.get().reopen_reason == "两村补报"


def test_months_are_closed_by_the_county_only(reviewer):
    round = factories.MonthlyRoundFactory()

    assert reviewer.post(reverse("round_close", args=[round.pk])).status_code == 403
    assert reviewer.get(reverse("round_reopen", args=[round.pk])).status_code == 403


def test_the_usual_consent_is_one_click_and_reporting_is_the_next(cadre):
    case = factories.case_in(Status.SCREENED)
    cadre.post(f"{reverse('meeting_new')}?area={people.VILLAGE}", meeting_data())
    meeting = Meeting.objects.get()
    url = reverse("meeting_detail", args=[meeting.pk])

    cadre.post(url, {f"{lines_of(meeting)[0]}-votes_for": 10})
    decision = meeting.decisions.get()
    assert (decision.decision, decision.votes_for, decision.step) == ("ADMIT", 10, "put_forward")
    cadre.post(reverse("meeting_conclude", args=[meeting.pk]), {})

    report = f"{reverse('list_report', args=[meeting.round_id])}?area={people.VILLAGE}"
    assert report in words(cadre.get(url))
    assert report in words(cadre.get(reverse("case_detail", args=[case.pk])))


def test_the_head_of_a_draft_is_corrected_and_a_mistaken_one_discarded(cadre):
    factories.case_in(Status.SCREENED)
    monitored = factories.case_in(Status.MONITORED)
    cadre.post(f"{reverse('meeting_new')}?area={people.VILLAGE}", meeting_data())
    meeting = Meeting.objects.get()
    url = reverse("meeting_edit", args=[meeting.pk])
    assert "修改会议" in words(cadre.get(url))

    cadre.post(url, meeting_data(present_count=11) | {"clearing": [monitored.pk]})
    meeting.refresh_from_db()
    assert (meeting.present_count, meeting.decisions.count()) == (11, 2)

    cadre.post(reverse("meeting_discard", args=[meeting.pk]))
    assert not Meeting.objects.exists()


def test_a_concluded_meeting_is_neither_edited_nor_discarded(cadre):
    meeting = factories.decided("put_forward", factories.case_in(Status.SCREENED), people.VILLAGE)

    edited = cadre.get(reverse("meeting_edit", args=[meeting.pk]), follow=True)
    discarded = cadre.post(reverse("meeting_discard", args=[meeting.pk]), follow=True)

    assert "不能修改" in words(edited)
    assert "已经结束" in words(discarded)
    assert Meeting.objects.get() == meeting


def lines_of(meeting) -> list[str]:
    return [f"d{pk}" for pk in meeting.decisions.order_by("pk").values_list("pk", flat=True)]


def test_votes_decide_unless_the_meeting_says_otherwise(cadre):
    """同意过半数: the decision follows from three numbers, 暂缓 is chosen."""
    for _ in range(4):
        factories.case_in(Status.SCREENED)
    cadre.post(f"{reverse('meeting_new')}?area={people.VILLAGE}", meeting_data())
    meeting = Meeting.objects.get()
    passed, tied, put_off, none = lines_of(meeting)
    votes = {
        f"{passed}-votes_for": 6, f"{passed}-votes_against": 3, f"{passed}-votes_abstain": 1,
        f"{tied}-votes_for": 5, f"{tied}-votes_against": 5, f"{tied}-reason": "income_above_line",
        f"{put_off}-votes_for": 10, f"{put_off}-decision": "DEFER",
    }  # fmt: skip

    cadre.post(reverse("meeting_detail", args=[meeting.pk]), votes)

    found = meeting.decisions.order_by("pk").values_list("decision", flat=True)
    assert list(found) == ["ADMIT", "REFUSE", "DEFER", ""]


def test_a_refusal_by_votes_asks_for_its_reason(cadre):
    factories.case_in(Status.SCREENED)
    cadre.post(f"{reverse('meeting_new')}?area={people.VILLAGE}", meeting_data())
    meeting = Meeting.objects.get()
    (line,) = lines_of(meeting)

    page = cadre.post(reverse("meeting_detail", args=[meeting.pk]), {f"{line}-votes_against": 10})

    assert "必须选择原因" in words(page)
    assert meeting.decisions.get().decision == ""


def test_all_who_came_are_taken_to_consent_and_the_facts_stand_on_one_line(cadre):
    case = factories.case_in(Status.SCREENED)
    cadre.post(f"{reverse('meeting_new')}?area={people.VILLAGE}", meeting_data())
    meeting = Meeting.objects.get()

    page = words(cadre.get(reverse("meeting_detail", args=[meeting.pk])))

    assert f'name="{lines_of(meeting)[0]}-votes_for" value="10"' in page
    assert "3 人，人均 5,200 元，边缘易致贫户，因病" in page
    assert case.household.head_name in page


@pytest.mark.parametrize(
    ("person", "status", "label"),
    [
        (people.village_cadre, Status.REVIEWED, "回到本月任务"),
        (people.township_reviewer, Status.REVIEWED, "去复核"),
        (people.township_reviewer, Status.RECHECKED, "回到本月任务"),
        (people.leading_group_officer, Status.RECHECKED, "去审定"),
        (people.supervisor, Status.REVIEWED, ""),
    ],
)
def test_a_reported_list_leads_on(sign_in, person, status, label):
    case = factories.case_in(status)

    page = words(sign_in(person()).get(reverse("reported_list_detail", args=[case.on_list_id])))

    found = page.split("<main")[1].split("</main>")[0]
    assert ("next-box" in found) == bool(label)
    assert label in found


def test_after_the_ledger_comes_the_review(cadre):
    factories.case_in(Status.SCREENED)
    ledger = factories.ReportedListFactory(kind=ReportedList.Kind.SCREENING)

    page = words(cadre.get(reverse("reported_list_detail", args=[ledger.pk])))

    assert f"{reverse('meeting_new')}?area={people.VILLAGE}" in page
