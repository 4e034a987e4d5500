"""A paper as the answer to a request."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header


def as_file(
    content: bytes, name: str, content_type: str = "application/pdf", *, is_inline: bool = False
) -> HttpResponse:
    """The file to keep, or to look at in the browser; nothing of it stays in between."""
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(not is_inline, name)
    response["Cache-Control"] = "no-store"
    return response
