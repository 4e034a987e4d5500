from datetime import date

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import connection, transaction

from areas.tests.factories import CountyFactory, VillageFactory
from audit.events import EventKind
from audit.models import Event
from policy import codes, seed
from policy.actions import save_code_item, set_parameter
from policy.models import CodeItem, Parameter
from policy.parameters import value
from policy.rules import ValueRefused

pytestmark = pytest.mark.django_db
NEXT_YEAR = date(2022, 1, 1)


@pytest.fixture
def admin():
    return get_user_model().objects.create(username="admin", full_name="王建国")


def test_a_new_value_is_in_force_at_once_with_event_and_history(admin):
    assert value("gate_screening", on=NEXT_YEAR) == 20
    parameter = set_parameter(key="gate_screening", value="18", valid_from=NEXT_YEAR, by=admin)
    assert value("gate_screening", on=NEXT_YEAR) == 18
    assert value("gate_screening", on=date(2021, 12, 31)) == 20
    event = Event.objects.get(kind=EventKind.PARAMETER_SET)
    assert event.actor_name == "王建国"
    assert (event.detail["before"], event.detail["after"]) == (None, 18)
    assert (parameter.clause, parameter.unit) == ("四（二）", "日")


def test_the_same_day_again_corrects_and_history_keeps_both(admin):
    for given in (18, 19):
        parameter = set_parameter(key="gate_screening", value=given, valid_from=NEXT_YEAR, by=admin)
    assert Parameter.objects.filter(key="gate_screening", valid_from=NEXT_YEAR).count() == 1
    assert list(parameter.events.order_by("pgh_id").values_list("value", flat=True)) == [18, 19]
    assert Event.objects.order_by("-id").first().detail["before"] == 18


def test_raw_sql_leaves_history_too():
    parameter = Parameter.objects.get(key="gate_review")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE policy_parameter SET value = '24' WHERE id = %s", [parameter.pk])
    assert parameter.events.order_by("-pgh_id").first().value == 24


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"key": "no_such"}, "没有参数"),
        ({"value": 40}, "1 到 31"),
        ({"valid_from": date(1900, 1, 1)}, "生效日期"),
        ({"population": "lifted"}, "人群"),
        ({"basis": "year_total"}, "口径"),
        ({"note": "长" * 301}, "说明"),
        ({"clause": "四\x00"}, "依据"),
    ],
)
def test_an_administrator_cannot_store_nonsense(admin, change, word):
    before = Parameter.objects.count()
    given = {"key": "gate_screening", "value": 18, "valid_from": NEXT_YEAR, "by": admin}
    with pytest.raises(ValueRefused, match=word):
        set_parameter(**(given | change))
    assert Parameter.objects.count() == before
    assert not Event.objects.exists()


def test_a_value_may_be_for_one_county_only(admin):
    county = CountyFactory(code="410922")
    set_parameter(key="gate_screening", value=18, valid_from=NEXT_YEAR, by=admin, county=county)
    assert value("gate_screening", on=NEXT_YEAR, county="410922") == 18
    assert Event.objects.get().area_code == "410922"
    with pytest.raises(ValueRefused, match="县"):
        set_parameter(
            key="gate_screening", value=18, valid_from=NEXT_YEAR, by=admin, county=VillageFactory()
        )


@pytest.mark.django_db(transaction=True)
def test_a_change_undone_leaves_nothing(admin):
    def change_and_fail():
        set_parameter(key="gate_screening", value=18, valid_from=NEXT_YEAR, by=admin)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        transaction.atomic(change_and_fail)()
    assert value("gate_screening", on=NEXT_YEAR) == 20
    assert not Event.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_seeds_are_there_after_a_flush():
    call_command("flush", verbosity=0, interactive=False)
    assert Parameter.objects.filter(key="gate_screening").exists()
    assert CodeItem.objects.filter(table="risk").exists()


def test_planting_again_keeps_what_an_administrator_changed(admin):
    save_code_item(table="risk", code="因病", label="因大病", order=1, by=admin)
    parameters, items = Parameter.objects.count(), CodeItem.objects.count()
    seed.plant(Parameter, CodeItem)
    assert (Parameter.objects.count(), CodeItem.objects.count()) == (parameters, items)
    assert codes.label("risk", "因病") == "因大病"


def test_a_code_is_added_changed_and_retired(admin):
    save_code_item(table="risk", code="因诈骗", label="因诈骗", order=20, by=admin)
    assert codes.choices("risk")[-1] == ("因诈骗", "因诈骗")
    save_code_item(table="risk", code="因诈骗", label="因电信诈骗", is_active=False, by=admin)
    assert "因诈骗" not in dict(codes.choices("risk"))
    assert codes.label("risk", "因诈骗") == "因电信诈骗"
    events = Event.objects.filter(kind=EventKind.CODE_ITEM_SAVED).order_by("id")
    assert [event.detail["before"] is None for event in events] == [True, False]


def test_changing_a_label_keeps_what_else_is_known(admin):
    save_code_item(table="relation", code="之子", label="儿子", by=admin)
    assert codes.extra("relation", "之子") == {"gb": "20", "sex": "男"}


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"table": "no_such"}, "代码表"),
        ({"label": " "}, "都要填写"),
        ({"label": "长" * 61}, "超过"),
        ({"code": "a\x00b"}, "不可见"),
        ({"order": -1}, "顺序"),
    ],
)
def test_nonsense_codes_are_refused(admin, change, word):
    given = {"table": "risk", "code": "因故", "label": "因故", "by": admin}
    with pytest.raises(ValueRefused, match=word):
        save_code_item(**(given | change))
    assert not Event.objects.exists()


def test_the_last_code_of_a_table_stays(admin):
    save_code_item(
        table="clearing_kind", code="natural", label="自然消除", is_active=False, by=admin
    )
    with pytest.raises(ValueRefused, match="最后一项"):
        save_code_item(
            table="clearing_kind", code="assisted", label="帮扶消除", is_active=False, by=admin
        )
