"""A form sent by a script is told where to go, or that the sign-in has expired."""

import pytest
from django.urls import reverse

from accounts.tests import factories as people
from portal.tours import TOURS

pytestmark = pytest.mark.django_db

SCRIPT = {"X-Requested-With": "XMLHttpRequest"}
ADDRESS = reverse("tour_seen", args=[next(iter(TOURS))])


def test_a_script_is_told_where_the_browser_goes_next(client):
    client.force_login(people.village_cadre())
    answer = client.post(ADDRESS, headers=SCRIPT)
    assert (answer.status_code, answer["X-Go-To"], answer.content) == (204, "/", b"")
    assert client.post(ADDRESS).status_code == 302


def test_a_script_learns_that_the_sign_in_has_expired(client):
    answer = client.post(ADDRESS, headers=SCRIPT)
    assert answer.status_code == 401
    assert not answer.has_header("X-Go-To")
