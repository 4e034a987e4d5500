"""Killed workers, two hands at once, and every kind of bad file: nothing half, nothing twice."""

import threading
from datetime import date

import psutil
import pytest
from django.core.files.base import ContentFile
from django.db import connections
from django.db.models import Count

from accounts.models import Department
from accounts.tests.factories import COUNTY, area_at
from audit.models import Event
from households.tests.factories import HouseholdFactory
from jobs import sweeping
from jobs.models import Job, State
from jobs.tests import bad_workbooks
from jobs.tests.test_faults import (  # noqa: F401 (fixtures)
    broker,
    in_state,
    kill,
    pretend_time_passed,
    redis_server,
    start_process,
    start_worker,
    surroundings,
    wait_until,
)
from screening import actions, checking
from screening.models import Lead, LeadFile, LeadRow
from screening.tests.factories import kind_of, upload, workbook
from screening.tests.test_checking import person, stay
from workflow.models import Case

MONTH = date(2021, 3, 1)
ROWS = 3000


def received(file, *, in_background=True) -> LeadFile:
    return actions.receive_file(
        file=file, department=Department.objects.get(pk="yibao"), kind=kind_of(), month=MONTH,
        county=area_at(COUNTY), by=None, in_background=in_background,
    )  # fmt: skip


@pytest.fixture
def big_file():
    """3,000 stays of one household: enough for a worker to be caught at it."""
    home = HouseholdFactory(village=area_at("410922100201"))
    _, number = person(home)
    return upload(*(stay(number, paid=20000 + n) for n in range(ROWS)))


def all_in_order(file) -> bool:
    numbers = list(file.rows.values_list("sheet_row", flat=True).order_by("sheet_row"))
    assert numbers == list(range(2, ROWS + 2))
    file.refresh_from_db()
    assert file.state == LeadFile.State.CHECKED
    assert (file.figures["rows"], file.figures["ok"], file.figures["households"]) == (ROWS, ROWS, 1)
    assert Event.objects.filter(kind="lead_file_checked").count() == 1
    return True


# --- killed workers -----------------------------------------------------------------------------


@pytest.fixture
def shared_media(settings):
    """The real worker keeps its files beside the development server's."""
    settings.MEDIA_ROOT = settings.VAR / "media"
    yield
    for file in LeadFile.objects.all():
        file.file.storage.delete(file.file.name)


@pytest.mark.faults
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("victim", ["child", "worker"])
def test_a_check_killed_in_the_middle_ends_with_exactly_the_rows(
    start_worker, shared_media, big_file, victim  # noqa: F811
):  # fmt: skip
    worker = start_worker()
    file = received(big_file)
    job = Job.objects.get(pk=file.job_id)
    wait_until(lambda: in_state(job, State.RUNNING))
    assert not LeadRow.objects.exists()  # rows appear all at once
    if victim == "worker":
        kill(worker)
        start_worker()
        pretend_time_passed(job)
        sweeping.sweep()
    else:
        for child in psutil.Process(worker.pid).children():
            child.kill()
    wait_until(lambda: in_state(job, State.DONE))
    assert all_in_order(file)
    assert job.result["rows"] == ROWS


@pytest.mark.faults
@pytest.mark.django_db(transaction=True)
def test_a_check_that_breaks_at_its_last_statement_leaves_nothing(big_file, monkeypatch):
    file = received(big_file, in_background=False)
    monkeypatch.setattr(checking, "record", _breaks)
    with pytest.raises(ZeroDivisionError):
        checking.check(file)
    file.refresh_from_db()
    assert (file.state, file.rows.count(), file.figures) == (LeadFile.State.RECEIVED, 0, {})
    monkeypatch.undo()
    checking.check(file)
    assert all_in_order(file)


def _breaks(*args, **kwargs):
    raise ZeroDivisionError


# --- two hands at once --------------------------------------------------------------------------


def at_once(*calls):
    """Run the calls in threads that start together; what each returned or raised."""
    gate, answers = threading.Barrier(len(calls)), [None] * len(calls)

    def run(place, call):
        gate.wait()
        try:
            answers[place] = call()
        except Exception as error:  # the answer is the point
            answers[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@pytest.mark.django_db(transaction=True)
def test_the_same_file_from_two_browsers_is_received_once():
    content = workbook(stay("", paid=1))
    area_at(COUNTY)
    send = lambda: received(ContentFile(content, name="a.xlsx"), in_background=False)  # noqa: E731
    answers = at_once(send, send, send)
    assert LeadFile.objects.count() == 1
    assert sum(isinstance(answer, LeadFile) for answer in answers) == 1
    assert sum(isinstance(answer, actions.AlreadyReceived) for answer in answers) == 2
    assert Event.objects.filter(kind="lead_file_received").count() == 1


@pytest.mark.django_db(transaction=True)
def test_checked_and_dispatched_by_two_at_once_every_effect_is_there_once(big_file):
    file = received(big_file, in_background=False)
    answers = at_once(lambda: checking.check(file), lambda: checking.check(file))
    assert [answer.state for answer in answers] == ["checked", "checked"]
    assert all_in_order(file)
    send = lambda: actions.dispatch_leads(file=file, by=None)  # noqa: E731
    at_once(send, send)
    assert Case.objects.count() == 1
    assert Lead.objects.count() == ROWS
    twice = LeadRow.objects.values("lead").annotate(n=Count("pk")).filter(n__gt=1)
    assert not twice.exists()


@pytest.mark.django_db(transaction=True)
def test_two_departments_files_about_the_same_households_do_not_deadlock():
    homes = [HouseholdFactory(village=area_at("410922100201")) for _ in range(40)]
    numbers = [person(home)[1] for home in homes]
    files = []
    for order, paid in ((numbers, 20000), (numbers[::-1], 30000)):
        rows = [stay(number, paid=paid) for number in order]
        files.append(checking.check(received(upload(*rows), in_background=False)))
    answers = at_once(
        *(lambda file=file: actions.dispatch_leads(file=file, by=None) for file in files)
    )
    assert [getattr(answer, "state", answer) for answer in answers] == ["dispatched"] * 2
    assert Case.objects.count() == 40
    assert Lead.objects.count() == 80
    assert not Lead.objects.filter(case=None).exists()


# --- bad files ----------------------------------------------------------------------------------

TITLES = ["姓名", "身份证号", "住院日期", "个人自付"]
GOOD = ["张三", bad_workbooks.NUMBER, "2021-02-11", 20000]


@pytest.fixture
def county(db):
    return area_at("410922100201")


def checked_path(path):
    with path.open("rb") as stream:
        file = received(ContentFile(stream.read(), name=path.name), in_background=False)
    return checking.check(file)


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (bad_workbooks.corner_cells, "最多"),
        (bad_workbooks.zip_bomb, "异常压缩"),
        (bad_workbooks.truncated, "不完整"),
        (bad_workbooks.damaged_crc, "损坏"),
        (bad_workbooks.polyglot, "夹带"),
        (bad_workbooks.symlink, "异常"),
        (bad_workbooks.too_many_columns, "列"),
    ],
)
def test_a_bad_container_is_refused_in_one_sentence(county, tmp_path, build, words):
    file = checked_path(build(tmp_path / "a.xlsx"))
    assert file.state == LeadFile.State.REFUSED
    assert words in file.message
    assert file.rows.count() == 0


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.xls", b"<html><table><tr><td>x</td></tr></table></html>", "网页"),
        ("a.xlsx", b"%PDF-1.4 x", "PDF"),
        ("a.csv", b"\xff\xfe\x00\xd8\x01", ""),
        ("a.csv", "随便\n写写\n".encode(), "表头"),
    ],
)
def test_what_is_no_workbook_is_refused_in_one_sentence(county, name, content, words):
    file = checking.check(received(ContentFile(content, name=name), in_background=False))
    assert file.state == LeadFile.State.REFUSED
    assert words in file.message


@pytest.mark.parametrize("encoding", ["gb18030", "gbk", "utf-8", "utf-8-sig", "utf-16"])
def test_a_csv_is_read_in_every_usual_encoding(county, encoding):
    lines = [
        ",".join(TITLES),
        f'张三,{GOOD[1]},2021年2月11日,"20,000.00元"',
        "李四,'123,2021/2/11,1万",
    ]
    content = "\r\n".join(lines).encode(encoding)
    file = checking.check(received(ContentFile(content, name="a.csv"), in_background=False))
    good, bad = file.rows.all()
    assert (good.verdict, good.facts) == (
        "ok", {"stayed_on": "2021-02-11", "self_paid": "20000.00"},
    )  # fmt: skip
    assert (bad.verdict, bad.sheet_row) == ("bad", 3)


def test_formulas_merges_and_totals_are_told_row_by_row(county, tmp_path):
    def fill(book, sheet):
        sheet.write_formula("D3", "=1+1", None, 2)
        sheet.merge_range("A5:A6", "王五")
        sheet.write_row("B5", GOOD[1:])
        sheet.write_row("B6", GOOD[1:])
        sheet.write_row("A8", ["合计", "", "", 1])

    rows = [TITLES, GOOD, ["李四", GOOD[1], "2021-02-11"]]
    file = checked_path(bad_workbooks.workbook(tmp_path / "a.xlsx", rows, fill))
    found = {row.sheet_row: (row.verdict, row.reason) for row in file.rows.all()}
    assert found[2][0] == "ok"
    assert found[3][0] == "bad"
    assert "是公式" in found[3][1]
    assert "合并单元格" in found[5][1]
    assert "合并单元格" in found[6][1]
    assert set(found) == {2, 3, 5, 6}


def test_control_characters_and_markup_are_data_or_told(county):
    file = checking.check(
        received(
            upload(
                ["<b>张三</b>", GOOD[1], "城关镇", "西关村", "2021-02-11", 20000, "{{7*7}}"],
                ["李\x0b四", GOOD[1], "", "", "2021-02-11", 30000, "=cmd|x"],
                ["王五", GOOD[1], "", "", "2021-02-11", "1e3", ""],
            ),
            in_background=False,
        )
    )  # fmt: skip
    rows = {row.sheet_row: row for row in file.rows.all()}
    assert rows[2].name == "<b>张三</b>"
    assert all(row.name.isprintable() for row in rows.values())
    assert rows[4].verdict in ("below", "bad")
