"""Many lists in, many lists out: every file stands alone, whatever becomes of the others."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import Department
from accounts.tests.factories import (
    COUNTY,
    OTHER_COUNTY,
    VILLAGE,
    PostFactory,
    area_at,
    county_officer,
    department_clerk,
    user_at,
)
from audit import clock
from audit.models import Event
from households.tests.factories import HouseholdFactory, next_id_number
from jobs.models import Job
from screening import actions, checking
from screening.models import Lead, LeadFile, LeadKind, LeadRow
from screening.tests.factories import LeadFileFactory, LeadRowFactory, kind_of, workbook
from screening.tests.test_checking import person, stay
from screening.tests.test_views import checked, queries, text
from screening.views import dispatching
from workflow.models import Case
from workflow.tests.factories import moment

pytestmark = pytest.mark.django_db
MONTH = date(2021, 3, 1)
State = LeadFile.State


@pytest.fixture(autouse=True)
def march():
    with clock.at(moment(10)):
        yield


@pytest.fixture
def officer(client):
    user = county_officer()
    client.force_login(user)
    return user


def sheet(content=None, name="三月.xlsx"):
    content = workbook(stay(next_id_number(), paid=20000)) if content is None else content
    return SimpleUploadedFile(name, content)


def field(department="yibao", key="inpatient") -> str:
    return f"kind_{kind_of(department, key).pk}"


def brings(client, **files):
    return client.post(reverse("lead_file_many"), {"month": "2021-03", **files})


# --- in -----------------------------------------------------------------------------------------


def test_the_good_ones_go_in_although_others_fail(client, officer):
    content = workbook(stay(next_id_number(), paid=20000))
    brings(client, **{field(): sheet(content)})
    answer = brings(client, **{
        field(): sheet(content),
        field("weijian", "epidemic"): sheet(b"", "空.xlsx"),
        field("canlian", "new_certificate"): sheet(name="残联.xlsx"),
        field("gongan", "traffic_accident"): sheet(name="公安.xlsx"),
    })  # fmt: skip
    brought = {one.kind.department_id: one for one in answer.context["brought"]}
    assert {key: one.label for key, one in brought.items()} == {
        "yibao": "已报送过", "weijian": "没有接收", "canlian": "已接收", "gongan": "已接收",
    }  # fmt: skip
    assert "已经报送过（三月.xlsx）" in brought["yibao"].words
    assert "是空的" in brought["weijian"].words
    page = text(answer)
    assert "选了 4 份，接收 2 份" in page
    assert set(LeadFile.objects.values_list("department", "month", "county")) == {
        ("yibao", MONTH, COUNTY), ("canlian", MONTH, COUNTY), ("gongan", MONTH, COUNTY),
    }  # fmt: skip
    assert Event.objects.filter(kind="lead_file_received", actor_id=officer.pk).count() == 3
    assert 'hx-trigger="every 3s"' in page  # the checks can be watched


def test_nothing_chosen_is_said(client, officer):
    assert "请至少选择一份名单文件" in text(brings(client))
    assert "月份请写成" in text(
        client.post(reverse("lead_file_many"), {"month": "三月", field(): sheet()})
    )
    assert not LeadFile.objects.exists()


def test_a_clerk_brings_the_own_departments_lists_and_no_others(client):
    clerk = department_clerk("weijian")
    PostFactory(user=clerk, role="department_clerk", area=None,
                department=Department.objects.get(pk="jiaoyu"))  # fmt: skip
    client.force_login(clerk)
    page = text(client.get(reverse("lead_file_many")))
    shown = {kind.pk for kind in LeadKind.objects.uploadable_by(clerk)}
    assert {kind.department_id for kind in LeadKind.objects.filter(pk__in=shown)} == {
        "weijian", "jiaoyu",
    }  # fmt: skip
    assert all(f'id="id_kind_{pk}"' in page for pk in shown)
    assert page.count('type="file"') == len(shown)
    assert "全部下发" not in page
    brings(client, **{field(): sheet(), field("weijian", "serious_illness"): sheet()})
    assert LeadFile.objects.get().department_id == "weijian"


def test_what_came_stands_beside_its_line(client, officer):
    for state, message in ((State.HELD, "像是上个月的"), (State.CHECKED, "")):
        LeadFileFactory(state=state, message=message, month=MONTH)
    LeadFileFactory(department=Department.objects.get(pk="canlian"), month=date(2021, 2, 1))
    (line,) = [
        line for line in client.get(reverse("lead_file_many")).context["lines"] if line["files"]
    ]
    assert line["arrival"].kind == kind_of()
    page = text(client.get(reverse("lead_file_many")))
    assert "像是上个月的" in page
    assert "every 3s" not in page
    earlier = client.get(reverse("lead_file_many"), {"month": "2021-02"}).context["lines"]
    assert [ln["arrival"].kind.department_id for ln in earlier if ln["files"]] == ["canlian"]


def test_the_page_costs_the_same_however_much_has_come(client, officer):
    url = reverse("lead_file_many")
    few = queries(client, url)
    for kind in LeadKind.objects.delivered():
        LeadFileFactory(kind=kind, department=kind.department, month=MONTH)
    assert queries(client, url) == few <= 12


@pytest.mark.parametrize("name", ["lead_file_new", "lead_file_list", "lead_arrival_list"])
def test_it_is_reached_from_where_one_would_look(client, officer, name):
    assert reverse("lead_file_many") in text(client.get(reverse(name)))
    client.force_login(department_clerk("yibao"))  # has one list only
    assert reverse("lead_file_many") not in text(client.get(reverse(name)))


# --- out ----------------------------------------------------------------------------------------


def one_household(**more):
    _, number = person(HouseholdFactory(village=area_at(VILLAGE)))
    return checked(stay(number, paid=20000), **more), number


def sends(client, *files):
    return client.post(
        reverse("lead_file_dispatch_all"),
        {"month": "2021-03", "file": [file.pk for file in files]},
        follow=True,
    )


def test_every_checked_file_goes_out_and_nothing_else(client, officer):
    first, number = one_household()
    second = checked(["张三丰", number, "城关镇", "西关村", "2021-03-02"], department="canlian",
                     key="new_certificate", titles=["姓名", "残疾证号", "乡镇", "行政村", "发证日期"])  # fmt: skip
    held, _ = one_household()
    LeadFile.objects.filter(pk=held.pk).update(state=State.HELD)
    bad = checked(stay(""))
    shown = client.get(reverse("lead_file_dispatch_all"), {"month": "2021-03"})
    assert [line["file"] for line in shown.context["lines"]] == [first, second]
    assert (shown.context["households"], shown.context["empty"]) == (1, [bad])
    assert list(shown.context["not_ready"]) == [held]
    assert "下发 2 份名单" in text(shown)
    answer = sends(client, first, second)
    assert "已下发 2 份名单" in text(answer)
    states = dict(LeadFile.objects.values_list("pk", "state"))
    assert states == {first.pk: "dispatched", second.pk: "dispatched", held.pk: "held",
                      bad.pk: "checked"}  # fmt: skip
    assert (Lead.objects.count(), Case.objects.count()) == (2, 1)
    assert Event.objects.filter(kind="lead_file_dispatched", actor_id=officer.pk).count() == 2


def test_a_file_that_cannot_go_is_named_and_the_others_go(client, officer, monkeypatch):
    good, _ = one_household(name="好.xlsx")
    worse, _ = one_household(name="坏.xlsx")
    gone, _ = one_household(name="发过.xlsx")
    actions.dispatch_leads(file=gone, by=None)
    dispatch = actions.dispatch_leads

    def refuses_one(*, file, by):
        if file == worse:
            raise actions.LeadRefused("请刷新后查看")
        return dispatch(file=file, by=by)

    monkeypatch.setattr(actions, "dispatch_leads", refuses_one)
    page = text(sends(client, good, worse, gone))
    assert "已下发 1 份名单" in page
    assert "坏.xlsx：请刷新后查看。" in page
    assert "发过.xlsx：现在是“已下发”，没有再下发。" in page
    good.refresh_from_db()
    gone.refresh_from_db()
    assert (good.state, gone.dispatched_by) == ("dispatched", None)


def test_large_ones_go_by_a_worker(
    client, officer, monkeypatch, django_capture_on_commit_callbacks
):
    small, _ = one_household()
    numbers = [person(HouseholdFactory(village=area_at(VILLAGE)))[1] for _ in range(2)]
    large = checked(*(stay(number, paid=20000) for number in numbers))
    monkeypatch.setattr(dispatching, "AT_ONCE", 2)
    assert client.get(reverse("lead_file_dispatch_all")).context["later"] == 1
    with django_capture_on_commit_callbacks(execute=True):
        page = text(sends(client, small, large))
    assert "已下发 1 份名单" in page
    assert "1 份行数多，正在后台下发" in page
    assert Job.objects.get(kind="screening.dispatch_lead_file").args == {"lead_file": large.pk}
    assert LeadFile.objects.filter(state=State.DISPATCHED).count() == 2


def test_another_countys_files_are_neither_shown_nor_sent(client):
    file, _ = one_household()
    client.force_login(user_at("county_office", OTHER_COUNTY))
    assert client.get(reverse("lead_file_dispatch_all")).context["lines"] == []
    assert "没有可下发的名单" in text(sends(client, file))
    file.refresh_from_db()
    assert file.state == State.CHECKED


@pytest.mark.parametrize("role", ["department_clerk", "supervisor", "leading_group_office"])
def test_only_who_settles_sends(client, role):
    file, _ = one_household()
    client.force_login(user_at(role, "yibao" if role == "department_clerk" else COUNTY))
    assert client.get(reverse("lead_file_dispatch_all")).status_code == 403
    assert sends(client, file).status_code == 403
    assert "lead-files/dispatch" not in text(client.get(reverse("lead_file_list")))


@pytest.mark.parametrize("asked", ["x", "9" * 30, "-1"])
def test_any_numbers_are_borne(client, officer, asked):
    answer = client.post(
        reverse("lead_file_dispatch_all"), {"file": asked, "month": "?"}, follow=True
    )
    assert "没有可下发的名单" in text(answer)


def test_the_look_before_costs_the_same_for_two_and_twelve_files(client, officer):
    def ready():
        home = HouseholdFactory(village=area_at(VILLAGE))
        file = LeadFileFactory(state=State.CHECKED, month=MONTH, figures={"rows": 1})
        LeadRowFactory(file=file, household=home, match=LeadRow.Match.EQUAL)

    url = reverse("lead_file_dispatch_all")
    ready(), ready()
    few = queries(client, url)
    for _ in range(10):
        ready()
    assert queries(client, url) == few <= 12


def test_what_is_settled_later_follows_its_file(client, officer):
    home = HouseholdFactory(village=area_at(VILLAGE), with_members=2)
    _, number = person(home, relation="之子")
    file = checked(stay(number, paid=20000), stay(next_id_number(), "李秀英", paid=20000))
    assert "待认定 1 行，认定后自动下发" in text(client.get(reverse("lead_file_dispatch_all")))
    sends(client, file)
    wife = home.members.get(name="李秀英")
    actions.settle_row(row=LeadRow.objects.doubtful().get(), person=wife, by=officer)
    assert Lead.objects.count() == 2
    assert checking.figures_of(file)["doubtful"] == 0
