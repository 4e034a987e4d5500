import time

import pytest
from django.test import override_settings
from django.urls import reverse

from accounts import access
from accounts.middleware import SEEN, STARTED
from accounts.tests import factories
from accounts.tests.factories import PASSWORD, UserFactory
from audit.events import EventKind
from audit.models import Event

pytestmark = pytest.mark.django_db


def sign_in(client, user, password=PASSWORD, **extra):
    data = {"username": user.username, "password": password, **extra}
    return client.post(reverse("sign_in"), data)


def test_right_password_leads_back_to_the_page_asked_for(client):
    user = factories.security_admin()
    asked = client.get(reverse("user_list"))
    assert asked.status_code == 302
    assert asked.url == f"{reverse('sign_in')}?next=%2Fusers%2F"
    assert sign_in(client, user, next="/users/").url == "/users/"
    assert client.get("/users/").status_code == 200
    assert Event.objects.get(kind=EventKind.USER_SIGNED_IN).actor_id == user.pk


def test_another_host_is_no_way_back(client):
    assert sign_in(client, UserFactory(), next="https://example.org/").url == "/"


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"username": "x"},
        {"username": "a\x00b", "password": "p"},
        {"username": "x" * 5000, "password": "p"},
    ],
)
def test_bad_input_is_answered_in_words(client, data):
    answer = client.post(reverse("sign_in"), data)
    assert answer.status_code == 200
    assert "有内容需要改正" in answer.content.decode()
    assert not Event.objects.filter(kind=EventKind.USER_SIGNED_IN).exists()


def test_a_wrong_password_is_on_record_without_the_typed_name_of_nobody(client):
    user = UserFactory()
    answer = sign_in(client, user, "wrong")
    assert "登录名或密码不对" in answer.content.decode()
    client.post(reverse("sign_in"), {"username": "my-secret-password", "password": "x"})
    known, unknown = Event.objects.filter(kind=EventKind.SIGN_IN_REFUSED).order_by("id")
    assert known.detail == {"username": user.username}
    assert "my-secret" not in str(unknown.detail)


@override_settings(AXES_ENABLED=True)
def test_five_wrong_passwords_lock_for_a_quarter_of_an_hour(client):
    user = UserFactory()
    for _ in range(5):
        answer = sign_in(client, user, "wrong")
    assert answer.status_code == 429
    assert "已锁定 15 分钟" in answer.content.decode()
    assert sign_in(client, user).status_code == 429
    assert sign_in(client, UserFactory()).status_code == 302  # the neighbour may still come in


def test_a_disabled_user_is_out_at_once(client):
    user = factories.security_admin()
    client.force_login(user)
    assert client.get("/users/").status_code == 200
    type(user).objects.filter(pk=user.pk).update(is_active=False)
    assert client.get("/users/").status_code == 302
    assert "登录名或密码不对" in sign_in(client, user).content.decode()


@pytest.mark.parametrize(
    ("persona", "minutes", "is_in"),
    [
        (factories.village_cadre, 29, True),
        (factories.village_cadre, 31, False),
        (factories.security_admin, 14, True),
        (factories.security_admin, 16, False),
    ],
)
def test_idle_sign_ins_end(client, persona, minutes, is_in):
    user = persona()
    sign_in(client, user)
    session = client.session
    session[SEEN] = int(time.time()) - minutes * 60
    session.save()
    answer = client.get(reverse("password_change"))
    assert (answer.status_code == 200) is is_in
    assert Event.objects.filter(kind=EventKind.USER_SIGNED_OUT).exists() is not is_in


def test_twelve_hours_are_the_end_however_busy(client):
    sign_in(client, factories.village_cadre())
    session = client.session
    session[STARTED] = int(time.time()) - 12 * 3600
    session.save()
    assert client.get(reverse("password_change")).status_code == 302
    assert "登录已满 12 小时" in client.get(reverse("sign_in")).content.decode()


def test_signing_out_clears_the_browser_and_needs_a_post(client):
    client.force_login(UserFactory())
    assert client.get(reverse("sign_out")).status_code == 405
    answer = client.post(reverse("sign_out"))
    assert "storage" in answer["Clear-Site-Data"]
    assert Event.objects.filter(kind=EventKind.USER_SIGNED_OUT).count() == 1
    assert client.get(reverse("password_change")).status_code == 302


def test_the_first_password_must_be_changed_first(client):
    user = factories.security_admin()
    type(user).objects.filter(pk=user.pk).update(must_change_password=True)
    client.force_login(user)
    assert client.get("/users/").url == reverse("password_change")
    new = {"old_password": PASSWORD, "password": "Xin-mima-77", "again": "Xin-mima-77"}
    assert client.post(reverse("password_change"), new).status_code == 302
    assert client.get("/users/").status_code == 200
    assert Event.objects.filter(kind=EventKind.PASSWORD_CHANGED).count() == 1


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("Ab1-x", "至少 10 个字符"),
        ("Password123!".replace("123!", "1"), "常见"),
        ("abcdefghijk1", "3 种"),
        (PASSWORD, "用过的密码相同"),
        ("qwer1234567890", "3 种"),
    ],
)
def test_weak_and_used_passwords_are_refused_in_chinese(client, password, why):
    client.force_login(UserFactory())
    data = {"old_password": PASSWORD, "password": password, "again": password}
    page = client.post(reverse("password_change"), data).content.decode()
    assert why in page
    assert "This password" not in page


def test_an_old_password_has_to_be_renewed(client, settings):
    user = factories.security_admin()
    settings.PASSWORD_MAX_DAYS = 90
    type(user).objects.filter(pk=user.pk).update(password_changed_at="2020-01-01T00:00Z")
    client.force_login(user)
    assert client.get("/users/").url == reverse("password_change")
    settings.PASSWORD_MAX_DAYS = 0
    assert client.get("/users/").status_code == 200


def test_the_post_is_named_in_the_audit_row(client):
    user = factories.village_cadre()
    client.force_login(user)
    assert client.get("/users/").status_code == 403
    refused = Event.objects.get(kind=EventKind.ACCESS_REFUSED)
    assert refused.post == access.describe(user) == "西关村 村级"
    assert refused.detail["page"] == "user_list"
    assert refused.outcome == "refused"
