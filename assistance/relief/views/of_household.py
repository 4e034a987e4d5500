"""The household that a claim or request is filed for."""

from django.shortcuts import get_object_or_404

from accounts import access
from accounts.permissions import Permission
from households.models import Household


def assisted_household(request, pk):
    """A household that the viewer may file for; 404 outside the viewer's area."""
    mine = access.scope(request.user, Permission.ASSISTANCE_EDIT, field="village_id")
    households = Household.objects.active().filter(mine).select_related("village__parent")
    return get_object_or_404(households, pk=pk)


def back_to(request, household) -> bool:
    """Does the viewer know the household's own page?"""
    return access.may(request.user, Permission.REGISTER_VIEW, area=household.village_id)
