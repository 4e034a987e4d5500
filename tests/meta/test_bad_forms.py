"""Whatever is posted to a page: an answer in Chinese, never a crash (reliability B35, B44)."""

import re

import pytest
from django.db import transaction
from django.test import Client

from accounts.tests.factories import user_at
from tests.meta.addresses import every_address
from tests.meta.test_every_url import HOME
from tests.meta.url_table import PUBLIC, SIGNED_IN, TABLE

pytestmark = [pytest.mark.django_db, pytest.mark.long]  # every form of the product
FIELD = re.compile(r"<(?:input|select|textarea)\b[^>]*\bname=\"([^\"]+)\"")
# Buttons that take nothing and print: slow, and no form.
PAPERS = {"booklet_docx", "booklet_pdf", "card_pdf", "ledger_export", "meeting_paper"}
# What only a script of ours fills in: other junk is in the tests of its view.
OURS = {"csrfmiddlewaretoken"}
JUNK = {
    "nothing": "",
    "a blank": " \u3000",
    "a control character": "甲\x00乙\x0b",
    "far too long": "长" * 5000,
    "a negative number": "-1",
    "an endless number": "1e309",
    "a number beyond the database": "9" * 30,
    "a day to come": "2999-12-31",
    "a day that is none": "2021-02-30",
    "markup": "<script>alert('\"&</script>",
    "another shape": '[{"a": null}]',
}
# Of the framework's own validators, had somebody forgotten to translate.
ENGLISH = re.compile(
    r"This field|Enter a |Ensure this|Select a valid|valid choice|Null characters|required\."
)


def pages():
    return [
        address
        for address in every_address()
        if not address.is_api
        and "POST" in TABLE[address.name].methods
        and address.name not in PAPERS
    ]


def words(answer) -> str:
    """The page, empty for a file."""
    is_page = answer.get("Content-Type", "").startswith("text/html") and not answer.streaming
    return answer.content.decode() if is_page else ""


@pytest.fixture
def everywhere():
    """Each page that takes a post, somebody who may, its address and the fields of its form."""
    users = {role: user_at(role, place) for role, place in HOME.items()}

    def walk():
        for address in pages():
            who = TABLE[address.name].who
            role = "village_cadre" if who in (PUBLIC, SIGNED_IN) else min(who)
            with transaction.atomic():
                client = Client(raise_request_exception=False)
                client.force_login(users[role])
                found = address.noun.arguments(users[role]) if address.noun else {}
                url = address.url(found)
                shown = client.get(url)
                yield address, client, url, sorted(set(FIELD.findall(words(shown))) - OURS)
                transaction.set_rollback(True)

    return walk


def rounds(fields):
    """Every field empty, every field with a control character, then each with other junk."""
    kinds = list(JUNK)
    yield "nothing", dict.fromkeys(fields, "")
    yield "a control character", dict.fromkeys(fields, JUNK["a control character"])
    for turn in (0, 5):
        mixed = {name: JUNK[kinds[(at + turn) % len(kinds)]] for at, name in enumerate(fields)}
        yield f"mixed from {kinds[turn]}", mixed


def test_no_junk_in_a_form_breaks_a_page(everywhere):
    wrong, asked = [], set()
    for address, client, url, fields in everywhere():
        asked |= set(fields)
        for what, junk in rounds(fields or sorted(asked)):
            with transaction.atomic():
                answer = client.post(url, junk)
                transaction.set_rollback(True)
            if answer.status_code >= 500:
                wrong.append(f"{address.name}, {what}: {answer.status_code}")
            elif said := ENGLISH.search(words(answer)):
                wrong.append(f"{address.name}, {what}: “{said[0]}”")
    assert not wrong, "\n".join(wrong)
    assert len(asked) > 100
