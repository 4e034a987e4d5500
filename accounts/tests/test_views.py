import re
import time

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts import actions
from accounts.models import Department, Post, User
from accounts.tests import factories
from accounts.tests.factories import (
    COUNTY,
    PASSWORD,
    VILLAGE,
    PostFactory,
    UserFactory,
    area_at,
    user_at,
)
from audit.events import EventKind
from audit.models import Event
from policy import memory
from policy.models import Parameter

pytestmark = pytest.mark.django_db


@pytest.fixture
def system(client):
    user = factories.system_admin()
    client.force_login(user)
    return user


@pytest.fixture
def security(client):
    user = factories.security_admin()
    client.force_login(user)
    return user


def test_a_new_user_gets_a_password_that_is_shown_once(client, system):
    data = {"username": "zhang.san", "full_name": "张三", "unit": "仙庄镇", "area": COUNTY}
    page = client.post(reverse("user_new"), data).content.decode()
    user = User.objects.get(username="zhang.san")
    password = re.search(r"<code[^>]*>([^<]+)</code>", page)[1]
    assert user.check_password(password)
    assert password not in client.get(reverse("user_detail", args=[user.pk])).content.decode()
    assert password not in str(list(Event.objects.values_list("detail", flat=True)))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"username": ""}, "请填写登录名"),
        ({"username": "张三"}, "登录名为 3 到 60 个字母"),
        ({"full_name": "张\x07三"}, "控制字符"),
        ({"full_name": "张\x00三"}, "有内容需要改正"),
        ({"full_name": "张" * 41}, "有内容需要改正"),
        ({"phone": "abc"}, "联系电话只能有数字"),
        ({"area": "410923"}, "不在您管理的范围"),
        ({"area": "9" * 400}, "不在您管理的范围"),
        ({"username": "taken"}, "已被使用"),
    ],
)
def test_bad_users_are_answered_in_words(client, system, changes, words):
    area_at("410923")
    UserFactory(username="taken")
    before = User.objects.count()
    data = {"username": "zhang.san", "full_name": "张三", "area": COUNTY} | changes
    answer = client.post(reverse("user_new"), data)
    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert User.objects.count() == before


def test_switching_off_and_on_again(client, system):
    user = UserFactory(area=area_at(COUNTY))
    address = reverse("user_switch", args=[user.pk])
    client.post(address, {"on": "0"})
    assert User.objects.get(pk=user.pk).is_active  # no reason was given
    client.post(address, {"on": "0", "reason": "离职"})
    assert not User.objects.get(pk=user.pk).is_active
    client.post(address, {"on": "1", "reason": "返聘"})
    assert User.objects.get(pk=user.pk).is_active
    events = Event.objects.filter(object_type="accounts.User", object_id=user.pk)
    kinds = events.order_by("id").values_list("kind", flat=True)
    assert list(kinds) == [EventKind.USER_DISABLED, EventKind.USER_ENABLED]


def test_people_of_another_county_do_not_exist(client, system):
    stranger = user_at("village_cadre", "410923100201", full_name="外县人")
    assert "外县人" not in client.get(reverse("user_list")).content.decode()
    for name in ("user_detail", "user_form"):
        assert client.get(reverse(name, args=[stranger.pk])).status_code == 404
    assert client.post(reverse("user_reset", args=[stranger.pk])).status_code == 404
    refused = Event.objects.filter(kind=EventKind.ACCESS_REFUSED, actor_id=system.pk)
    assert [e.detail["asked"] for e in refused] == [{"pk": str(stranger.pk)}] * 3
    assert User.objects.get(pk=stranger.pk).check_password(PASSWORD)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, {"甲乙", "丙丁", "戊己"}),
        ({"q": "甲"}, {"甲乙"}),
        ({"role": "village_cadre"}, {"甲乙"}),
        ({"role": "none"}, {"丙丁", "戊己"}),
        ({"state": "disabled"}, {"戊己"}),
        ({"role": "nonsense", "q": "x" * 999}, {"甲乙", "丙丁", "戊己"}),
        ({"page": "-1"}, {"甲乙", "丙丁", "戊己"}),
    ],
)
def test_the_list_is_searched(client, system, asked, found):
    user_at("village_cadre", VILLAGE, full_name="甲乙")
    UserFactory(full_name="丙丁", area=area_at(COUNTY))
    UserFactory(full_name="戊己", area=area_at(COUNTY), is_active=False)
    page = client.get(reverse("user_list"), asked).content.decode()
    assert {name for name in ("甲乙", "丙丁", "戊己") if name in page} == found


@pytest.mark.parametrize("name", ["user_list", "department_list"])
def test_lists_cost_the_same_at_any_length(client, system, name):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse(name)).status_code == 200
        return len(queries)

    cost()
    counts = []
    for _ in range(2):
        for _ in range(12):
            user_at("village_cadre", VILLAGE)
            factories.department_clerk()
        counts.append(cost())
    assert counts[0] == counts[1] <= 14


@pytest.mark.parametrize(
    "typed", ["410922100201", "410922100201 西关村委会", "西关村", "西关村委会"]
)
def test_a_post_is_given_by_name_or_code(client, security, typed):
    area_at(VILLAGE)
    user = UserFactory(area=area_at(COUNTY))
    data = {"role": "village_cadre", "area": typed}
    assert client.post(reverse("post_form", args=[user.pk]), data).status_code == 302
    assert user.posts.get().area_id == VILLAGE


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({}, "请选择岗位"),
        ({"role": "village_cadre"}, "请选择一个地区或一个部门"),
        ({"role": "village_cadre", "area": "没有的村"}, "没有这个地区"),
        ({"role": "village_cadre", "area": "410923100201"}, "没有这个地区"),
        ({"role": "village_cadre", "area": "小村"}, "几个地方都叫"),
        ({"role": "village_cadre", "area": "9" * 900}, "有内容需要改正"),
        ({"role": "county_office", "area": VILLAGE}, "只能任命在县一级"),
        ({"role": "department_clerk", "department": "x"}, "有内容需要改正"),
        ({"role": "village_cadre", "area": VILLAGE, "starts_on": "2021-02-30"}, "有内容需要改正"),
        (
            {"role": "village_cadre", "area": VILLAGE, "ends_on": "2000-01-01"},
            "结束日期早于开始日期",
        ),
    ],
)
def test_impossible_posts_are_answered_in_words(client, security, data, words):
    for code in (VILLAGE, "410923100201"):
        area_at(code)
    for code in ("410922100801", "410922101801"):
        area = area_at(code)
        area.short_name = "小村"
        area.save()
    user = UserFactory(area=area_at(COUNTY))
    answer = client.post(reverse("post_form", args=[user.pk]), data)
    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert not user.posts.exists()


def test_a_post_is_ended_with_a_reason(client, security):
    post = PostFactory(user=UserFactory(area=area_at(COUNTY)))
    address = reverse("post_end", args=[post.pk])
    assert "请填写原因" in client.post(address).content.decode()
    assert client.post(address, {"reason": "调离"}).status_code == 302
    assert Post.objects.get(pk=post.pk).end_reason == "调离"
    assert "无需再次结束" in client.post(address, {"reason": "调离"}).content.decode()


def test_administrators_do_not_do_each_others_work(client, security):
    user = UserFactory(area=area_at(COUNTY))
    assert client.get(reverse("user_new")).status_code == 403
    client.force_login(factories.system_admin())
    assert client.get(reverse("post_form", args=[user.pk])).status_code == 403
    assert client.get(reverse("audit_log")).status_code == 403


def test_a_department_is_renamed(client, system):
    client.post(reverse("department_form", args=["fupin"]), {"name": "县乡村振兴局"})
    assert Department.objects.get(pk="fupin").name == "县乡村振兴局"
    assert Event.objects.get(kind=EventKind.DEPARTMENT_CHANGED).detail["before"] == "县扶贫办"


# --- the code from the telephone ----------------------------------------------------------------


@pytest.fixture
def codes_required():
    Parameter.objects.filter(key="second_factor_required").update(value=True)
    memory.forget()
    yield
    memory.forget()


def code_now(device) -> str:
    totp = TOTP(device.bin_key)
    totp.time = time.time()
    return f"{totp.token():06d}"


def test_a_reviewer_enrols_a_telephone_before_anything_else(client, codes_required):
    user = factories.township_reviewer()
    client.force_login(user)
    assert client.get("/").url == reverse("second_factor")
    assert "<svg" in client.get(reverse("second_factor_qr")).content.decode()
    device = TOTPDevice.objects.get(user=user)
    wrong = client.post(reverse("second_factor"), {"code": "12a456"}).content.decode()
    assert "6 位数字" in wrong
    assert client.post(reverse("second_factor"), {"code": code_now(device)}).url == "/"
    assert client.get(reverse("password_change")).status_code == 200
    assert client.get("/").status_code == 200
    assert client.get(reverse("second_factor_qr")).status_code == 410
    assert Event.objects.filter(kind=EventKind.SECOND_FACTOR_ENROLLED).count() == 1


def test_a_wrong_code_stays_outside(client, codes_required):
    user = factories.township_reviewer()
    TOTPDevice.objects.create(user=user, confirmed=True)
    client.force_login(user)
    answer = client.post(reverse("second_factor"), {"code": "000000"})
    assert "动态口令不对" in answer.content.decode()
    assert client.get("/").url == reverse("second_factor")


def test_a_village_cadre_needs_no_code(client, codes_required):
    client.force_login(factories.village_cadre())
    assert client.get("/").status_code == 200


def test_a_lost_telephone_is_taken_off_by_another(client, system):
    user = UserFactory(area=area_at(COUNTY))
    TOTPDevice.objects.create(user=user, confirmed=True)
    client.post(reverse("user_second_factor", args=[user.pk]))
    assert not TOTPDevice.objects.filter(user=user).exists()
    assert Event.objects.get(kind=EventKind.SECOND_FACTOR_REMOVED).actor_id == system.pk


# --- the API ------------------------------------------------------------------------------------


def ask_token(client, user, password=PASSWORD, **extra):
    data = {"username": user.username, "password": password} | extra
    return client.post(reverse("api_token"), data, content_type="application/json")


@pytest.fixture(autouse=True)
def _no_throttle_left_over():
    cache.clear()


def test_a_token_opens_the_api_for_a_day(client):
    user = factories.system_admin()
    answer = ask_token(client, user)
    assert answer.status_code == 200
    key = answer.json()["token"]
    assert key not in str(list(user.api_tokens.values()))
    auth = {"Authorization": f"Token {key}"}
    assert client.get("/api/v1/areas/", headers=auth).status_code == 200
    user.api_tokens.update(expires_at="2020-01-01T00:00Z")
    assert client.get("/api/v1/areas/", headers=auth).status_code == 401
    assert Event.objects.get(kind=EventKind.USER_SIGNED_IN).detail == {"way": "api"}


def test_wrong_password_disabled_and_first_password_get_no_token(client):
    assert ask_token(client, UserFactory(), "wrong").status_code == 400
    assert ask_token(client, UserFactory(is_active=False)).status_code == 400
    assert ask_token(client, UserFactory(must_change_password=True)).status_code == 403
    assert client.post(reverse("api_token")).status_code == 400
    assert Event.objects.filter(kind=EventKind.SIGN_IN_REFUSED).count() == 2


def test_a_token_needs_the_code_where_the_page_does(client, codes_required):
    user = factories.county_officer()
    device = TOTPDevice.objects.create(user=user, confirmed=True)
    assert ask_token(client, user).status_code == 400
    assert ask_token(client, user, code=code_now(device)).status_code == 200


def test_a_disabled_user_has_no_api(client):
    user = factories.system_admin()
    key, _ = actions.issue_token(user=user)
    User.objects.filter(pk=user.pk).update(is_active=False)
    auth = {"Authorization": f"Token {key}"}
    assert client.get("/api/v1/areas/", headers=auth).status_code == 401
