from collections import defaultdict

import pytest


@pytest.fixture(autouse=True)
def no_guards_of_upper_apps(monkeypatch):
    """This app by itself; what an upper app guards is tested there."""
    monkeypatch.setattr("workflow.guards._guards", defaultdict(list))
