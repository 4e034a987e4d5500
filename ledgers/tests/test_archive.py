"""The month's archive: which papers are due, which are missing, what the ZIP holds."""

import hashlib
import io
import json
import zipfile

import openpyxl
import pytest
from django.core.management import CommandError, call_command

from accounts.tests.factories import COUNTY, NEIGHBOUR, TOWNSHIP, VILLAGE, area_at, village_cadre
from assistance.tests.factories import HelperAssignmentFactory, MeasureFactory, PlanFactory
from audit import clock
from audit.models import Event
from jobs.actions import enqueue
from jobs.models import Job
from ledgers import archive, exporting, exports, papers, sheets
from ledgers.models import Booklet, MonthlyExport
from ledgers.papers import Item
from ledgers.tests.factories import MARCH, march
from workflow.models import ReportedList, Status
from workflow.tests.factories import (
    AttachmentFactory,
    MeetingFactory,
    MonthlyRoundFactory,
    ReportedListFactory,
    StatusChangeFactory,
    case_in,
    decided,
    moment,
)

pytestmark = pytest.mark.django_db
Of = ReportedList.Kind


@pytest.fixture(autouse=True)
def _in_march():
    with clock.at(moment(31)):
        yield


@pytest.fixture
def round():
    area_at(VILLAGE)
    area_at(NEIGHBOUR)
    return MonthlyRoundFactory(month=MARCH)


def items(code=VILLAGE, user=None) -> dict[str, Item]:
    return {item.name: item for item in papers.checklist(march(code), user)}


def report(round, kind, case_ids=(), code=VILLAGE):
    return ReportedListFactory(area=area_at(code), round=round, kind=kind, case_ids=list(case_ids))


@pytest.mark.parametrize(
    ("pairs", "figure"),
    [
        ([], 100.0),
        ([(0, 0)], 100.0),
        ([(1, 0), (1, 1)], 50.0),
        ([(3, 1)], 33.3),
        ([(1, 5), (1, 0)], 50.0),
    ],
)
def test_completeness_is_present_of_due(pairs, figure):
    assert (
        papers.completeness_of([Item("甲", "六（二）", due, there) for due, there in pairs])
        == figure
    )


def test_a_village_that_has_done_nothing_misses_its_two_lists(round):
    found = items()

    assert found["排查台账"].missing == ("西关村未上报",)
    assert found["上报乡镇名单"].missing == ("西关村未上报",)
    assert found["消除风险评议记录"].note == "本月无"
    assert papers.completeness_of(list(found.values())) == 0.0


def test_a_zero_report_is_complete(round):
    report(round, Of.SCREENING)
    report(round, Of.ADMISSION)

    assert papers.completeness_of(list(items().values())) == 100.0


def test_a_review_without_minutes_is_missing_until_the_meeting_is_concluded(round):
    case = case_in(Status.SCREENED)
    StatusChangeFactory(case=case, step="put_forward", source="SCREENED", target="REVIEWED")
    assert items()["评议会议记录"].missing == ("西关村没有会议记录",)

    MeetingFactory(round=round)
    assert items()["评议会议记录"].missing == ("西关村没有会议记录",)

    decided("put_forward", case, VILLAGE)
    assert items()["评议会议记录"].missing == ()


def test_a_monitored_household_without_help_is_named(round):
    helped = case_in(Status.MONITORED)
    HelperAssignmentFactory(case=helped)
    PlanFactory(case=helped)
    MeasureFactory(case=helped)
    assert items()["一户一册及帮扶台账"].is_complete

    case_in(Status.MONITORED)
    found = items()["一户一册及帮扶台账"]
    assert (found.due, found.present) == (2, 1)
    assert found.missing == ("西关村张三丰户：未明确帮扶责任人、未制定帮扶计划、未安排帮扶措施",)


def test_a_township_names_the_villages_that_have_not_reported(round):
    report(round, Of.ADMISSION)
    found = items(TOWNSHIP)

    assert (found["村级上报的初步名单"].due, found["村级上报的初步名单"].present) == (2, 1)
    assert found["村级上报的初步名单"].missing == (f"{area_at(NEIGHBOUR).short_name}未上报",)
    assert found["乡镇上报对象名单"].missing == ("城关镇未上报",)


def test_a_county_names_its_townships(round):
    assert items(COUNTY)["乡镇上报名单"].missing == ("城关镇未上报",)


@pytest.mark.parametrize("more", [1, 6])
def test_the_checklist_asks_a_constant_number_of_questions(round, more, django_assert_num_queries):
    for _ in range(more):
        case_in(Status.MONITORED)
    filters = march(TOWNSHIP)
    papers.checklist(filters, None)

    with django_assert_num_queries(7):
        papers.checklist(filters, None)


def full_village(round):
    case = case_in(Status.MONITORED)
    StatusChangeFactory(case=case, step="put_forward", source="SCREENED", target="REVIEWED")
    meeting = decided("put_forward", case, VILLAGE)
    meeting.scans.add(AttachmentFactory())
    report(round, Of.SCREENING, [case.pk])
    report(round, Of.ADMISSION, [case.pk])
    return case


def test_the_zip_holds_every_paper_with_its_checksum_and_an_index(round):
    case = full_village(round)
    out = io.BytesIO()
    summary = archive.write_archive(march(), out, user=None)

    with zipfile.ZipFile(out) as book:
        names = set(book.namelist())
        sums = dict(
            reversed(line.split("  ", 1))
            for line in book.read("校验码.sha256").decode().splitlines()
        )
        index = openpyxl.load_workbook(io.BytesIO(book.read("目录.xlsx"))).active
        assert all(hashlib.sha256(book.read(name)).hexdigest() == sums[name] for name in sums)
    assert names == {*sums, "校验码.sha256"}
    assert any(name.startswith("02排查台账/") and name.endswith(".xlsx") for name in names)
    assert any(name.endswith("村级评议会记录.pdf") for name in names)
    assert any("附件01" in name for name in names)
    assert f"06一户一册及帮扶台账/一户一册/{case.household.number}张三丰.pdf" in names
    assert index["A1"].value == "城关镇西关村2021年3月防贫预警监测归档目录"
    assert summary.missing == [
        "一户一册及帮扶台账：西关村张三丰户：未明确帮扶责任人、未制定帮扶计划、未安排帮扶措施"
    ]
    event = Event.objects.get(kind="archive_exported")
    assert (event.detail["completeness"], summary.completeness) == ("75.0%", 75.0)


def test_names_inside_the_zip_are_fit_for_windows_and_never_collide():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        bundle = archive._Bundle(target, None, archive.Summary())
        names = [
            bundle._free("甲/名:单?.xlsx"),
            bundle._free("甲/名:单?.xlsx"),
            bundle._free("../乙.pdf"),
        ]

    assert names == ["甲/名、单、.xlsx", "甲/名、单、（2）.xlsx", "/乙.pdf"]


def run(name, *args) -> dict:
    out = io.StringIO()
    call_command(name, *args, stdout=out)
    return json.loads(out.getvalue().splitlines()[-1])


def test_the_annex2_command_writes_the_signed_form(round, tmp_path):
    case_in(Status.MONITORED)
    told = run("export_annex2", "--month", "2021-03", "--out", str(tmp_path / "a" / "annex2.xlsx"))
    sheet = openpyxl.load_workbook(tmp_path / "a" / "annex2.xlsx").active

    assert (told["rows"], told["files"]) == (3, 1)
    assert told["seconds"] >= 0
    assert sheet["A2"].value == "清丰县2021年3月“两类人群”监测对象排查台账"
    assert list(tmp_path.glob("**/*.part")) == []


def test_the_archive_command(round, tmp_path):
    told = run(
        "export_archive", "--month", "2021-03", "--area", TOWNSHIP, "--out", str(tmp_path / "a.zip")
    )

    assert {"rows", "files", "seconds", "completeness"} <= set(told)
    assert zipfile.ZipFile(tmp_path / "a.zip").testzip() is None


@pytest.mark.django_db(transaction=True)
def test_the_booklets_command_writes_a_file_a_household_and_prints_none_twice(tmp_path):
    MonthlyRoundFactory(month=MARCH)
    case = case_in(Status.MONITORED)
    first = run("export_booklets", "--month", "2021-03", "--out", str(tmp_path))
    second = run("export_booklets", "--month", "2021-03", "--area", VILLAGE, "--out", str(tmp_path))

    assert (first["rows"], first["files"], first["printed"]) == (1, 1, 1)
    assert (second["files"], second["printed"]) == (1, 0)
    assert (tmp_path / "城关镇西关村" / f"{case.household.number}张三丰.pdf").stat().st_size > 1000


@pytest.mark.parametrize("month", ["2021-13", "2021", "三月", "2021-3-1"])
def test_a_wrong_month_is_said(month, tmp_path):
    with pytest.raises(CommandError, match="月份格式不对"):
        run("export_annex2", "--month", month, "--out", str(tmp_path / "a.xlsx"))


def test_an_unknown_area_is_said(tmp_path):
    with pytest.raises(CommandError, match="没有区划 999999"):
        run(
            "export_annex2",
            "--month",
            "2021-03",
            "--area",
            "999999",
            "--out",
            str(tmp_path / "a.xlsx"),
        )


class Clockwork:
    """What a handler sees of a job that the clock started on 1 April."""

    by, args = None, {"period": "2021-04"}
    result: dict = {}

    def progress(self, done, total, message=""):
        pass


@pytest.mark.django_db(transaction=True)
def test_after_the_month_annex2_and_booklets_are_kept_once():
    MonthlyRoundFactory(month=MARCH)
    case_in(Status.MONITORED)
    job = Clockwork()

    exporting.keep_month(job)
    kept = {row.form: row.sha256 for row in MonthlyExport.objects.all()}
    case_in(Status.MONITORED)
    exporting.keep_month(job)

    assert set(kept) == {"signed", "flat"}
    assert {row.form: row.sha256 for row in MonthlyExport.objects.all()} == kept
    assert Booklet.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_job_of_someone_who_lost_the_post_is_refused():
    MonthlyRoundFactory(month=MARCH)
    area_at(TOWNSHIP)
    job = enqueue(
        "ledgers.export_ledger",
        by=village_cadre(),
        title="导出",
        args={"month": "2021-03", "area": TOWNSHIP, "ledger": "annex2", "form": "flat"},
    )
    job = Job.objects.get(pk=job.pk)

    assert job.state == "failed"
    assert "没有导出该区划台账的权限" in job.message
    assert not Event.objects.filter(kind="ledger_exported").exists()


def test_a_kept_ledger_is_returned_as_it_is(round):
    ledger, form = sheets.find("annex2"), exports.FORMS["flat"]
    first = exports.keep_monthly(ledger, march(COUNTY), form)
    case_in(Status.MONITORED)

    assert exports.keep_monthly(ledger, march(COUNTY), form).pk == first.pk
    assert Event.objects.filter(kind="ledger_exported").count() == 1
