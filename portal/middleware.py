"""How a form sent by a script is answered."""

from django.http import HttpResponse

GO_TO = "X-Go-To"


class GoToMiddleware:
    """A redirect told instead of followed: the browser opens the next page itself, messages and all."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if request.headers.get("X-Requested-With") == "XMLHttpRequest" and response.has_header(
            "Location"
        ):
            return HttpResponse(status=204, headers={GO_TO: response["Location"]})
        return response
