"""公示 and 承诺授权书: asked for by the county's parameters, otherwise never."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.tests import factories as people
from audit import clock
from audit.events import EventKind
from audit.models import Event
from policy.tests.factories import ParameterFactory
from workflow import actions
from workflow.models import Attachment, PublicNotice, ReportedList
from workflow.outcomes import StepRefused
from workflow.states import Status
from workflow.tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def user():
    return people.village_cadre()


@pytest.fixture
def notice_asked():
    ParameterFactory(key="public_notice_days", given=5)


@pytest.fixture
def paper_asked():
    ParameterFactory(key="authorisation_required", given=True)


def passed(status=Status.REVIEWED, step="put_forward", **kwargs):
    """A household that a concluded meeting of its village passed; the meeting comes with it."""
    case = factories.CaseFactory(status=status, **kwargs)
    meeting = factories.decided(step, case, people.VILLAGE)
    factories.StatusChangeFactory(
        case=case, step=step, source=Status.SCREENED, target=status, meeting=meeting
    )
    return case, meeting


def report(case, by, kind="ADMISSION"):
    return actions.report_list(area=case.village, round=case.round, kind=kind, by=by)


def test_by_default_nothing_is_asked_for(user):
    case, _ = passed()

    assert report(case, user).case_ids == [case.pk]


@pytest.mark.parametrize(
    ("status", "step", "kind"),
    [
        (Status.REVIEWED, "put_forward", "ADMISSION"),
        (Status.CLEARING_REVIEWED, "propose_clearing", "CLEARING"),
    ],
)
def test_without_its_notice_the_list_waits_and_says_whom_for(
    user, notice_asked, status, step, kind
):
    case, meeting = passed(status, step)

    with pytest.raises(StepRefused, match=f"{case.household.head_name}户的评议结果还没有公示"):
        report(case, user, kind)
    assert not ReportedList.objects.exists()


@pytest.mark.parametrize(("days_up", "may"), [(1, False), (4, False), (5, True), (9, True)])
def test_the_list_waits_until_the_notice_was_up_for_its_days(user, notice_asked, days_up, may):
    case, meeting = passed()
    factories.PublicNoticeFactory(
        meeting=meeting, posted_on=clock.today() - timedelta(days=days_up)
    )

    if may:
        assert report(case, user).case_ids == [case.pk]
    else:
        with pytest.raises(StepRefused, match="期满后的次日起可以上报"):
            report(case, user)


def test_a_withdrawn_household_needs_a_notice_of_its_new_meeting(user, notice_asked):
    case, meeting = passed()
    long_ago = clock.today() - timedelta(days=30)
    factories.PublicNoticeFactory(meeting=meeting, posted_on=long_ago)
    again = factories.decided("put_forward", case, people.VILLAGE)
    factories.StatusChangeFactory(
        case=case, step="put_forward", target=Status.REVIEWED, meeting=again
    )

    with pytest.raises(StepRefused, match="还没有公示"):
        report(case, user)


def test_every_household_signs_before_it_is_reported(user, paper_asked):
    (signed, _), (unsigned, _) = passed(), passed()
    actions.file_authorisation(case=signed, attachment=factories.AttachmentFactory(), by=user)

    with pytest.raises(StepRefused, match="还没有承诺授权书") as refused:
        report(signed, user)

    assert str(refused.value).count("承诺授权书") == 1
    actions.file_authorisation(case=unsigned, attachment=factories.AttachmentFactory(), by=user)
    assert report(signed, user).row_count == 2


def test_clearing_needs_no_authorisation(user, paper_asked):
    case, _ = passed(Status.CLEARING_REVIEWED, "propose_clearing")

    assert report(case, user, "CLEARING").row_count == 1


def test_the_screening_ledger_and_a_zero_list_wait_for_nothing(user, notice_asked, paper_asked):
    case, _ = passed()
    actions.take(case=case, step="withdraw", by=user, comment="再议")

    assert report(case, user, "SCREENING").row_count == 1
    assert report(case, user).is_zero


def test_posting_a_notice_is_on_record_and_may_be_corrected(user, notice_asked):
    _, meeting = passed()
    today = clock.today()

    actions.post_notice(meeting=meeting, posted_on=today, contact="0393-7000000", by=user)
    kept = actions.post_notice(meeting=meeting, posted_on=today, contact=" 0393-7111111 ", by=user)

    assert PublicNotice.objects.get() == kept
    assert (kept.contact, kept.days) == ("0393-7111111", 5)
    assert Event.objects.filter(kind=EventKind.NOTICE_POSTED).count() == 2


@pytest.mark.parametrize(("days", "text"), [(1, "不能晚于今天"), (-1, "不能早于会议日期")])
def test_a_notice_on_an_impossible_day_is_refused(user, notice_asked, days, text):
    _, meeting = passed()

    with pytest.raises(StepRefused, match=text):
        actions.post_notice(
            meeting=meeting, posted_on=clock.today() + timedelta(days=days), contact="1", by=user
        )
    assert not Event.objects.filter(kind=EventKind.NOTICE_POSTED).exists()


def test_nobody_else_posts_or_signs_for_a_village(notice_asked):
    case, meeting = passed()
    stranger = people.neighbour_cadre()

    with pytest.raises(StepRefused):
        actions.post_notice(meeting=meeting, posted_on=clock.today(), contact="1", by=stranger)
    with pytest.raises(StepRefused):
        actions.file_authorisation(case=case, attachment=factories.AttachmentFactory(), by=stranger)


def test_where_no_notice_is_asked_for_none_is_posted(user, cadre):
    _, meeting = passed()

    with pytest.raises(StepRefused, match="不要求村内公示"):
        actions.post_notice(meeting=meeting, posted_on=clock.today(), contact="1", by=user)
    assert cadre.get(reverse("meeting_notice", args=[meeting.pk])).status_code == 404


def test_the_meeting_leads_to_the_notice_and_then_to_the_list(cadre, notice_asked):
    _, meeting = passed()
    page = reverse("meeting_detail", args=[meeting.pk])
    form = reverse("meeting_notice", args=[meeting.pk])
    assert form in cadre.get(page).content.decode()

    answer = cadre.post(form, {"posted_on": clock.today(), "contact": "0393-7000000"}, follow=True)

    text = answer.content.decode()
    assert "正在公示" in text
    assert reverse("meeting_paper", args=[meeting.pk, "notice"]) in text
    long_ago = clock.today() - timedelta(days=9)
    PublicNotice.objects.update(posted_on=long_ago, ends_on=long_ago)
    assert "下一步上报名单" in cadre.get(page).content.decode()


def test_the_report_page_names_what_is_missing_and_has_no_button(cadre, paper_asked):
    case, _ = passed()
    url = reverse("list_report", args=[case.round_id])

    page = cadre.get(url, {"kind": "ADMISSION"}).content.decode()

    assert f"{case.household.head_name}户还没有承诺授权书" in page
    assert "，报" not in page.split("<main")[1]


def test_scans_of_the_authorisation_are_kept_with_the_case(cadre, paper_asked):
    case, _ = passed()
    url = reverse("case_authorisation", args=[case.pk])

    cadre.post(url, {"authorisations": [factories.photo("承诺书1.jpg"), factories.photo("2.jpg")]})
    cadre.post(url, {"authorisations": [factories.photo("坏.jpg", size=(1, 1))], "x": 1})

    assert case.authorisations.count() == Attachment.objects.count() == 3
    assert "承诺书1.jpg" in cadre.get(reverse("case_detail", args=[case.pk])).content.decode()
