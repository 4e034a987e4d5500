"""A department's file from upload to verdicts: every outcome of matching, every figure."""

import json
from datetime import date

import pytest
from django.core.files.base import ContentFile

from accounts.models import Department
from accounts.tests.factories import COUNTY, VILLAGE, area_at, department_clerk
from audit.models import Event
from households.tests.factories import (
    DepartedPersonFactory,
    HouseholdFactory,
    LiftedHouseholdFactory,
    PersonFactory,
    next_id_number,
)
from screening import actions, checking
from screening.models import LeadFile, LeadRow
from screening.tests.factories import kind_of, upload, workbook
from workflow.tests.factories import moment

pytestmark = pytest.mark.django_db
MONTH = date(2021, 3, 1)
Match, Verdict, State = LeadRow.Match, LeadRow.Verdict, LeadFile.State


@pytest.fixture(autouse=True)
def march():
    from audit import clock

    with clock.at(moment(10)):
        yield


@pytest.fixture
def village():
    return area_at(VILLAGE)


def received(file, department="yibao", key="inpatient", month=MONTH, by=None):
    return actions.receive_file(
        file=file, department=Department.objects.get(pk=department), kind=kind_of(department, key),
        month=month, county=area_at(COUNTY), by=by, in_background=False,
    )  # fmt: skip


def checked(*rows, **more):
    return checking.check(received(upload(*rows, **more)))


def stay(number, name="张三丰", paid=6320, day="2021-02-11", village="西关村", township="城关镇"):
    return [name, number, township, village, day, paid, "县人民医院"]


def person(household, number=None, **facts):
    number = number or next_id_number()
    return PersonFactory(household=household, id_number=number, **facts), number


def rows_of(file):
    return {row.sheet_row: row for row in file.rows.all()}


def test_the_threshold_follows_the_group_of_the_matched_household(village):
    lifted, first = person(LiftedHouseholdFactory(village=village))
    general, second = person(HouseholdFactory(village=village))
    file = checked(
        stay(first), stay(second), stay(next_id_number(), "赵六"), stay(second, paid=11000.01)
    )
    rows = rows_of(file)
    assert rows[2].verdict == Verdict.OK
    assert rows[2].reason == "2021-02-11 住院自付 6,320 元 > 5,500 元，脱贫户，附件1-1"
    assert (rows[2].person, rows[2].household) == (lifted, lifted.household)
    assert rows[3].verdict == Verdict.BELOW
    assert rows[3].reason == "住院自付 6,320 元，未超过 11,000 元（一般农户，附件1-1）"
    assert rows[4].verdict == Verdict.BELOW  # not in the register: general
    assert rows[5].verdict == Verdict.OK
    assert checking.summary_line(file) == {
        "rows": 4, "ok": 2, "below_threshold": 2, "rejected": 0, "matched": 2, "doubtful": 0,
        "unmatched": 0, "households": 2,
    }  # fmt: skip


def test_each_outcome_of_matching_says_what_it_is(village):
    home = HouseholdFactory(village=village)
    _, equal = person(home)
    _, repaired = person(home, name="李秀英", relation="配偶")
    dead, moved = next_id_number(), next_id_number()
    DepartedPersonFactory(household=home, id_number=dead, name="王故")
    DepartedPersonFactory(household=home, id_number=moved, name="王走", left_reason="迁出")
    file = checked(
        stay(equal, paid=20000),
        stay(f" '{repaired.lower()}", "李秀英", paid=20000),
        stay(next_id_number(), "李秀英", paid=20000),  # name and village only
        stay(dead, "王故", paid=20000),
        stay(moved, "王走", paid=20000),
        stay(next_id_number(), "钱无名", paid=20000),
        stay(
            next_id_number(), "李秀英", paid=20000, village="南街村"
        ),  # the name in another village
    )
    found = {number: row.match for number, row in rows_of(file).items()}
    assert found == {
        2: Match.EQUAL, 3: Match.REPAIRED, 4: Match.NAME_ONLY, 5: Match.DECEASED, 6: Match.MOVED,
        7: Match.NOT_FOUND, 8: Match.NOT_FOUND,
    }  # fmt: skip
    assert file.figures["matched"] == 2
    assert (file.figures["doubtful"], file.figures["unmatched"]) == (1, 4)
    assert file.figures["households"] == 1
    assert {row.township_id for row in file.rows.all()} == {VILLAGE[:9]}
    assert file.state == State.CHECKED


def test_bad_rows_keep_their_sheet_row_number_and_say_what_to_do(village):
    number = next_id_number()
    wrong = number[:17] + ("0" if number[17] != "0" else "1")
    file = checked(
        stay(float(number[:17] + "0")),
        stay(wrong),
        stay(""),
        stay(number, name=""),
        stay(number, paid="很多"),
        stay(number, paid=""),
        stay(number, day="2021-02-30"),
        stay(number, day="2021-03-11"),
        stay(number, paid=-5),
        stay(number, paid=20000),
        stay(number, paid=20000),
        above=[["清丰县住院自付费用名单"]],
    )
    reasons = {number: row.reason for number, row in rows_of(file).items()}
    for sheet_row, words in {
        3: "身份证号被Excel改成了数字", 4: "最后一位", 5: "没有填证件号码", 6: "没有填姓名",
        7: "看不懂", 8: "没有填个人自付", 9: "不存在", 10: "还没有到", 11: "不能小于 0",
        13: "与第 12 行相同",
    }.items():  # fmt: skip
        assert words in reasons[sheet_row], (sheet_row, reasons[sheet_row])
    assert (file.figures["rows"], file.figures["rejected"], file.figures["ok"]) == (11, 10, 1)
    assert rows_of(file)[3].match == ""


def test_number_and_name_never_lie_in_clear(village):
    _, number = person(HouseholdFactory(village=village))
    file = checked(stay(number, paid=20000), stay("410922199001", paid=20000))
    stored = json.dumps(
        [list(file.rows.values("raw", "facts", "reason")), file.header, file.figures]
    )
    assert number not in stored
    assert "410922199001" not in stored
    assert all(number not in str(event.detail) for event in Event.objects.all())


def test_a_file_with_half_of_it_unknown_waits_for_a_human(village):
    _, number = person(HouseholdFactory(village=village))
    strangers = [stay(next_id_number(), f"陌生{c}") for c in "甲乙丙"]
    file = checked(stay(number), *strangers)
    assert file.state == State.HELD
    assert "4 行里有 3 行不在清丰县花名册" in file.message
    assert file.figures["rows"] == 4


def test_another_months_file_waits_for_a_human(village):
    _, number = person(HouseholdFactory(village=village))
    file = checked(*(stay(number, day=f"2020-11-0{n}") for n in range(1, 5)))
    assert file.state == State.HELD
    assert "不在2021年3月及上月" in file.message


def test_another_countys_file_waits_for_a_human(village):
    _, number = person(HouseholdFactory(village=village))
    file = checked(*(stay(number, day=f"2021-02-0{n}", township="南乐镇") for n in range(1, 5)))
    assert file.state == State.HELD
    assert "不属于清丰县" in file.message


def test_a_refused_file_says_why_and_may_come_again(village):
    file = checking.check(received(ContentFile(workbook(["张三"], titles=["姓名"]), name="a.xlsx")))
    assert file.state == State.REFUSED
    assert "表头缺少" in file.message
    again = received(ContentFile(workbook(["张三"], titles=["姓名"]), name="a.xlsx"))
    assert again.pk != file.pk


def test_the_same_file_twice_is_one(village):
    clerk = department_clerk()
    content = workbook(stay(next_id_number()))
    first = received(ContentFile(content, name="三月.xlsx"), by=clerk)
    with pytest.raises(actions.AlreadyReceived, match="已经报送过"):
        received(ContentFile(content, name="改名.xlsx"), by=clerk)
    assert list(LeadFile.objects.all()) == [first]
    assert Event.objects.filter(kind="lead_file_received").count() == 1


def test_another_departments_clerk_cannot_send_it(village):
    with pytest.raises(actions.LeadRefused, match="不能报送"):
        received(upload(stay(next_id_number())), by=department_clerk("canlian"))
    assert not LeadFile.objects.exists()


def test_new_certificates_are_leads_whatever_else(village):
    _, number = person(HouseholdFactory(village=village))
    titles = ["姓名", "残疾人证号", "发证日期", "残疾类别", "残疾等级"]
    file = checking.check(
        received(
            upload(["张三丰", f"{number}42", "2021.2.20", "肢体", "二级"], titles=titles), "canlian",
            "new_certificate",
        )
    )  # fmt: skip
    (row,) = file.rows.all()
    assert row.reason == "2021-02-20 新办残疾证，肢体，二级，附件1-10"
    assert (row.verdict, row.match) == (Verdict.OK, Match.REPAIRED)


def test_checking_costs_the_same_queries_for_ten_rows_and_for_fifty(
    village, django_assert_max_num_queries
):
    _, number = person(HouseholdFactory(village=village))
    for count in (10, 50):
        file = received(upload(*(stay(number, paid=10000 + count + n) for n in range(count))))
        with django_assert_max_num_queries(25):
            checking.check(file)
        assert file.rows.count() == count
