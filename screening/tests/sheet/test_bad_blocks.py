"""The catalogue's B42: pasted blocks are compared and limited; nothing is written before 确认."""

import json
import re

import pytest
from django.urls import reverse

from accounts.tests import factories as people
from audit import clock
from households.tests.factories import HouseholdFactory
from screening.models import CellChange, SheetRow
from screening.sheet.forms import MOST_CHANGES
from workflow.tests.factories import LeadCaseFactory, MonthlyRoundFactory, moment

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def march():
    with clock.at(moment(10)):
        MonthlyRoundFactory()
        yield


@pytest.fixture
def cadre(client):
    user = people.village_cadre()
    client.force_login(user)
    return user


@pytest.fixture
def home():
    return on_the_sheet(people.VILLAGE)


def on_the_sheet(village):
    home = HouseholdFactory(village=people.area_at(village), with_members=2)
    LeadCaseFactory(household=home)
    return home


def pasted(client, rows):
    sent = json.dumps({"rows": rows})
    answer = client.post(reverse("sheet_preview"), sent, content_type="application/json")
    assert not CellChange.objects.exists()
    assert not SheetRow.objects.exists()
    return answer


def test_b42_five_thousand_rows_are_too_many_and_say_so(client, cadre, home):
    rows = {pk: {"phone": "13911112222", "wage": "1"} for pk in range(1, 5001)}
    answer = pasted(client, rows)
    assert answer.status_code == 400
    assert answer.json()["detail"] == (
        f"粘贴了 10000 格，一次最多 {MOST_CHANGES} 格，请分几次粘贴"
    )  # fmt: skip


def test_b42_a_ragged_block_changes_only_the_cells_it_has(client, cadre, home):
    other = on_the_sheet(people.VILLAGE)
    rows = {home.pk: {"phone": "13911112222", "wage": "3200"}, other.pk: {"phone": "13911113333"}}
    told = [(d["household"], d["key"]) for d in pasted(client, rows).json()["differences"]]
    assert sorted(told) == sorted(
        [(home.pk, "phone"), (home.pk, "wage"), (other.pk, "phone")]
    )  # fmt: skip


@pytest.mark.parametrize(
    "typed",
    [
        "<table><tr><td rowspan=2>3200</td></tr></table>",  # WPS gave its HTML
        "=SUM(A1:A9)",
        "3200\t4100",  # two cells in one: the hidden column between them
        "#REF!",
        "很多",
        "9" * 5000,
    ],
)
def test_b42_what_is_no_amount_is_told_cell_by_cell(client, cadre, home, typed):
    [told] = pasted(client, {home.pk: {"wage": typed}}).json()["differences"]
    assert re.search("[一-龥]", told["error"])
    assert len(told["new"]) <= 60


def test_b42_hidden_and_unknown_columns_and_other_households_are_left_out(client, cadre, home):
    stranger = on_the_sheet(people.NEIGHBOUR)
    rows = {
        home.pk: {"number": "1", "id_number": "x", "password": "x"},
        stranger.pk: {"phone": "13911112222"},
    }
    assert pasted(client, rows).json()["differences"] == []
