"""A code from the telephone beside the password, for reviewers and above (GB/T 22239 8.1.4.1 d)."""

from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts import access, roles
from policy import parameters


def is_asked_of(user) -> bool:
    """Does policy ask this person for a code? Decided by their posts."""
    if not parameters.value("second_factor_required"):
        return False
    return any(roles.BY_KEY[post.role].needs_second_factor for post in access.posts(user))


def is_due(user) -> bool:
    """Asked for and not yet given in this sign-in. `user` is that of a request."""
    return is_asked_of(user) and not user.is_verified()


def device_of(user) -> TOTPDevice | None:
    """The telephone that the person enrolled, None before."""
    return TOTPDevice.objects.filter(user=user, confirmed=True).first()


def device_to_enrol(user) -> TOTPDevice:
    """A device waiting for its first right code; the same one until then."""
    device, _ = TOTPDevice.objects.get_or_create(
        user=user, confirmed=False, defaults={"name": "手机"}
    )
    return device
