"""The page of the grid and the rows that it asks for: who gets them, what they say, what they cost."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.tests import factories as people
from policy.memory import forget
from screening.sheet import rows
from screening.sheet.columns import CELLS
from screening.tests.factories import SheetRowFactory
from workflow.states import Status
from workflow.tests.factories import MonthlyRoundFactory, case_in

pytestmark = pytest.mark.django_db

PAGES = ("sheet_grid", "sheet_lines")


@pytest.fixture
def month():
    return MonthlyRoundFactory()


@pytest.fixture
def cadre(client):
    user = people.village_cadre()
    client.force_login(user)
    return user


def lines(client):
    return client.get(reverse("sheet_lines")).json()["lines"]


def cells(line):
    return dict(zip([cell.key for cell in CELLS], line["cells"], strict=True))


def test_a_line_holds_the_texts_of_its_columns_and_what_is_wrong(client, month, cadre):
    household = case_in(Status.MONITORED).household
    household.members.filter(relation="之子").update(sex="女")
    SheetRowFactory(round=month, household=household, drafts={"phone": "没有"})
    [line] = lines(client)
    row = rows.of_households(month, [household.pk])[0]
    assert cells(line) == {cell.key: row.text(cell.key) for cell in CELLS}
    assert (line["id"], line["state"], list(line["errors"])) == (
        household.pk,
        "doubtful",
        ["phone"],
    )
    assert line["doubts"][0]["key"].startswith("relation_sex-")
    assert line["closed"] == []


def test_a_household_without_a_case_has_no_risks_to_type(client, month, cadre):
    SheetRowFactory(round=month)
    [line] = lines(client)
    assert line["closed"] == ["risks", "remark"]


def test_lines_come_in_the_order_of_the_numbers_and_of_the_village_alone(client, month, cadre):
    own = [case_in(Status.MONITORED).household for _ in range(3)]
    case_in(Status.MONITORED, village=people.NEIGHBOUR)
    assert [line["id"] for line in lines(client)] == [
        one.pk for one in sorted(own, key=lambda one: one.number)
    ]


@pytest.mark.parametrize("name", PAGES)
def test_another_village_is_not_there(client, month, cadre, name):
    case_in(Status.MONITORED, village=people.NEIGHBOUR)
    assert client.get(reverse(name), {"village": people.NEIGHBOUR}).status_code == 404


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("who", [people.township_reviewer, people.supervisor, people.system_admin])
def test_only_the_village_fills_in_the_sheet(client, month, name, who):
    client.force_login(who())
    assert client.get(reverse(name)).status_code == 403


@pytest.mark.parametrize("name", PAGES)
def test_before_the_month_begins_there_is_no_sheet(client, cadre, name):
    assert client.get(reverse(name)).status_code == 404


def test_the_page_waits_for_no_row(client, month, cadre, monkeypatch):
    case_in(Status.MONITORED)
    monkeypatch.setattr(rows, "of_households", lambda *_: pytest.fail("read before it is shown"))
    page = client.get(reverse("sheet_grid")).content.decode()
    there = f"{reverse('sheet_lines')}?village={people.VILLAGE}"
    # The browser uses the early answer only for the very address that the script asks for.
    assert f'<link rel="preload" as="fetch" crossorigin href="{there}">' in page
    assert f'data-lines-url="{there}"' in page


def test_a_month_without_households_asks_for_no_rows(client, month, cadre):
    page = client.get(reverse("sheet_grid")).content.decode()
    assert "本月没有要看的户" in page
    assert reverse("sheet_lines") not in page


def test_the_rows_travel_compressed_and_are_kept_nowhere(client, month, cadre):
    for _ in range(3):
        case_in(Status.MONITORED)
    answer = client.get(reverse("sheet_lines"), headers={"accept-encoding": "gzip"})
    assert answer["Content-Encoding"] == "gzip"
    assert "no-store" in answer["Cache-Control"]


def test_ten_and_fifty_rows_cost_the_same_queries(client, month, cadre):
    def cost(count):
        for _ in range(count):
            case_in(Status.MONITORED)
        forget()
        with CaptureQueriesContext(connection) as captured:
            found = lines(client)
        return len(found), len(captured)

    lines(client)  # what a process asks only once
    (ten, first), (fifty, then) = cost(10), cost(40)
    assert (ten, fifty) == (10, 50)
    assert first == then
