"""import_leads, pull_leads and the system's own monitoring: what the operator and beat see."""

import io
import json
from datetime import date

import pytest
from django.core.management import CommandError, call_command

from accounts.tests.factories import VILLAGE, area_at
from audit import clock
from audit.models import Event
from households.tests.factories import HouseholdFactory, IncomeFactory, LiftedHouseholdFactory
from jobs import registry, schedule
from jobs.workbooks.reader import read_rows
from screening import checking, monitoring, returning
from screening.models import Lead, LeadFile
from screening.tests.factories import kind_of, workbook
from screening.tests.test_checking import person, stay
from workflow.models import Case
from workflow.tests.factories import MonitoredCaseFactory, moment

pytestmark = pytest.mark.django_db
MONTH = date(2021, 3, 1)


@pytest.fixture(autouse=True)
def march():
    with clock.at(moment(10)):
        yield


@pytest.fixture
def number():
    return person(HouseholdFactory(village=area_at(VILLAGE)))[1]


def run(*arguments):
    out = io.StringIO()
    call_command(*arguments, stdout=out, stderr=io.StringIO())
    return json.loads(out.getvalue().splitlines()[-1])


def import_leads(path, *more, department="yibao"):
    return run("import_leads", "--department", department, "--month", "2021-03", str(path), *more)


# --- import_leads -------------------------------------------------------------------------------


def test_the_summary_has_exactly_its_keys_and_the_second_run_changes_nothing(tmp_path, number):
    path = tmp_path / "三月.xlsx"
    path.write_bytes(workbook(stay(number, paid=20000), stay(number, paid=10), stay("")))
    first = import_leads(path)
    assert list(first) == list(checking.FIGURES)
    assert first == {
        "rows": 3, "ok": 1, "below_threshold": 1, "rejected": 1, "matched": 1, "doubtful": 0,
        "unmatched": 0, "households": 1,
    }  # fmt: skip
    assert import_leads(path) == first
    assert (LeadFile.objects.count(), Case.objects.count()) == (1, 0)
    assert import_leads(path, "--dispatch") == first
    assert import_leads(path, "--dispatch") == first
    assert (Lead.objects.count(), Case.objects.count()) == (1, 1)


def test_a_received_file_that_was_never_checked_is_carried_on(tmp_path, number, monkeypatch):
    path = tmp_path / "a.xlsx"
    path.write_bytes(workbook(stay(number, paid=20000)))
    with monkeypatch.context() as broken:
        broken.setattr(checking, "_take_rows", _killed)
        with pytest.raises(KeyboardInterrupt):
            import_leads(path)
    assert LeadFile.objects.get().state == LeadFile.State.RECEIVED
    assert import_leads(path)["ok"] == 1


def _killed(*args):
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--department", "nobody", "--month", "2021-03"), "没有“nobody”这个部门"),
        (("--department", "yibao", "--month", "三月"), "请写成 2021-03"),
        (("--department", "caizheng", "--month", "2021-03"), "没有这种名单"),
        (("--department", "yibao", "--month", "2021-03", "--kind", "x"), "没有这种名单"),
        (("--department", "yibao", "--month", "2021-03", "--county", "999999"), "找不到所属的县"),
        (("--department", "yibao", "--month", "2021-03"), "空的"),
    ],
)
def test_a_failure_says_why(tmp_path, arguments, words):
    area_at(VILLAGE)
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"")
    with pytest.raises(CommandError, match=words):
        run("import_leads", *arguments, str(path))


def test_an_unreadable_file_fails_the_command(tmp_path):
    area_at(VILLAGE)
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"no workbook at all")
    with pytest.raises(CommandError):
        import_leads(path)
    with pytest.raises(CommandError, match="没有这个文件"):
        import_leads(tmp_path / "none.xlsx")


def test_the_kind_is_recognised_by_its_columns(tmp_path, number):
    titles = ["学生姓名", "身份证号", "学校", "学段", "自费金额"]
    path = tmp_path / "a.xlsx"
    path.write_bytes(workbook(["张三丰", number, "县一高", "高中", 15000], titles=titles))
    assert import_leads(path, department="jiaoyu")["ok"] == 1
    assert LeadFile.objects.get().kind == kind_of("jiaoyu", "school_cost")


# --- pull_leads ---------------------------------------------------------------------------------


@pytest.fixture
def inbox(tmp_path, settings):
    settings.QF_INBOX = str(tmp_path / "inbox")
    folder = tmp_path / "inbox" / "yibao"
    folder.mkdir(parents=True)
    return folder


def pull(*more):
    return run("pull_leads", "--month", "2021-03", *more)


def test_each_file_of_the_folders_is_taken_once(inbox, number):
    content = workbook(stay(number, paid=20000))
    (inbox / "三月.xlsx").write_bytes(content)
    (inbox / "~$三月.xlsx").write_bytes(b"lock file of the office program")
    (inbox / "readme.txt").write_bytes(b"x")
    assert pull()["ok"] == 1
    (inbox / "copy.xlsx").write_bytes(content)
    assert pull()["files"] == 0
    assert run("pull_leads", "--month", "2021-04")["files"] == 0  # a hash is a hash in any month
    assert LeadFile.objects.get().month == MONTH


def test_one_bad_file_does_not_hold_up_the_others(inbox, number):
    (inbox / "a.xlsx").write_bytes(b"broken")
    (inbox / "b.xlsx").write_bytes(workbook(stay(number, paid=20000)))
    with pytest.raises(CommandError, match="1 个文件未能接收：a.xlsx"):
        pull()
    states = dict(LeadFile.objects.values_list("name", "state"))
    assert states == {"a.xlsx": "refused", "b.xlsx": "checked"}
    assert pull("--department", "yibao")["files"] == 0


def test_an_absent_folder_is_no_failure(settings, tmp_path):
    area_at(VILLAGE)
    settings.QF_INBOX = str(tmp_path / "nowhere")
    assert pull()["files"] == 0


def test_files_that_are_pulled_are_checked_by_jobs(
    inbox, number, django_capture_on_commit_callbacks
):
    (inbox / "a.xlsx").write_bytes(workbook(stay(number, paid=20000)))
    told = {"args": {"period": "2021-03-10"}, "progress": lambda *_: None}
    job = type("Handle", (), told)()
    with django_capture_on_commit_callbacks(execute=True):
        registry.find("screening.pull_leads").function(job)
    assert job.result == {"files": 1}
    assert LeadFile.objects.get().state == LeadFile.State.CHECKED
    assert LeadFile.objects.get().job.state == "done"


# --- the system's own leads, 附件1-12 ------------------------------------------------------------


@pytest.fixture
def poor():
    return LiftedHouseholdFactory(
        village=area_at(VILLAGE), per_capita_income="5400.00", income_year=2020
    )


def monitored():
    return monitoring.monitor("2021-03", lambda *progress: None)


def test_lifted_households_below_one_and_a_half_times_the_standard_are_leads(poor):
    village = poor.village
    others = [
        LiftedHouseholdFactory(village=village, per_capita_income="6000.00", income_year=2020),
        LiftedHouseholdFactory(village=village),  # nothing known
        LiftedHouseholdFactory(
            village=village, per_capita_income="100", income_year=2020, low_income_kind="低保"
        ),
        HouseholdFactory(village=village, per_capita_income="100", income_year=2020),
    ]
    busy = LiftedHouseholdFactory(village=village, per_capita_income="100", income_year=2020)
    MonitoredCaseFactory(household=busy)
    assert monitored() == {"month": "2021-03", "leads": 1, "households": 1}
    lead = Lead.objects.get()
    assert lead.household == poor
    assert lead.explanation == ("人均纯收入 5,400 元 < 6,000 元，脱贫户，未享受低保，附件1-12")
    assert (lead.source, lead.case.sources) == ("system", ["SYSTEM"])
    assert not Case.objects.filter(household__in=others).exists()
    assert Event.objects.get(kind="incomes_monitored").detail["leads"] == 1


def test_monitoring_twice_in_a_month_raises_nothing_twice(poor):
    monitored()
    assert monitored()["leads"] == 0
    assert (Lead.objects.count(), Case.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("new", "kinds"),
    [
        ({"wage": 4000}, {"income_fall"}),
        ({"compliant_self_paid": 50000}, {"expense_rise"}),
        ({"wage": 4000, "compliant_self_paid": 50000}, {"income_fall", "expense_rise"}),
        ({"wage": 17000}, set()),
    ],
)
def test_sudden_changes_between_two_periods_are_leads(new, kinds):
    home = LiftedHouseholdFactory(village=area_at(VILLAGE))
    IncomeFactory(household=home)
    IncomeFactory(
        household=home, period_start=date(2020, 10, 1), period_end=date(2021, 2, 28), **new
    )
    general = HouseholdFactory(village=area_at(VILLAGE))
    IncomeFactory(household=general)
    IncomeFactory(household=general, period_start=date(2020, 10, 1), period_end=date(2021, 2, 28),
                  wage=0)  # fmt: skip
    monitored()
    assert set(Lead.objects.values_list("kind__key", flat=True)) == kinds
    assert Case.objects.count() == bool(kinds)


def test_it_runs_by_the_clock():
    kinds = {entry.kind for entry in schedule.entries()}
    assert {"screening.pull_leads", "screening.monitor_incomes", "screening.rematch"} <= kinds


def test_a_returned_workbook_can_be_sent_again(tmp_path, number):
    """B41: only what was corrected is new."""
    path = tmp_path / "a.xlsx"
    path.write_bytes(workbook(stay(number, paid=20000), stay("", paid=30000)))
    import_leads(path, "--dispatch")
    back = tmp_path / "back.xlsx"
    returning.write(LeadFile.objects.get(), str(back), only_bad=True)
    with read_rows(back) as reading:
        header, bad = (row for batch in reading for row in batch.rows)
    bad[1] = number
    back.write_bytes(workbook(bad, titles=header))
    assert import_leads(back, "--dispatch")["ok"] == 1
    assert (Lead.objects.count(), Case.objects.count()) == (2, 1)
