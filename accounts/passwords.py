"""Password rules of GB/T 22239 8.1.4.1 a): several kinds of characters, no repeats, renewal."""

import secrets

from django.conf import settings
from django.contrib.auth import authenticate
from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError

from audit import clock

# Without what is misread on paper: 0 O 1 l I.
DIGITS = "23456789"
LOWER = "abcdefghjkmnpqrstuvwxyz"
UPPER = "ABCDEFGHJKLMNPQRSTUVWXYZ"


class LongEnough:
    """Django's own rule, in Chinese: its message has no translation."""

    def __init__(self, min_length: int = 10):
        self.min_length = min_length

    def validate(self, password, user=None):
        if len(password) < self.min_length:
            raise ValidationError(self.get_help_text(), code="password_too_short")

    def get_help_text(self):
        return f"密码至少 {self.min_length} 个字符"


class CharacterKinds:
    """At least so many of: capital letters, small letters, digits, other signs."""

    def __init__(self, kinds: int = 3):
        self.kinds = kinds

    def validate(self, password, user=None):
        found = {_kind(character) for character in password}
        if len(found) < self.kinds:
            raise ValidationError(self.get_help_text(), code="password_too_plain")

    def get_help_text(self):
        return f"密码须含大写字母、小写字母、数字、符号中的至少 {self.kinds} 种"


class NotUsedBefore:
    """Not the present password nor one of the last few."""

    def __init__(self, last: int = 5):
        self.last = last

    def validate(self, password, user=None):
        if user is None or not user.pk:
            return
        used = [user.password, *user.old_passwords][: self.last]
        if any(check_password(password, old) for old in used):
            raise ValidationError(self.get_help_text(), code="password_used_before")

    def get_help_text(self):
        return f"不能与最近 {self.last} 次用过的密码相同"


def is_expired(user) -> bool:
    """Older than settings.PASSWORD_MAX_DAYS (0: passwords do not age)."""
    if not settings.PASSWORD_MAX_DAYS or user.password_changed_at is None:
        return False
    return (clock.now() - user.password_changed_at).days >= settings.PASSWORD_MAX_DAYS


def initial_password() -> str:
    """A password for one sign-in, easy to read out: twelve characters of three kinds."""
    groups = (secrets.choice(UPPER) + _some(LOWER, 3), _some(DIGITS, 4), _some(LOWER, 4))
    return "-".join(groups)


def _some(alphabet: str, count: int) -> str:
    return "".join(secrets.choice(alphabet) for _ in range(count))


def _kind(character: str) -> str:
    if character.isupper():
        return "upper"
    if character.islower():
        return "lower"
    return "digit" if character.isdigit() else "other"


def is_own(request, password: str) -> bool:
    """Whether the person signed in typed the own password again; failures count to the lock-out."""
    found = authenticate(request, username=request.user.get_username(), password=password)
    return found is not None and found.pk == request.user.pk
