import datetime
import json

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from guardian.models import GroupObjectPermission, UserObjectPermission

from accounts import access, actions, roles
from accounts.actions import PostRefused, UserRefused, appoint, end_expired_posts, end_post
from accounts.models import Department, Post, User
from accounts.permissions import Permission
from accounts.tests import factories
from accounts.tests.factories import (
    COUNTY,
    NEIGHBOUR,
    PASSWORD,
    TOWNSHIP,
    VILLAGE,
    PostFactory,
    UserFactory,
    area_at,
    user_at,
)
from audit import clock
from audit.events import EventKind
from audit.models import Event

pytestmark = pytest.mark.django_db

DAY = datetime.date(2021, 3, 20)
NOON = datetime.datetime(2021, 3, 20, 12)


def grants(user) -> set[tuple[str, str]]:
    found = UserObjectPermission.objects.filter(user=user)
    return set(found.values_list("object_pk", "permission__codename"))


@pytest.mark.parametrize("role", roles.ALL)
def test_a_post_gives_exactly_the_permissions_of_its_role(role):
    place = {"village": VILLAGE, "township": TOWNSHIP}.get(role.level, COUNTY)
    user = user_at(role.key, place if role.places else "yibao")
    assert grants(user) == {(place if role.places else "yibao", p) for p in role.permissions}
    assert {p for p in Permission if access.holds(user, p)} == role.permissions


def test_appointing_and_ending_are_on_record():
    security, cadre = factories.security_admin(), UserFactory()
    post = appoint(user=cadre, role="village_cadre", area=area_at(VILLAGE), by=security)
    assert access.may(cadre, Permission.CASE_SCREEN, area=VILLAGE)
    end_post(post=post, by=security, reason="调离")
    cadre = User.objects.get(pk=cadre.pk)
    assert grants(cadre) == set()
    assert not access.holds(cadre, Permission.CASE_SCREEN)
    events = Event.objects.filter(
        object_type="accounts.Post", object_id=post.pk, actor_id=security.pk
    )
    assert [e.kind for e in events.order_by("id")] == [
        EventKind.POST_APPOINTED,
        EventKind.POST_ENDED,
    ]
    assert {e.area_code for e in events} == {VILLAGE}


def test_an_ended_post_keeps_what_another_post_there_still_gives():
    user = user_at("village_cadre", VILLAGE)
    later = PostFactory(
        user=user,
        role="department_clerk",
        area=None,
        department=Department.objects.get(pk="canlian"),
    )
    end_post(post=later, by=factories.security_admin(), reason="调整")
    assert access.may(User.objects.get(pk=user.pk), Permission.CASE_SCREEN, area=VILLAGE)


@pytest.mark.parametrize(
    ("starts", "ends", "has_right"),
    [
        (DAY, None, True),
        (DAY, DAY, True),  # the last day still counts
        (DAY + datetime.timedelta(days=1), None, False),
        (DAY - datetime.timedelta(days=9), DAY - datetime.timedelta(days=1), False),
    ],
)
def test_a_right_lasts_as_long_as_the_term(starts, ends, has_right):
    user = UserFactory()
    with clock.at(NOON):
        PostFactory(user=user, starts_on=starts, ends_on=ends)
        assert access.may(user, Permission.CASE_SCREEN, area=VILLAGE) is has_right


def test_the_term_ends_within_one_user_object_too():
    user = UserFactory()
    PostFactory(user=user, starts_on=DAY, ends_on=DAY)
    with clock.at(NOON):
        assert access.holds(user, Permission.CASE_SCREEN)
    with clock.at(NOON + datetime.timedelta(days=1)):
        assert not access.holds(user, Permission.CASE_SCREEN)


def test_the_nightly_job_clears_up_what_ran_out():
    old, now = UserFactory(), UserFactory()
    PostFactory(user=old, starts_on=DAY, ends_on=DAY)
    PostFactory(user=now, starts_on=DAY)
    with clock.at(NOON):
        assert end_expired_posts() == 0
    with clock.at(NOON + datetime.timedelta(days=1)):
        assert end_expired_posts() == 1
        assert end_expired_posts() == 0
    assert grants(old) == set()
    assert grants(now) != set()
    post = Post.objects.get(user=old)
    assert (post.ended_by, post.end_reason) == (None, "任期届满")
    assert Event.objects.filter(kind=EventKind.POST_ENDED, actor_id=None).count() == 1


def test_one_person_may_not_report_and_check():
    user = user_at("village_cadre", VILLAGE)
    before = grants(user)
    with pytest.raises(PostRefused, match="同一条上报线"):
        appoint(user=user, role="township_office", area=area_at(TOWNSHIP), by=None)
    assert grants(user) == before
    assert Post.objects.filter(user=user).count() == 1
    assert not Event.objects.filter(detail__role="乡镇扶贫办").exists()


def test_a_clash_in_another_term_is_none():
    user = UserFactory()
    PostFactory(user=user, starts_on=DAY, ends_on=DAY)
    post = PostFactory(
        user=user, role="township_office", area=area_at(TOWNSHIP),
        starts_on=DAY + datetime.timedelta(days=1),
    )  # fmt: skip
    assert post.pk
    with pytest.raises(PostRefused, match="不相容"):
        appoint(user=user, role="audit_admin", area=area_at(COUNTY), starts_on=DAY, by=None)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"ends_on": datetime.date(2000, 1, 1)}, "结束日期早于开始日期"),
        ({"department": "yibao"}, "一个地区或一个部门"),
        ({"area": None}, "一个地区或一个部门"),
        ({"role": "county_office"}, "只能任命在县一级"),
        ({"role": "nobody"}, "没有这种岗位"),
    ],
)
def test_impossible_posts_are_refused_in_words(changes, why):
    if key := changes.get("department"):
        changes["department"] = Department.objects.get(pk=key)
    wanted = {"user": UserFactory(), "role": "village_cadre", "area": area_at(VILLAGE), "by": None}
    with pytest.raises(PostRefused, match=why):
        appoint(**wanted | changes)
    assert not Post.objects.exists()


def test_the_same_post_twice_is_refused():
    user = user_at("village_cadre", VILLAGE)
    with pytest.raises(PostRefused, match="已担任这个岗位"):
        appoint(user=user, role="village_cadre", area=area_at(VILLAGE), by=None)


def test_nobody_appoints_themselves():
    security = factories.security_admin()
    with pytest.raises(PostRefused, match="不能给自己任命"):
        appoint(user=security, role="village_cadre", area=area_at(VILLAGE), by=security)


@pytest.mark.parametrize(
    "persona", [factories.system_admin, factories.audit_admin, factories.county_officer]
)
def test_only_a_security_administrator_appoints(persona):
    with pytest.raises(PostRefused, match="不在您的管理范围"):
        appoint(user=UserFactory(), role="village_cadre", area=area_at(VILLAGE), by=persona())


def test_a_security_administrator_keeps_to_the_own_county():
    stranger = user_at("security_admin", "410923")
    with pytest.raises(PostRefused, match="不在您的管理范围"):
        appoint(user=UserFactory(), role="village_cadre", area=area_at(VILLAGE), by=stranger)
    post = PostFactory()
    with pytest.raises(PostRefused, match="不在您管理的地区"):
        end_post(post=post, by=stranger, reason="x")


def test_the_last_security_administrator_stays():
    first = factories.security_admin()
    post = first.posts.get()
    with pytest.raises(PostRefused, match="最后一名安全管理员"):
        end_post(post=post, by=first, reason="调离")
    # One whose own term has an end is no safe successor, nor is one of another county.
    PostFactory(
        user=UserFactory(), role="security_admin", area=area_at(COUNTY), ends_on=clock.today()
    )
    user_at("security_admin", "410923")
    with pytest.raises(PostRefused, match="最后一名安全管理员"):
        end_post(post=post, by=first, reason="调离")
    second = factories.security_admin()
    assert end_post(post=post, by=second, reason="调离").pk == post.pk


@pytest.mark.parametrize("reason", ["", "  "])
def test_ending_needs_a_reason_and_happens_once(reason):
    security, post = factories.security_admin(), PostFactory()
    with pytest.raises(PostRefused, match="填写结束原因"):
        end_post(post=post, by=security, reason=reason)
    end_post(post=post, by=security, reason="调离")
    with pytest.raises(PostRefused, match="已于"):
        end_post(post=post, by=security, reason="调离")
    assert Event.objects.filter(kind=EventKind.POST_ENDED).count() == 1


def test_appointing_fails_whole(monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError("the audit log is full")

    monkeypatch.setattr("accounts.actions.posts.record", broken)
    user = UserFactory()
    with pytest.raises(RuntimeError):
        appoint(user=user, role="village_cadre", area=area_at(VILLAGE), by=None)
    assert not Post.objects.filter(user=user).exists()
    assert grants(user) == set()


@pytest.mark.parametrize(
    "half", [{"ended_at": NOON}, {"end_reason": "x"}, {"department_id": "yibao"}, {"area_id": None}]
)
def test_the_database_refuses_half_a_post(half):
    post = PostFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        Post.objects.filter(pk=post.pk).update(**half)


def test_a_superuser_has_no_rights_without_a_post():
    root = UserFactory(is_superuser=True)
    assert [p for p in Permission if access.holds(root, p)] == []
    PostFactory(user=root)
    assert {p for p in Permission if access.holds(root, p)} == roles.VillageCadre.permissions


def test_rights_cost_the_same_for_one_post_and_for_twenty(django_assert_num_queries):
    one = User.objects.get(pk=user_at("village_cadre", VILLAGE).pk)
    many = UserFactory()
    for at in range(20):
        PostFactory(user=many, area=area_at(f"4109221002{at + 10}"))
    many = User.objects.get(pk=many.pk)
    for user in (one, many):
        with django_assert_num_queries(1):
            assert all(access.holds(user, p) for p in roles.VillageCadre.permissions)
            assert access.codes(user, Permission.CASE_VIEW)


def test_new_users_get_a_password_for_one_sign_in():
    system = factories.system_admin()
    user, password = actions.create_user(
        username="zhang", full_name="张三", area=area_at(COUNTY), by=system
    )
    assert user.check_password(password)
    assert user.must_change_password
    assert Event.objects.get(kind=EventKind.USER_CREATED).object_id == str(user.pk)
    with pytest.raises(UserRefused, match="已被使用"):
        actions.create_user(username="zhang", full_name="李四", area=area_at(COUNTY), by=system)


@pytest.mark.parametrize("persona", [factories.security_admin, factories.county_officer])
def test_only_a_system_administrator_keeps_accounts(persona):
    by, user = persona(), UserFactory(area=area_at(COUNTY))
    for change in (
        lambda: actions.create_user(username="x1x", full_name="x", area=area_at(COUNTY), by=by),
        lambda: actions.change_user(user=user, by=by, unit="x"),
        lambda: actions.switch_user(user=user, is_active=False, by=by, reason="x"),
        lambda: actions.reset_password(user=user, by=by),
        lambda: actions.remove_second_factor(user=user, by=by),
    ):
        with pytest.raises(UserRefused, match="不在您管理的地区"):
            change()
    user.refresh_from_db()
    assert user.check_password(PASSWORD)
    assert user.is_active


def test_switching_off_takes_the_api_keys_too():
    system, user = factories.system_admin(), UserFactory(area=area_at(COUNTY))
    actions.issue_token(user=user)
    actions.switch_user(user=user, is_active=False, by=system, reason="离职")
    assert user.api_tokens.count() == 0
    with pytest.raises(UserRefused, match="已经是停用状态"):
        actions.switch_user(user=user, is_active=False, by=system, reason="离职")
    with pytest.raises(UserRefused, match="不能停用自己"):
        actions.switch_user(user=system, is_active=False, by=system, reason="离职")


def test_only_areas_and_departments_carry_grants():
    for role in roles.ALL:
        place = {"village": VILLAGE, "township": TOWNSHIP}.get(role.level, COUNTY)
        user_at(role.key, place if role.places else "yibao")
    found = UserObjectPermission.objects.values_list(
        "content_type__app_label", "content_type__model"
    )
    assert set(found) == {("areas", "area"), ("accounts", "department")}
    assert not GroupObjectPermission.objects.exists()


@pytest.mark.parametrize("elsewhere", ["place", "person", "kind of thing"])
def test_a_post_without_its_grant_gives_nothing(elsewhere):
    """What was granted on another place, to another person or on a department does not count."""
    cadre, neighbour = factories.village_cadre(), factories.neighbour_cadre()
    change = {
        "place": {"object_pk": NEIGHBOUR},
        "person": {"user": neighbour},
        "kind of thing": {"content_type": ContentType.objects.get_for_model(Department)},
    }[elsewhere]
    assert access.may(cadre, Permission.CASE_SCREEN, area=VILLAGE)
    held = UserObjectPermission.objects.filter(user=cadre, permission__codename="case_screen")
    assert held.update(**change) == 1
    access.forget(cadre)
    assert not access.holds(cadre, Permission.CASE_SCREEN)
    assert access.may(cadre, Permission.CASE_VIEW, area=VILLAGE)


def test_a_new_system_gets_its_three_administrators_once(capsys):
    area_at(COUNTY)
    call_command("create_administrators", area=COUNTY)
    made = json.loads(capsys.readouterr().out)
    assert len(made) == 3
    for username, password in made.items():
        user = User.objects.get(username=username)
        assert user.check_password(password)
        assert user.must_change_password
        assert user.posts.get().role in username
    with pytest.raises(CommandError, match="已有安全管理员"):
        call_command("create_administrators", area=COUNTY)
    with pytest.raises(CommandError, match="没有区划"):
        call_command("create_administrators", area="1")
