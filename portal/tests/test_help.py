"""帮助 on every screen of the menu; the first-use tour, once for each person."""

import pytest
from django.urls import reverse

from accounts.tests import factories as people
from portal.help_texts import HELP, SAME, help_key
from portal.models import TourSeen
from portal.navigation import GROUPS
from portal.tours import TOURS
from tests.meta.url_table import TABLE

pytestmark = pytest.mark.django_db


def test_every_screen_of_the_menu_has_its_help():
    screens = {
        name for _, pages in GROUPS for page in pages for name in (page.url_name, *page.also)
    }
    assert sorted(screen for screen in screens if not help_key(screen)) == []


# Addresses that are no screen: files, parts of a page, and what one sees before signing in.
NO_SCREEN = {
    "attachment_file", "board_data", "booklet_preview", "claim_proof", "duty_report_file", "healthz",
    "help_index", "help_page", "job_file", "job_progress", "lead_file_returned", "matter_file",
    "measure_proof", "monthly_export_file", "natural_change_sheet", "register_import_rejected",
    "relief_proof", "second_factor_qr", "sheet_lines", "sheet_workbook", "sign_in",
}  # fmt: skip


def test_every_screen_has_its_page_of_help():
    opened = {name for name, row in TABLE.items() if "GET" in row.methods and name[:4] != "api_"}
    assert sorted(name for name in opened - NO_SCREEN if not help_key(name)) == []
    assert opened >= NO_SCREEN


def test_help_is_about_screens_that_exist():
    assert set(SAME.values()) <= set(HELP)
    assert sorted((set(HELP) | set(SAME)) - set(TABLE)) == []


@pytest.mark.parametrize(
    ("url", "key"),
    [("/", "home"), ("/meetings/", "meeting_list"), ("/cases/", "case_list")],
)
def test_the_help_of_a_screen_is_one_click_away(client, url, key):
    client.force_login(people.village_cadre())

    assert reverse("help_page", args=[key]) in client.get(url).content.decode()


def test_tours_are_short():
    assert all(1 <= len(stops) <= 5 for stops in TOURS.values())


@pytest.mark.parametrize(
    ("person", "tour"),
    [
        (people.village_cadre, "village"),
        (people.township_reviewer, "township"),
        (people.county_officer, "county"),
        (people.leading_group_officer, "county"),
        (people.department_clerk, "department"),
    ],
)
def test_the_tour_is_offered_until_it_was_seen(client, person, tour):
    user = person()
    client.force_login(user)
    assert client.get("/").context["tour"] == tour

    client.post(reverse("tour_seen", args=[tour]))
    client.post(reverse("tour_seen", args=[tour]))

    assert client.get("/").context["tour"] == ""
    assert TourSeen.objects.get().user == user


def test_an_administrator_is_not_shown_round(client):
    client.force_login(people.system_admin())
    assert "data-tour" not in client.get("/").content.decode()
