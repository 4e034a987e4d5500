"""What the API answers when a view raises."""

from django.http import Http404
from rest_framework.exceptions import NotFound
from rest_framework.views import exception_handler


def in_words(raised, context):
    """The framework's own answer; its shortcut names our model in English, that stays inside."""
    if isinstance(raised, Http404) and str(raised).startswith("No "):
        raised = NotFound("没有这一条，或者不在您的管辖范围内。")
    return exception_handler(raised, context)
