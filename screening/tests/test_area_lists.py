"""Lists that name areas 附件1-2, 附件1-9, 附件1-11: rows to village tasks, and the answers back."""

import io

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from openpyxl import load_workbook

from accounts.tests.factories import (
    NEIGHBOUR,
    VILLAGE,
    area_at,
    county_officer,
    user_at,
)
from audit import clock
from households.tests.factories import HouseholdFactory
from screening import actions, checking, recognising, returning
from screening.models import Lead, LeadFile, LeadRow, Matter
from screening.refusals import LeadRefused
from screening.tests.factories import kind_of, workbook
from screening.tests.test_checking import received
from workflow.tests.factories import moment

pytestmark = pytest.mark.django_db
TITLES = ["乡镇名称", "村名", "受灾日期", "灾种", "受灾情况", "备注"]
HAIL = ["2021-03-08", "风雹", "大风刮倒树木", ""]
State, Verdict = LeadFile.State, LeadRow.Verdict


@pytest.fixture(autouse=True)
def march():
    with clock.at(moment(10)):
        yield


@pytest.fixture(autouse=True)
def villages():
    return area_at(VILLAGE), area_at(NEIGHBOUR)


@pytest.fixture
def officer():
    return county_officer()


def named(*rows, titles=TITLES, name="受灾.xlsx"):
    content = ContentFile(workbook(*rows, titles=titles), name=name)
    return checking.check(received(content, "yingji", "disaster_area"))


def answered(file) -> dict[int, list]:
    """What stands to the right of the department's own columns, by sheet row."""
    out = io.BytesIO()
    returning.write(file, out)
    lines = load_workbook(out).active.iter_rows(values_only=True)
    return {place: list(line[len(TITLES) :]) for place, line in enumerate(lines, start=1)}


def cadre(village=VILLAGE):
    return user_at("village_cadre", village)


def test_rows_become_tasks_of_villages_and_are_answered(officer, villages):
    home = HouseholdFactory(village=villages[0])
    file = named(["城关镇", "西关村", *HAIL], ["城关镇", "", *HAIL], ["城关镇", "不存在村", *HAIL])
    assert file.state == State.CHECKED
    assert [row.verdict for row in file.rows.order_by("sheet_row")] == ["ok", "ok", "bad"]
    known = Matter.objects.all()
    file = actions.dispatch_leads(file=file, by=officer)
    of_township = set(
        villages[0]
        .parent.children.filter(level="village", is_active=True)
        .values_list("pk", flat=True)
    )
    assert set(known.values_list("village_id", flat=True)) == of_township  # one a village, no more
    assert file.figures["households"] == len(of_township)
    assert not Lead.objects.exists()
    mine = Matter.objects.get(village=VILLAGE)
    assert mine in Matter.objects.awaiting(cadre())
    actions.take_step(matter=mine, by=cadre(), words="屋顶受损", households=[home])
    assert Lead.objects.get().household == home
    other = Matter.objects.get(village=NEIGHBOUR)
    actions.take_step(matter=other, by=cadre(NEIGHBOUR))
    lines = answered(file)
    assert lines[2] == ["线索", lines[2][1], "由村排查", "受影响 1 户，屋顶受损", "2021-03-10"]
    assert f"{len(of_township)} 个村中 2 个已排查，其中 1 个村有受影响的农户" in lines[3]
    assert lines[4][:2] == ["有误", lines[4][1]]
    assert "不存在村" in lines[4][1]


def test_the_same_again_adds_nothing_and_is_answered_with_the_same(officer):
    file = actions.dispatch_leads(file=named(["城关镇", "西关村", *HAIL]), by=officer)
    actions.dispatch_leads(file=file, by=officer)
    again = named(["城关镇", "西关村", *HAIL], ["城关镇", "西关村", *HAIL], name="再报.xlsx")
    assert [r.reason for r in again.rows.filter(verdict="bad")] == [
        "与第 2 行相同，只算一次，请删去"
    ]
    actions.dispatch_leads(file=again, by=officer)
    mine = Matter.objects.get()
    actions.take_step(matter=mine, by=cadre())
    assert answered(file)[2][3] == answered(again)[2][3] == "本村没有受影响的农户"


def test_a_list_taken_back_leaves_what_was_answered_and_what_others_named(officer):
    file = actions.dispatch_leads(
        file=named(["城关镇", "西关村", *HAIL], ["城关镇", "南关村", *HAIL]), by=officer
    )
    mine, theirs = Matter.objects.order_by("village_id")
    actions.take_step(matter=mine, by=cadre(mine.village_id))
    recalled = actions.recall_file(file=file, by=officer)
    assert (recalled.leads, recalled.kept) == (1, 1)
    assert list(Matter.objects.all()) == [mine]
    with pytest.raises(LeadRefused, match="不能作废"):
        actions.discard_file(file=LeadFile.objects.get(pk=file.pk), by=user_at(
            "department_clerk", "yingji"))  # fmt: skip
    by_hand = actions.raise_in_areas(
        kind=theirs.of_kind, areas=[theirs.village], facts=theirs.facts,
        happened_on=theirs.happened_on, by=user_at("department_clerk", "yingji"),
    )  # fmt: skip
    actions.dispatch_leads(file=file, by=officer)
    actions.recall_file(file=LeadFile.objects.get(pk=file.pk), by=officer)
    assert by_hand[0] in Matter.objects.all()


def test_a_bad_row_is_put_right_in_place_and_follows(officer):
    file = actions.dispatch_leads(file=named(["城关镇", "西关", *HAIL], ["城关镇", "错村", *HAIL]),
                                  by=officer)  # fmt: skip
    bad = file.rows.get(verdict="bad")
    row = actions.correct_row(row=bad, cells={"village": "南关村"}, by=officer)
    assert row.verdict == Verdict.OK
    assert row.matters.exists()


def test_rows_of_areas_wait_in_no_pool(officer):
    named(["城关镇", "西关村", *HAIL])
    assert not LeadRow.objects.unclaimed().exists()
    assert actions.rematch(rows=LeadRow.objects.all()) == 0
    with pytest.raises(LeadRefused, match="由村里排查"):
        actions.settle_row(row=LeadRow.objects.get(), person=None, by=officer)


def test_the_pages(client, officer):
    file = named(["城关镇", "西关村", *HAIL])
    client.force_login(officer)
    url = reverse("lead_file_detail", args=[file.pk])
    assert "下发到 1 个村排查" in client.get(url).text
    page = client.post(reverse("lead_file_dispatch", args=[file.pk]), follow=True).text
    assert "涉及 1 个村" in page
    assert "待村里排查" in page
    assert ">认定</a>" not in page
    assert "撤回派发" in page


def test_a_list_of_households_and_one_of_areas_are_told_apart():
    kinds = [kind_of("yingji", "disaster"), kind_of("yingji", "disaster_area")]
    people = ContentFile(workbook(["张三", "城关镇", "西关村", *HAIL], titles=["姓名", *TITLES]))
    people.name = "a.xlsx"
    areas = ContentFile(workbook(["城关镇", "西关村", *HAIL], titles=TITLES), name="b.xlsx")
    assert recognising.kind_of(people, kinds).key == "disaster"
    assert recognising.kind_of(areas, kinds).key == "disaster_area"


def test_the_administrator_keeps_the_columns_but_not_the_rule():
    admin, kind = user_at("system_admin", "410922"), kind_of("yingji", "disaster_area")
    values = {"label": kind.label, "risk": kind.risk, "rule": kind.rule, "cadence": kind.cadence,
              "clause": kind.clause, "columns": kind.columns}  # fmt: skip
    actions.save_kind(by=admin, kind=kind, **values)
    with pytest.raises(LeadRefused, match="区域"):
        actions.save_kind(by=admin, kind=kind, **values | {"rule": "listed"})
    inpatient = kind_of()
    with pytest.raises(LeadRefused, match="区域"):
        actions.save_kind(by=admin, kind=inpatient, rule="names_areas")
