"""The case that a page of assistance is about."""

from django.shortcuts import get_object_or_404

from workflow.models import Case


def visible_case(request, pk):
    """The case with household and village; 404 outside the viewer's area."""
    return get_object_or_404(
        Case.objects.visible_to(request.user).select_related(
            "household__village__parent", "village"
        ),
        pk=pk,
    )
