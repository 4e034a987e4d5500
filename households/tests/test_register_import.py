"""A register workbook: verdict per row, preview, applied once, resumed after a kill."""

import datetime
import io

import openpyxl
import pytest
import xlsxwriter
from django.core.files.base import ContentFile

from accounts.tests import factories as people
from audit.events import EventKind
from audit.models import Event
from households import actions, idnumbers, register_import, register_stage
from households.models import Household, ImportRow, Person, RegisterImport
from households.refusals import Refused
from households.tests.factories import HouseholdFactory, PersonFactory, next_id_number

pytestmark = pytest.mark.django_db
TITLES = [
    "乡镇",
    "行政村",
    "户编号",
    "姓名",
    "与户主关系",
    "证件号码",
    "户类型",
    "低保",
    "人均纯收入",
    "联系电话",
]
State = RegisterImport.State


@pytest.fixture(autouse=True)
def villages(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return [people.area_at(code) for code in (people.VILLAGE, people.NEIGHBOUR, "410922101201")]


@pytest.fixture
def officer():
    return people.county_officer()


def row(number="H1", name="张三丰", relation="户主", id_number=None, **cells):
    """A good row of 西关村; cells by title replace its own."""
    values = {
        "乡镇": "城关镇",
        "行政村": "西关村",
        "户编号": number,
        "姓名": name,
        "与户主关系": relation,
        "证件号码": id_number or next_id_number(),
        "户类型": "一般农户",
        "低保": "否",
        "人均纯收入": 12000,
        "联系电话": "13800000000",
    }
    return values | cells


def workbook(rows, titles=TITLES, above=()):
    """The rows as an xlsx file in memory, `above` the header as title lines."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        sheet = book.add_worksheet()
        for index, line in enumerate(
            [*above, titles, *[[r.get(t, "") for t in titles] for r in rows]]
        ):
            sheet.write_row(index, 0, line)
    return ContentFile(stream.getvalue(), name="档案.xlsx")


def bring_in(rows, by=None, **kwargs):
    """Receive, check and apply at once; returns the import."""
    return bring_in_file(workbook(rows, **kwargs), by=by)


def bring_in_file(file, by=None):
    imported = actions.receive_register(file=file, by=by, at_once=True, in_background=False)
    register_import.check(imported)
    return imported


def summary(imported):
    return register_import.summary_line(imported)


def reasons(imported):
    """Reasons by sheet row."""
    return {
        r.sheet_row: r.own_reasons + r.reasons for r in imported.rows.filter(verdict="rejected")
    }


# --- good rows ----------------------------------------------------------------------------------
def test_good_rows_become_households_with_members():
    number = next_id_number()
    imported = bring_in(
        [
            row(id_number=number, 户类型="脱贫户", 低保="低保"),
            row(name="李秀英", relation="妻子"),
            row("H2", "单雄信", 人均纯收入=""),
        ]
    )

    assert summary(imported) == {
        "rows": 3, "created": 3, "updated": 0, "unchanged": 0, "rejected": 0, "households": 2,
    }  # fmt: skip
    household = Household.objects.get(number="H1")
    assert household.village_id == people.VILLAGE
    assert (household.kind, household.head_name, household.member_count) == ("lifted", "张三丰", 2)
    assert (household.low_income_kind, household.per_capita_income) == ("低保", 12000)
    assert Household.objects.get(number="H2").income_year is None
    head = household.members.get(relation="户主")
    assert idnumbers.decrypt(head.id_cipher) == number
    assert household.members.get(relation="配偶").name == "李秀英"
    assert Event.objects.filter(kind=EventKind.REGISTER_APPLIED).count() == 1
    assert not ImportRow.objects.exists()


def test_the_same_workbook_again_changes_nothing():
    rows = [row(), row(name="李秀英", relation="配偶"), row("H2", "单雄信")]
    bring_in(rows)
    before = list(Person.objects.order_by("pk").values())

    imported = bring_in(rows)

    assert summary(imported)["unchanged"] == 3
    assert summary(imported)["households"] == 2
    assert list(Person.objects.order_by("pk").values()) == before
    assert imported.figures["known"] == 3


def test_the_same_workbook_is_not_read_again_while_the_register_holds_all_of_it(monkeypatch):
    file = workbook([row(name="甲乙"), row(name="丙丁", relation="之子")])
    first = bring_in_file(file)
    with monkeypatch.context() as patched:
        patched.setattr(register_import, "stage", None)
        again = bring_in_file(file)
    assert (summary(again)["unchanged"], summary(again)["created"]) == (2, 0)
    assert summary(again)["households"] == summary(first)["households"] == 1
    person = Person.objects.get(name="甲乙")
    Person.objects.filter(pk=person.pk).update(phone="13900000000")
    assert summary(bring_in_file(file))["updated"] == 1
    person.refresh_from_db()
    assert person.phone == "13800000000"
    Person.objects.filter(pk=person.pk).update(source_digest=None)  # as one who is not of a sheet
    assert summary(bring_in_file(file))["unchanged"] == 2


def test_a_workbook_with_a_rejected_row_is_read_again():
    """What kept the row out may be gone by now."""
    taken, number = next_id_number(), next_id_number()
    PersonFactory(id_number=taken, household=HouseholdFactory(number="H9"))
    file = workbook([row(id_number=number), row("H2", id_number=taken)])
    assert summary(bring_in_file(file))["rejected"] == 1
    Person.objects.filter(id_index=idnumbers.blind_index(taken)).delete()
    assert summary(bring_in_file(file))["created"] == 1


def test_header_anywhere_columns_in_any_order_synonyms_and_more_columns():
    titles = [
        "身份证号",
        "关系",
        "姓名",
        "备注",
        "户号",
        "村",
        "文化程度",
        "务工时长（月）",
        "自然村",
    ]
    rows = [
        {"身份证号": next_id_number(), "关系": "本人", "姓名": "张三丰", "户号": "H1", "村": "西关村委会",
         "文化程度": "初中", "务工时长（月）": 6, "自然村": "前街"},
        {"姓名": "合计", "户号": "", "村": ""},
    ]  # fmt: skip
    imported = bring_in(
        rows, titles=titles, above=[["清丰县农户档案"], ["填报单位：", "", "", "2021年"]]
    )

    assert summary(imported)["created"] == 1
    person = Person.objects.get()
    assert (person.education, person.work_months) == ("初中", 6)
    assert person.household.natural_village == "前街"
    assert any("备注" in warning for warning in imported.warnings)


def test_a_changed_row_updates_with_history_and_leaves_what_the_sheet_does_not_say():
    first, spouse = row(), row(name="李秀英", relation="配偶")
    bring_in([first, spouse])
    Person.objects.update(education="小学")

    imported = bring_in([first | {"人均纯收入": 9000, "联系电话": "13911111111"}, spouse])

    assert (summary(imported)["updated"], summary(imported)["unchanged"]) == (1, 1)
    household = Household.objects.get()
    assert (household.per_capita_income, household.phone) == (9000, "13911111111")
    assert household.past.filter(pgh_label="update", per_capita_income=12000).exists()
    assert set(household.members.values_list("education", flat=True)) == {"小学"}


def test_an_empty_cell_never_erases():
    first = row(低保="低保")
    bring_in([first])

    imported = bring_in([first | {"低保": "", "联系电话": "", "户类型": ""}])

    assert summary(imported)["unchanged"] == 1
    assert Household.objects.get().phone == "13800000000"


def test_the_head_may_change_hands_in_one_workbook():
    head, spouse = row(), row(name="李秀英", relation="配偶")
    bring_in([head, spouse])

    imported = bring_in([head | {"与户主关系": "配偶"}, spouse | {"与户主关系": "户主"}])

    assert summary(imported)["updated"] == 2
    assert Household.objects.get().head_name == "李秀英"


def test_an_edit_in_the_system_is_seen_by_the_next_import(officer):
    head = row()
    bring_in([head])
    household = Household.objects.get()
    actions.edit_household(
        household=household, facts={"phone": "1"}, version=household.version, by=officer
    )

    assert summary(bring_in([head]))["updated"] == 1
    assert Household.objects.get().phone == "13800000000"


def test_a_member_is_added_to_a_household_of_the_register():
    head = row()
    bring_in([head])

    imported = bring_in([row(name="张小宝", relation="长子")])

    assert summary(imported)["created"] == 1
    assert Household.objects.get().member_count == 2


# --- rows that are sent back --------------------------------------------------------------------


def test_every_fault_of_a_row_is_named_in_the_order_of_the_columns_and_its_neighbours_stay():
    titles = [*TITLES, "务工时长（月）"]
    rows = [
        row(**{"务工时长（月）": 12}),
        row("H2", "", 低保="也许", **{"务工时长（月）": "整年"}),
        row("H3", "李秀英", **{"务工时长（月）": ""}),
        row("H4", "", 低保="也许"),
    ]
    imported = bring_in(rows, titles=titles)

    assert summary(imported)["created"] == 2
    fault = "没有填姓名；低保“也许”不认识，请填“否”“低保”或“特困”"
    assert reasons(imported) == {3: f"{fault}；务工时长（月）应是0到12的整数", 5: fault}


GOOD = idnumbers.synthetic(datetime.date(1950, 1, 2), "男", 5)


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        ({"姓名": ""}, "没有填姓名"),
        ({"姓名": "张😀"}, "姓名"),
        ({"证件号码": ""}, "没有填证件号码"),
        ({"证件号码": 410922195001020114}, "被Excel改成了数字"),
        ({"证件号码": "4.10922E+17"}, "被Excel改成了数字"),
        ({"证件号码": GOOD[:17] + ("1" if GOOD[17] != "1" else "2")}, "最后一位"),
        ({"证件号码": "410922195002300112"}, "出生日期不存在"),
        ({"证件号码": GOOD[:16]}, "应为18位"),
        ({"行政村": ""}, "没有填行政村"),
        ({"行政村": "没有的村"}, "没有“没有的村”"),
        ({"乡镇": "马庄桥镇"}, "请核对乡镇和行政村"),
        ({"户编号": ""}, "没有填户编号"),
        ({"户编号": 1234567890123456789}, "户编号被Excel改成了数字"),
        ({"与户主关系": ""}, "没有填与户主关系"),
        ({"与户主关系": "邻居"}, "不认识"),
        ({"户类型": "富裕户"}, "户类型“富裕户”不认识"),
        ({"低保": "也许"}, "低保“也许”不认识"),
        ({"人均纯收入": "很多"}, "人均纯收入"),
        ({"人均纯收入": -1}, "负数"),
        ({"人均纯收入": 99999999}, "过大"),
        ({"联系电话": "没有电话"}, "不是号码"),
    ],
)  # fmt: skip
def test_a_bad_row_is_sent_back_with_its_reason_and_good_ones_go_in(cells, why):
    imported = bring_in([row("H9", "李好人"), row() | cells])

    assert summary(imported)["created"] == 1
    assert why in reasons(imported)[3]


def test_a_number_written_oddly_is_repaired_and_an_old_one_warned():
    old = GOOD[:6] + GOOD[8:17]
    wide = next_id_number().replace("1", "１")
    imported = actions.receive_register(
        file=workbook([row(id_number=f"'{wide} "), row("H2", id_number=old)]),
        by=people.county_officer(),
        in_background=False,
    )
    register_import.check(imported)

    assert imported.figures["created"] == 2
    assert "15位" in imported.rows.get(sheet_row=3).warnings


def test_the_same_number_twice_keeps_the_first():
    number = next_id_number()
    imported = bring_in([row(id_number=number), row("H2", "李四", id_number=number)])

    assert "证件号码与第2行重复" in reasons(imported)[3]
    assert Person.objects.get().name == "张三丰"


def test_a_repeat_of_a_known_row_is_no_correction():
    number = next_id_number()
    rows = [row(id_number=number), row(name="张三疯", id_number=number)]
    bring_in(rows)

    imported = bring_in(rows)

    assert (summary(imported)["unchanged"], summary(imported)["rejected"]) == (1, 1)
    assert Person.objects.get().name == "张三丰"


def test_a_person_of_another_household_is_explained_not_moved():
    person = PersonFactory(
        household=HouseholdFactory(number="OLD", village=people.area_at(people.NEIGHBOUR))
    )
    number = idnumbers.decrypt(person.id_cipher)

    imported = bring_in([row("H9"), row("H9", "张三丰", "之子", id_number=number)])

    assert "户编号OLD" in reasons(imported)[3]
    assert imported.figures["moved"] == 1
    person.refresh_from_db()
    assert person.household.number == "OLD"


def test_a_township_importer_learns_nothing_about_households_elsewhere():
    person = PersonFactory(
        household=HouseholdFactory(number="SECRET", village=people.area_at("410922101201"))
    )
    imported = bring_in([row("H9"), row("H9", "张三", "之子", idnumbers.decrypt(person.id_cipher))])
    RegisterImport.objects.filter(pk=imported.pk).delete()

    again = actions.receive_register(
        file=workbook([row("H9", "张三", "之子", idnumbers.decrypt(person.id_cipher))]),
        by=None, in_background=False,
    )  # fmt: skip
    RegisterImport.objects.filter(pk=again.pk).update(codes=[people.TOWNSHIP])
    register_import.check(again)

    assert "区域以外" in reasons(again)[2]
    assert "SECRET" not in reasons(again)[2]


def test_a_deceased_person_does_not_come_back(officer):
    bring_in([row(), row(name="李秀英", relation="配偶")])
    spouse = Person.objects.get(relation="配偶")
    number = idnumbers.decrypt(spouse.id_cipher)
    actions.record_departure(
        person=spouse, kind="death", changed_on=datetime.date(2021, 1, 5), by=officer
    )

    imported = bring_in([row(name="李秀英", relation="配偶", id_number=number)])

    assert "登记死亡" in reasons(imported)[2]


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ([("户主", {}), ("户主", {})], "2名户主"),
        ([("配偶", {}), ("之子", {})], "没有户主"),
        ([("户主", {}), ("配偶", {"行政村": "南关村"})], "分在两个村"),
        ([("户主", {"证件号码": "1"}), ("配偶", {})], "户主所在的行未通过"),
    ],
)
def test_a_household_that_does_not_fit_together_is_sent_back_whole(rows, why):
    second = people.area_at(people.NEIGHBOUR).short_name
    sheet = [
        row(relation=relation, **{k: second if v == "南关村" else v for k, v in cells.items()})
        for relation, cells in rows
    ]
    imported = bring_in([*sheet, row("H9", "李好人")])

    assert why in reasons(imported)[3]
    assert list(Household.objects.values_list("number", flat=True)) == ["H9"]


def test_a_second_head_for_a_household_of_the_register_is_refused():
    bring_in([row()])

    assert "2名户主" in reasons(bring_in([row(name="李四")]))[2]


def test_a_household_number_of_another_village_is_refused():
    HouseholdFactory(number="H1", village=people.area_at("410922101201"))

    assert "在册登记于" in reasons(bring_in([row()]))[2]


def test_rejected_rows_come_back_in_the_same_shape_with_reasons():
    bad = row("H3", 证件号码="123")
    imported = bring_in([row(), bad], above=[["标题"]])

    with imported.rejected_file.open("rb") as stream:
        lines = list(openpyxl.load_workbook(stream).active.values)
    assert lines[1] == (*TITLES, "退回原因")
    assert len(lines) == 3
    assert lines[2][2] == "H3"
    assert "18位" in lines[2][-1]

    again = bring_in([bad | {"证件号码": next_id_number()}])
    assert summary(again)["created"] == 1


@pytest.mark.parametrize(
    "content", [b"not a workbook at all, just text", b"PK\x03\x04broken", b"\xd0\xcf\x11\xe0"]
)
def test_a_file_that_cannot_be_used_is_refused_with_one_sentence(content):
    imported = actions.receive_register(
        file=ContentFile(content, name="x.xlsx"), by=None, at_once=True, in_background=False
    )
    register_import.check(imported)

    assert (imported.state, bool(imported.message)) == (State.REFUSED, True)
    assert not Household.objects.exists()


def test_a_workbook_without_a_required_column_is_refused_by_name():
    imported = bring_in([row()], titles=[t for t in TITLES if t != "证件号码"])

    assert imported.state == State.REFUSED
    assert "证件号码" in imported.message


# --- confirmation, repetition, interruption -----------------------------------------------------


def test_in_the_browser_nothing_is_written_before_it_is_confirmed(officer):
    imported = actions.receive_register(file=workbook([row()]), by=officer, in_background=False)
    register_import.check(imported)
    assert (imported.state, imported.figures["created"]) == (State.CHECKED, 1)
    assert not Household.objects.exists()

    actions.apply_register(imported=imported, by=officer)
    register_import.apply(imported)

    assert imported.state == State.APPLIED
    assert Household.objects.get().number == "H1"
    assert Event.objects.get(kind=EventKind.REGISTER_APPLIED).actor_id == officer.pk


def test_an_import_is_confirmed_or_dropped_once(officer):
    imported = actions.receive_register(file=workbook([row()]), by=officer, in_background=False)
    register_import.check(imported)
    actions.drop_register(imported=imported, by=officer)

    with pytest.raises(Refused, match="已放弃"):
        actions.apply_register(imported=imported, by=officer)
    assert not ImportRow.objects.exists()


def test_what_was_registered_between_preview_and_confirmation_is_judged_again(officer):
    number = next_id_number()
    imported = actions.receive_register(
        file=workbook([row(id_number=number), row("H2", "李四")]), by=officer, in_background=False
    )
    register_import.check(imported)
    PersonFactory(id_number=number, household=HouseholdFactory(number="OTHER"))

    actions.apply_register(imported=imported, by=officer)
    register_import.apply(imported)

    assert "现登记在" in reasons(imported)[2]
    assert set(Household.objects.values_list("number", flat=True)) == {"OTHER", "H2"}


def test_the_same_workbook_at_once_is_one_import(officer):
    file = workbook([row()])
    first = actions.receive_register(file=file, by=officer, in_background=False)

    assert actions.receive_register(file=file, by=officer, in_background=False) == first


def test_somebody_without_an_area_may_not_import():
    with pytest.raises(Refused, match="岗位"):
        actions.receive_register(file=workbook([row()]), by=people.village_cadre())


@pytest.mark.parametrize("step", ["judge", "write"])
def test_killed_on_the_way_and_begun_again_ends_the_same(monkeypatch, step):
    rows = [row(), row(name="李秀英", relation="配偶"), row("H2", "单雄信")]
    real = getattr(register_import, step)

    def killed(*args, **kwargs):
        real(*args, **kwargs)
        raise KeyboardInterrupt

    monkeypatch.setattr(register_import, step, killed)
    with pytest.raises(KeyboardInterrupt):
        bring_in(rows)
    assert not Household.objects.exists()

    monkeypatch.setattr(register_import, step, real)
    imported = RegisterImport.objects.get()
    register_import.check(imported)
    register_import.check(imported)

    assert summary(imported)["created"] == 3
    assert Household.objects.count() == 2


def test_rows_lost_with_the_database_are_read_again(officer):
    imported = actions.receive_register(file=workbook([row()]), by=officer, in_background=False)
    register_import.check(imported)
    ImportRow.objects.all().delete()

    actions.apply_register(imported=imported, by=officer)
    register_import.apply(imported)

    assert Household.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_helpers_stage_what_this_process_would(monkeypatch):
    monkeypatch.setattr(register_stage, "BIG_BYTES", 0)
    monkeypatch.setattr(register_stage, "CHUNK_ROWS", 1)
    rows = [row(f"H{i}", "张三丰" if i % 2 else "买买提·艾力") for i in range(30)]

    imported = bring_in([*rows, row("H99", 证件号码="1")])

    assert (summary(imported)["created"], summary(imported)["rejected"]) == (30, 1)
    assert Person.objects.filter(name="买买提·艾力").count() == 15
