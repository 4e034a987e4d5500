import pytest

from accounts.tests.factories import area_at
from households.villages import Villages, VillageUnknown

pytestmark = pytest.mark.django_db

WEST, TOWN, COUNTY = "410922100201", "410922100", "410922"


@pytest.fixture
def county():
    """西街 in 城关镇; 刘庄 in two townships."""
    from areas.models import Area

    names = {"410922102210": "刘庄村委会", "410922104211": "刘庄村委会"}
    for code, name in names.items():
        area_at(code[:9])
        Area.objects.create(
            code=code, name=name, short_name="刘庄村", level="village", parent_id=code[:9]
        )
    return Villages([COUNTY]), area_at(WEST)


@pytest.mark.parametrize("township", ["", "城关镇", "城关", "城关镇人民政府"])
@pytest.mark.parametrize("end", ["", "村", "村委会", "村民委员会"])
def test_spellings_of_one_village(county, township, end):
    area = county[1]
    base = area.name.removesuffix("村委会")
    villages = Villages([COUNTY])

    assert villages.code_of(township, base + end) == WEST


def test_a_code_and_a_township_in_front_are_understood(county):
    area = county[1]
    villages = Villages([COUNTY])

    assert villages.code_of("", WEST) == WEST
    assert villages.code_of("", f"城关镇{area.short_name}") == WEST


@pytest.mark.parametrize(
    ("township", "village", "why"),
    [
        ("", "", "没有填行政村"),
        ("", "刘庄村", "请填写“乡镇”列"),
        ("城关镇", "刘庄", "同名村在"),
        ("无此镇", "刘庄", "没有“无此镇”这个乡镇"),
        ("", "没有的村", "没有“没有的村”这个行政村"),
    ],
)
def test_what_cannot_be_told_is_explained(county, township, village, why):
    area_at(TOWN)
    with pytest.raises(VillageUnknown, match=why):
        Villages([COUNTY]).code_of(township, village)


def test_a_village_outside_the_importers_area_is_refused(county):
    with pytest.raises(VillageUnknown, match="不在您负责的区域内"):
        Villages(["410922104"]).code_of("城关镇", county[1].name)


def test_the_importers_own_village_wins_among_namesakes(county):
    assert Villages(["410922104"]).code_of("", "刘庄") == "410922104211"
