from collections import Counter
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from areas.actions import load_divisions, save_area
from areas.containment import within
from areas.divisions import DivisionsRefused
from areas.management.commands.load_areas import COUNTY_LIST
from areas.models import Area
from areas.tests.factories import VillageFactory
from audit.events import EventKind
from audit.models import Event

pytestmark = pytest.mark.django_db
HEADER = "code,name,level,parent\n"
COUNTY = "410999,测试县,county,\n410999100,甲镇,township,410999\n"


def csv(lines: str, encoding="utf-8") -> bytes:
    return (HEADER + lines).encode(encoding)


def reasons(lines: str) -> list[str]:
    with pytest.raises(DivisionsRefused) as refused:
        load_divisions(data=csv(lines))
    assert not Area.objects.exists()
    assert not Event.objects.exists()
    return refused.value.reasons


def test_the_countys_own_list_loads_and_loads_again():
    out = StringIO()
    call_command("load_areas", str(COUNTY_LIST), stdout=out)
    assert '"created": 530' in out.getvalue()
    call_command("load_areas", str(COUNTY_LIST), stdout=out)
    assert '"created": 0, "updated": 0, "unchanged": 530' in out.getvalue()
    assert Counter(Area.objects.values_list("level", flat=True)) == {
        "county": 1, "township": 17, "village": 512,
    }  # fmt: skip
    assert Area.objects.filter(is_community=True).count() == 9
    assert Event.objects.filter(kind=EventKind.AREAS_LOADED).count() == 1


def test_short_names_stay_apart_within_a_township():
    call_command("load_areas", str(COUNTY_LIST), stdout=StringIO())
    names = Counter(Area.objects.villages().values_list("parent_id", "short_name"))
    assert max(names.values()) == 1


def test_the_number_of_statements_does_not_grow_with_the_list():
    def statements(villages):
        lines = "".join(f"4109991002{n:02d},第{n}庄村委会,village,410999100\n" for n in villages)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            load_divisions(data=csv(COUNTY + lines))
        return len(captured)

    assert statements(range(5)) == statements(range(5, 95))


def test_a_renamed_village_is_updated_and_the_rest_untouched():
    lines = COUNTY + "410999100201,甲庄村委会,village,410999100\n"
    load_divisions(data=csv(lines))
    loaded = load_divisions(data=csv(lines.replace("甲庄", "乙庄")))
    assert (loaded.created, loaded.updated, loaded.unchanged) == (0, 1, 2)
    assert Area.objects.get(pk="410999100201").short_name == "乙庄村"


def test_another_county_loads_beside_the_first():
    load_divisions(data=csv(COUNTY))
    load_divisions(data=csv("410998,另一县,county,\n410998100,丙乡,township,410998\n"))
    assert Area.objects.counties().count() == 2


def test_a_whole_province_loads_with_its_upper_levels():
    load_divisions(
        data=csv("41,河南省,province,\n4109,濮阳市,city,41\n410999,测试县,county,4109\n")
    )
    assert Area.objects.get(pk="410999").parent.parent.name == "河南省"


def test_a_township_list_may_lean_on_a_county_loaded_before():
    load_divisions(data=csv(COUNTY))
    assert load_divisions(data=csv("410999101,乙镇,township,410999\n")).created == 1


@pytest.mark.parametrize("encoding", ["gbk", "gb18030", "utf-8-sig"])
def test_lists_saved_by_wps_load(encoding):
    load_divisions(data=csv(COUNTY, encoding))
    assert Area.objects.get(pk="410999100").name == "甲镇"


def test_columns_in_another_order_and_more_of_them():
    load_divisions(data="name,备注,parent,code,level\n测试县,x,,410999,county\n".encode())
    assert Area.objects.get().name == "测试县"


@pytest.mark.parametrize(
    ("line", "row", "word"),
    [
        ("410999101,乙镇,village,410999", 4, "位"),
        ("410999101,乙镇,街道,410999", 4, "不认识"),
        ("41099910A,乙镇,township,410999", 4, "不是数字"),
        ("４１０９９９１０１,乙镇,township,410999", 4, "不是数字"),
        ("410999101,,township,410999", 4, "名称"),
        ("410999101,乙\x07镇,township,410999", 4, "不可见"),
        (f"410999101,{'长' * 61},township,410999", 4, "60"),
        ("410999101,乙镇,township,", 4, "没有上级"),
        ("410999101,乙镇,township,410777", 4, "不存在"),
        ("410999102201,乙庄村委会,village,410999100", 4, "不符"),
        ("410999100201,乙庄村委会,village,410999", 4, "乡镇"),
        ("410999100,乙镇,township,410999", 4, "第 3 行重复"),
        ("410999101", 4, "不认识"),
    ],
)
def test_a_bad_row_is_named_and_nothing_is_loaded(line, row, word):
    (reason,) = reasons(COUNTY + line + "\n")
    assert reason.startswith(f"第 {row} 行")
    assert word in reason


def test_all_bad_rows_are_named_at_once_in_order():
    found = reasons(COUNTY + "x,乙镇,township,410999\n\n41099910,丙镇,township,410999\n")
    assert [reason.split()[1] for reason in found] == ["4", "6"]


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "缺少列"),
        (HEADER.encode(), "没有区划"),
        ("代码,名称\n".encode(), "缺少列"),
        (b"\xff\xff\xff", "编码"),
        (b"PK\x03\x04\x00\x00", "csv"),
        ((HEADER + '410999,"测试县,county,\n').encode(), "引号"),
    ],
)
def test_what_is_no_list_is_refused_in_one_sentence(data, word):
    with pytest.raises(DivisionsRefused, match=word):
        load_divisions(data=data)


def test_the_command_says_what_is_wrong(tmp_path):
    bad = tmp_path / "bad.csv"
    bad.write_bytes(csv("1,x,county,\n"))
    with pytest.raises(CommandError, match="第 2 行"):
        call_command("load_areas", str(bad))
    with pytest.raises(CommandError, match="读不到"):
        call_command("load_areas", str(tmp_path / "absent.csv"))


def test_an_administrator_adds_and_renames_with_an_event():
    load_divisions(data=csv(COUNTY))
    save_area(by=None, code="410999100201", name="甲庄村委会", parent="410999100")
    area = save_area(by=None, code="410999100201", name="甲庄社区居委会", parent="410999100")
    assert (area.short_name, area.is_community) == ("甲庄社区", True)
    event = Event.objects.get(kind=EventKind.AREA_CHANGED)
    assert event.detail["before"]["name"] == "甲庄村委会"
    assert event.area_code == "410999100201"


def test_an_administrator_cannot_hang_a_village_under_a_county():
    load_divisions(data=csv(COUNTY))
    with pytest.raises(DivisionsRefused, match="乡镇"):
        save_area(by=None, code="410999100201", name="甲庄村委会", parent="410999")


@pytest.mark.parametrize(
    "values",
    [
        {"code": "410922", "level": "village"},
        {"code": "410922100", "level": "township", "parent_id": "410923"},
    ],
)
def test_the_database_refuses_a_code_that_does_not_fit(values):
    with pytest.raises(IntegrityError), transaction.atomic():
        Area.objects.create(name="x", short_name="x", **values)


def test_rows_within_areas():
    here, elsewhere = VillageFactory(), VillageFactory()
    found = Area.objects.filter(within([here.parent_id], field="code"), level="village")
    assert list(found) == [here]
    assert not Area.objects.filter(within([], field="code")).exists()
    assert not Area.objects.filter(within([""], field="code")).exists()
    both = within([here.code, elsewhere.code, here.parent_id], field="code")
    assert Area.objects.villages().filter(both).count() == 2
