import ipaddress
import uuid

from django.conf import settings

from audit.context import Origin, coming_from


class AuditContextMiddleware:
    """Gives every request a number and remembers the address it came from."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        # Our own number: one sent by the browser could repeat another's.
        request.audit_id = uuid.uuid4().hex
        with coming_from(Origin(ip=client_address(request), request_id=request.audit_id)):
            response = self.get_response(request)
        response["X-Request-ID"] = request.audit_id
        return response


def client_address(request) -> str | None:
    """The address of the browser; forwarded headers count only behind our own proxies."""
    address = request.META.get("REMOTE_ADDR", "")
    proxies = getattr(settings, "AXES_IPWARE_PROXY_COUNT", 0)
    if proxies:
        forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
        # Each proxy appends the address it saw; what stands further left may be invented.
        if len(forwarded) >= proxies:
            address = forwarded[-proxies].strip()
    try:
        return str(ipaddress.ip_address(address))
    except ValueError:
        return None  # a unix socket has no address
