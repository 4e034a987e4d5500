from collections import defaultdict

import pytest

from accounts.tests import factories as people


@pytest.fixture(autouse=True)
def no_guards_of_upper_apps(monkeypatch):
    """This app by itself; what an upper app guards is tested there."""
    monkeypatch.setattr("workflow.guards._guards", defaultdict(list))


@pytest.fixture
def sign_in(client):
    def as_person(user):
        client.force_login(user)
        return client

    return as_person


@pytest.fixture
def cadre(sign_in):
    return sign_in(people.village_cadre())


@pytest.fixture
def reviewer(sign_in):
    return sign_in(people.township_reviewer())
