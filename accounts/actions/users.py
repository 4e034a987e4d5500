"""Accounts of people: made, changed, switched off; their passwords and second factors."""

import hashlib
import secrets
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts import access
from accounts.models import ApiToken, Department, User
from accounts.passwords import initial_password
from accounts.permissions import Permission
from areas.models import Area
from audit import clock
from audit.events import EventKind
from audit.record import record

KEPT_PASSWORDS = 10  # more than any rule asks for
CHANGEABLE = ("full_name", "unit", "phone", "area")


class UserRefused(Exception):
    """The change of an account is not allowed; the message is one Chinese sentence."""


@transaction.atomic
def create_user(
    *, username: str, full_name: str, area: Area, unit: str = "", phone: str = "", by: User | None
) -> tuple[User, str]:
    """A new account and its password for the first sign-in, which is shown once and not kept.

    Raises UserRefused when the sign-in name is taken or the area is not the administrator's.
    """
    _refuse_stranger(by, area.pk)
    password = initial_password()
    user = User(
        username=username, full_name=full_name, unit=unit, phone=phone, area=area,
        must_change_password=True, password_changed_at=clock.now(),
    )  # fmt: skip
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError as error:
        raise UserRefused(f"登录名“{username}”已被使用，请换一个") from error
    record(EventKind.USER_CREATED, by=by, obj=user, detail={"user": full_name, "unit": unit})
    return user, password


@transaction.atomic
def change_user(*, user: User, by: User, **changes) -> User:
    """Change name, unit, telephone or home area. Raises UserRefused."""
    user = _locked(user)
    _refuse_stranger(by, user.area_id)
    if unknown := set(changes) - set(CHANGEABLE):
        raise TypeError(f"not changeable: {unknown}")
    if "area" in changes:
        _refuse_stranger(by, changes["area"].pk)
    changed = [name for name, value in changes.items() if getattr(user, name) != value]
    for name in changed:
        setattr(user, name, changes[name])
    if changed:
        user.save(update_fields=changed)
        record(
            EventKind.USER_CHANGED, by=by, obj=user, detail={"user": str(user), "fields": changed}
        )
    return user


@transaction.atomic
def switch_user(*, user: User, is_active: bool, by: User, reason: str) -> User:
    """Disable an account, which ends its sign-ins at once, or enable it again. Raises UserRefused.

    Posts stay as they are: ending them is for the security administrator.
    """
    user = _locked(user)
    _refuse_stranger(by, user.area_id)
    if user.pk == by.pk:
        raise UserRefused("不能停用自己的账号，请由另一名系统管理员办理")
    if not reason.strip():
        raise UserRefused("请填写原因")
    if user.is_active == is_active:
        raise UserRefused(f"“{user}”已经是{'启用' if is_active else '停用'}状态")
    user.is_active = is_active
    user.save(update_fields=["is_active"])
    user.api_tokens.all().delete()
    kind = EventKind.USER_ENABLED if is_active else EventKind.USER_DISABLED
    record(kind, by=by, obj=user, detail={"user": str(user), "reason": reason.strip()})
    return user


@transaction.atomic
def reset_password(*, user: User, by: User) -> str:
    """A new password for one sign-in; the old one and all sign-ins with it end. Raises UserRefused."""
    user = _locked(user)
    _refuse_stranger(by, user.area_id)
    if user.pk == by.pk:
        raise UserRefused("自己的密码请在“修改密码”中更改")
    password = initial_password()
    _set_password(user, password, must_change=True)
    record(EventKind.PASSWORD_RESET, by=by, obj=user, detail={"user": str(user)})
    return password


@transaction.atomic
def change_password(*, user: User, password: str) -> None:
    """The person sets an own new password; rules were asked by the form."""
    _set_password(user, password, must_change=False)
    record(EventKind.PASSWORD_CHANGED, by=user, obj=user)


@transaction.atomic
def enrol_second_factor(*, device: TOTPDevice, by: User) -> None:
    """The first right code makes the device count; any earlier device of the person goes."""
    TOTPDevice.objects.filter(user=by).exclude(pk=device.pk).delete()
    TOTPDevice.objects.filter(pk=device.pk).update(confirmed=True)
    record(EventKind.SECOND_FACTOR_ENROLLED, by=by, obj=by)


@transaction.atomic
def remove_second_factor(*, user: User, by: User) -> None:
    """For a lost telephone: the person enrols anew at the next sign-in. Raises UserRefused."""
    _refuse_stranger(by, user.area_id)
    if user.pk == by.pk:
        raise UserRefused("不能停用自己的动态口令，请由另一名系统管理员办理")
    TOTPDevice.objects.filter(user=user).delete()
    record(EventKind.SECOND_FACTOR_REMOVED, by=by, obj=user, detail={"user": str(user)})


@transaction.atomic
def issue_token(*, user: User) -> tuple[str, ApiToken]:
    """A key to the API, good for settings.API_TOKEN_HOURS; earlier ones of the person end."""
    key = secrets.token_hex(32)
    now = clock.now()
    user.api_tokens.all().delete()
    token = ApiToken.objects.create(
        user=user, digest=digest_of(key), issued_at=now,
        expires_at=now + timedelta(hours=settings.API_TOKEN_HOURS),
    )  # fmt: skip
    record(EventKind.USER_SIGNED_IN, by=user, obj=user, detail={"way": "api"})
    return key, token


def digest_of(key: str) -> str:
    """What is kept of an API key: it is random and long, so a plain digest is enough."""
    return hashlib.sha256(key.encode()).hexdigest()


@transaction.atomic
def change_department(*, department: Department, name: str, by: User) -> Department:
    """Rename a department, e.g. after a reform; key, order and clause stay."""
    if not access.may(by, Permission.USER_MANAGE, area=department.county_id):
        raise UserRefused("该部门不在您管理的地区")
    before, department.name = department.name, name
    department.save(update_fields=["name"])
    detail = {"before": before, "after": name}
    record(EventKind.DEPARTMENT_CHANGED, by=by, obj=department, detail=detail)
    return department


def _locked(user: User) -> User:
    return User.objects.select_for_update().get(pk=user.pk)


def _refuse_stranger(by: User | None, code: str | None) -> None:
    """Only a system administrator of the person's home area; None is the system itself."""
    if by is not None and not access.may(by, Permission.USER_MANAGE, area=code or ""):
        raise UserRefused("该用户不在您管理的地区，请联系其所属地区的系统管理员")


def _set_password(user: User, password: str, *, must_change: bool) -> None:
    user.old_passwords = [user.password, *user.old_passwords][:KEPT_PASSWORDS]
    user.set_password(password)
    user.password_changed_at = clock.now()
    user.must_change_password = must_change
    user.save(
        update_fields=["password", "old_passwords", "password_changed_at", "must_change_password"]
    )
    user.api_tokens.all().delete()
