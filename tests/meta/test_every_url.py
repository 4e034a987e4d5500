"""Every address x every person x GET and POST: nobody gets in where the table does not say so."""

from collections import defaultdict
from functools import partial

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts import access, roles
from accounts.middleware import THIRD_PARTY
from accounts.tests.factories import COUNTY, NEIGHBOUR, TOWNSHIP, VILLAGE, user_at
from tests.meta.addresses import every_address
from tests.meta.nouns import EVERYWHERE, OWN, OWN_COUNTY
from tests.meta.url_table import PUBLIC, SIGNED_IN, TABLE

HOME = {
    "village_cadre": VILLAGE,
    "township_office": TOWNSHIP,
    "department_clerk": "yibao",
} | dict.fromkeys(
    ("county_office", "leading_group_office", "supervisor", "system_admin", "security_admin", "audit_admin"),
    COUNTY,
)  # fmt: skip
NEXT_DOOR = {role: "410923" for role in HOME} | {
    "village_cadre": NEIGHBOUR,
    "township_office": "410922101",
    "department_clerk": "canlian",
}
OTHER_COUNTY = NEXT_DOOR | {"village_cadre": "410923100201", "township_office": "410923100"}

# Who prints the papers for real in this sweep. Printing takes seconds and does not ask who
# wants it; for everybody else the page is made and the press left out.
PRINTER = "village_cadre"

REFUSED = {403, 404}
NOT_THIS_WAY = {405}


def test_every_role_takes_part():
    assert set(HOME) == set(roles.BY_KEY)


def test_every_view_says_who_may_call_it():
    unmarked = [
        address.name
        for address in every_address()
        if address.name not in THIRD_PARTY and access.mark_of(address.view) is None
    ]
    assert unmarked == []


def test_table_and_addresses_are_the_same():
    named = [address.name for address in every_address()]
    assert None not in named
    assert {name for name in named if named.count(name) > 1} == set()
    assert sorted(set(named) - set(TABLE)) == [], "add these to tests/meta/url_table.py"
    assert sorted(set(TABLE) - set(named)) == [], "these addresses are gone"


def test_marks_say_what_the_table_says():
    wrong = []
    for address in every_address():
        if address.name in THIRD_PARTY or (mark := access.mark_of(address.view)) is None:
            continue
        holders = {r.key for r in roles.ALL if r.permissions.intersection(mark.permissions)}
        said = holders if mark.kind == "require" else {mark.kind}
        if address.name in TABLE and said != TABLE[address.name].who:
            wrong.append(
                f"{address.name}: view {sorted(said)}, table {sorted(TABLE[address.name].who)}"
            )
    assert not wrong, "\n".join(wrong)


@pytest.fixture
def printed(monkeypatch) -> list:
    """Papers that nobody needs to see: each is noted and left blank."""
    noted = []

    def leave_blank(html, styles):
        noted.append(html)
        return b"%PDF-", 1

    for press in ("ledgers.pdf.print_pdf", "ledgers.booklets.print_pdf"):
        monkeypatch.setattr(press, leave_blank)
    return noted


@pytest.mark.django_db
@pytest.mark.parametrize("role", HOME)
def test_a_person_gets_in_where_the_table_says_and_nowhere_else(role, request):
    papers = [] if role == PRINTER else request.getfixturevalue("printed")
    user = user_at(role, HOME[role])
    wrong = []
    for address, method, status, location in _calls(user, owner=user):
        row = TABLE[address.name]
        if papers and PRINTER not in row.who:
            wrong.append(f"{method} {address.name}: a paper that nobody prints here for real")
        papers.clear()
        if status >= 500:
            wrong.append(f"{method} {address.name}: {status}")
        elif row.who in (PUBLIC, SIGNED_IN) or role in row.who:
            may_refuse = row.is_narrower or method not in row.methods
            if (
                (status in REFUSED and not may_refuse)
                or status == 401
                or _to_sign_in(address, location)
            ):
                wrong.append(f"{method} {address.name}: {status}, but the table lets {role} in")
            elif (
                method not in row.methods
                and method == "GET"
                and status not in REFUSED | NOT_THIS_WAY
            ):
                wrong.append(f"GET {address.name}: {status}, but it changes things by POST only")
        elif status not in REFUSED | (NOT_THIS_WAY if method not in row.methods else set()):
            wrong.append(f"{method} {address.name}: {status}, but the table keeps {role} out")
    assert not wrong, "\n".join(wrong)


@pytest.mark.django_db
@pytest.mark.parametrize("where", ["next door", "other county"])
@pytest.mark.parametrize("role", HOME)
def test_what_lies_elsewhere_does_not_exist(role, where):
    """IDOR: the right role in the wrong place, and another person's own things."""
    owner = user_at(role, HOME[role])
    stranger = user_at(role, (NEXT_DOOR if where == "next door" else OTHER_COUNTY)[role])

    def is_elsewhere(address, method) -> bool:
        row, noun = TABLE[address.name], address.noun
        if noun is None or noun.belongs == EVERYWHERE or method not in row.methods:
            return False
        if noun.belongs == OWN_COUNTY and where == "next door":
            return False
        # A manager of scheduled jobs sees that others' jobs exist, by title.
        if noun.belongs == OWN and role == "system_admin":
            return False
        return row.who in (PUBLIC, SIGNED_IN) or role in row.who

    wrong = [
        f"{method} {address.name}: {status} for {role} {where}"
        for address, method, status, _ in _calls(stranger, owner=owner, only=is_elsewhere)
        if status != 404
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["anonymous", "disabled", "ended"])
def test_a_stranger_has_to_sign_in(who):
    """Nobody, one who was disabled while signed in, and an account that lost its last post."""
    user = user_at("county_office", COUNTY)
    client = Client(raise_request_exception=False)
    if who != "anonymous":
        client.force_login(user)
    if who == "disabled":
        type(user).objects.filter(pk=user.pk).update(is_active=False)
    if who == "ended":
        user.posts.update(ends_on="2020-01-01", starts_on="2019-01-01")
    wrong = []
    for address, method, status, location in _calls(None, owner=user, client=client):
        row = TABLE[address.name]
        if row.who == PUBLIC or (who == "ended" and row.who == SIGNED_IN):
            continue
        expected = REFUSED if who == "ended" else {401} if address.is_api else {302}
        if status not in expected | (NOT_THIS_WAY if method not in row.methods else set()):
            wrong.append(f"{method} {address.name}: {status}")
        if status == 302 and not location.startswith(reverse("sign_in")):
            wrong.append(f"{method} {address.name}: leads to {location}")
    assert not wrong, "\n".join(wrong)


def _calls(user, *, owner, client=None, only=lambda address, method: True):
    """(address, method, status, location) of every call; each is undone before the next."""
    if client is None:
        client = Client(raise_request_exception=False)
        client.force_login(user)
        client.get(reverse("home"))  # what a session notes once a minute is noted before the calls
    made = defaultdict(dict)
    signed_in_as = {name: cookie.value for name, cookie in client.cookies.items()}
    for address in every_address():
        if address.name not in TABLE:
            continue
        if not any(only(address, method) for method in ("GET", "POST")):
            continue
        noun = address.noun
        if noun and noun not in made:
            made[noun] = noun.arguments(owner)
        url = address.url(made[noun] if noun else {})
        for method in filter(partial(only, address), ("GET", "POST")):
            client.cookies.clear()  # signing out is one of the addresses
            client.cookies.load(signed_in_as)
            with transaction.atomic():
                response = client.generic(
                    method, url, content_type="application/x-www-form-urlencoded"
                )
                transaction.set_rollback(True)
            if response.streaming:
                b"".join(response.streaming_content)  # the test client closes the file at its end
            yield address, method, response.status_code, response.get("Location", "")


def _to_sign_in(address, location: str) -> bool:
    return address.name != "sign_out" and location.startswith(reverse("sign_in"))
